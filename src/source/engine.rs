//! The container engines. Connects to nothing.

use std::fmt;

/// A container engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engine {
    /// Docker, or another engine with its API on its socket.
    Docker,
    /// Podman, through its Docker-compatible API.
    Podman,
}

impl Engine {
    /// Returns its name, which is its scheme and its command as well.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Podman => "podman",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
