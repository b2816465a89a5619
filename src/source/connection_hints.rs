//! The hint when no engine can be reached: what to do, then every address that was tried and why it failed. Text only.

use super::attempt::{FailedAttempt, Reason};
use super::engine::Engine;

/// Returns remedies for the failures, and every address that was tried. If `alone`, no engine responds, and one must be started.
pub(super) fn hint(attempts: &[FailedAttempt], alone: bool) -> String {
    let mut lines = remedies(attempts);
    if lines.is_empty() && alone {
        lines.push(
            "start an engine or set DOCKER_HOST; archives and OCI folders need none: dive-rs PATH"
                .into(),
        );
    }
    lines.push("tried".into());
    lines.extend(attempts.iter().map(|attempt| format!("  {attempt}")));
    lines.join("\n")
}

/// Returns the remedies for the failures, each once.
fn remedies(attempts: &[FailedAttempt]) -> Vec<String> {
    let mut lines = Vec::new();
    for attempt in attempts {
        let line = match (&attempt.reason, attempt.engine) {
            (Reason::Denied, Engine::Docker) => {
                "join the docker group (`sudo usermod -aG docker $USER`, then log in again), or run with sudo".into()
            }
            (Reason::Denied, Engine::Podman) => {
                "start your own podman socket (`systemctl --user start podman.socket`), or run with sudo".into()
            }
            (Reason::Ssh(error), _) => error.hint(),
            (Reason::Tls, _) => {
                "set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem".into()
            }
            (Reason::Certificate(..), _) => {
                "DOCKER_CERT_PATH is the folder with ca.pem, cert.pem and key.pem; a context has its own: `docker context update` adds them".into()
            }
            (Reason::Context(_) | Reason::NoTlsFiles, Engine::Docker) => "`docker context ls` lists the contexts".into(),
            _ => continue,
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}
