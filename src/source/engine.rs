//! Finding an image in the engines there are: Docker, then Podman; pulled only when none has it. Reads no byte of the image.

use bollard::errors::Error as ClientError;
use bollard::models::ImageInspect;

use super::connect::{Connection, answer};
use super::credentials::credentials;
use super::endpoint::endpoints;
use super::environment::Environment;
use super::error::{Attempt, Error, Reason};
use super::open::{Event, Pull, Wish};
use super::pull::pull;
use super::spelling::Engine;
use crate::image::Platform;

/// An image in its engine.
pub(super) struct Found {
    pub(super) connection: Connection,
    pub(super) inspected: ImageInspect,
}

/// Returns the image, pulled if need be.
pub(super) async fn find(
    which: Option<Engine>,
    name: &str,
    wish: &Wish<'_>,
    environment: &Environment,
    tell: &impl Fn(Event),
) -> Result<Found, Error> {
    let mut attempts = Vec::new();
    let mut lacking: Vec<Connection> = Vec::new();
    for engine in engines(which) {
        let Some(reached) = reach(engine, environment, &mut attempts, tell).await else {
            continue;
        };
        let connection = wish.platform.map_or_else(
            || reached.clone(),
            |platform| reached.for_platform(platform),
        );
        if wish.pull != Pull::Always
            && let Some(inspected) = inspect(&connection, name).await?
        {
            return suited(
                Found {
                    connection,
                    inspected,
                },
                name,
                wish.platform,
            );
        }
        if lacking
            .iter()
            .all(|other| other.address != connection.address)
        {
            lacking.push(connection);
        }
    }
    let Some(first) = lacking.first() else {
        let name = name.to_owned();
        return Err(Error::NoEngine { name, attempts });
    };
    if wish.pull == Pull::Never || is_id(name) {
        for connection in lacking.iter().filter(|_| wish.platform.is_some()) {
            // Engines that know platforms have only said that it is not there for this one.
            let connection = connection.for_any_platform();
            if let Some(inspected) = inspect(&connection, name).await? {
                let found = Found {
                    connection,
                    inspected,
                };
                suited(found, name, wish.platform)?;
            }
        }
        let asked = lacking.iter().map(Connection::place).collect();
        let name = name.to_owned();
        return Err(Error::NotFound {
            name,
            asked,
            attempts,
        });
    }
    let login = credentials(environment, name).await;
    let whose = login
        .as_ref()
        .map_or("nobody", |_| "the user who is logged in");
    log::info!("{} pulls {name} as {whose}", first.place());
    pull(first, name, wish.platform, login, tell).await?;
    match inspect(first, name).await? {
        Some(inspected) => {
            let connection = first.clone();
            suited(
                Found {
                    connection,
                    inspected,
                },
                name,
                wish.platform,
            )
        }
        None => Err(Error::Pull {
            name: name.to_owned(),
            engine: first.place(),
            cause: "the engine says no more than that it is still missing".into(),
        }),
    }
}

/// Returns the engines to be asked, the first one first.
pub(super) fn engines(which: Option<Engine>) -> impl Iterator<Item = Engine> {
    [Engine::Docker, Engine::Podman]
        .into_iter()
        .filter(move |&engine| which.is_none_or(|which| which == engine))
}

/// Returns a connection to an engine at the first of its addresses that answers.
pub(super) async fn reach(
    engine: Engine,
    environment: &Environment,
    attempts: &mut Vec<Attempt>,
    tell: &impl Fn(Event),
) -> Option<Connection> {
    for endpoint in endpoints(engine, environment) {
        let endpoint = match endpoint {
            Ok(endpoint) => endpoint,
            Err(attempt) => {
                attempts.push(attempt);
                continue;
            }
        };
        tell(Event::Connecting(format!(
            "{engine} at {}",
            endpoint.address
        )));
        let attempt = |reason: Reason| Attempt {
            engine,
            address: endpoint.address.clone(),
            reason,
        };
        match Connection::open(&endpoint).await {
            Ok(connection) => {
                let (place, version) = (connection.place(), connection.version.prefix(""));
                log::info!("{place} answers, API {}", version.trim_start_matches("/v"));
                return Some(connection);
            }
            Err(reason) => {
                log::info!("{engine} at {}: {reason}", endpoint.address);
                attempts.push(attempt(reason));
            }
        }
    }
    None
}

/// Returns what an engine says of an image; nothing when it does not have it.
pub(super) async fn inspect(
    connection: &Connection,
    name: &str,
) -> Result<Option<ImageInspect>, Error> {
    match answer(connection.docker.inspect_image(name)).await {
        Ok(inspected) => Ok(Some(inspected)),
        Err(ClientError::DockerResponseServerError {
            status_code: 404, ..
        }) => Ok(None),
        Err(error) => Err(Error::Asked {
            name: name.to_owned(),
            engine: connection.place(),
            // Some repeat what they were asked for.
            cause: said(&error).replace(&format!(": {name}: "), ": "),
        }),
    }
}

/// Returns what an engine or the way to it had to say, without the client's own preamble.
pub(super) fn said(error: &ClientError) -> String {
    match error {
        ClientError::RequestTimeoutError => "no answer in time".to_owned(),
        ClientError::DockerResponseServerError {
            status_code,
            message,
        } => match message.trim() {
            "" => format!("HTTP status {status_code}"),
            words => words.to_owned(),
        },
        ClientError::DockerStreamError { error } => error.trim().to_owned(),
        other => {
            let mut words = other.to_string();
            let mut cause = std::error::Error::source(other);
            while let Some(error) = cause {
                let more = error.to_string();
                if !words.contains(&more) {
                    words = format!("{words}: {more}");
                }
                cause = error.source();
            }
            words
        }
    }
}

/// Refuses an image of another platform: engines that do not know platforms hand out whatever has the name.
fn suited(found: Found, name: &str, wanted: Option<&Platform>) -> Result<Found, Error> {
    let Some(wanted) = wanted else {
        return Ok(found);
    };
    let has = super::headings::About::of(&found.inspected).platform;
    let variant =
        wanted.variant.is_empty() || has.variant.is_empty() || wanted.variant == has.variant;
    if has.os == wanted.os && has.architecture == wanted.architecture && variant {
        return Ok(found);
    }
    Err(Error::Platform {
        name: name.to_owned(),
        engine: found.connection.engine,
        has: has.to_string(),
        wanted: wanted.to_string(),
    })
}

/// Whether a name is an image's id: no registry knows those.
fn is_id(name: &str) -> bool {
    let hex = name.strip_prefix("sha256:").unwrap_or(name);
    hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
        || name.starts_with("sha256:")
}
