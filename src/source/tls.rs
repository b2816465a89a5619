//! The files of a TLS connection to an engine. Connects to nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::ring;

use super::registry::{SettingError, certificates, machine_roots, private_key};

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
    /// Returns the TLS files in a folder; `None` if there are none.
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

    /// Reads the files: the machine's authorities count too, as for docker.
    ///
    /// # Errors
    /// [`SettingError`] with the file that cannot be used.
    pub(super) fn config(&self) -> Result<ClientConfig, SettingError> {
        let mut roots = machine_roots(rustls_native_certs::load_native_certs().certs);
        roots.add_parsable_certificates(certificates(&self.authority)?);
        let chain = certificates(&self.certificate)?;
        let key = private_key(&self.key)?;
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions();
        let builder = builder.map_err(SettingError::Tls)?;
        let builder = builder.with_root_certificates(roots);
        let config = builder.with_client_auth_cert(chain, key);
        config.map_err(|cause| SettingError::ClientCertificate {
            host: "the engine".to_owned(),
            cause,
        })
    }
}
