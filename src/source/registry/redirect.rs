//! Where an answer redirects to, and the hosts of addresses as messages show them: never with a user, a password or a query. Sends nothing.

use http::Uri;
use url::Url;

use super::protocol_error::RedirectError;

/// Returns the host and the port of an address, without a user and a password.
pub(super) fn shown_host(address: &Uri) -> String {
    let authority = address
        .authority()
        .map_or("", |authority| authority.as_str());
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.to_owned()
}

/// Returns whether an address has a user or a password.
pub(super) fn has_login(address: &Uri) -> bool {
    let authority = address.authority();
    authority.is_some_and(|authority| authority.as_str().contains('@'))
}

/// Returns where an answer redirects to: never from TLS to plain HTTP, unless the registry is insecure.
///
/// # Errors
/// [`RedirectError`] when it is not followed.
pub(super) fn redirected(
    from: &Uri,
    location: Option<&str>,
    insecure: bool,
) -> Result<Uri, RedirectError> {
    let to = location.and_then(|location| absolute(from, location));
    let to = to.ok_or(RedirectError::Address)?;
    if has_login(&to) {
        return Err(RedirectError::Login);
    }
    match (to.scheme_str(), to.host()) {
        (Some("https"), Some(_)) => Ok(to),
        (Some("http"), Some(_)) if insecure || from.scheme_str() == Some("http") => Ok(to),
        (Some("http"), Some(host)) => Err(RedirectError::Plain(host.to_owned())),
        _ => Err(RedirectError::Address),
    }
}

/// Returns an address that may be relative to another one, without a fragment.
fn absolute(from: &Uri, location: &str) -> Option<Uri> {
    let mut to = Url::parse(&from.to_string()).ok()?.join(location).ok()?;
    to.set_fragment(None);
    to.as_str().parse().ok()
}

#[cfg(test)]
mod tests {
    use http::Uri;

    use super::{redirected, shown_host};

    #[test]
    fn redirects_are_resolved() {
        let from: Uri = "https://reg.io:5000/v2/a/blobs/sha256:0".parse().unwrap();
        for (location, expected) in [
            ("https://store.io/x?sig=a", "https://store.io/x?sig=a"),
            ("//store.io/x", "https://store.io/x"),
            ("/x?y", "https://reg.io:5000/x?y"),
            ("../../x", "https://reg.io:5000/v2/x"),
            ("../../../../../x", "https://reg.io:5000/x"),
            ("./x#y", "https://reg.io:5000/v2/a/blobs/x"),
            ("/x y", "https://reg.io:5000/x%20y"),
            ("?moved", "https://reg.io:5000/v2/a/blobs/sha256:0?moved"),
        ] {
            let to = redirected(&from, Some(location), false);
            assert_eq!(to.unwrap().to_string(), expected, "{location}");
        }
        for location in [
            "http://store.io/x",
            "file:///etc/passwd",
            "https://me:s3cret@store.io/x",
            "https://",
        ] {
            let error = redirected(&from, Some(location), false).unwrap_err();
            let error = error.to_string();
            assert!(!error.contains("s3cret"), "{error}");
        }
        assert!(redirected(&from, None, false).is_err());
        assert!(redirected(&from, Some("http://store.io/x"), true).is_ok());
        let shown = shown_host(&"https://me:s3cret@store.io:1/x".parse().unwrap());
        assert_eq!(shown, "store.io:1");
    }
}
