//! The addresses of engines, in the order in which they are tried. Connects to none.

use std::path::{Path, PathBuf};

use super::attempt::{FailedAttempt, Reason};
use super::context::DockerContext;
use super::engine::Engine;
use super::environment::SourceEnvironment;
use super::ssh::SshHost;
use super::tls::Tls;

/// An address of an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineEndpoint {
    /// The engine that is expected there.
    pub engine: Engine,
    /// `unix:///…`, `tcp://…`, `npipe:////./pipe/…`, `ssh://…`.
    pub address: String,
    /// The TLS files, for tcp.
    pub tls: Option<Tls>,
    /// The host, for ssh.
    pub ssh: Option<SshHost>,
}

/// Returns the addresses of an engine in the order in which to try them. A setting of the user is the only one; otherwise the engine's default comes first,
/// then other known sockets that exist. An invalid setting is a failed attempt.
#[must_use]
pub fn endpoints(
    engine: Engine,
    environment: &SourceEnvironment,
) -> Vec<Result<EngineEndpoint, FailedAttempt>> {
    match engine {
        Engine::Docker => docker(environment),
        Engine::Podman => podman(environment),
    }
}

fn docker(environment: &SourceEnvironment) -> Vec<Result<EngineEndpoint, FailedAttempt>> {
    if let Some(host) = environment.get("DOCKER_HOST") {
        let tls = host_tls(environment).filter(|_| !is_local(host));
        return vec![endpoint(Engine::Docker, host, tls, environment)];
    }
    match DockerContext::current(environment) {
        Ok(Some(context)) => {
            return vec![endpoint(
                Engine::Docker,
                &context.host,
                context.tls,
                environment,
            )];
        }
        Err(error) => {
            return vec![Err(FailedAttempt {
                engine: Engine::Docker,
                address: format!("context {}", error.name),
                reason: Reason::Context(error),
            })];
        }
        Ok(None) => {}
    }
    let home = |below: &str| environment.in_home(below);
    let mut found = defaults(Engine::Docker);
    let rootless = environment
        .runtime_folder
        .as_ref()
        .map(|folder| folder.join("docker.sock"));
    let others = [
        rootless,
        home(".docker/run/docker.sock"),
        home(".docker/desktop/docker.sock"),
        home(".colima/default/docker.sock"),
        home(".config/colima/default/docker.sock"),
        home(".orbstack/run/docker.sock"),
        home(".rd/docker.sock"),
    ];
    found.extend(existing(Engine::Docker, others));
    found
}

fn podman(environment: &SourceEnvironment) -> Vec<Result<EngineEndpoint, FailedAttempt>> {
    if let Some(host) = environment.get("CONTAINER_HOST") {
        return vec![endpoint(Engine::Podman, host, None, environment)];
    }
    let machines = ".local/share/containers/podman/machine";
    let home = |below: &str| environment.in_home(Path::new(machines).join(below));
    let rootless = environment
        .runtime_folder
        .as_ref()
        .map(|folder| folder.join("podman/podman.sock"));
    let temporary = environment
        .get("TMPDIR")
        .map(|folder| Path::new(folder).join("podman/podman-machine-default-api.sock"));
    let others = [
        temporary,
        home("podman.sock"),
        home("podman-machine-default/podman.sock"),
        home("qemu/podman.sock"),
    ];
    let mut found: Vec<_> = existing(Engine::Podman, [rootless]).collect();
    found.extend(defaults(Engine::Podman));
    found.extend(existing(Engine::Podman, others));
    found
}

fn defaults(engine: Engine) -> Vec<Result<EngineEndpoint, FailedAttempt>> {
    let address = match (engine, cfg!(windows)) {
        (Engine::Docker, false) => "unix:///var/run/docker.sock",
        (Engine::Docker, true) => "npipe:////./pipe/docker_engine",
        (Engine::Podman, false) => "unix:///run/podman/podman.sock",
        (Engine::Podman, true) => "npipe:////./pipe/podman-machine-default",
    };
    vec![endpoint(
        engine,
        address,
        None,
        &SourceEnvironment::default(),
    )]
}

fn existing<const N: usize>(
    engine: Engine,
    sockets: [Option<PathBuf>; N],
) -> impl Iterator<Item = Result<EngineEndpoint, FailedAttempt>> {
    let sockets = sockets.into_iter().flatten().filter(|path| path.exists());
    sockets.map(move |path| {
        endpoint(
            engine,
            &format!("unix://{}", path.display()),
            None,
            &SourceEnvironment::default(),
        )
    })
}

fn endpoint(
    engine: Engine,
    address: &str,
    tls: Option<Tls>,
    environment: &SourceEnvironment,
) -> Result<EngineEndpoint, FailedAttempt> {
    let mut ssh = None;
    let failed = |reason| {
        let address = address.to_owned();
        Err(FailedAttempt {
            engine,
            address,
            reason,
        })
    };
    match address.split_once("://") {
        Some(("unix", path)) if path.starts_with('/') => {}
        Some(("npipe", _)) if cfg!(windows) => {}
        Some(("tcp" | "http" | "https", host)) if !host.is_empty() => {}
        Some(("ssh", _)) => {
            let Some(host) = SshHost::parse(address, engine, environment) else {
                return failed(Reason::Address);
            };
            ssh = Some(host);
        }
        _ => return failed(Reason::Address),
    }
    let address = address.to_owned();
    Ok(EngineEndpoint {
        engine,
        address,
        tls,
        ssh,
    })
}

fn is_local(host: &str) -> bool {
    host.starts_with("unix://") || host.starts_with("npipe://")
}

fn host_tls(environment: &SourceEnvironment) -> Option<Tls> {
    environment
        .get("DOCKER_TLS_VERIFY")
        .or_else(|| environment.get("DOCKER_TLS"))?;
    let folder = environment
        .get("DOCKER_CERT_PATH")
        .map(PathBuf::from)
        .or_else(|| environment.docker_folder())?;
    Some(Tls::in_folder(&folder))
}
