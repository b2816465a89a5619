//! The files of a TLS connection to an engine. Connects to nothing.

use std::path::{Path, PathBuf};

/// Files for a TLS connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// The certificate authority of the engine.
    pub authority: PathBuf,
    /// The client's certificate.
    pub certificate: PathBuf,
    /// The client's key.
    pub key: PathBuf,
}

impl Tls {
    /// Returns the TLS files in a folder; nothing when there are none.
    pub(super) fn of_folder(folder: &Path) -> Option<Self> {
        let tls = Self::in_folder(folder);
        tls.authority.is_file().then_some(tls)
    }

    /// Returns the usual names of TLS files in a folder, whether they exist or not.
    pub(super) fn in_folder(folder: &Path) -> Self {
        let file = |name: &str| -> PathBuf { folder.join(name) };
        Self {
            authority: file("ca.pem"),
            certificate: file("cert.pem"),
            key: file("key.pem"),
        }
    }
}
