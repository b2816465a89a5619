//! What an image says of itself: platform, run configuration, history. Data only; reading it from JSON is the archive room's.

/// The machine an image is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Platform {
    /// `linux`, `windows`, …; empty when the image does not say.
    pub os: String,
    /// `amd64`, `arm64`, …; empty when the image does not say.
    pub architecture: String,
    /// `v7`, `v8`, …; mostly empty.
    pub variant: String,
}

/// The run configuration (OCI image spec, "Image Configuration").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// When the image was made, as written (RFC 3339).
    pub created: Option<String>,
    /// Who made it.
    pub author: Option<String>,
    /// User the process runs as; empty means root.
    pub user: String,
    /// Folder the process starts in.
    pub working_dir: String,
    /// `NAME=value`, in the config's order.
    pub env: Vec<String>,
    /// What is run.
    pub entrypoint: Vec<String>,
    /// Its arguments, or what is run when there is no entry point.
    pub cmd: Vec<String>,
    /// Ports, sorted: `8080/tcp`.
    pub ports: Vec<String>,
    /// Volumes, sorted.
    pub volumes: Vec<String>,
    /// Labels, sorted by key.
    pub labels: Vec<(String, String)>,
    /// Signal that stops it.
    pub stop_signal: Option<String>,
    /// Shell of `RUN`, when set.
    pub shell: Vec<String>,
    /// How its health is asked (Docker only).
    pub health: Option<Health>,
}

/// A Docker health check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// The command, as written.
    pub test: Vec<String>,
}

/// One line of the image's history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The instruction, as written.
    pub created_by: String,
    /// When, as written (RFC 3339).
    pub created: Option<String>,
    /// A comment, such as `buildkit.dockerfile.v0`.
    pub comment: String,
    /// The layer it made; nothing for ENV, CMD, LABEL and the like.
    pub layer: Option<super::LayerId>,
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
        write!(f, "{}/{}", known(&self.os), known(&self.architecture))?;
        if self.variant.is_empty() {
            Ok(())
        } else {
            write!(f, "/{}", self.variant)
        }
    }
}
