//! Connects to one endpoint and negotiates the API version. [`prepare`] adds the version and the platform to every request. Queries no image.

use std::error::Error as _;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bollard::errors::Error as ClientError;
use bollard::{API_DEFAULT_VERSION, BollardRequest, Docker};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::connect::HttpConnector;

use super::address;
#[cfg(windows)]
use super::answer_limit::PipeDial;
#[cfg(unix)]
use super::answer_limit::UnixDial;
use super::answer_limit::{self, CountingDial};
use super::attempt::Reason;
use super::client_error::engine_message;
use super::endpoint::EngineEndpoint;
use super::engine::Engine;
use super::ssh::{self, SshError};
use super::version::ApiVersion;
use crate::image::Platform;

/// How long an engine may take to connect and identify itself.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the same may take through ssh, which limits only its own connection.
const SSH_TIMEOUT: Duration = Duration::from_secs(30);
/// How long it may take to describe an image: while it exports another one it may not respond.
const QUERY_TIMEOUT: Duration = Duration::from_mins(5);
/// How long it may take to start an export: classic stores first write the full archive to disk. A cancel ends the wait.
const EXPORT_TIMEOUT: Duration = Duration::from_hours(24);

/// A connection to an engine that responds.
#[derive(Clone)]
pub(super) struct Connection {
    /// The engine that responds.
    pub(super) engine: Engine,
    /// The engine that was expected at the address, which can be another.
    pub(super) expected: Engine,
    pub(super) address: String,
    pub(super) version: ApiVersion,
    pub(super) docker: Docker,
}

impl Connection {
    /// Connects to an endpoint and identifies the engine.
    pub(super) async fn open(endpoint: &EngineEndpoint) -> Result<Self, Reason> {
        let docker = client(endpoint)?;
        let limit = if endpoint.ssh.is_some() {
            SSH_TIMEOUT
        } else {
            CONNECT_TIMEOUT
        };
        let identified = tokio::time::timeout(limit, identify(&docker));
        let (engine, version) = identified.await.map_err(|_| Reason::Silent)??;
        let docker = docker.with_timeout(EXPORT_TIMEOUT);
        Ok(Self {
            engine,
            expected: endpoint.engine,
            address: endpoint.address.clone(),
            version,
            docker: docker.with_request_modifier(move |request| prepare(request, version, None)),
        })
    }

    /// Returns the same connection for images of one platform, if the engine supports that.
    pub(super) fn for_platform(&self, platform: &Platform) -> Self {
        let mut connection = self.clone();
        if self.version.supports_platforms() {
            let version = self.version;
            let platform = platform.clone();
            connection.docker = connection
                .docker
                .with_request_modifier(move |request| prepare(request, version, Some(&platform)));
        }
        connection
    }

    /// Returns the same connection for images of any platform.
    pub(super) fn for_any_platform(&self) -> Self {
        let mut connection = self.clone();
        let version = self.version;
        connection.docker = connection
            .docker
            .with_request_modifier(move |request| prepare(request, version, None));
        connection
    }

    /// Returns the engine with its address, for messages.
    pub(super) fn place(&self) -> String {
        format!("{} at {}", self.engine, address::masked(&self.address))
    }
}

/// Waits for the response to a query about an image, but not forever.
pub(super) async fn response<T>(
    query: impl Future<Output = Result<T, ClientError>>,
) -> Result<T, ClientError> {
    within(QUERY_TIMEOUT, query).await
}

async fn within<T>(
    limit: Duration,
    query: impl Future<Output = Result<T, ClientError>>,
) -> Result<T, ClientError> {
    let response = tokio::time::timeout(limit, query).await;
    response.unwrap_or(Err(ClientError::RequestTimeoutError))
}

