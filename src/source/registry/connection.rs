//! What a connection's failure means: the host, TLS, a proxy, or a connection that broke. Text only.

use std::error::Error as StdError;
use std::io;

use hyper_util::client::legacy::Error as HttpError;

use super::error::Cause;
use super::transport::proxy;
use crate::source::environment::SourceEnvironment;

/// Returns the cause of a failed request for `what` to a host.
pub(super) fn cause(
    error: &HttpError,
    host: &str,
    what: &str,
    environment: &SourceEnvironment,
) -> Cause {
    let mut why = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        if let Some(tls) = tls_error(error) {
            return tls_cause(tls);
        }
        why = error.to_string();
        next = error.source();
    }
    if error.is_connect() {
        let to = proxy(host, environment).unwrap_or_else(|| host.to_owned());
        return Cause::Connection { to, why };
    }
    broken(what, 0, why)
}

/// Returns the cause of a body that broke off.
pub(super) fn broken(what: &str, at: u64, why: String) -> Cause {
    Cause::Broken {
        what: what.to_owned(),
        at,
        retries: 0,
        why,
    }
}

/// Returns the TLS library's error, which an I/O error may wrap.
fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    if let Some(tls) = error.downcast_ref() {
        return Some(tls);
    }
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    inner.downcast_ref().or_else(|| tls_error(inner))
}

fn tls_cause(error: &rustls::Error) -> Cause {
    match error {
        // The response is not a TLS record.
        rustls::Error::InvalidMessage(_) => Cause::Plain,
        rustls::Error::InvalidCertificate(why) => Cause::Certificate(certificate(why)),
        other => Cause::Certificate(other.to_string()),
    }
}

fn certificate(why: &rustls::CertificateError) -> String {
    use rustls::CertificateError as Why;
    match why {
        Why::UnknownIssuer => "the certificate's authority is not trusted here".to_owned(),
        Why::Expired | Why::ExpiredContext { .. } => "the certificate has expired".to_owned(),
        Why::NotValidForName | Why::NotValidForNameContext { .. } => {
            "the certificate is for another host".to_owned()
        }
        other => format!("the certificate is not valid: {other}"),
    }
}
