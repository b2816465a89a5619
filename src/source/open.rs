//! Opens a [`Source`]: returns its bytes, and the engine's description of the layers. Detects no formats.

use std::path::Path;
use std::sync::Arc;

use super::attempt::FailedAttempt;
use super::blocking::block_on;
use super::connect::response;
use super::engine::Engine;
use super::engine_description::{EngineDescription, expected_bytes, headings};
use super::environment::SourceEnvironment;
use super::error::Error;
use super::export::Export;
use super::file::{self, ExpectedKind};
use super::find::{EngineImage, find, is_id};
use super::options::{OpenEvent, OpenOptions, Pull};
use super::reference::Source;
use super::registry::{self, Connections, RegistryReference};
use crate::archive::{Cancel, Input};
use crate::escape::text as shown;
use crate::image::LayerHeading;

/// An image that is opened and not read yet.
pub struct OpenedSource {
    /// The bytes.
    pub input: Input,
    /// Where they come from: `docker`, `podman`, `docker archive`, `standard input`.
    pub origin: String,
    /// The name as the user wrote it.
    pub reference: String,
    /// The number of bytes: exact for files, approximate from an engine (its own sum, without the archive's headers), `None` if unknown.
    pub total: Option<u64>,
    /// The layers, bottom first, from an engine.
    pub headings: Option<Vec<LayerHeading>>,
    /// The engine's description of the image.
    pub about: Option<EngineDescription>,
    /// The digest of the manifest or index that the name means, from a registry.
    pub digest: Option<String>,
    /// What to open for the same bytes again: an engine's image by its id, or by its name when a platform was chosen. `None` for files, which stay
    /// open, and for streams, which can be read only once.
    pub reopen: Option<Source>,
}

/// Opens an image. Blocks while engines are queried; `report` gets events. A cancel takes effect within 20 ms, also later in the stream.
///
/// # Errors
/// [`Error`] when the image cannot be opened, or the user cancelled.
pub fn open(
    source: &Source,
    options: &OpenOptions<'_>,
    environment: &SourceEnvironment,
    cancel: &Cancel,
    report: &dyn Fn(OpenEvent),
) -> Result<OpenedSource, Error> {
    match source {
        Source::Engine { which, name } => {
            let image = engine_image(*which, name, options, environment, cancel, report);
            match block_on(cancel, image) {
                Err(Error::NoEngine { name, attempts }) if which.is_none() => {
                    without_engine(name, attempts, options, environment, cancel, report)
                }
                opened => opened,
            }
        }
        Source::Registry(reference) => {
            registry_image(reference, None, options, environment, cancel, report)
        }
        Source::DockerArchive(path) => {
            local(path, ExpectedKind::File, "docker archive", cancel, report)
        }
        Source::OciArchive(path) => local(path, ExpectedKind::File, "OCI archive", cancel, report),
        Source::OciFolder(path) => local(path, ExpectedKind::Folder, "OCI folder", cancel, report),
        Source::ImageFolder(path) => {
            local(path, ExpectedKind::Folder, "image folder", cancel, report)
        }
        Source::Path(path) => local(path, ExpectedKind::Any, "archive", cancel, report),
        Source::Stdin(_) => Ok(OpenedSource {
            input: file::stdin()?,
            origin: "standard input".into(),
            reference: "-".into(),
            total: None,
            digest: None,
            headings: None,
            about: None,
            reopen: None,
        }),
    }
}

/// Opens an image from its registry because no engine responds, unless it may not be pulled, or has a name that only an engine can resolve.
fn without_engine(
    name: String,
    attempts: Vec<FailedAttempt>,
    options: &OpenOptions<'_>,
    environment: &SourceEnvironment,
    cancel: &Cancel,
    report: &dyn Fn(OpenEvent),
) -> Result<OpenedSource, Error> {
    let reference = RegistryReference::parse(&name).ok();
    let reference = reference.filter(|_| options.pull != Pull::Never && !is_id(&name));
    let Some(reference) = reference else {
        return Err(Error::NoEngine { name, attempts });
    };
    let tried: Vec<String> = attempts.iter().map(ToString::to_string).collect();
    let (tried, host) = (tried.join("; "), shown(&reference.host));
    let warning = format!("no engine answered ({tried}): read from the registry {host}");
    let image = registry_image(
        &reference,
        Some(warning),
        options,
        environment,
        cancel,
        report,
    );
    image.map_err(|error| match error {
        Error::Registry(error) => Error::NoEngineNorRegistry {
            name,
            error,
            attempts,
        },
        error => error,
    })
}

/// Opens an image from its registry; a warning gives the reason if it is not what the user named.
fn registry_image(
    reference: &RegistryReference,
    warning: Option<String>,
    options: &OpenOptions<'_>,
    environment: &SourceEnvironment,
    cancel: &Cancel,
    report: &dyn Fn(OpenEvent),
) -> Result<OpenedSource, Error> {
    report(OpenEvent::Connecting(format!(
        "the registry {}",
        reference.host
    )));
    let connections = if let Some(shared) = options.connections {
        shared.clone()
    } else {
        let options = options.registry.cloned().unwrap_or_default();
        Connections::start(options, environment.clone()).map_err(Error::System)?
    };
    let session = registry::open(reference, &connections, cancel).map_err(Error::of_registry)?;
    log::info!("{reference} is {}", session.digest());
    let session = session.with_warning(warning);
    Ok(OpenedSource {
        origin: format!("registry {}", session.host()),
        digest: Some(session.digest().to_owned()),
        reference: reference.to_string(),
        input: Input::Fetched(Arc::new(session)),
        total: None,
        headings: None,
        about: None,
        reopen: None,
    })
}

async fn engine_image(
    which: Option<Engine>,
    name: &str,
    options: &OpenOptions<'_>,
    environment: &SourceEnvironment,
    cancel: &Cancel,
    report: &dyn Fn(OpenEvent),
) -> Result<OpenedSource, Error> {
    let EngineImage {
        connection,
        inspected,
    } = find(which, name, options, environment, report).await?;
    let about = EngineDescription::of(&inspected);
    // For one platform, an engine with the containerd store returns the id of that platform's manifest, which it cannot export.
    let id = match &about.id {
        id if id.is_empty() || options.platform.is_some() => name,
        id => id,
    };
    let history = response(connection.docker.image_history(id)).await;
    let history = history.unwrap_or_default();
    let export = Export::new(connection.clone(), id.to_owned(), cancel.clone());
    Ok(OpenedSource {
        input: Input::Stream(Box::new(export)),
        origin: connection.engine.to_string(),
        reference: name.to_owned(),
        total: expected_bytes(&inspected),
        digest: None,
        headings: Some(headings(&inspected, &history)),
        reopen: Some(Source::Engine {
            which: which.or(Some(connection.expected)),
            name: id.to_owned(),
        }),
        about: Some(about),
    })
}

fn local(
    path: &Path,
    expected: ExpectedKind,
    origin: &str,
    cancel: &Cancel,
    report: &dyn Fn(OpenEvent),
) -> Result<OpenedSource, Error> {
    let opened = file::open(path, expected, cancel, report)?;
    let origin = match &opened.input {
        Input::Folder(_) if expected == ExpectedKind::Any => "folder",
        _ => origin,
    };
    Ok(OpenedSource {
        input: opened.input,
        origin: origin.into(),
        reference: path.display().to_string(),
        total: opened.total,
        digest: None,
        headings: None,
        about: None,
        reopen: None,
    })
}
