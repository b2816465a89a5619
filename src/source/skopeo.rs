//! Parses image names as skopeo and podman write them: `oci:PATH:REFERENCE` (containers-transports(5)). Since `oci:latest` and `registry:2` are also
//! names of images, a single colon counts only where the path exists. Opens nothing.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::address::named_login;
use super::engine::Engine;
use super::reference::{Source, SourceKind, is_name};
use crate::argument::split;
use crate::escape::text as shown;

/// Returns the source that a word names in this spelling, and the image of it, if one is named.
pub(super) fn parse(word: &OsStr) -> Option<(Source, Option<String>)> {
    let (transport, rest) = split(word, ":")?;
    if rest.as_encoded_bytes().starts_with(b"//") {
        return None;
    }
    let source: fn(PathBuf) -> Source = match &*transport {
        "docker-archive" => Source::DockerArchive,
        "oci-archive" => Source::OciArchive,
        "oci" => Source::OciFolder,
        "dir" => Source::ImageFolder,
        "docker-daemon" => return Some((engine(&rest.to_string_lossy())?, None)),
        _ => return None,
    };
    let (path, image) = existing(&rest)?;
    Some((source(path), image))
}

/// Returns Docker's image of this name or id. An image that is itself called `docker-daemon` is written with its scheme: `docker://docker-daemon:1`.
fn engine(name: &str) -> Option<Source> {
    let is_engines = is_name(name) && named_login(name).is_none();
    is_engines.then(|| Source::Engine {
        which: Some(Engine::Docker),
        name: name.to_owned(),
    })
}

/// Returns the longest path that exists, and what follows it after a colon. A path that only a path can be need not exist.
fn existing(rest: &OsStr) -> Option<(PathBuf, Option<String>)> {
    if Path::new(rest).exists() {
        return Some((rest.into(), None));
    }
    let text = rest.to_str()?;
    let colons = text.rmatch_indices(':');
    let mut splits = colons.map(|(at, _)| (&text[..at], &text[at + 1..]));
    let found = splits.find(|(path, _)| !path.is_empty() && Path::new(path).exists());
    match found {
        Some((path, "")) => Some((path.into(), None)),
        Some((path, image)) => Some((path.into(), Some(image.to_owned()))),
        None if text.starts_with('.') || Path::new(text).has_root() => Some((text.into(), None)),
        None => None,
    }
}

/// Returns a hint for a word in the spelling with a path, which was taken for an image's name because there is no such path.
pub(super) fn absent_path_hint(word: &str) -> Option<String> {
    let (transport, rest) = word.split_once(':')?;
    if !matches!(transport, "docker-archive" | "oci-archive" | "oci" | "dir") {
        return None;
    }
    // The name of an image follows the path.
    let (path, _) = rest.split_once(':').unwrap_or((rest, ""));
    let path = shown(path);
    Some(if path.is_empty() {
        format!("to open a file or folder, write its path: {transport}:PATH")
    } else {
        format!("as a path: {path} does not exist; it is relative to the current folder")
    })
}

/// Returns the spelling of this program for a scheme of skopeo or podman that is none here.
pub(super) fn other_scheme(word: &str) -> Option<String> {
    let (scheme, rest) = word.split_once("://")?;
    let own = match scheme {
        "oci" => SourceKind::OciFolder,
        "docker-daemon" => SourceKind::Docker,
        "containers-storage" => SourceKind::Podman,
        _ => return None,
    };
    (!rest.is_empty()).then(|| format!("{}://{rest}", own.scheme()))
}

/// Returns whether a word names an image in this spelling.
#[must_use]
pub(crate) fn is_skopeo_name(word: &str) -> bool {
    !Path::new(word).exists() && parse(OsStr::new(word)).is_some()
}
