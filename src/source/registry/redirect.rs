//! Where an answer redirects to, and the hosts of addresses as messages show them: never with a user, a password or a query. Sends nothing.

use http::Uri;

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
/// Why it is not followed.
pub(super) fn redirected(
    from: &Uri,
    location: Option<&str>,
    insecure: bool,
) -> Result<Uri, String> {
    let wrong = || "a redirect to an invalid address".to_owned();
    let text = location.and_then(|location| absolute(from, location));
    let to: Uri = text.and_then(|text| text.parse().ok()).ok_or_else(wrong)?;
    if has_login(&to) {
        return Err("a redirect to an address with a user or a password".to_owned());
    }
    match (to.scheme_str(), to.host()) {
        (Some("https"), Some(_)) => Ok(to),
        (Some("http"), Some(_)) if insecure || from.scheme_str() == Some("http") => Ok(to),
        (Some("http"), Some(host)) => Err(format!("redirected from TLS to plain HTTP at {host}")),
        _ => Err(wrong()),
    }
}

/// Returns an address that may be relative to another one (RFC 3986, section 5.2).
fn absolute(from: &Uri, location: &str) -> Option<String> {
    let before = location.split(['/', '?', '#']).next().unwrap_or_default();
    if before.contains(':') {
        return Some(location.to_owned());
    }
    let scheme = from.scheme_str()?;
    if location.starts_with("//") {
        return Some(format!("{scheme}:{location}"));
    }
    let location = location.split('#').next().unwrap_or_default();
    let (path, query) = match location.split_once('?') {
        Some((path, query)) => (path, format!("?{query}")),
        None => (location, String::new()),
    };
    let path = match path {
        "" => from.path().to_owned(),
        path if path.starts_with('/') => path.to_owned(),
        path => {
            let folder = from
                .path()
                .rsplit_once('/')
                .map_or("", |(folder, _)| folder);
            without_dots(&format!("{folder}/{path}"))
        }
    };
    Some(format!("{scheme}://{}{path}{query}", from.authority()?))
}

/// Resolves `.` and `..` in a path.
fn without_dots(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').skip(1) {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
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
            "/x y",
        ] {
            let error = redirected(&from, Some(location), false).unwrap_err();
            assert!(!error.contains("s3cret"), "{error}");
        }
        assert!(redirected(&from, None, false).is_err());
        assert!(redirected(&from, Some("http://store.io/x"), true).is_ok());
        let shown = shown_host(&"https://me:s3cret@store.io:1/x".parse().unwrap());
        assert_eq!(shown, "store.io:1");
    }
}
