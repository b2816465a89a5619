//! The image's configuration: run configuration and history. Data only; `archive` parses it.

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
