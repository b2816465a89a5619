//! A mirror or the registry: where an image may be read, and what is known of it. Sends nothing.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::connections::{Access, Host};
use super::settings::RegistryEndpoint;

/// An endpoint and its state.
pub(super) struct EndpointState {
    pub(super) address: RegistryEndpoint,
    /// What it has returned of the image: paths behind the repository's name.
    pub(super) served: Mutex<HashSet<String>>,
    pub(super) host: Arc<Host>,
    pub(super) access: Arc<Access>,
    /// How long it is waited for while its host allows no request.
    pub(super) patience: Duration,
}

impl EndpointState {
    pub(super) fn served(&self) -> MutexGuard<'_, HashSet<String>> {
        self.served.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns warnings, if it was used: that nobody checked who it is, and those about the repository.
    pub(super) fn warnings(&self) -> Vec<String> {
        if self.access.rejected.get().is_none() && self.served().is_empty() {
            return Vec::new();
        }
        let host = &self.address.host;
        let unchecked = self.address.insecure.then(|| self.host.unchecked(host));
        unchecked
            .into_iter()
            .chain(self.access.warnings(host))
            .collect()
    }
}