fn client(endpoint: &EngineEndpoint) -> Result<Docker, Reason> {
    let address = &endpoint.address;
    let timeout = CONNECT_TIMEOUT.as_secs();
    if let Some(host) = &endpoint.ssh {
        let docker = ssh::connect(host, SSH_TIMEOUT.as_secs(), API_DEFAULT_VERSION);
        return docker.map_err(reason);
    }
    let connected = match (&endpoint.tls, address.split_once("://")) {
        #[cfg(unix)]
        (_, Some(("unix", path))) => {
            // The client's error is always "not found", even for a folder on the way without permission.
            std::fs::metadata(path).map_err(io_reason)?;
            let dial = CountingDial(UnixDial(path.into()));
            answer_limit::connect(dial, "http://docker", 0, timeout, API_DEFAULT_VERSION)
        }
        #[cfg(windows)]
        (_, Some(("npipe", path))) => {
            let dial = CountingDial(PipeDial(path.into()));
            answer_limit::connect(dial, "http://docker", 0, timeout, API_DEFAULT_VERSION)
        }
        (Some(tls), Some((_, host))) => {
            for file in [&tls.authority, &tls.certificate, &tls.key] {
                if let Err(error) = std::fs::metadata(file) {
                    return Err(Reason::Certificate(file.clone(), Arc::new(error)));
                }
            }
            let config = tls.config();
            let config = config.map_err(|error| Reason::other(error.to_string(), error))?;
            let mut tcp = HttpConnector::new();
            tcp.enforce_http(false);
            let dial = HttpsConnectorBuilder::new()
                .with_tls_config(config)
                .https_only()
                .enable_http1()
                .wrap_connector(CountingDial(tcp));
            let address = format!("https://{}", with_port(host, 2376));
            answer_limit::connect(dial, &address, 0, timeout, API_DEFAULT_VERSION)
        }
        (None, Some(("https", _))) => {
            return Err(Reason::NoTlsFiles);
        }
        (None, Some(("tcp" | "http", host))) => {
            let address = format!("http://{}", with_port(host, 2375));
            let dial = CountingDial(HttpConnector::new());
            answer_limit::connect(dial, &address, 0, timeout, API_DEFAULT_VERSION)
        }
        _ => return Err(Reason::Address),
    };
    connected.map_err(reason)
}

fn with_port(host: &str, port: u16) -> String {
    let host = host.trim_end_matches('/');
    let has_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    if has_port {
        host.to_owned()
    } else {
        format!("{host}:{port}")
    }
}

/// Identifies the engine and its API version. Podman is recognized by a request that only Podman supports: its version request takes half a second, since
/// it runs other programs for their versions.
async fn identify(docker: &Docker) -> Result<(Engine, ApiVersion), Reason> {
    let podman = docker.clone().with_request_modifier(|mut request| {
        set_target(&mut request, "/libpod/_ping", None);
        request
    });
    match podman.ping().await {
        Ok(_) => return Ok((Engine::Podman, ApiVersion::PODMAN)),
        Err(ClientError::DockerResponseServerError { .. }) => {}
        Err(error) => return Err(reason(error)),
    }
    let own = docker.version().await.map_err(reason)?;
    let version = ApiVersion::negotiate(own.api_version.as_deref());
    Ok((Engine::Docker, version))
}

/// Adds the API version and the platform, if there is one, to a request, and encodes the registry credentials as engines decode them (RFC 4648,
/// section 5).
fn prepare(
    mut request: BollardRequest,
    version: ApiVersion,
    platform: Option<&Platform>,
) -> BollardRequest {
    let path = request.uri().path();
    let platform = platform.filter(|_| path.contains("/images/") && !path.ends_with("/create"));
    let path = format!("{}{path}", version.prefix(path));
    set_target(&mut request, &path, platform.map(query));
    if let Some(value) = request.headers_mut().get_mut("x-registry-auth") {
        let encoded = value
            .to_str()
            .map(|text| text.replace('+', "-").replace('/', "_"));
        if let Ok(Ok(encoded)) = encoded.map(|text| text.parse()) {
            *value = encoded;
        }
    }
    request
}

