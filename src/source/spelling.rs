//! What the user's word for an image means: schemes, `-`, paths, names. Looks at the file system only to ask whether a path is there; opens
//! nothing, asks no engine.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use super::error::Error;
use crate::argument::split;

/// A container engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engine {
    /// Docker, or what speaks its API on its socket.
    Docker,
    /// Podman, through its Docker-compatible API.
    Podman,
}

/// `--source`: the source of an image written without a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// `docker`
    Docker,
    /// `podman`
    Podman,
    /// `docker-archive`
    DockerArchive,
    /// `oci-archive`
    OciArchive,
    /// `oci-dir`
    OciFolder,
}

/// Where an image is to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A local engine.
    Engine {
        /// Which; Docker and then Podman when nothing is said.
        which: Option<Engine>,
        /// The image's name or id.
        name: String,
    },
    /// A file that the user says is a `docker save` archive.
    DockerArchive(PathBuf),
    /// A file that the user says is an OCI archive.
    OciArchive(PathBuf),
    /// A folder that the user says is an OCI layout.
    OciFolder(PathBuf),
    /// A file or folder; what it is shows inside.
    Path(PathBuf),
    /// Standard input, and the kind of archive that the user says it is.
    Stdin(Option<SourceKind>),
}

impl Source {
    /// Returns what the user's word for an image means. A scheme goes before everything, then `-`, then `default`, then a path that exists,
    /// then an engine's name for it. A folder whose name could be an image's counts as a path only when it holds an archive's index.
    ///
    /// # Errors
    /// [`Error`] when the scheme is unknown, nothing follows it, or no image can have such a name.
    pub fn parse(
        image: &(impl AsRef<OsStr> + ?Sized),
        default: Option<SourceKind>,
    ) -> Result<Self, Error> {
        let word = image.as_ref();
        let path = Path::new(word);
        // Schemes and names of images are text; of what is none only a path can be meant.
        let image = &*word.to_string_lossy();
        if let Some((scheme, rest)) = split(word, "://") {
            if let Some(kind) = SourceKind::of_scheme(&scheme) {
                return kind.source(&rest, image);
            }
            if default.is_none() && !path.exists() {
                return Err(Error::Scheme(image.to_owned()));
            }
        }
        if let Some(kind) = default {
            return kind.source(word, image);
        }
        if image == "-" {
            return Ok(Self::Stdin(None));
        }
        // A folder called `alpine` does not hide the image of that name, unless it is one.
        let is_path = match path.is_dir() {
            true if is_name(image) && !image.contains('/') => holds_index(path),
            true => true,
            false => path.exists(),
        };
        if is_path || looks_like_path(image) {
            return Ok(Self::Path(path.to_owned()));
        }
        engine(None, image)
    }
}

impl SourceKind {
    fn of_scheme(scheme: &str) -> Option<Self> {
        Some(match scheme {
            "docker" => Self::Docker,
            "podman" => Self::Podman,
            "docker-archive" | "docker-tar" => Self::DockerArchive,
            "oci-archive" => Self::OciArchive,
            "oci-dir" => Self::OciFolder,
            _ => return None,
        })
    }

    fn source(self, rest: &OsStr, image: &str) -> Result<Source, Error> {
        if rest.is_empty() {
            return Err(Error::NothingNamed(image.to_owned()));
        }
        let path = || PathBuf::from(rest);
        Ok(match self {
            Self::DockerArchive | Self::OciArchive if rest == "-" => Source::Stdin(Some(self)),
            // Where an engine or a folder is the usual source, this alone is none.
            _ if image == "-" => Source::Stdin(None),
            Self::Docker => return engine(Some(Engine::Docker), &rest.to_string_lossy()),
            Self::Podman => return engine(Some(Engine::Podman), &rest.to_string_lossy()),
            Self::DockerArchive => Source::DockerArchive(path()),
            Self::OciArchive => Source::OciArchive(path()),
            Self::OciFolder => Source::OciFolder(path()),
        })
    }
}

fn engine(which: Option<Engine>, name: &str) -> Result<Source, Error> {
    if is_name(name) {
        let name = name.to_owned();
        Ok(Source::Engine { which, name })
    } else {
        Err(Error::Name(name.to_owned()))
    }
}

/// Whether an engine could know an image by this name. Only what would change the meaning of a request is refused here: the engine itself judges
/// the rest, and says why.
pub(super) fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-:/@".contains(&byte);
    name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.len() <= 1024
        && name.bytes().all(plain)
        && !name.split('/').any(|part| matches!(part, "" | "." | ".."))
}

fn looks_like_path(image: &str) -> bool {
    let path = Path::new(image);
    let ends = [".tar", ".tar.gz", ".tgz", ".tar.zst"];
    path.is_absolute()
        || image.starts_with('.')
        || image.ends_with('/')
        || ends.iter().any(|end| image.ends_with(end))
}

fn holds_index(folder: &Path) -> bool {
    ["index.json", "oci-layout", "manifest.json"]
        .iter()
        .any(|name| folder.join(name).is_file())
}

impl From<Engine> for SourceKind {
    fn from(engine: Engine) -> Self {
        match engine {
            Engine::Docker => Self::Docker,
            Engine::Podman => Self::Podman,
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Docker => "docker",
            Self::Podman => "podman",
        })
    }
}
