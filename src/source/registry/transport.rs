//! Connections to one host: TCP or a proxy's tunnel, TLS with the authorities and client certificate of that host. Sends requests; independent of the registry
//! API.

use std::fs;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http_body_util::Full;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ClientConfig;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio::net::TcpStream;
use tower_service::Service;

use super::setting_error::SettingError;
use super::settings::certificate_folders;
use crate::small_file;
use crate::source::environment::SourceEnvironment;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(15);
/// How long an idle connection is kept.
const IDLE: Duration = Duration::from_mins(1);

/// The largest file of certificates, in bytes.
const LARGEST_CERTIFICATES: u64 = 16 << 20;

type Fallible<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Sends requests to one host.
pub(super) type Http = Client<HttpsConnector<Dial>, Full<Bytes>>;

/// Returns what sends requests to a host, whose files are named by `named`; with `insecure` its certificate is not checked.
///
/// # Errors
/// [`SettingError`] when a file or setting cannot be used.
pub(super) fn http(
    named: &str,
    host: &str,
    insecure: bool,
    authorities: &[PathBuf],
    environment: &SourceEnvironment,
) -> Result<Http, SettingError> {
    let tls = tls(named, insecure, authorities, environment)?;
    let connector = hyper_rustls::HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_or_http()
        .enable_http1()
        .wrap_connector(dial(host, environment)?);
    Ok(Client::builder(TokioExecutor::new())
        .pool_idle_timeout(IDLE)
        .build(connector))
}

/// Returns the proxy that leads to a host, as messages name it.
pub(super) fn proxy(host: &str, environment: &SourceEnvironment) -> Option<String> {
    let to = format!("https://{host}/").parse().ok()?;
    let proxy = intercept(&to, environment).ok()??;
    let uri = proxy.uri();
    Some(format!(
        "the proxy {}",
        uri.authority()?.as_str().rsplit('@').next()?
    ))
}

/// Returns the proxy that leads to an address.
///
/// # Errors
/// [`SettingError`] when a proxy is set that cannot be used.
fn intercept(to: &Uri, environment: &SourceEnvironment) -> Result<Option<Intercept>, SettingError> {
    let first = |names: &[&str]| {
        let set = names.iter().find_map(|name| environment.get(name));
        set.unwrap_or_default().to_owned()
    };
    let set = first(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]);
    let none = first(&["NO_PROXY", "no_proxy"]);
    let any = Matcher::builder().https("http://proxy").no(none.clone());
    let mut entries = none.split(',');
    let is_exempt =
        any.build().intercept(to).is_none() || entries.any(|entry| is_exempt(entry.trim(), to));
    if set.trim().is_empty() || is_exempt {
        return Ok(None);
    }
    // The matcher has no proxy where the setting cannot be parsed.
    match Matcher::builder().https(set).build().intercept(to) {
        Some(proxy) if proxy.uri().scheme_str() == Some("http") => Ok(Some(proxy)),
        _ => Err(SettingError::Proxy),
    }
}

/// Returns whether an entry of `NO_PROXY` is `*`, or names the host of an address with its port; the other forms are the matcher's.
fn is_exempt(entry: &str, to: &Uri) -> bool {
    let with_port = || {
        let (name, port) = entry.rsplit_once(':')?;
        let host = to.host()?;
        let is_port = port.parse::<u16>().ok()? == to.port_u16().unwrap_or(443);
        let domain = name.trim_start_matches('.');
        let rest = host.strip_suffix(domain)?;
        let is_host = !domain.is_empty() && (rest.is_empty() || rest.ends_with('.'));
        Some(is_port && is_host)
    };
    entry == "*" || with_port().unwrap_or_default()
}

/// Opens a TCP connection, through a proxy's tunnel where one is set.
#[derive(Clone)]
pub(super) enum Dial {
    Direct(HttpConnector),
    Tunnel(Box<Tunnel<HttpConnector>>),
}

fn dial(host: &str, environment: &SourceEnvironment) -> Result<Dial, SettingError> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(CONNECT));
    let uri: Uri = format!("https://{host}/")
        .parse()
        .map_err(|cause| SettingError::Host {
            host: host.to_owned(),
            cause: Arc::new(cause),
        })?;
    let Some(proxy) = intercept(&uri, environment)? else {
        return Ok(Dial::Direct(tcp));
    };
    let mut tunnel = Tunnel::new(proxy.uri().clone(), tcp);
    if let Some(login) = proxy.basic_auth() {
        tunnel = tunnel.with_auth(login.clone());
    }
    Ok(Dial::Tunnel(Box::new(tunnel)))
}

impl Service<Uri> for Dial {
    type Response = TokioIo<TcpStream>;
    type Error = Box<dyn std::error::Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Fallible<Self::Response>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Fallible<()>> {
        match self {
            Self::Direct(tcp) => tcp.poll_ready(context).map_err(Into::into),
            Self::Tunnel(tunnel) => tunnel.poll_ready(context).map_err(Into::into),
        }
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        match self {
            Self::Direct(tcp) => {
                let connecting = tcp.call(to);
                Box::pin(async move { Ok(connecting.await?) })
            }
            Self::Tunnel(tunnel) => {
                let connecting = tunnel.call(to);
                Box::pin(async move { Ok(connecting.await?) })
            }
        }
    }
}

