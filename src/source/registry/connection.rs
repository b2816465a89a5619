//! What a connection's failure means: the host, TLS, a proxy, or a connection that broke. Text only.

use std::error::Error as StdError;
use std::{io, iter};

use hyper_util::client::legacy::Error as HttpError;
use thiserror::Error;

use super::error::Cause;
use super::transport::proxy;
use crate::archive::SharedError;
use crate::source::environment::SourceEnvironment;

/// Returns the cause of a failed request for `what` to a host.
pub(super) fn cause(
    error: HttpError,
    host: &str,
    what: &str,
    environment: &SourceEnvironment,
) -> Cause {
    if let Some(tls) = causes(&error).skip(1).find_map(tls_error) {
        return match tls {
            // The response is not a TLS record.
            rustls::Error::InvalidMessage(_) => Cause::Plain,
            other => Cause::Certificate(other.clone()),
        };
    }
    if error.is_connect() {
        let to = proxy(host, environment).unwrap_or_else(|| host.to_owned());
        let cause = SharedError::new(error);
        return Cause::Connection { to, cause };
    }
    broken(what, 0, error)
}

/// A body with fewer bytes than were promised.
#[derive(Debug, Error)]
#[error("it ended early")]
pub(super) struct EndedEarly;

/// Returns the cause of a body that broke off.
pub(super) fn broken(
    what: &str,
    at: u64,
    cause: impl Into<Box<dyn StdError + Send + Sync>>,
) -> Cause {
    Cause::Broken {
        what: what.to_owned(),
        at,
        retries: 0,
        cause: SharedError::new(cause),
    }
}

/// Returns an error and its causes.
fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    iter::successors(Some(error), |error| (*error).source())
}

/// Returns the text of the last cause of an error.
pub(super) fn root_text(error: &SharedError) -> String {
    causes(error).last().unwrap_or(error).to_string()
}

/// Returns the TLS library's error, which an I/O error may wrap.
fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    if let Some(tls) = error.downcast_ref() {
        return Some(tls);
    }
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    inner.downcast_ref().or_else(|| tls_error(inner))
}

/// Returns the text of an error of the TLS library.
pub(super) fn tls_text(error: &rustls::Error) -> String {
    use rustls::CertificateError as Why;
    let rustls::Error::InvalidCertificate(why) = error else {
        return error.to_string();
    };
    match why {
        Why::UnknownIssuer => "the certificate's authority is not trusted here".to_owned(),
        Why::Expired | Why::ExpiredContext { .. } => "the certificate has expired".to_owned(),
        Why::NotValidForName | Why::NotValidForNameContext { .. } => {
            "the certificate is for another host".to_owned()
        }
        other => format!("the certificate is not valid: {other}"),
    }
}
