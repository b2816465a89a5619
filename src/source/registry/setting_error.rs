//! What is wrong with a file or a setting for registries. Text only.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use http::uri::InvalidUri;
use rustls::pki_types::pem;
use thiserror::Error;

/// A file or setting for registries, TLS or a proxy that cannot be used.
#[derive(Clone, Debug, Error)]
pub enum SettingError {
    /// The user's or the machine's settings forbid the registry.
    #[error("registries.conf blocks {0}")]
    Blocked(String),
    /// A settings file has a syntax error.
    #[error("{}: {}", .file.display(), .cause.message())]
    Toml {
        /// Which file.
        file: PathBuf,
        /// The error.
        #[source]
        cause: toml::de::Error,
    },
    /// The file that the user names in a variable cannot be read.
    #[error("CONTAINERS_REGISTRIES_CONF: {}: {cause}", .file.display())]
    RegistriesFile {
        /// Which file.
        file: PathBuf,
        /// The error.
        #[source]
        cause: Arc<io::Error>,
    },
    /// A file of certificates or settings, or a folder of them, cannot be read.
    #[error("{}: {cause}", .file.display())]
    File {
        /// Which file.
        file: PathBuf,
        /// The error.
        #[source]
        cause: Arc<io::Error>,
    },
    /// The file that the user names for more authorities cannot be used.
    #[error("--registry-ca: {0}")]
    RegistryCa(#[source] Box<SettingError>),
    /// A file is not in PEM format.
    #[error("{}: {cause}", .file.display())]
    Pem {
        /// Which file.
        file: PathBuf,
        /// The error.
        #[source]
        cause: Arc<pem::Error>,
    },
    /// A file has no certificate.
    #[error("{}: no certificate in PEM format", .0.display())]
    NoCertificate(PathBuf),
    /// A certificate authority cannot be used.
    #[error("{}: {cause}", .file.display())]
    Authority {
        /// Its file.
        file: PathBuf,
        /// The error.
        #[source]
        cause: rustls::Error,
    },
    /// The client certificate of a host cannot be used.
    #[error("client certificate for {host}: {cause}")]
    ClientCertificate {
        /// Which host.
        host: String,
        /// The error.
        #[source]
        cause: rustls::Error,
    },
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(rustls::Error),
    /// A host does not fit into a URL.
    #[error("{host}: {cause}")]
    Host {
        /// Which host.
        host: String,
        /// The error.
        #[source]
        cause: Arc<InvalidUri>,
    },
    /// The proxy's address has another form.
    #[error("HTTPS_PROXY: only proxies of the form http://HOST:PORT are supported")]
    Proxy,
    /// The system starts no thread or opens no socket.
    #[error("no thread or socket: {0}")]
    System(#[source] Arc<io::Error>),
    /// There is no mirror and no registry to try.
    #[error("no endpoint")]
    NoEndpoint,
}
