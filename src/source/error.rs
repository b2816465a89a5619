//! What can fail before the first byte: the thing, the cause and a hint. Prints nothing.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::address::named_login;
use super::attempt::FailedAttempt;
use super::client_error::EngineError;
use super::connection_hints;
use super::engine::Engine;
use super::registry::{Cause, ReferenceError, RegistryError};
use super::skopeo;
use crate::escape::text as shown;
use crate::threads::{REFUSED, is_refused};

/// Why an image cannot be opened.
#[derive(Debug, Error)]
pub enum Error {
    /// The user cancelled.
    #[error("cancelled")]
    Cancelled,
    /// `foo://…`
    #[error("{}: unknown scheme", shown(.0))]
    Scheme(String),
    /// `docker://`
    #[error("{}: no name after the scheme", shown(.0))]
    NothingNamed(String),
    /// No image can have this name.
    #[error("{}: not an image name, and no such file", shown(.0))]
    Name(String),
    /// `USER:PASSWORD@HOST/NAME`. The login is masked.
    #[error("{}: an image name cannot contain a user or password", shown(.name))]
    Login {
        /// The name without it.
        name: String,
        /// What follows it, the host first.
        rest: String,
    },
    /// No registry can have an image of this name.
    #[error("{}: {}", shown(.name), shown(&.cause.to_string()))]
    RegistryName {
        /// The image's name.
        name: String,
        /// What is wrong with it.
        #[source]
        cause: ReferenceError,
    },
    /// The image cannot be read from its registry.
    #[error("{0}")]
    Registry(#[source] Box<RegistryError>),
    /// No engine responds, and the image cannot be read from its registry.
    #[error("{}: no container engine can be reached, and the registry {}: {}", shown(.name), shown(&.error.host), .error.cause)]
    NoEngineNorRegistry {
        /// The image's name.
        name: String,
        /// The registry's error.
        #[source]
        error: Box<RegistryError>,
        /// Every engine's address that was tried.
        attempts: Vec<FailedAttempt>,
    },
    /// No engine responds.
    #[error("{}: no container engine can be reached", shown(.name))]
    NoEngine {
        /// The image's name.
        name: String,
        /// Every address that was tried.
        attempts: Vec<FailedAttempt>,
    },
    /// No engine that responds has the image.
    #[error("{}: no such image in {}", shown(.name), places(.engines))]
    NotFound {
        /// The image's name.
        name: String,
        /// The engines.
        engines: Vec<String>,
        /// Every address that could not be connected to.
        attempts: Vec<FailedAttempt>,
    },
    /// The image could not be pulled.
    #[error("{}: {engine} could not pull it: {}", shown(.name), shown(&.cause.to_string()))]
    Pull {
        /// The image's name.
        name: String,
        /// The engine.
        engine: String,
        /// Its error.
        #[source]
        cause: EngineError,
    },
    /// The engine has the image for another platform.
    #[error("{}: the image in {engine} is for {}, not for {requested}", shown(.name), shown(.has))]
    Platform {
        /// The image's name.
        name: String,
        /// The engine.
        engine: Engine,
        /// The image's platform.
        has: String,
        /// The platform that was chosen.
        requested: String,
    },
    /// An engine returned an error.
    #[error("{}: {engine} cannot describe it: {}", shown(.name), shown(&.cause.to_string()))]
    Query {
        /// The image's name.
        name: String,
        /// The engine.
        engine: String,
        /// Its error.
        #[source]
        cause: EngineError,
    },
    /// A file or folder cannot be opened.
    #[error("{}: {cause}", shown(&.path.display().to_string()))]
    File {
        /// Which file.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// `oci-dir://` of a file.
    #[error("{}: not a folder", shown(&.0.display().to_string()))]
    NotAFolder(PathBuf),
    /// `docker-archive://` of a folder.
    #[error("{}: a folder, not an archive", shown(&.0.display().to_string()))]
    NotAFile(PathBuf),
    /// A character device such as `/dev/zero`, which may never end.
    #[error("{}: a device, not an archive", shown(&.0.display().to_string()))]
    Device(PathBuf),
    /// Standard input is a terminal.
    #[error("standard input is a terminal, not an archive")]
    Terminal,
    /// The system starts no thread or opens no socket.
    #[error("cannot start reading: {0}")]
    System(#[source] io::Error),
}

impl Error {
    /// Returns what the user can do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let next = self.next_step()?;
        let absent = match self {
            Self::NoEngine { name, .. }
            | Self::NoEngineNorRegistry { name, .. }
            | Self::NotFound { name, .. }
            | Self::Pull { name, .. }
            | Self::Query { name, .. } => skopeo::absent_path_hint(name),
            _ => None,
        };
        Some(match absent {
            Some(path) => format!("{path}\n{next}"),
            None => next,
        })
    }

    fn next_step(&self) -> Option<String> {
        let named = match self {
            Self::NotFound { name, .. }
            | Self::Pull { name, .. }
            | Self::Query { name, .. }
            | Self::RegistryName { name, .. } => name,
            _ => "",
        };
        if let Some(lower) = in_lower_case(named) {
            let lower = shown(&lower);
            return Some(format!(
                "image names are in lower case: {lower}; to open a file, write its path: ./FILE"
            ));
        }
        Some(match self {
            Self::Cancelled => return None,
            Self::System(_) => REFUSED.into(),
            Self::Scheme(word) if let Some(own) = skopeo::other_scheme(word) => {
                format!("write {}", shown(&own))
            }
            Self::Scheme(_) | Self::NothingNamed(_) => {
                "write docker://NAME, podman://NAME, docker-archive://PATH, oci-archive://PATH, oci-dir://PATH, dir://PATH or registry://HOST/NAME".into()
            }
            Self::Name(_) => "name an image (alpine:3.20), an archive's path, or `-` for standard input".into(),
            Self::Login { rest, .. } => match rest.split_once('/') {
                Some((host, _)) => format!(
                    "`docker login {}` or `podman login` keeps it in a file; then name {}",
                    shown(host),
                    shown(rest)
                ),
                None => "`docker login HOST` keeps a login in a file; a digest is written NAME@sha256:…".into(),
            },
            Self::RegistryName {
                cause: ReferenceError::NoRepository(host),
                ..
            } => {
                let host = shown(host);
                format!("write registry://{host}/NAME:TAG; `dive-rs fleet --catalog {host}` lists the repositories, where the registry does")
            }
            Self::RegistryName { .. } => {
                "write registry://HOST/NAME:TAG or registry://HOST/NAME@DIGEST; without a host it is Docker Hub's".into()
            }
            Self::Registry(error) => return error.hint(),
            Self::NoEngineNorRegistry { error, attempts, .. } => {
                let hint = error.hint().unwrap_or_default();
                format!("{hint}\n{}", connection_hints::hint(attempts, true))
            }
            Self::NoEngine { attempts, .. } => connection_hints::hint(attempts, true),
            Self::NotFound { name, attempts, .. } => {
                let mut hint = String::from(if name.starts_with("sha256:") {
                    "only the engine that has the image knows its id: `docker images` lists them; a registry needs a name"
                } else {
                    "check the name; `--pull missing` pulls the image; to open a file, write its path: ./FILE"
                });
                if !attempts.is_empty() {
                    hint = format!("{hint}\n{}", connection_hints::hint(attempts, false));
                }
                hint
            }
            Self::Pull { .. } => {
                "check the name, and that the registry is reachable and allows access: `docker login` logs in; `--pull never` contacts no registry".into()
            }
            Self::Platform { requested, .. } => {
                format!("`--pull always --platform {requested}` pulls that one and replaces it")
            }
            Self::Query { .. } => "the engine's log may have the reason".into(),
            Self::File { cause, .. } if is_refused(cause) => REFUSED.into(),
            Self::File { cause, path } => match cause.kind() {
                io::ErrorKind::NotFound if path.is_absolute() || path.starts_with(".") => {
                    "check the path".into()
                }
                io::ErrorKind::NotFound => "check the path: it is relative to the current folder".into(),
                io::ErrorKind::PermissionDenied => "you may not read it: `ls -l` shows the permissions".into(),
                _ => "check the path and that it can be opened: `ls -l` shows what it is".into(),
            },
            Self::NotAFolder(_) => "omit the scheme: dive-rs detects what it is".into(),
            Self::NotAFile(_) => "for a folder with an OCI layout write oci-dir://PATH".into(),
            Self::Device(_) => "if it contains an archive, use standard input: `dive-rs - <DEVICE`".into(),
            Self::Terminal => "pipe one in: `docker save NAME | dive-rs -`".into(),
        })
    }

    /// Checks that an image's name has no user and no password.
    ///
    /// # Errors
    /// [`Error::Login`] with the name, both masked.
    pub(super) fn refuse_login(name: &str) -> Result<(), Self> {
        match named_login(name) {
            Some(login) => Err(Self::Login {
                name: login.masked,
                rest: login.rest,
            }),
            None => Ok(()),
        }
    }

    /// Returns the error of a registry.
    pub(super) fn of_registry(error: RegistryError) -> Self {
        match error.cause {
            Cause::Cancelled => Self::Cancelled,
            _ => Self::Registry(Box::new(error)),
        }
    }

    /// Returns whether the image does not exist. A registry denies access to a repository that it does not have, so as not to reveal which it has.
    #[must_use]
    pub(crate) fn is_absent(&self) -> bool {
        match self {
            Self::NotFound { .. } => true,
            Self::File { cause, .. } => cause.kind() == io::ErrorKind::NotFound,
            Self::Registry(error) | Self::NoEngineNorRegistry { error, .. } => {
                matches!(error.cause, Cause::NotFound { .. } | Cause::Denied { .. })
            }
            _ => false,
        }
    }

    /// Returns whether the user cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled)
    }
}

/// Returns an image's name in lower case if it has capitals where none are allowed: anywhere but in the tag.
fn in_lower_case(name: &str) -> Option<String> {
    let end = name.rfind(':').filter(|&at| !name[at..].contains('/'));
    let (repository, tag) = name.split_at(end.unwrap_or(name.len()));
    let capitals = repository.contains(|letter: char| letter.is_ascii_uppercase());
    capitals.then(|| format!("{}{tag}", repository.to_ascii_lowercase()))
}

fn places(engines: &[String]) -> String {
    engines.join(" or ")
}
