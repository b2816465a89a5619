//! Connections to registries, shared by all images that are read with them: a host is tried once for TLS, a login is looked up once per repository, and
//! connections and tokens are used again. Sends nothing by itself.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use http::HeaderValue;
use tokio::runtime::Handle;
use tokio::sync::{OnceCell, oneshot};

use super::login::FoundLogin;
use super::pace::Pace;
use super::setting_error::SettingError;
use super::settings::{Registries, RegistryEndpoint, RegistryOptions};
use super::transport::{Http, http};
use crate::source::blocking::runtime;
use crate::source::environment::SourceEnvironment;
use crate::source::login_error::LoginError;

/// Connections to registries. Cheap to clone; they are closed when the last clone and the last image that was opened with them are dropped.
#[derive(Clone)]
pub struct Connections {
    pub(super) shared: Arc<ConnectionState>,
    driver: Arc<Driver>,
}

/// The thread that drives the connections; it ends when this is dropped.
struct Driver {
    handle: Handle,
    _stop: oneshot::Sender<()>,
}

/// What requests share.
pub(super) struct ConnectionState {
    pub(super) options: RegistryOptions,
    pub(super) environment: SourceEnvironment,
    /// What `registries.conf` sets; read once.
    registries: OnceLock<Result<Registries, SettingError>>,
    /// What sends requests, by host and port, and by whether the endpoint is insecure: another prefix of the host may not be.
    http: Mutex<HashMap<(String, bool), Http>>,
    /// By the host and port of the API, and by whether the endpoint is insecure.
    hosts: Mutex<HashMap<(String, bool), Arc<Host>>>,
    /// By host and repository.
    access: Mutex<HashMap<(String, String), Arc<Access>>>,
}

/// What is known of a registry's host.
pub(super) struct Host {
    /// Whether an insecure registry turned out to have no TLS.
    pub(super) is_plain: AtomicBool,
    /// Whether it has answered; from then on plain HTTP is never used instead of TLS.
    pub(super) answered: AtomicBool,
    pub(super) pace: Pace,
}

impl Host {
    /// Returns the warning of an insecure host.
    pub(super) fn unchecked(&self, name: &str) -> String {
        let how = if self.is_plain.load(Ordering::Relaxed) {
            " was read over plain HTTP"
        } else {
            "'s certificate was not checked"
        };
        format!("{name}{how}: allowed by --insecure-registry or registries.conf")
    }
}

/// How a repository of a host is read.
#[derive(Default)]
pub(super) struct Access {
    pub(super) login: OnceCell<FoundLogin>,
    pub(super) authorization: tokio::sync::Mutex<Option<HeaderValue>>,
    /// Whether something of it was returned.
    pub(super) is_read: AtomicBool,
    /// The digest of something of which it sent other bytes. From then on it is not used as a mirror.
    pub(super) rejected: OnceLock<String>,
}

impl Access {
    /// Returns warnings: that it sent wrong bytes, and that a login may be stored that it was not sent.
    pub(super) fn warnings(&self, host: &str) -> Vec<String> {
        let rejected = self.rejected.get().map(|digest| {
            format!(
                "the mirror {host} sent other bytes than {digest} names: it was not used any more"
            )
        });
        let login = self
            .login
            .get()
            .filter(|_| self.is_read.load(Ordering::Relaxed));
        let faults = login.filter(|found| found.login.is_none() && !found.faults.is_empty());
        let faults = faults.map(|found| {
            let faults = LoginError::list(&found.faults);
            format!("{host} was read without a login: {faults}")
        });
        rejected.into_iter().chain(faults).collect()
    }
}

impl Connections {
    /// Starts the thread that drives the connections. Nothing is connected to yet.
    ///
    /// # Errors
    /// [`io::Error`] when the system starts no thread.
    pub fn start(options: RegistryOptions, environment: SourceEnvironment) -> io::Result<Self> {
        let runtime = runtime()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let drive = move || {
            let _ = runtime.block_on(stopped);
            // Whoever still connects is not waited for.
            runtime.shutdown_background();
        };
        thread::Builder::new()
            .name("registry".into())
            .spawn(drive)?;
        let shared = ConnectionState {
            options,
            environment,
            registries: OnceLock::new(),
            http: Mutex::default(),
            hosts: Mutex::default(),
            access: Mutex::default(),
        };
        Ok(Self {
            shared: Arc::new(shared),
            driver: Arc::new(Driver {
                handle,
                _stop: stop,
            }),
        })
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.driver.handle
    }

    /// Returns each warning once: about the settings, about hosts that answered without a check of who they are, and about repositories that were read.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let ConnectionState { hosts, access, .. } = &*self.shared;
        let hosts = hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let answered = hosts
            .iter()
            .filter(|((_, insecure), host)| *insecure && host.answered.load(Ordering::Relaxed));
        let unchecked = answered.map(|((name, _), host)| host.unchecked(name));
        let access = access.lock().unwrap_or_else(PoisonError::into_inner);
        let repositories = access
            .iter()
            .flat_map(|((host, _), access)| access.warnings(host));
        let of_settings = self.shared.setting_warnings();
        let each: BTreeSet<String> = of_settings.chain(unchecked).chain(repositories).collect();
        each.into_iter().collect()
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connections")
    }
}

impl ConnectionState {
    /// Returns what `registries.conf` sets.
    ///
    /// # Errors
    /// [`SettingError`] when a file cannot be parsed.
    pub(super) fn registries(&self) -> Result<&Registries, SettingError> {
        let read = self
            .registries
            .get_or_init(|| Registries::read(&self.environment));
        read.as_ref().map_err(Clone::clone)
    }

    /// Returns warnings about what `registries.conf` sets, once it was read.
    pub(super) fn setting_warnings(&self) -> impl Iterator<Item = String> {
        let read = self.registries.get().and_then(|read| read.as_ref().ok());
        read.into_iter().flat_map(Registries::warnings)
    }

    /// Returns what sends requests to a host, whose files are named by `named`.
    ///
    /// # Errors
    /// [`SettingError`] when a file or setting cannot be used.
    pub(super) fn http(
        &self,
        named: &str,
        host: &str,
        insecure: bool,
    ) -> Result<Http, SettingError> {
        let mut all = self.http.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (host.to_owned(), insecure);
        if let Some(http) = all.get(&key) {
            return Ok(http.clone());
        }
        let authorities = &self.options.authorities;
        let client = http(named, host, insecure, authorities, &self.environment)?;
        all.insert(key, client.clone());
        Ok(client)
    }

    /// Returns what is known of an endpoint's host.
    pub(super) fn host(&self, endpoint: &RegistryEndpoint) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Host {
            is_plain: AtomicBool::new(false),
            answered: AtomicBool::new(false),
            pace: Pace::new(self.options.rate),
        };
        let host = hosts.entry((endpoint.api_host.clone(), endpoint.insecure));
        Arc::clone(host.or_insert_with(|| Arc::new(new())))
    }

    /// Returns the access to an endpoint's repository.
    pub(super) fn access(&self, endpoint: &RegistryEndpoint) -> Arc<Access> {
        let mut all = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        let access = all.entry((endpoint.host.clone(), endpoint.repository.clone()));
        Arc::clone(access.or_default())
    }
}