/// Sets a request's path, and adds a parameter to its query.
fn set_target(request: &mut BollardRequest, path: &str, more: Option<String>) {
    let uri = request.uri();
    let mut target = String::new();
    if let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) {
        target = format!("{scheme}://{authority}");
    }
    target.push_str(path);
    let own = uri.query().map(str::to_owned);
    for (part, sign) in own.into_iter().chain(more).zip(['?', '&']) {
        target.push(sign);
        target.push_str(&part);
    }
    if let Ok(uri) = target.parse() {
        *request.uri_mut() = uri;
    }
}

/// Returns `platform=` and the platform as percent-encoded JSON.
fn query(platform: &Platform) -> String {
    use std::fmt::Write;
    let mut json = serde_json::json!({"os": platform.os, "architecture": platform.architecture});
    if !platform.variant.is_empty() {
        json["variant"] = platform.variant.clone().into();
    }
    if !platform.os_version.is_empty() {
        json["os.version"] = platform.os_version.clone().into();
    }
    let mut text = String::from("platform=");
    for byte in json.to_string().bytes() {
        if byte.is_ascii_alphanumeric() {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// Returns why a connection failed, by the cause of the client's error.
fn reason(error: ClientError) -> Reason {
    let error = match error {
        // It hides this one among its causes.
        ClientError::IOError { err } => return io_reason(err),
        error => error,
    };
    match &error {
        ClientError::RequestTimeoutError => return Reason::Silent,
        ClientError::DockerResponseServerError { message, .. } => {
            // The text of Go's HTTP server, which Docker uses.
            return if message.contains("HTTP request to an HTTPS server") {
                Reason::Tls
            } else {
                Reason::other(engine_message(&error), error)
            };
        }
        _ => {}
    }
    let mut cause = error.source();
    let mut text = error.to_string();
    while let Some(inner) = cause {
        text = inner.to_string();
        if let Some(inner) = inner.downcast_ref::<io::Error>() {
            match known_reason(inner) {
                Some(known) => return known,
                None => break,
            }
        }
        cause = inner.source();
    }
    Reason::other(text, error)
}

/// Returns the reason that an input or output error is, if it is one of its own.
fn known_reason(error: &io::Error) -> Option<Reason> {
    if let Some(error) = SshError::within(error) {
        return Some(Reason::Ssh(error.clone()));
    }
    Some(match error.kind() {
        io::ErrorKind::NotFound => Reason::Absent,
        io::ErrorKind::PermissionDenied => Reason::Denied,
        io::ErrorKind::ConnectionRefused => Reason::Refused,
        io::ErrorKind::TimedOut => Reason::Silent,
        _ => return None,
    })
}

fn io_reason(error: io::Error) -> Reason {
    known_reason(&error).unwrap_or_else(|| Reason::other(error.to_string(), error))
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::future::pending;
    use std::io;
    use std::time::Duration;

    use bollard::errors::Error as ClientError;

    use super::{engine_message, io_reason, reason, within};
    use crate::source::attempt::Reason;
    use crate::source::blocking::runtime;

    #[test]
    fn an_engine_that_stalls_times_out() {
        let never = within(Duration::ZERO, pending::<Result<(), _>>());
        let error = runtime().unwrap().block_on(never).unwrap_err();
        assert_eq!(engine_message(&error), "no answer in time");
    }

    /// Errors without a reason of their own keep their kind, down to the first cause.
    #[test]
    fn another_error_keeps_its_kind_and_its_cause() {
        let broken = || io::Error::new(io::ErrorKind::BrokenPipe, "the pipe broke");
        let client = ClientError::IOError { err: broken() };
        for failed in [io_reason(broken()), reason(client)] {
            assert!(matches!(failed, Reason::Other { .. }));
            assert_eq!(failed.to_string(), "the pipe broke");
            let first: &dyn Error = &failed;
            let causes = std::iter::successors(first.source(), |error| (*error).source());
            let mut kinds =
                causes.filter_map(|error| Some(error.downcast_ref::<io::Error>()?.kind()));
            assert_eq!(kinds.next(), Some(io::ErrorKind::BrokenPipe));
        }
        let absent = io_reason(io::ErrorKind::NotFound.into());
        assert!(matches!(absent, Reason::Absent));
    }
}
