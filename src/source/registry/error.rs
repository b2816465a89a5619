//! Errors of registries: host, repository, cause and remedy. Never contains a credential. Text only.

use std::time::Duration;

use thiserror::Error;

use super::connection::{root_text, tls_text};
use super::protocol_error::ProtocolError;
use super::reference::RegistryReference;
use super::setting_error::SettingError;
use crate::archive::{FetchError, FetchErrorKind, SharedError};
use crate::escape::text as shown;
use crate::source::login_error::LoginError;

/// Why something could not be fetched from a registry.
#[derive(Clone, Debug, Error)]
#[error("{}: {cause}", shown(.name))]
pub struct RegistryError {
    /// Host, repository and version.
    pub name: String,
    /// The registry's host, as commands name it.
    pub host: String,
    /// Why.
    #[source]
    pub cause: Cause,
    /// Why a mirror did not have it, if that may be over soon.
    pub of_mirror: Option<Box<Cause>>,
}

/// The cause of a [`RegistryError`].
#[derive(Clone, Debug, Error)]
pub enum Cause {
    /// The user cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The registry does not have it.
    #[error("{what} is not in the registry{}", quoted(.message))]
    NotFound {
        /// The image or a list.
        what: String,
        /// The registry's message.
        message: String,
    },
    /// The registry has the image without one of its blobs.
    #[error("{what} is not in the registry{}", quoted(.message))]
    MissingBlob {
        /// The blob.
        what: String,
        /// The registry's message.
        message: String,
    },
    /// Only users who are logged in may have it.
    #[error("the registry requires a login{}{}", quoted(.message), unusable(.faults))]
    Login {
        /// The registry's message.
        message: String,
        /// The files that cannot be used.
        faults: Vec<LoginError>,
    },
    /// The registry does not take the credentials.
    #[error("the registry refused the credentials{}", quoted(.message))]
    Credentials {
        /// The registry's message.
        message: String,
    },
    /// This user may not have it.
    #[error("access denied{}", quoted(.message))]
    Denied {
        /// The registry's message.
        message: String,
    },
    /// Too many requests.
    #[error("too many requests{}{}", after(*.wait), quoted(.message))]
    Limited {
        /// How long to wait, when the registry gave a time.
        wait: Option<Duration>,
        /// The registry's message.
        message: String,
    },
    /// Another answer than expected.
    #[error("HTTP status {status}{}{}", after(*.wait), quoted(.message))]
    Status {
        /// Its number.
        status: u16,
        /// How long to wait, when the registry gave a time.
        wait: Option<Duration>,
        /// The registry's message.
        message: String,
    },
    /// The certificate is not trusted.
    #[error("TLS: {}", shown(&tls_text(.0)))]
    Certificate(#[source] rustls::Error),
    /// The registry does not use TLS.
    #[error("the registry does not use TLS")]
    Plain,
    /// The host's name is unknown, or nothing listens there.
    #[error("cannot connect to {}: {}", shown(.to), shown(&root_text(.cause)))]
    Connection {
        /// Host and port, a proxy's if there is one.
        to: String,
        /// The client's error.
        #[source]
        cause: SharedError,
    },
    /// No answer in time.
    #[error("no answer within {} s", .0.as_secs())]
    Timeout(Duration),
    /// The connection broke, and again after every retry.
    #[error("the connection broke at byte {at} of {what}, after {retries} retries: {}", shown(&root_text(.cause)))]
    Broken {
        /// What was read.
        what: String,
        /// The number of bytes received.
        at: u64,
        /// How often it was tried again.
        retries: u32,
        /// The client's error, the last time.
        #[source]
        cause: SharedError,
    },
    /// The bytes are not the ones that were named.
    #[error("{what} does not match its digest: its digest is {found}")]
    Digest {
        /// The document or blob.
        what: String,
        /// The digest of the bytes.
        found: String,
    },
    /// Another number of bytes than the manifest lists.
    #[error("{what} has {found} bytes, the manifest lists {listed}")]
    Length {
        /// The document or blob.
        what: String,
        /// In bytes.
        found: u64,
        /// In bytes.
        listed: u64,
    },
    /// A document with more bytes than any has.
    #[error("{what} is larger than {limit} bytes")]
    OverLimit {
        /// The document.
        what: String,
        /// In bytes.
        limit: usize,
    },
    /// A layer that is to be read from the cache only.
    #[error("layer {} is not in the cache", shown(.0))]
    NotCached(String),
    /// A manifest of Docker's first schema.
    #[error("the manifest has schema 1, which no longer describes an image's layers")]
    Schema1,
    /// Something the protocol does not allow.
    #[error("{}", shown(&.0.to_string()))]
    Protocol(#[source] ProtocolError),
    /// A file or setting for TLS, registries or a proxy cannot be used.
    #[error("{}", shown(&.0.to_string()))]
    Setting(#[source] Box<SettingError>),
}

impl Cause {
    /// Returns whether it may be over soon.
    pub(super) const fn is_temporary(&self) -> bool {
        match self {
            Self::Limited { .. } | Self::Timeout(_) | Self::Broken { .. } => true,
            Self::Status { status, .. } => matches!(status, 408 | 500 | 502 | 503 | 504),
            _ => false,
        }
    }

    /// Returns whether the registry does not have what was requested.
    const fn is_absence(&self) -> bool {
        matches!(self, Self::NotFound { .. } | Self::MissingBlob { .. })
    }

    /// Returns how long the registry wants no request.
    pub(super) const fn wait(&self) -> Option<Duration> {
        match self {
            Self::Limited { wait, .. } | Self::Status { wait, .. } => *wait,
            _ => None,
        }
    }

    /// Returns the cause of an unusable file or setting.
    pub(super) fn setting(error: SettingError) -> Self {
        Self::Setting(Box::new(error))
    }
}

/// Returns the registry's message in parentheses, after a blank; an empty text if there is none.
fn quoted(message: &str) -> String {
    match message {
        "" => String::new(),
        message => format!(" (\"{}\")", shown(message)),
    }
}

/// Returns what is wrong with files and helpers that may have a login.
fn unusable(faults: &[LoginError]) -> String {
    match faults {
        [] => String::new(),
        faults => format!(
            ", and what may have one cannot be used: {}",
            shown(&LoginError::list(faults))
        ),
    }
}

/// Returns how long to wait, in seconds that are long enough.
fn after(wait: Option<Duration>) -> String {
    wait.map_or_else(String::new, |wait| {
        let part = u64::from(wait.subsec_nanos() > 0);
        format!(", try again in {} s", wait.as_secs().saturating_add(part))
    })
}

impl RegistryError {
    pub(super) fn new(reference: &RegistryReference, cause: Cause) -> Self {
        Self {
            name: reference.to_string(),
            host: reference.host.clone(),
            cause,
            of_mirror: None,
        }
    }

    /// Returns it as `archive` reports it.
    pub(super) fn into_fetch(self) -> FetchError {
        let kind = match &self.cause {
            Cause::Length { .. } | Cause::Digest { .. } => FetchErrorKind::OtherBytes,
            cause if cause.is_absence() => FetchErrorKind::Missing,
            _ => FetchErrorKind::Failed,
        };
        let hint = self.hint();
        FetchError {
            hint,
            ..FetchError::new(kind, self)
        }
    }

    /// Returns the cause for which trying again may help: the registry's, or a mirror's, unless the registry does not have it.
    pub(super) fn temporary(&self) -> Option<&Cause> {
        if self.cause.is_absence() {
            return None;
        }
        let of_mirror = self.of_mirror.as_deref();
        [Some(&self.cause), of_mirror]
            .into_iter()
            .flatten()
            .find(|cause| cause.is_temporary())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::after;

    #[test]
    fn a_wait_that_has_begun_is_not_too_short() {
        for (wait, text) in [
            (Duration::from_hours(1), ", try again in 3600 s"),
            (Duration::from_millis(3_599_001), ", try again in 3600 s"),
            (Duration::MAX, ", try again in 18446744073709551615 s"),
        ] {
            assert_eq!(after(Some(wait)), text);
        }
    }
}
