//! The environment variables and folders that decide where engines are searched, as a value, so that tests can set it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The variables and folders that lead to an engine or a registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceEnvironment {
    /// The variables that are set and not empty.
    pub variables: BTreeMap<String, String>,
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// The folder of the user's sockets: `$XDG_RUNTIME_DIR`, else `/run/user/UID`.
    pub runtime_folder: Option<PathBuf>,
}

const VARIABLES: [&str; 18] = [
    "ALL_PROXY",
    "CONTAINERS_REGISTRIES_CONF",
    "CONTAINER_HOST",
    "CONTAINER_SSHKEY",
    "DOCKER_CERT_PATH",
    "DOCKER_CONFIG",
    "DOCKER_CONTEXT",
    "DOCKER_HOST",
    "DOCKER_TLS",
    "DOCKER_TLS_VERIFY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "PATH",
    "REGISTRY_AUTH_FILE",
    "TMPDIR",
    "all_proxy",
    "https_proxy",
    "no_proxy",
];

impl SourceEnvironment {
    /// Returns the environment of this process.
    #[must_use]
    pub(crate) fn of_process() -> Self {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            variables: VARIABLES
                .iter()
                .filter_map(|&name| Some((name.to_owned(), set(name)?)))
                .collect(),
            home: std::env::home_dir(),
            runtime_folder: set("XDG_RUNTIME_DIR")
                .map(PathBuf::from)
                .or_else(runtime_folder),
        }
    }

    /// Returns the same environment with a variable set.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.insert(name.to_owned(), value.into());
        self
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// Returns the folder of Docker's client configuration.
    #[must_use]
    pub(crate) fn docker_folder(&self) -> Option<PathBuf> {
        self.get("DOCKER_CONFIG")
            .map(PathBuf::from)
            .or_else(|| self.in_home(".docker"))
    }

    pub(super) fn in_home(&self, below: impl AsRef<Path>) -> Option<PathBuf> {
        Some(self.home.as_ref()?.join(below))
    }
}

/// Returns the user's runtime folder where no login session has set it. The owner of `/proc/self` is the user of this process.
#[cfg(target_os = "linux")]
fn runtime_folder() -> Option<PathBuf> {
    use std::os::unix::fs::MetadataExt;
    let user = std::fs::metadata("/proc/self").ok()?.uid();
    Some(PathBuf::from(format!("/run/user/{user}"))).filter(|folder| folder.is_dir())
}

#[cfg(not(target_os = "linux"))]
fn runtime_folder() -> Option<PathBuf> {
    None
}
