//! Gathers the list of images: words, files, standard input, repositories, registries, engines. What cannot be listed is an error row, and the rest is
//! still read.

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _};
use std::num::NonZeroUsize;
use std::path::Path;

use super::fleet_error::{FailedName, FleetError};
use super::input::{FleetInput, Inputs};
use crate::demo;
use crate::load::{self, Cancel, Connections, Engine, SourceKind};
use crate::small_file;
use crate::threads;

/// The longest list, in bytes.
const LONGEST_LIST: u64 = 1 << 30;
const TOO_LONG: &str = "longer than 1 GiB";
/// How many bytes of a file decide whether it is a list or an archive.
const HEAD: u64 = 512;

/// Where the names of images come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lists {
    /// Images, files with one image per line, `-` for standard input.
    pub(crate) words: Vec<OsString>,
    /// `--demo`: the built-in images of these words, all if there are no words.
    pub(crate) built_in: bool,
    /// `--repository`: all tags of each.
    pub(crate) repositories: Vec<String>,
    /// `--catalog`: all repositories of each registry.
    pub(crate) catalogs: Vec<String>,
    /// `--engine`: all images of these.
    pub(crate) engines: Option<Engines>,
}

/// The engines whose images are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engines {
    /// Every one that answers.
    All,
    /// One.
    One(Engine),
}

/// Returns all images of some lists, each once. Several lists of registries are requested at a time.
pub(crate) fn gather(
    lists: &Lists,
    connections: &Connections,
    parallel: NonZeroUsize,
    cancel: &Cancel,
) -> Inputs {
    let mut inputs = Inputs::default();
    for word in &lists.words {
        match word.to_str() {
            Some(name) if lists.built_in && demo::has(name) => {
                inputs.images.push(FleetInput::built_in(name));
            }
            _ => inputs.extend(of_word(word)),
        }
    }
    if lists.built_in && lists.words.is_empty() {
        inputs.images.extend(demo::ALL.map(FleetInput::built_in));
    }
    let mut repositories = lists.repositories.clone();
    for registry in &lists.catalogs {
        match load::repositories_of_registry(registry, connections, cancel) {
            Ok(names) => repositories.extend(names),
            Err(error) => inputs.errors.push(FailedName::new(registry, None, error)),
        }
    }
    let images_of = |names: &[String]| -> Result<Vec<Inputs>, Infallible> {
        let images = |name: &String| {
            let mut inputs = Inputs::default();
            match load::images_of_repository(name, connections, cancel) {
                Ok(images) => inputs
                    .images
                    .extend(images.iter().map(|name| FleetInput::named(name))),
                Err(error) => inputs.errors.push(FailedName::new(name, None, error)),
            }
            inputs
        };
        Ok(names.iter().map(images).collect())
    };
    let Ok(listed) = threads::map_chunks(&repositories, parallel, images_of);
    for list in listed.into_iter().flatten() {
        inputs.extend(list);
    }
    if let Some(engines) = lists.engines {
        inputs.extend(of_engines(engines, cancel));
    }
    inputs.dedup();
    inputs
}

fn of_word(word: &OsStr) -> Inputs {
    let name = word.to_string_lossy();
    let read = if word == "-" {
        standard_input()
    } else if is_list(Path::new(word)) {
        small_file::bytes(Path::new(word), LONGEST_LIST, TOO_LONG)
    } else {
        let mut inputs = Inputs::default();
        inputs.images.push(FleetInput::named(&name));
        return inputs;
    };
    match read {
        Ok(bytes) => Inputs::parse(&bytes),
        Err(cause) => {
            let mut inputs = Inputs::default();
            let cause = FleetError::List(cause);
            inputs.errors.push(FailedName::new(name, None, cause));
            inputs
        }
    }
}

fn standard_input() -> io::Result<Vec<u8>> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Err(io::Error::other("standard input is a terminal, not a list"));
    }
    small_file::bytes_of(stdin.lock(), LONGEST_LIST, TOO_LONG)
}

/// Returns whether a path is a list: a file or a pipe of text. Archives have bytes that no text has in their first header.
fn is_list(path: &Path) -> bool {
    let Ok(about) = path.metadata() else {
        return false;
    };
    if !about.is_file() {
        // A folder is an image; a pipe, as from a shell's `<(…)`, can be read only once.
        return !about.is_dir();
    }
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    read.is_ok() && is_text(&head)
}

fn is_text(head: &[u8]) -> bool {
    let is_utf8 = match std::str::from_utf8(head) {
        Ok(_) => true,
        // The last character may be cut.
        Err(error) => error.error_len().is_none(),
    };
    is_utf8 && !head.contains(&0)
}

fn of_engines(engines: Engines, cancel: &Cancel) -> Inputs {
    let mut inputs = Inputs::default();
    let one = match engines {
        Engines::All => None,
        Engines::One(engine) => Some(engine),
    };
    match load::local(one, cancel) {
        Ok(images) => inputs
            .images
            .extend(images.into_iter().map(|image| FleetInput {
                name: image.name.unwrap_or(image.id),
                source: Some(SourceKind::from(image.engine)),
                ..FleetInput::default()
            })),
        Err(error) => {
            let failed = FailedName::new("the local engines", None, error);
            inputs.errors.push(failed);
        }
    }
    inputs
}

#[cfg(test)]
mod tests {
    use super::is_text;

    #[test]
    fn text_is_a_list_and_an_archive_is_none() {
        for (head, expected) in [
            (&b"alpine:3.20\n"[..], true),
            (b"", true),
            (b"caf\xc3\xa9\ncaf\xc3", true),
            (b"\x1f\x8b\x08\0", false),
            (b"\x28\xb5\x2f\xfd\x24", false),
            (b"manifest.json\0\0\0", false),
            (b"\xffalpine", false),
        ] {
            assert_eq!(is_text(head), expected, "{head:?}");
        }
    }
}
