//! The version of the engines' API that a connection speaks: the newest both sides know. No requests here.

use bollard::API_DEFAULT_VERSION;

/// A version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    major: usize,
    minor: usize,
}

/// The first version whose `/images` take a platform.
const PLATFORMS: Version = Version {
    major: 1,
    minor: 49,
};

impl Version {
    /// What Podman's Docker-compatible API has been all along; it takes any version for its own.
    pub(super) const PODMAN: Self = Self {
        major: 1,
        minor: 41,
    };

    /// Returns the version to speak with an engine that says its newest is `theirs`; ours when it does not say.
    pub(super) fn settle(theirs: Option<&str>) -> Self {
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

    /// Returns whether an image can be asked for by its platform.
    pub(super) fn knows_platforms(self) -> bool {
        self >= PLATFORMS
    }

    /// Returns what goes before a path that names no version yet.
    pub(super) fn prefix(self, path: &str) -> String {
        let versioned = path
            .strip_prefix("/v")
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if versioned {
            String::new()
        } else {
            format!("/v{}.{}", self.major, self.minor)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn the_older_side_decides() {
        assert_eq!(
            Version::settle(Some("1.41")).prefix("/images/json"),
            "/v1.41"
        );
        assert!(Version::settle(Some("9.0")) == Version::settle(None));
        assert!(Version::settle(Some("nonsense")) == Version::settle(None));
        assert!(!Version::settle(Some("1.48")).knows_platforms());
    }

    #[test]
    fn a_version_is_written_once() {
        assert_eq!(Version::settle(None).prefix("/v1.30/version"), "");
    }
}
