//! Parses how the user names an image: schemes, `-`, paths, names. Only checks whether a path exists; opens nothing, queries no engine.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::engine::Engine;
use super::error::Error;
use super::registry::RegistryReference;
use super::skopeo;
use crate::argument::split;

/// `--source`: the source of an image written without a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    /// `dir`
    ImageFolder,
    /// `registry`
    Registry,
}

/// The source of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A local engine.
    Engine {
        /// Which engine; without one, Docker and then Podman.
        which: Option<Engine>,
        /// The image's name or id.
        name: String,
    },
    /// A registry.
    Registry(RegistryReference),
    /// A file that the user declares a `docker save` archive.
    DockerArchive(PathBuf),
    /// A file that the user declares an OCI archive.
    OciArchive(PathBuf),
    /// A folder that the user declares an OCI layout.
    OciFolder(PathBuf),
    /// A folder that the user declares to have the manifest and the blobs of one image, as skopeo's `dir:` and `podman save --format docker-dir` write it.
    ImageFolder(PathBuf),
    /// A file or folder; its format is detected.
    Path(PathBuf),
    /// Standard input, and the kind of archive that the user declares it.
    Stdin(Option<SourceKind>),
}

impl Source {
    /// Parses an image's name. A scheme has precedence, then `-`, then `default`, then an existing path, then skopeo's spelling, then a name in an engine. A
    /// folder whose name could be an image's counts as a path only when it contains an archive's index.
    ///
    /// # Errors
    /// [`Error`] when the scheme is unknown, no name follows it, or the name is invalid.
    pub fn parse(
        image: &(impl AsRef<OsStr> + ?Sized),
        default: Option<SourceKind>,
    ) -> Result<Self, Error> {
        Ok(Self::parse_with_image(image, default)?.0)
    }

    /// Parses an image's name like [`Source::parse`], and the name of one image of an archive after it: `oci:PATH:NAME`.
    ///
    /// # Errors
    /// [`Error`] as of [`Source::parse`].
    pub fn parse_with_image(
        image: &(impl AsRef<OsStr> + ?Sized),
        default: Option<SourceKind>,
    ) -> Result<(Self, Option<String>), Error> {
        let word = image.as_ref();
        if default.is_none()
            && !Path::new(word).exists()
            && let Some(named) = skopeo::parse(word)
        {
            return Ok(named);
        }
        Ok((Self::parse_word(word, default)?, None))
    }

    fn parse_word(word: &OsStr, default: Option<SourceKind>) -> Result<Self, Error> {
        let path = Path::new(word);
        // Schemes and image names are text; anything else can only be a path.
        let image = &*word.to_string_lossy();
        if let Some((scheme, rest)) = split(word, "://") {
            if let Some(kind) = SourceKind::of_scheme(&scheme) {
                return kind.source(&rest, image);
            }
            if default.is_none() && !path.exists() {
                Error::refuse_login(image)?;
                return Err(Error::Scheme(image.to_owned()));
            }
        }
        if let Some(kind) = default {
            return kind.source(word, image);
        }
        if image == "-" {
            return Ok(Self::Stdin(None));
        }
        // A folder called `alpine` does not hide the image of that name, unless it is an archive.
        let is_path = match path.is_dir() {
            true if is_name(image) && !image.contains('/') => has_index(path),
            true => true,
            false => path.exists(),
        };
        if is_path || looks_like_path(image) {
            return Ok(Self::Path(path.to_owned()));
        }
        // No engine's API takes an IPv6 address in a name.
        if image.starts_with('[') {
            return registry(image);
        }
        engine(None, image)
    }
}

impl SourceKind {
    const ALL: [Self; 7] = [
        Self::Docker,
        Self::Podman,
        Self::DockerArchive,
        Self::OciArchive,
        Self::OciFolder,
        Self::ImageFolder,
        Self::Registry,
    ];

    /// Returns the scheme of its images, without `://`.
    #[must_use]
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::Docker => Engine::Docker.name(),
            Self::Podman => Engine::Podman.name(),
            Self::DockerArchive => "docker-archive",
            Self::OciArchive => "oci-archive",
            Self::OciFolder => "oci-dir",
            Self::ImageFolder => "dir",
            Self::Registry => "registry",
        }
    }

    fn of_scheme(scheme: &str) -> Option<Self> {
        // dive's second name for it.
        if scheme == "docker-tar" {
            return Some(Self::DockerArchive);
        }
        Self::ALL.into_iter().find(|kind| kind.scheme() == scheme)
    }

    fn source(self, rest: &OsStr, image: &str) -> Result<Source, Error> {
        if rest.is_empty() {
            return Err(Error::NothingNamed(image.to_owned()));
        }
        let path = || PathBuf::from(rest);
        Ok(match self {
            Self::DockerArchive | Self::OciArchive if rest == "-" => Source::Stdin(Some(self)),
            // With `--source` of an engine or a folder, `-` is still standard input.
            _ if image == "-" => Source::Stdin(None),
            Self::Docker => return engine(Some(Engine::Docker), &rest.to_string_lossy()),
            Self::Registry => return registry(&rest.to_string_lossy()),
            Self::Podman => return engine(Some(Engine::Podman), &rest.to_string_lossy()),
            Self::DockerArchive => Source::DockerArchive(path()),
            Self::OciArchive => Source::OciArchive(path()),
            Self::OciFolder => Source::OciFolder(path()),
            Self::ImageFolder => Source::ImageFolder(path()),
        })
    }
}

fn registry(name: &str) -> Result<Source, Error> {
    Error::refuse_login(name)?;
    let reference = RegistryReference::parse(name);
    reference
        .map(Source::Registry)
        .map_err(|cause| Error::RegistryName {
            name: name.to_owned(),
            cause,
        })
}

fn engine(which: Option<Engine>, name: &str) -> Result<Source, Error> {
    Error::refuse_login(name)?;
    if is_name(name) {
        let name = name.to_owned();
        Ok(Source::Engine { which, name })
    } else {
        Err(Error::Name(name.to_owned()))
    }
}

/// Returns whether a name can be an image's. Only names that would change a request are refused here; the engine refuses the rest, with a reason.
pub(super) fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-:/@".contains(&byte);
    name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.len() <= 1024
        && name.bytes().all(plain)
        && !name.split('/').any(|part| matches!(part, "" | "." | ".."))
}

fn looks_like_path(image: &str) -> bool {
    let path = Path::new(image);
    let ends = [
        ".tar", ".tar.gz", ".tgz", ".tar.zst", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tar.lz4",
        ".oci",
    ];
    path.is_absolute()
        || image.starts_with('.')
        || image.ends_with('/')
        || ends.iter().any(|end| image.ends_with(end))
}

fn has_index(folder: &Path) -> bool {
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