fn tls(
    host: &str,
    insecure: bool,
    authorities: &[PathBuf],
    environment: &SourceEnvironment,
) -> Result<ClientConfig, SettingError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(SettingError::Tls)?;
    let folders = certificate_folders(host, environment);
    let builder = if insecure {
        let unchecked = Arc::new(Unchecked(provider));
        builder
            .dangerous()
            .with_custom_certificate_verifier(unchecked)
    } else {
        builder.with_root_certificates(roots(authorities, &folders)?)
    };
    match client_certificate(&folders)? {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key).map_err(|cause| {
            SettingError::ClientCertificate {
                host: host.to_owned(),
                cause,
            }
        }),
        None => Ok(builder.with_no_client_auth()),
    }
}

/// Returns the machine's authorities, those of `--registry-ca`, and the `.crt` files of the host's folders.
fn roots(authorities: &[PathBuf], folders: &[PathBuf]) -> Result<RootCertStore, SettingError> {
    let mut roots = machine_roots(rustls_native_certs::load_native_certs().certs);
    for file in authorities {
        let added = add(&mut roots, file);
        added.map_err(|cause| SettingError::RegistryCa(Box::new(cause)))?;
    }
    for file in folders.iter().flat_map(|folder| ending(folder, "crt")) {
        add(&mut roots, &file)?;
    }
    Ok(roots)
}

/// Adds the authorities of a file.
fn add(roots: &mut RootCertStore, file: &Path) -> Result<(), SettingError> {
    for certificate in certificates(file)? {
        let added = roots.add(certificate);
        added.map_err(|cause| SettingError::Authority {
            file: file.to_owned(),
            cause,
        })?;
    }
    Ok(())
}

/// Returns the machine's authorities, or Mozilla's where the machine has none: in a container with nothing but this program.
pub(in crate::source) fn machine_roots(native: Vec<CertificateDer<'static>>) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(native);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}

/// Reads the certificates of a file, one at least.
///
/// # Errors
/// [`SettingError`] with the file.
pub(in crate::source) fn certificates(
    file: &Path,
) -> Result<Vec<CertificateDer<'static>>, SettingError> {
    let text = small_file::bytes(file, LARGEST_CERTIFICATES, "larger than 16 MiB");
    let text = text.map_err(|cause| SettingError::File {
        file: file.to_owned(),
        cause: Arc::new(cause),
    })?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let read = read.map_err(|cause| not_pem(file, cause))?;
    if read.is_empty() {
        return Err(SettingError::NoCertificate(file.to_owned()));
    }
    Ok(read)
}

/// Reads the key of a client certificate.
///
/// # Errors
/// [`SettingError`] with the file.
pub(in crate::source) fn private_key(file: &Path) -> Result<PrivateKeyDer<'static>, SettingError> {
    PrivateKeyDer::from_pem_file(file).map_err(|cause| not_pem(file, cause))
}

fn not_pem(file: &Path, cause: pem::Error) -> SettingError {
    SettingError::Pem {
        file: file.to_owned(),
        cause: Arc::new(cause),
    }
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// Returns the first pair of `NAME.cert` and `NAME.key`.
fn client_certificate(folders: &[PathBuf]) -> Result<Option<Identity>, SettingError> {
    let certificates_there = folders.iter().flat_map(|folder| ending(folder, "cert"));
    let Some(file) = certificates_there.into_iter().next() else {
        return Ok(None);
    };
    let key = private_key(&file.with_extension("key"))?;
    Ok(Some((certificates(&file)?, key)))
}

/// Returns the files of a folder whose names end so, in order.
fn ending(folder: &Path, end: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.retain(|file| file.extension().is_some_and(|own| own == end));
    files.sort();
    files
}

/// Accepts every certificate; only for hosts the user named as insecure.
#[derive(Debug)]
struct Unchecked(Arc<CryptoProvider>);

impl ServerCertVerifier for Unchecked {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::{intercept, machine_roots};
    use crate::source::environment::SourceEnvironment;

    #[test]
    fn a_proxy_is_used_unless_the_host_is_exempt() {
        let leads = |to: &str, proxy: &str, none: &str| {
            let environment = SourceEnvironment::default()
                .with("HTTPS_PROXY", proxy)
                .with("NO_PROXY", none);
            let found = intercept(&to.parse().unwrap(), &environment);
            found.map(|found| found.is_some()).ok()
        };
        let proxy = "http://proxy.local:3128";
        for (to, none, expected) in [
            ("https://10.0.0.1:5000/", "", true),
            ("https://10.0.0.1:5000/", "*", false),
            ("https://10.0.0.1:5000/", "10.0.0.0/8", false),
            ("https://10.0.0.1:5000/", "a.io, 10.0.0.1:5000", false),
            ("https://10.0.0.1:5001/", "10.0.0.1:5000", true),
            ("https://r.a.io/", "a.io:443", false),
            ("https://r.a.io/", ".a.io:443", false),
            ("https://ra.io/", "a.io:443", true),
            ("https://r.a.io/", "a.io", false),
            ("https://[::1]:5000/", "[::1]:5000", false),
        ] {
            assert_eq!(leads(to, proxy, none), Some(expected), "{to} {none}");
        }
        for unusable in ["socks5://a.io:1", "https://a.io", "http://", "http://a b"] {
            assert_eq!(leads("https://r.io/", unusable, ""), None, "{unusable}");
            assert_eq!(leads("https://r.io/", unusable, "r.io:443"), Some(false));
        }
        assert_eq!(leads("https://r.io/", "", ""), Some(false));
    }

    #[test]
    fn a_machine_without_authorities_trusts_mozillas() {
        assert!(machine_roots(Vec::new()).len() > 100);
        let own = rustls_native_certs::load_native_certs().certs;
        if let Some(one) = own.into_iter().next() {
            assert_eq!(machine_roots(vec![one]).len(), 1);
        }
    }
}
