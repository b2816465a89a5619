//! The image's configuration: platform, run configuration, history. Data only; `archive` parses it.

/// The platform of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform {
    /// `linux`, `windows`, …; empty if unknown.
    pub os: String,
    /// `amd64`, `arm64`, …; empty if unknown.
    pub architecture: String,
    /// `v7`, `v8`, …; mostly empty.
    pub variant: String,
    /// The version of the system, as Windows images have it: `10.0.20348.2322`; mostly empty.
    pub os_version: String,
}

/// The run configuration (OCI image spec, "Image Configuration").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// When the image was created, as written (RFC 3339).
    pub created: Option<String>,
    /// Its author.
    pub author: Option<String>,
    /// The user of the process; empty means root.
    pub user: String,
    /// The working folder of the process.
    pub working_dir: String,
    /// `NAME=value`, in the config's order.
    pub env: Vec<String>,
    /// The program.
    pub entrypoint: Vec<String>,
    /// Its arguments, or the program if there is no entry point.
    pub cmd: Vec<String>,
    /// Ports, sorted: `8080/tcp`.
    pub ports: Vec<String>,
    /// Volumes, sorted.
    pub volumes: Vec<String>,
    /// Labels, sorted by key.
    pub labels: Vec<(String, String)>,
    /// The signal that stops it.
    pub stop_signal: Option<String>,
    /// The shell of `RUN`, if set.
    pub shell: Vec<String>,
    /// Its health check (Docker only).
    pub health: Option<HealthCheck>,
}

/// A Docker health check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HealthCheck {
    /// The command, as written.
    pub test: Vec<String>,
}

/// One line of the image's history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The instruction, as written.
    pub created_by: String,
    /// When it ran, as written (RFC 3339).
    pub created: Option<String>,
    /// A comment, such as `buildkit.dockerfile.v0`.
    pub comment: String,
    /// The layer it made; `None` for ENV, CMD, LABEL and the like.
    pub layer: Option<super::LayerId>,
}

impl Platform {
    /// Parses `os[(version)]/arch[/variant]`, as it is displayed, or `os/arch[/variant]:version`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (text, at_end) = text
            .split_once(':')
            .map_or((text, None), |(text, version)| (text, Some(version)));
        let (os, rest) = text.split_once('/')?;
        let (os, in_parentheses) = match os.split_once('(') {
            Some((os, version)) => (os, Some(version.strip_suffix(')')?)),
            None => (os, None),
        };
        let (architecture, variant) = match rest.split_once('/') {
            Some((architecture, variant)) => (architecture, Some(variant)),
            None => (rest, None),
        };
        let os_version = match (in_parentheses, at_end) {
            (Some(_), Some(_)) => return None,
            (version, None) | (None, version) => version,
        };
        let is_empty = |part: Option<&str>| part.is_some_and(str::is_empty);
        let is_invalid = os.is_empty()
            || architecture.is_empty()
            || is_empty(variant)
            || is_empty(os_version)
            || variant.is_some_and(|variant| variant.contains('/'));
        let owned = |part: Option<&str>| part.unwrap_or_default().to_owned();
        (!is_invalid).then(|| Self {
            os: os.to_owned(),
            architecture: architecture.to_owned(),
            variant: owned(variant),
            os_version: owned(os_version),
        })
    }
}

impl std::fmt::Display for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = |part: &'_ str| {
            if part.is_empty() {
                "unknown".to_owned()
            } else {
                part.to_owned()
            }
        };
        f.write_str(&known(&self.os))?;
        if !self.os_version.is_empty() {
            write!(f, "({})", self.os_version)?;
        }
        write!(f, "/{}", known(&self.architecture))?;
        if self.variant.is_empty() {
            Ok(())
        } else {
            write!(f, "/{}", self.variant)
        }
    }
}
