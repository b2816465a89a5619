//! An engine's address in messages: without a password, without control characters. Connects to none.

use std::borrow::Cow;

use crate::escape;

/// Returns an address as messages show it. A password, from the first colon of `USER:PASSWORD@HOST` to the `@`, is masked.
pub(super) fn shown(address: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::shown;

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
            assert_eq!(shown(address), expected);
        }
    }
}
