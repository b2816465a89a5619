//! What the user can do after an error of a registry. Text only.

use super::error::{Cause, RegistryError};
use crate::escape::text as shown;

impl RegistryError {
    /// Returns what the user can do now.
    #[must_use]
    pub(crate) fn hint(&self) -> Option<String> {
        let host = shown(&self.host);
        Some(match &self.cause {
            Cause::Cancelled => return None,
            Cause::NotFound { .. } => format!(
                "check the repository and the tag; a private repository may need `docker login {host}`"
            ),
            Cause::MissingBlob { .. } => {
                "the registry has the image without it: push the image again".into()
            }
            Cause::Login { faults, .. } if !faults.is_empty() => format!(
                "correct the file or the helper, or log in again: `docker login {host}` or `podman login {host}`"
            ),
            Cause::Login { .. } => format!(
                "`docker login {host}` or `podman login {host}` stores a login that dive-rs reads"
            ),
            Cause::Credentials { .. } => {
                format!("log in again: `docker login {host}` or `podman login {host}`")
            }
            Cause::Denied { .. } => format!(
                "the repository may not exist, or your user may not pull it: `docker login {host}` as another user"
            ),
            Cause::Limited { .. } => {
                format!("wait and try again; `docker login {host}` may raise the limit")
            }
            Cause::Status { .. } | Cause::Broken { .. } => {
                "try again; `-vv` logs every request".into()
            }
            Cause::Certificate(_) => format!(
                "`--registry-ca FILE` trusts another authority; `--insecure-registry {host}` skips the check"
            ),
            Cause::Plain => format!("`--insecure-registry {host}` allows plain HTTP for this host"),
            Cause::Connection { .. } | Cause::Timeout(_) => {
                "check the host and the port; HTTPS_PROXY and NO_PROXY set a proxy".into()
            }
            Cause::Digest { .. } | Cause::Length { .. } => {
                "a proxy or the registry changed the bytes: try again, or push the image again"
                    .into()
            }
            Cause::OverLimit { .. } => {
                "no real image has a manifest this large: the registry may be hostile".into()
            }
            Cause::NotCached(_) => {
                "read the layers first, with the same cache: dive-rs fleet --stage layers".into()
            }
            Cause::Schema1 => "push the image again with a current engine".into(),
            Cause::Protocol(_) => {
                format!("is {host} a container registry? `-vv` logs every request")
            }
            Cause::Setting(_) => "correct the setting, or remove it".into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Cause, RegistryError};
    use crate::archive::SharedError;
    use crate::source::login_error::LoginError;
    use crate::source::registry::protocol_error::ProtocolError;
    use crate::source::registry::reference::RegistryReference;
    use crate::source::registry::setting_error::SettingError;

    #[test]
    #[expect(clippy::too_many_lines, reason = "one line for each cause")]
    fn every_cause_has_a_hint_with_the_next_step() {
        let reference = RegistryReference::parse("reg.example:5000/team/app:1").unwrap();
        let hint = |cause| RegistryError::new(&reference, cause).hint();
        assert_eq!(hint(Cause::Cancelled), None);
        let (none, text) = (String::new, || "text".to_owned());
        let login = |faults: &[LoginError]| Cause::Login {
            message: none(),
            faults: faults.to_vec(),
        };
        let no_file = LoginError::NoFile {
            variable: "REGISTRY_AUTH_FILE",
            file: "auth.json".into(),
        };
        for (cause, expected) in [
            (
                Cause::NotFound {
                    what: text(),
                    message: none(),
                },
                "`docker login reg.example:5000`",
            ),
            (
                Cause::MissingBlob {
                    what: text(),
                    message: none(),
                },
                "push the image again",
            ),
            (login(&[]), "`podman login reg.example:5000` stores a login"),
            (login(&[no_file]), "correct the file or the helper"),
            (
                Cause::Credentials { message: none() },
                "log in again: `docker login",
            ),
            (Cause::Denied { message: none() }, "as another user"),
            (
                Cause::Limited {
                    wait: None,
                    message: none(),
                },
                "may raise the limit",
            ),
            (
                Cause::Status {
                    status: 500,
                    wait: None,
                    message: none(),
                },
                "`-vv` logs every request",
            ),
            (
                Cause::Certificate(rustls::Error::HandshakeNotComplete),
                "`--insecure-registry reg.example:5000` skips",
            ),
            (
                Cause::Plain,
                "`--insecure-registry reg.example:5000` allows plain HTTP",
            ),
            (
                Cause::Connection {
                    to: text(),
                    cause: SharedError::new("text"),
                },
                "HTTPS_PROXY",
            ),
            (
                Cause::Timeout(Duration::from_secs(1)),
                "check the host and the port",
            ),
            (
                Cause::Broken {
                    what: text(),
                    at: 0,
                    retries: 5,
                    cause: SharedError::new("text"),
                },
                "try again",
            ),
            (
                Cause::Digest {
                    what: text(),
                    found: text(),
                },
                "push the image again",
            ),
            (
                Cause::Length {
                    what: text(),
                    found: 1,
                    listed: 2,
                },
                "push the image again",
            ),
            (
                Cause::OverLimit {
                    what: text(),
                    limit: 1,
                },
                "may be hostile",
            ),
            (Cause::NotCached(text()), "dive-rs fleet --stage layers"),
            (Cause::Schema1, "push the image again"),
            (
                Cause::Protocol(ProtocolError::Scheme(text())),
                "is reg.example:5000 a container registry?",
            ),
            (
                Cause::setting(SettingError::NoEndpoint),
                "correct the setting",
            ),
        ] {
            let shown = cause.to_string();
            let found = hint(cause).unwrap();
            assert!(found.contains(expected), "{shown}: {found}");
        }
    }
}
