//! The version of the engines' API for a connection: the newest that both sides support. Sends no requests.

use std::fmt;

use bollard::API_DEFAULT_VERSION;

/// A version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ApiVersion {
    major: usize,
    minor: usize,
}

/// The first version whose `/images` requests have a platform.
const PLATFORMS: ApiVersion = ApiVersion {
    major: 1,
    minor: 49,
};

impl ApiVersion {
    /// The version of Podman's Docker-compatible API, which accepts any.
    pub(super) const PODMAN: Self = Self {
        major: 1,
        minor: 41,
    };

    /// Returns the version for an engine whose newest one is `theirs`; ours if that is unknown.
    pub(super) fn negotiate(theirs: Option<&str>) -> Self {
        let ours = Self {
            major: API_DEFAULT_VERSION.major_version,
            minor: API_DEFAULT_VERSION.minor_version,
        };
        theirs
            .and_then(Self::read)
            .map_or(ours, |theirs| theirs.min(ours))
    }

    fn read(text: &str) -> Option<Self> {
        let (major, minor) = text.split_once('.')?;
        Some(Self {
            major: major.parse().ok()?,
            minor: minor.parse().ok()?,
        })
    }

    /// Returns whether requests can have a platform.
    pub(super) fn supports_platforms(self) -> bool {
        self >= PLATFORMS
    }

    /// Returns the prefix of a path without a version.
    pub(super) fn prefix(self, path: &str) -> String {
        let versioned = path
            .strip_prefix("/v")
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if versioned {
            String::new()
        } else {
            format!("/v{self}")
        }
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::ApiVersion;

    #[test]
    fn the_older_version_counts() {
        assert_eq!(
            ApiVersion::negotiate(Some("1.41")).prefix("/images/json"),
            "/v1.41"
        );
        assert!(ApiVersion::negotiate(Some("9.0")) == ApiVersion::negotiate(None));
        assert!(ApiVersion::negotiate(Some("nonsense")) == ApiVersion::negotiate(None));
        assert!(!ApiVersion::negotiate(Some("1.48")).supports_platforms());
    }

    #[test]
    fn a_version_is_added_once() {
        assert_eq!(ApiVersion::negotiate(None).prefix("/v1.30/version"), "");
    }
}
