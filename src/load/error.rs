//! Errors of loading an image or reading its contents: the error of the module in which it happened, and the image or file that was read. Returns text and
//! hints; prints nothing.

use std::io;

use crate::archive::ListedImage;
use crate::escape;
use crate::{archive, source};

pub use crate::extract::Error as ExtractError;

/// Why an image could not be loaded, or its contents could not be read or extracted.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The user cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The image's bytes cannot be opened.
    #[error(transparent)]
    Open(source::Error),
    /// The archive cannot be read.
    #[error("{}", on_one_line(&with_name(.what, .source, *.in_registry)))]
    Read {
        /// The image or the file, as the user wrote it.
        what: Box<str>,
        /// What is wrong with the archive.
        source: archive::Error,
        /// Whether it is in a registry, not in an archive.
        in_registry: bool,
    },
    /// Files cannot be extracted.
    #[error("{}", on_one_line(&.0.to_string()))]
    Extract(#[source] ExtractError),
    /// The built-in images cannot be unpacked.
    #[error("cannot write the built-in images to a temporary file: {0}")]
    BuiltIn(#[source] io::Error),
}

impl Error {
    /// Returns the error of reading `what`.
    pub(super) fn read(what: &str, error: archive::Error) -> Self {
        match error {
            archive::Error::Cancelled => Self::Cancelled,
            source => Self::Read {
                what: what.into(),
                source,
                in_registry: false,
            },
        }
    }

    /// Returns the same error of an image in a registry.
    pub(super) fn of_registry(mut self) -> Self {
        if let Self::Read { in_registry, .. } = &mut self {
            *in_registry = true;
        }
        self
    }

    /// Returns whether the user cancelled.
    #[must_use]
    pub const fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled)
    }

    /// Returns whether the manifest cannot be read without the layers.
    #[must_use]
    pub(crate) const fn needs_layers(&self) -> bool {
        matches!(self, Self::Read { source, .. } if matches!(source, archive::Error::NotShallow))
    }

    /// Returns whether the image does not exist.
    #[must_use]
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Open(error) if error.is_absent())
    }

    /// Returns the image's name without the user and the password in it, when it is refused for these.
    pub(crate) fn masked_name(&self) -> Option<&str> {
        match self {
            Self::Open(source::Error::Login { name, .. }) => Some(name),
            _ => None,
        }
    }

    /// Returns the images to choose from, when there are several and none was chosen.
    #[must_use]
    pub fn choices(&self) -> Option<&[ListedImage]> {
        match self {
            Self::Read {
                source:
                    archive::Error::SeveralImages { images }
                    | archive::Error::SeveralPlatforms { images },
                ..
            } => Some(images),
            _ => None,
        }
    }

    /// Returns whether several images have names of their own.
    pub(crate) const fn lists_names(&self) -> bool {
        let Self::Read { source, .. } = self else {
            return false;
        };
        matches!(source, archive::Error::SeveralImages { .. })
    }

    /// Returns what the user can do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Cancelled => None,
            Self::Open(error) => error.hint(),
            Self::Read {
                source,
                in_registry: true,
                ..
            } => source.hint_of_registry().map(str::to_owned),
            Self::Read { source, .. } => source.hint().map(str::to_owned),
            Self::Extract(error) => error.hint().map(str::to_owned),
            Self::BuiltIn(_) => Some("TMPDIR names the folder for temporary files".to_owned()),
        }
    }
}

impl From<source::Error> for Error {
    fn from(error: source::Error) -> Self {
        match error {
            source::Error::Cancelled => Self::Cancelled,
            error => Self::Open(error),
        }
    }
}

impl From<ExtractError> for Error {
    fn from(error: ExtractError) -> Self {
        match error {
            ExtractError::Read(archive::Error::Cancelled) => Self::Cancelled,
            error => Self::Extract(error),
        }
    }
}

/// Puts the name of what was read before the error, unless the error already names it.
fn with_name(what: &str, error: &archive::Error, in_registry: bool) -> String {
    let is_named = match error {
        // The path of a file in a folder starts with the folder's.
        archive::Error::File { path, .. } => path.starts_with(what),
        archive::Error::Reopen(_) | archive::Error::Fetch(_) => true,
        archive::Error::Shared(error) => return with_name(what, error, in_registry),
        archive::Error::Json { name, cause } if in_registry => {
            let digest = archive::digest_from_name(name);
            let name = digest.as_ref().unwrap_or(name);
            return format!("{what}: cannot read {name}: {cause}");
        }
        archive::Error::NothingListed { .. } if in_registry => {
            return format!("{what}: it lists no image that is in the registry");
        }
        _ => false,
    };
    if is_named {
        error.to_string()
    } else {
        format!("{what}: {error}")
    }
}

/// Escapes everything that would not stay on one line of a terminal.
fn on_one_line(text: &str) -> String {
    escape::name(text.as_bytes()).into_owned()
}
