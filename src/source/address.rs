//! Addresses in messages: an engine's without its password, an image's name without a user and a password. Connects to none.

use std::borrow::Cow;

use crate::escape;

/// Returns an address as messages show it. A password, from the first colon of `USER:PASSWORD@HOST` to the `@`, is masked.
pub(super) fn masked(address: &str) -> String {
    escape::text(&without_password(address)).into_owned()
}

fn without_password(address: &str) -> Cow<'_, str> {
    let start = address.find("://").map_or(0, |at| at + 3);
    let rest = &address[start..];
    let authority = &rest[..rest.find('/').unwrap_or(rest.len())];
    // A password can have a slash, which ends the authority too early.
    let in_rest = || rest.rfind('@').filter(|_| !authority.is_empty());
    let at = authority.rfind('@').or_else(in_rest);
    match (at, rest.find(':')) {
        (Some(at), Some(colon)) if colon < at => {
            let (user, host) = (&address[..=start + colon], &rest[at..]);
            Cow::Owned(format!("{user}***{host}"))
        }
        _ => Cow::Borrowed(address),
    }
}

/// The digests that can follow the `@` of an image's name.
const DIGESTS: [&str; 3] = ["sha256:", "sha384:", "sha512:"];

/// A user, and often a password, in an image's name: `registry://USER:PASSWORD@HOST/NAME`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NamedLogin {
    /// The name with `***` in place of both.
    pub(super) masked: String,
    /// What follows them, the host first.
    pub(super) rest: String,
}

/// Returns the user or the password in an image's name, which no registry takes there. A digest after the `@` is neither.
pub(super) fn named_login(name: &str) -> Option<NamedLogin> {
    let start = name.find("://").map_or(0, |at| at + 3);
    let (scheme, rest) = name.split_at(start);
    let is_digest = |after: &str| DIGESTS.iter().any(|digest| after.starts_with(digest));
    let digest = rest.rfind('@').filter(|&at| is_digest(&rest[at + 1..]));
    let at = rest[..digest.unwrap_or(rest.len())].rfind('@')?;
    let (login, rest) = (&rest[..at], &rest[at + 1..]);
    (login.contains(':') || rest.contains('/')).then(|| NamedLogin {
        masked: format!("{scheme}***@{rest}"),
        rest: rest.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{masked, named_login};

    #[test]
    fn logins_in_names_are_masked() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        for (name, expected) in [
            ("me:s3cret@host:5000/app:1", Some("***@host:5000/app:1")),
            (
                "registry://me:s3@c/ret@host/app",
                Some("registry://***@host/app"),
            ),
            ("https://t0ken@host/app", Some("https://***@host/app")),
            ("me:s3cret@host", Some("***@host")),
            (
                &format!("me:s3cret@host/app@{digest}"),
                Some(&*format!("***@host/app@{digest}")),
            ),
            ("host:5000/app:1", None),
            ("alpine@latest", None),
            (&format!("host:5000/app:1@{digest}"), None),
            ("app@sha256:00", None),
        ] {
            let masked = named_login(name).map(|login| login.masked);
            assert_eq!(masked.as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn passwords_are_masked() {
        for (address, expected) in [
            ("ssh://me@far:2222", "ssh://me@far:2222"),
            (
                "ssh://me@[::1]:22/run/a@b.sock",
                "ssh://me@[::1]:22/run/a@b.sock",
            ),
            ("unix:///run/a:b@c.sock", "unix:///run/a:b@c.sock"),
            ("ssh://me:s3cret@far", "ssh://me:***@far"),
            ("ssh://me:@far", "ssh://me:***@far"),
            ("tcp://me:s3:c@ret@far:2375/a", "tcp://me:***@far:2375/a"),
            ("ssh://me:s3/cr@et@far/s", "ssh://me:***@far/s"),
            ("me:s3cret@far", "me:***@far"),
            ("context a\u{1b}", "context a\\x1b"),
        ] {
            assert_eq!(masked(address), expected);
        }
    }
}
