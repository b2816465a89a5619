//! One endpoint → a connection whose API version is settled. Every request passes [`dress`], which writes the version and the platform into it.
//! Asks for no image.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use bollard::errors::Error as ClientError;
use bollard::{API_DEFAULT_VERSION, BollardRequest, Docker};

use super::endpoint::{Endpoint, Tls};
use super::engine::said;
use super::error::Reason;
use super::spelling::Engine;
use super::version::Version;
use crate::escape;
use crate::image::Platform;

/// How long an engine may take to say who it is.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it may take to say what it knows of an image: while it packs another one for somebody it may answer nothing.
const CONSIDERATION: Duration = Duration::from_mins(5);
/// How long it may take to begin an answer afterwards: classic stores write the whole archive to their own disk first. Cancel ends the wait.
const ENDURANCE: Duration = Duration::from_hours(24);

/// An engine that answers.
#[derive(Clone)]
pub(super) struct Connection {
    /// Who answers; not always whom the address promised.
    pub(super) engine: Engine,
    /// Whom the address promised.
    pub(super) asked: Engine,
    pub(super) address: String,
    pub(super) version: Version,
    pub(super) docker: Docker,
}

impl Connection {
    /// Connects to an endpoint and asks who is there.
    pub(super) async fn open(endpoint: &Endpoint) -> Result<Self, Reason> {
        let docker = client(endpoint)?;
        let who = tokio::time::timeout(PATIENCE, who(&docker));
        let (engine, version) = who.await.map_err(|_| Reason::Silent)??;
        let docker = docker.with_timeout(ENDURANCE);
        Ok(Self {
            engine,
            asked: endpoint.engine,
            address: endpoint.address.clone(),
            version,
            docker: docker.with_request_modifier(move |request| dress(request, version, None)),
        })
    }

    /// Returns the same connection asking for images of one platform, where the engine understands such a wish.
    pub(super) fn for_platform(&self, platform: &Platform) -> Self {
        let mut connection = self.clone();
        if self.version.knows_platforms() {
            let version = self.version;
            let wish = platform.clone();
            connection.docker = connection
                .docker
                .with_request_modifier(move |request| dress(request, version, Some(&wish)));
        }
        connection
    }

    /// Returns the same connection asking for images of whatever platform.
    pub(super) fn for_any_platform(&self) -> Self {
        let mut connection = self.clone();
        let version = self.version;
        connection.docker = connection
            .docker
            .with_request_modifier(move |request| dress(request, version, None));
        connection
    }

    /// Returns the engine with its address, as messages name it.
    pub(super) fn place(&self) -> String {
        format!("{} at {}", self.engine, escape::text(&self.address))
    }
}

/// Waits for the answer to a question about an image, but not for ever.
pub(super) async fn answer<T>(
    question: impl Future<Output = Result<T, ClientError>>,
) -> Result<T, ClientError> {
    within(CONSIDERATION, question).await
}

async fn within<T>(
    limit: Duration,
    question: impl Future<Output = Result<T, ClientError>>,
) -> Result<T, ClientError> {
    let answer = tokio::time::timeout(limit, question).await;
    answer.unwrap_or(Err(ClientError::RequestTimeoutError))
}

