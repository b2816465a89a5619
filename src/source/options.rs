//! How to open an image, and what happens meanwhile, as data. Opens nothing.

use std::path::PathBuf;

use super::registry::{Connections, RegistryOptions};
use crate::image::Platform;

/// `--pull`: when an engine pulls an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pull {
    /// When no engine has it.
    #[default]
    Missing,
    /// Never.
    Never,
    /// Always.
    Always,
}

/// How to open an image.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenOptions<'a> {
    /// `--platform`.
    pub platform: Option<&'a Platform>,
    /// `--pull`.
    pub pull: Pull,
    /// `--registry-ca`, `--insecure-registry`.
    pub registry: Option<&'a RegistryOptions>,
    /// The connections to registries that the image shares with others; `None` for its own, which `registry` describes.
    pub connections: Option<&'a Connections>,
}

/// What happens before the first byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenEvent {
    /// An engine is being connected to: `docker at unix:///var/run/docker.sock`.
    Connecting(String),
    /// A pipe is opened that nothing writes to yet.
    Waiting(PathBuf),
    /// The engine pulls the image.
    Pulling {
        /// Bytes downloaded so far, over all layers.
        done: u64,
        /// Bytes to download, as far as known.
        total: u64,
        /// The engine's status.
        status: String,
    },
}
