//! What helps when no engine can be reached: every address that was tried, why it came to nothing, and what to do about that. Text only.

use super::error::{Attempt, Reason};
use super::spelling::Engine;
use crate::escape::text as shown;

/// Every address that was tried, and what helps against the failures met, most likely first. Where no other engine answers, one must be started.
pub(super) fn tried(attempts: &[Attempt], alone: bool) -> String {
    let mut hint = String::from("tried");
    for attempt in attempts {
        hint.push_str("\n  ");
        hint.push_str(&attempt.to_string());
    }
    let mut lines = remedies(attempts);
    if lines.is_empty() && alone {
        lines.push("start an engine or set DOCKER_HOST; an archive or an OCI folder needs none: dive-rs PATH".into());
    }
    for line in lines {
        hint.push('\n');
        hint.push_str(&line);
    }
    hint
}

fn remedies(attempts: &[Attempt]) -> Vec<String> {
    let mut lines = Vec::new();
    for attempt in attempts {
        let line = match (&attempt.reason, attempt.engine) {
            (Reason::Denied, Engine::Docker) => {
                "join the docker group (`sudo usermod -aG docker $USER`, then log in again), or run with sudo".into()
            }
            (Reason::Denied, Engine::Podman) => {
                "start your own podman socket (`systemctl --user start podman.socket`), or run with sudo".into()
            }
            (Reason::Ssh(way), engine) => forward(way, engine),
            (Reason::Tls, _) => {
                "set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder that has ca.pem, cert.pem and key.pem".into()
            }
            (Reason::Certificate(_), _) => {
                "DOCKER_CERT_PATH names the folder that has ca.pem, cert.pem and key.pem; a context has its own: `docker context update` brings them".into()
            }
            (Reason::Setting(_), Engine::Docker) => "`docker context ls` lists the contexts there are".into(),
            _ => continue,
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// Returns how to reach over ssh what is behind `USER@HOST:PORT/SOCKET`, of which only the host must be there.
fn forward(way: &str, engine: Engine) -> String {
    let (host, socket) = way.find('/').map_or((way, ""), |at| way.split_at(at));
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => (host, format!("-p {port} ")),
        _ => (host, String::new()),
    };
    let (here, there, variable) = match engine {
        Engine::Docker => ("/tmp/docker.sock", "/var/run/docker.sock", "DOCKER_HOST"),
        Engine::Podman => (
            "/tmp/podman.sock",
            "/run/podman/podman.sock",
            "CONTAINER_HOST",
        ),
    };
    let there = if matches!(socket, "" | "/") {
        there
    } else {
        socket
    };
    let (host, there) = (shown(host), shown(there));
    format!(
        "forward the socket: `ssh {port}-NL {here}:{there} {host}`, then {variable}=unix://{here}"
    )
}
