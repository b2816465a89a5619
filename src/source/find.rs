//! Finds an image in the engines: Docker, then Podman. It is pulled only when none has it. Reads no byte of the image.

use bollard::errors::Error as ClientError;
use bollard::models::ImageInspect;

use super::address;
use super::attempt::{FailedAttempt, Reason};
use super::client_error::EngineError;
use super::connect::{Connection, response};
use super::credentials::credentials;
use super::endpoint::endpoints;
use super::engine::Engine;
use super::environment::SourceEnvironment;
use super::error::Error;
use super::options::{OpenEvent, OpenOptions, Pull};
use super::pull::pull;
use crate::image::Platform;

/// An image in an engine.
pub(super) struct EngineImage {
    pub(super) connection: Connection,
    pub(super) inspected: ImageInspect,
}

/// Returns the image; pulls it if `options` require that.
pub(super) async fn find(
    which: Option<Engine>,
    name: &str,
    options: &OpenOptions<'_>,
    environment: &SourceEnvironment,
    report: &dyn Fn(OpenEvent),
) -> Result<EngineImage, Error> {
    let mut attempts = Vec::new();
    // The engines that answer and do not have it.
    let mut without: Vec<Connection> = Vec::new();
    for engine in engines(which) {
        let Some(reached) = reach(engine, environment, &mut attempts, report).await else {
            continue;
        };
        let connection = options.platform.map_or_else(
            || reached.clone(),
            |platform| reached.for_platform(platform),
        );
        if options.pull != Pull::Always
            && let Some(inspected) = inspect(&connection, name).await?
        {
            return check_platform(
                EngineImage {
                    connection,
                    inspected,
                },
                name,
                options.platform,
            );
        }
        if without
            .iter()
            .all(|other| other.address != connection.address)
        {
            without.push(connection);
        }
    }
    let Some(first) = without.first() else {
        let name = name.to_owned();
        return Err(Error::NoEngine { name, attempts });
    };
    if options.pull == Pull::Never || is_id(name) {
        return Err(not_found(name, &without, options.platform, attempts).await?);
    }
    pulled(first, name, options.platform, environment, report).await
}

/// Returns the error for an image that no engine has, which names the platforms that are there instead.
async fn not_found(
    name: &str,
    without: &[Connection],
    platform: Option<&Platform>,
    attempts: Vec<FailedAttempt>,
) -> Result<Error, Error> {
    for connection in without.iter().filter(|_| platform.is_some()) {
        // Engines that support platforms have only reported that it is not there for this one.
        let connection = connection.for_any_platform();
        if let Some(inspected) = inspect(&connection, name).await? {
            let found = EngineImage {
                connection,
                inspected,
            };
            check_platform(found, name, platform)?;
        }
    }
    Ok(Error::NotFound {
        name: name.to_owned(),
        engines: without.iter().map(Connection::place).collect(),
        attempts,
    })
}

/// Pulls an image through an engine and returns it.
async fn pulled(
    engine: &Connection,
    name: &str,
    platform: Option<&Platform>,
    environment: &SourceEnvironment,
    report: &dyn Fn(OpenEvent),
) -> Result<EngineImage, Error> {
    let login = credentials(environment, name).await;
    let user = login
        .as_ref()
        .map_or("an anonymous user", |_| "the user who is logged in");
    log::info!("{} pulls {name} as {user}", engine.place());
    pull(engine, name, platform, login, report).await?;
    match inspect(engine, name).await? {
        Some(inspected) => {
            let connection = engine.clone();
            check_platform(
                EngineImage {
                    connection,
                    inspected,
                },
                name,
                platform,
            )
        }
        None => Err(Error::Pull {
            name: name.to_owned(),
            engine: engine.place(),
            cause: EngineError::NotPulled,
        }),
    }
}

/// Returns the engines to query, in order.
pub(super) fn engines(which: Option<Engine>) -> impl Iterator<Item = Engine> {
    [Engine::Docker, Engine::Podman]
        .into_iter()
        .filter(move |&engine| which.is_none_or(|which| which == engine))
}

/// Returns a connection to an engine at the first of its addresses that answers.
pub(super) async fn reach(
    engine: Engine,
    environment: &SourceEnvironment,
    attempts: &mut Vec<FailedAttempt>,
    report: &dyn Fn(OpenEvent),
) -> Option<Connection> {
    for endpoint in endpoints(engine, environment) {
        let endpoint = match endpoint {
            Ok(endpoint) => endpoint,
            Err(attempt) => {
                attempts.push(attempt);
                continue;
            }
        };
        report(OpenEvent::Connecting(format!(
            "{engine} at {}",
            address::masked(&endpoint.address)
        )));
        let attempt = |reason: Reason| FailedAttempt {
            engine,
            address: endpoint.address.clone(),
            reason,
        };
        match Connection::open(&endpoint).await {
            Ok(connection) => {
                log::info!("{} answers, API {}", connection.place(), connection.version);
                return Some(connection);
            }
            Err(reason) => {
                let attempt = attempt(reason);
                log::info!("{attempt}");
                attempts.push(attempt);
            }
        }
    }
    None
}

/// Returns an engine's description of an image; `None` if it does not have the image.
pub(super) async fn inspect(
    connection: &Connection,
    name: &str,
) -> Result<Option<ImageInspect>, Error> {
    match response(connection.docker.inspect_image(name)).await {
        Ok(inspected) => Ok(Some(inspected)),
        Err(ClientError::DockerResponseServerError {
            status_code: 404, ..
        }) => Ok(None),
        Err(error) => Err(Error::Query {
            name: name.to_owned(),
            engine: connection.place(),
            // Some repeat the name.
            cause: EngineError::of_client(error).without_name(name),
        }),
    }
}

/// Refuses an image of another platform: engines without support for platforms return any image of that name.
fn check_platform(
    found: EngineImage,
    name: &str,
    requested: Option<&Platform>,
) -> Result<EngineImage, Error> {
    let Some(requested) = requested else {
        return Ok(found);
    };
    let has = super::engine_description::EngineDescription::of(&found.inspected).platform;
    // Not every engine knows the variant and the version.
    let variant = match has.variant.as_str() {
        "" => requested.variant.as_str(),
        known => known,
    };
    let known = Platform {
        variant: variant.to_owned(),
        os_version: requested.os_version.clone(),
        ..has.clone()
    };
    if known.rank(requested).is_some() {
        return Ok(found);
    }
    Err(Error::Platform {
        name: name.to_owned(),
        engine: found.connection.engine,
        has: has.to_string(),
        requested: requested.to_string(),
    })
}

/// Returns whether a name is an image's id, which no registry has.
pub(super) fn is_id(name: &str) -> bool {
    let hex = name.strip_prefix("sha256:").unwrap_or(name);
    hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
        || name.starts_with("sha256:")
}
