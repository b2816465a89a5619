//! Lists what registries have, for a survey of many images: the tags of a repository, the repositories of a registry. Opens no image.

use super::error::Error;
use super::registry::{self, Connections, ReferenceError, RegistryReference};
use crate::archive::Cancel;

/// Returns the images of a repository, `registry://HOST/NAME` with or without the scheme: one name for each tag, in the registry's order.
///
/// # Errors
/// [`Error`] when the name is none of a repository, or the registry does not list its tags.
pub(crate) fn images_of_repository(
    name: &str,
    connections: &Connections,
    cancel: &Cancel,
) -> Result<Vec<String>, Error> {
    let rest = name.strip_prefix(SCHEME).unwrap_or(name);
    Error::refuse_login(rest)?;
    let reference = RegistryReference::parse(rest).map_err(|cause| invalid(name, cause))?;
    let last = rest.rsplit('/').next().unwrap_or_default();
    if last.contains([':', '@']) {
        return Err(invalid(name, ReferenceError::Repository(rest.to_owned())));
    }
    // Errors name the repository, not an image of it.
    let repository = RegistryReference {
        tag: None,
        ..reference
    };
    let tags = registry::tags(&repository, connections, cancel).map_err(Error::of_registry)?;
    let RegistryReference {
        host, repository, ..
    } = repository;
    let image = |tag: String| format!("{SCHEME}{host}/{repository}:{tag}");
    Ok(tags.into_iter().map(image).collect())
}

/// Returns the repositories of a registry, `registry://HOST` with or without the scheme, in the registry's order.
///
/// # Errors
/// [`Error`] when the name is none of a host, or the registry does not list its repositories.
pub(crate) fn repositories_of_registry(
    name: &str,
    connections: &Connections,
    cancel: &Cancel,
) -> Result<Vec<String>, Error> {
    let rest = name.strip_prefix(SCHEME).unwrap_or(name);
    Error::refuse_login(rest)?;
    let host = RegistryReference::of_host(rest.trim_end_matches('/'));
    let host = host.map_err(|cause| invalid(name, cause))?;
    let names = registry::repositories(&host, connections, cancel).map_err(Error::of_registry)?;
    let repository = |name: String| format!("{SCHEME}{}/{name}", host.host);
    Ok(names.into_iter().map(repository).collect())
}

const SCHEME: &str = "registry://";

fn invalid(name: &str, cause: ReferenceError) -> Error {
    Error::RegistryName {
        name: name.to_owned(),
        cause,
    }
}
