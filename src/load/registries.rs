//! Connections to registries, shared by many images, and the lists of images in registries. Opens no image.

use super::{Cancel, Error};
use crate::source::{self, Connections, RegistryOptions, SourceEnvironment};

/// Starts connections for many images. Nothing is connected to yet.
///
/// # Errors
/// [`Error`] when the system starts no thread.
pub(crate) fn connections(options: RegistryOptions) -> Result<Connections, Error> {
    let started = Connections::start(options, SourceEnvironment::of_process());
    Ok(started.map_err(source::Error::System)?)
}

/// Returns the images of a repository, one name for each tag.
///
/// # Errors
/// [`Error`] when the registry does not list them, or the user cancelled.
pub(crate) fn images_of_repository(
    name: &str,
    connections: &Connections,
    cancel: &Cancel,
) -> Result<Vec<String>, Error> {
    Ok(source::images_of_repository(name, connections, cancel)?)
}

/// Returns the repositories of a registry.
///
/// # Errors
/// [`Error`] when the registry does not list them, or the user cancelled.
pub(crate) fn repositories_of_registry(
    name: &str,
    connections: &Connections,
    cancel: &Cancel,
) -> Result<Vec<String>, Error> {
    Ok(source::repositories_of_registry(name, connections, cancel)?)
}
