//! A failed attempt to connect to an engine: the address and the reason. Connects to nothing.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::{fmt, io};

use super::address;
use super::context::ContextError;
use super::engine::Engine;
use super::ssh::SshError;
use crate::archive::SharedError;
use crate::escape::text as shown;

/// An address that could not be connected to.
#[derive(Clone, Debug)]
pub struct FailedAttempt {
    /// The engine that was expected there.
    pub engine: Engine,
    /// The address, or the setting that should contain one.
    pub address: String,
    /// Why it failed.
    pub reason: Reason,
}

/// Why a connection failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Reason {
    /// There is no such socket.
    #[cfg_attr(windows, error("no pipe there"))]
    #[cfg_attr(not(windows), error("no socket there"))]
    Absent,
    /// The user has no permission.
    #[error("permission denied")]
    Denied,
    /// Nothing listens on the socket.
    #[error("connection refused")]
    Refused,
    /// It took too long.
    #[error("no answer in time")]
    Silent,
    /// A host cannot be reached through ssh.
    #[error("{0}")]
    Ssh(#[source] SshError),
    /// The engine accepts only TLS.
    #[error("it accepts only TLS")]
    Tls,
    /// The address has an unknown form.
    #[error("not an address of the form unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST")]
    Address,
    /// A file that TLS needs cannot be read.
    #[error("{}: {}", shown(&.0.display().to_string()), .1)]
    Certificate(PathBuf, #[source] Arc<io::Error>),
    /// Docker's current context cannot be used.
    #[error("{}", shown(&.0.to_string()))]
    Context(#[source] ContextError),
    /// The address is https, and no TLS files are set.
    #[error("https needs DOCKER_TLS_VERIFY and DOCKER_CERT_PATH")]
    NoTlsFiles,
    /// Any other error.
    #[error("{}", shown(.text))]
    Other {
        /// What it is, for people.
        text: String,
        /// The error.
        #[source]
        cause: SharedError,
    },
}

impl Reason {
    /// Returns the reason that is any other error, with its text.
    pub(super) fn other(text: String, cause: impl Error + Send + Sync + 'static) -> Self {
        Self::Other {
            text,
            cause: SharedError::new(cause),
        }
    }
}

impl fmt::Display for FailedAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at {}: {}",
            self.engine,
            address::masked(&self.address),
            self.reason
        )
    }
}