fn client(endpoint: &Endpoint) -> Result<Docker, Reason> {
    let address = &endpoint.address;
    let patience = PATIENCE.as_secs();
    let made = match (&endpoint.tls, address.split_once("://")) {
        #[cfg(unix)]
        (_, Some(("unix", path))) => {
            // The client only says "not found"; a folder on the way that may not be entered is something else.
            std::fs::metadata(path).map_err(|error| io_reason(&error))?;
            Docker::connect_with_unix(path, patience, API_DEFAULT_VERSION)
        }
        #[cfg(windows)]
        (_, Some(("npipe", path))) => {
            Docker::connect_with_named_pipe(path, patience, API_DEFAULT_VERSION)
        }
        (Some(tls), Some((_, host))) => {
            let Tls {
                authority,
                certificate,
                key,
            } = tls;
            for file in [authority, certificate, key] {
                if let Err(error) = std::fs::metadata(file) {
                    return Err(Reason::Certificate(format!("{}: {error}", file.display())));
                }
            }
            Docker::connect_with_ssl(
                &with_port(host, 2376),
                key,
                certificate,
                authority,
                patience,
                API_DEFAULT_VERSION,
            )
        }
        (None, Some(("https", _))) => {
            return Err(Reason::Setting(
                "https needs DOCKER_TLS_VERIFY and DOCKER_CERT_PATH".into(),
            ));
        }
        (None, Some(("tcp" | "http", host))) => {
            Docker::connect_with_http(&with_port(host, 2375), patience, API_DEFAULT_VERSION)
        }
        _ => return Err(Reason::Address),
    };
    made.map_err(|error| reason(&error))
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

/// Asks who is there and what they speak. Podman is known by a question that only Podman answers: its own account of itself takes it half a second,
/// in which it runs other programs to ask for their versions.
async fn who(docker: &Docker) -> Result<(Engine, Version), Reason> {
    let asking = docker.clone().with_request_modifier(|mut request| {
        aim(&mut request, "/libpod/_ping", None);
        request
    });
    match asking.ping().await {
        Ok(_) => return Ok((Engine::Podman, Version::PODMAN)),
        Err(ClientError::DockerResponseServerError { .. }) => {}
        Err(error) => return Err(reason(&error)),
    }
    let said = docker.version().await.map_err(|error| reason(&error))?;
    let version = Version::settle(said.api_version.as_deref());
    Ok((Engine::Docker, version))
}

/// Writes the API version before a request's path and the platform, if one is wished for, behind it; and spells the registry credentials as
/// engines read them (RFC 4648, section 5).
fn dress(
    mut request: BollardRequest,
    version: Version,
    platform: Option<&Platform>,
) -> BollardRequest {
    let path = request.uri().path();
    let wish = platform.filter(|_| path.contains("/images/") && !path.ends_with("/create"));
    let path = format!("{}{path}", version.prefix(path));
    aim(&mut request, &path, wish.map(query));
    if let Some(value) = request.headers_mut().get_mut("x-registry-auth") {
        let spelled = value
            .to_str()
            .map(|text| text.replace('+', "-").replace('/', "_"));
        if let Ok(Ok(spelled)) = spelled.map(|text| text.parse()) {
            *value = spelled;
        }
    }
    request
}

/// Turns a request to another path of the same engine, with something added to the query.
fn aim(request: &mut BollardRequest, path: &str, more: Option<String>) {
    let uri = request.uri();
    let mut target = String::new();
    if let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) {
        target = format!("{scheme}://{authority}");
    }
    target.push_str(path);
    let asked = uri.query().map(str::to_owned);
    for (part, sign) in asked.into_iter().chain(more).zip(['?', '&']) {
        target.push(sign);
        target.push_str(&part);
    }
    if let Ok(uri) = target.parse() {
        *request.uri_mut() = uri;
    }
}

/// Returns `platform=` and the platform as JSON, percent-encoded.
fn query(platform: &Platform) -> String {
    use std::fmt::Write;
    let mut wish = serde_json::json!({"os": platform.os, "architecture": platform.architecture});
    if !platform.variant.is_empty() {
        wish["variant"] = platform.variant.clone().into();
    }
    let mut text = String::from("platform=");
    for byte in wish.to_string().bytes() {
        if byte.is_ascii_alphanumeric() {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// Returns why the client failed, as far as the cause below its words can be told.
fn reason(error: &ClientError) -> Reason {
    match error {
        ClientError::RequestTimeoutError => return Reason::Silent,
        ClientError::DockerResponseServerError { message, .. } => {
            // In the words of the library that Docker's side is written with.
            return if message.contains("HTTP request to an HTTPS server") {
                Reason::Tls
            } else {
                Reason::Other(said(error))
            };
        }
        _ => {}
    }
    let mut cause = error.source();
    let mut words = error.to_string();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return io_reason(error);
        }
        words = error.to_string();
        cause = error.source();
    }
    Reason::Other(words)
}

fn io_reason(error: &io::Error) -> Reason {
    match error.kind() {
        io::ErrorKind::NotFound => Reason::Absent,
        io::ErrorKind::PermissionDenied => Reason::Denied,
        io::ErrorKind::ConnectionRefused => Reason::Refused,
        io::ErrorKind::TimedOut => Reason::Silent,
        _ => Reason::Other(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::time::Duration;

    use super::{said, within};
    use crate::source::asking::runtime;

    #[test]
    fn an_engine_that_stalls_is_given_up() {
        let never = within(Duration::ZERO, pending::<Result<(), _>>());
        let error = runtime().unwrap().block_on(never).unwrap_err();
        assert_eq!(said(&error), "no answer in time");
    }
}
