//! What can go wrong before the first byte: the thing, the cause, and what to do now. Text only; nothing is printed here.

use std::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::remedy;
use super::spelling::Engine;
use crate::escape::text as shown;
use crate::threads::{REFUSED, is_refused};

/// Why an image's bytes could not be had.
#[derive(Debug, Error)]
pub enum Error {
    /// The user wished to stop.
    #[error("cancelled")]
    Cancelled,
    /// `foo://…`
    #[error("{}: unknown scheme", shown(.0))]
    Scheme(String),
    /// `docker://`
    #[error("{}: nothing is named after the scheme", shown(.0))]
    NothingNamed(String),
    /// No image can have this name.
    #[error("{}: not an image name, and no such file", shown(.0))]
    Name(String),
    /// No engine answers.
    #[error("{}: no container engine can be reached", shown(.name))]
    NoEngine {
        /// What was looked for.
        name: String,
        /// Every address that was tried.
        attempts: Vec<Attempt>,
    },
    /// The engines that answer do not have it.
    #[error("{}: no such image in {}", shown(.name), places(.asked))]
    NotFound {
        /// What was looked for.
        name: String,
        /// Who was asked.
        asked: Vec<String>,
        /// Every address that was tried in vain.
        attempts: Vec<Attempt>,
    },
    /// It is not there, and could not be pulled.
    #[error("{}: not pulled by {engine}: {}", shown(.name), shown(.cause))]
    Pull {
        /// What was looked for.
        name: String,
        /// Who tried.
        engine: String,
        /// What it said.
        cause: String,
    },
    /// It is there, for another machine.
    #[error("{}: the image in {engine} is for {}, not for {wanted}", shown(.name), shown(.has))]
    Platform {
        /// What was looked for.
        name: String,
        /// Who has it.
        engine: Engine,
        /// For which machine.
        has: String,
        /// Which machine was asked for.
        wanted: String,
    },
    /// An engine answered with an error.
    #[error("{}: {engine} cannot say what it is: {}", shown(.name), shown(.cause))]
    Asked {
        /// What was looked for.
        name: String,
        /// Who was asked.
        engine: String,
        /// What it said.
        cause: String,
    },
    /// A file or folder cannot be opened.
    #[error("{}: {cause}", shown(&.path.display().to_string()))]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// `oci-dir://` of a file.
    #[error("{}: not a folder", shown(&.0.display().to_string()))]
    NotAFolder(PathBuf),
    /// `docker-archive://` of a folder.
    #[error("{}: a folder, not an archive", shown(&.0.display().to_string()))]
    NotAFile(PathBuf),
    /// `/dev/zero`, a terminal: what may never end.
    #[error("{}: a device, not an archive", shown(&.0.display().to_string()))]
    Device(PathBuf),
    /// Standard input is where the user types.
    #[error("standard input is a terminal, not an archive")]
    Terminal,
    /// This machine has no room for another thread or socket.
    #[error("cannot start reading: {0}")]
    System(io::Error),
}

/// An address that was tried in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Whose it was supposed to be.
    pub engine: Engine,
    /// The address, or the setting that should have led to one.
    pub address: String,
    /// Why it came to nothing.
    pub reason: Reason,
}

/// Why an address came to nothing.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Reason {
    /// There is no such socket.
    #[error("not there")]
    Absent,
    /// This user may not.
    #[error("permission denied")]
    Denied,
    /// The socket is there and nobody listens.
    #[error("connection refused")]
    Refused,
    /// It took too long.
    #[error("no answer in time")]
    Silent,
    /// A host reached through ssh.
    #[error("ssh is not spoken here")]
    Ssh(String),
    /// It answers those only who speak TLS.
    #[error("it speaks TLS only")]
    Tls,
    /// Not an address we know.
    #[error("not an address of the form unix:///PATH or tcp://HOST:PORT")]
    Address,
    /// A file that TLS needs cannot be read.
    #[error("{}", shown(.0))]
    Certificate(String),
    /// A setting that leads nowhere.
    #[error("{}", shown(.0))]
    Setting(String),
    /// Anything else, in the words of who failed.
    #[error("{}", shown(.0))]
    Other(String),
}

impl Error {
    /// Returns what the user can do now.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let named = match self {
            Self::NotFound { name, .. } | Self::Pull { name, .. } | Self::Asked { name, .. } => {
                name
            }
            _ => "",
        };
        if let Some(lower) = in_lower_case(named) {
            let lower = shown(&lower);
            return Some(format!(
                "images are named in lower case: {lower}; a file is named by its path: ./FILE"
            ));
        }
        Some(match self {
            Self::Cancelled => return None,
            Self::System(_) => REFUSED.into(),
            Self::Scheme(_) | Self::NothingNamed(_) => {
                "write docker://NAME, podman://NAME, docker-archive://PATH, oci-archive://PATH or oci-dir://PATH".into()
            }
            Self::Name(_) => "name an image (alpine:3.20), an archive's path, or `-` for standard input".into(),
            Self::NoEngine { attempts, .. } => remedy::tried(attempts, true),
            Self::NotFound { name, attempts, .. } => {
                let mut hint = String::from(if name.starts_with("sha256:") {
                    "an id is known to the engine alone that has the image: `docker images` lists them; a registry knows names"
                } else {
                    "is the name right? `--pull missing` fetches an image; a file is named by its path: ./FILE"
                });
                if !attempts.is_empty() {
                    hint = format!("{hint}\n{}", remedy::tried(attempts, false));
                }
                hint
            }
            Self::Pull { .. } => {
                "is the name right, and the registry reachable and open to you? log in with `docker login`; `--pull never` asks no registry".into()
            }
            Self::Platform { wanted, .. } => {
                format!("`--pull always --platform {wanted}` fetches the other one in its place")
            }
            Self::Asked { .. } => "the engine's own log may say more".into(),
            Self::File { cause, .. } if is_refused(cause) => REFUSED.into(),
            Self::File { cause, path } => match cause.kind() {
                io::ErrorKind::NotFound if path.is_absolute() || path.starts_with(".") => {
                    "is the path right?".into()
                }
                io::ErrorKind::NotFound => "is the path right? it is taken from the current folder".into(),
                io::ErrorKind::PermissionDenied => "you may not read it: `ls -l` shows who may".into(),
                _ => "is the path right, and may it be opened now? `ls -l` shows what it is".into(),
            },
            Self::NotAFolder(_) => "leave the scheme out and dive-rs finds out what it is".into(),
            Self::NotAFile(_) => "for a folder with an OCI layout write oci-dir://PATH".into(),
            Self::Device(_) => "if it holds an archive, hand it to standard input: `dive-rs - <DEVICE`".into(),
            Self::Terminal => "pipe one in: `docker save NAME | dive-rs -`".into(),
        })
    }

    /// Returns whether it is the user's own wish to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled)
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at {}: {}",
            self.engine,
            shown(&self.address),
            self.reason
        )
    }
}

/// Returns an image's name as it would have to be written, when it has capitals where none may be: anywhere but in the tag.
fn in_lower_case(name: &str) -> Option<String> {
    let end = name.rfind(':').filter(|&at| !name[at..].contains('/'));
    let (repository, tag) = name.split_at(end.unwrap_or(name.len()));
    let capitals = repository.contains(|letter: char| letter.is_ascii_uppercase());
    capitals.then(|| format!("{}{tag}", repository.to_ascii_lowercase()))
}

fn places(asked: &[String]) -> String {
    asked.join(" or ")
}
