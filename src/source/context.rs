//! Docker's contexts: which one is current, and what the context store says of it. Reads two small files; connects to nothing.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::endpoint::Tls;
use super::environment::Environment;

/// A Docker context with an endpoint of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Its name.
    pub name: String,
    /// The endpoint's address: `unix:///…`, `tcp://…`.
    pub host: String,
    /// Its TLS material, when the store has some.
    pub tls: Option<Tls>,
}

impl Context {
    /// Returns the context the user has chosen: `DOCKER_CONTEXT`, else `currentContext` of the client's configuration; nothing when that is the
    /// default one, which is no context of the store. `DOCKER_HOST` goes before all contexts; that is the caller's to know.
    ///
    /// # Errors
    /// The name that was chosen and why its endpoint is not known.
    pub fn current(environment: &Environment) -> Result<Option<Self>, (String, String)> {
        let Some(folder) = environment.docker_folder() else {
            return Ok(None);
        };
        let chosen = environment
            .get("DOCKER_CONTEXT")
            .map(str::to_owned)
            .or_else(|| Configuration::read(&folder)?.current_context);
        match chosen.filter(|name| !name.is_empty() && name != "default") {
            None => Ok(None),
            Some(name) => match Self::read(&folder.join("contexts"), &name) {
                Ok(context) => Ok(Some(context)),
                Err(why) => Err((name, why)),
            },
        }
    }

    fn read(store: &Path, name: &str) -> Result<Self, String> {
        let id = hex(&Sha256::digest(name.as_bytes()));
        let file = store.join("meta").join(&id).join("meta.json");
        let shown = file.display();
        let text = fs::read(&file).map_err(|cause| format!("cannot read {shown}: {cause}"))?;
        let meta: Meta = serde_json::from_slice(&text)
            .map_err(|cause| format!("{shown} is not a context: {cause}"))?;
        let docker = meta
            .endpoints
            .get("docker")
            .filter(|docker| !docker.host.is_empty())
            .ok_or_else(|| format!("{shown} names no docker endpoint"))?;
        if docker.skip_tls_verify {
            return Err("it asks for TLS without verification, which dive-rs does not do".into());
        }
        Ok(Self {
            name: name.to_owned(),
            host: docker.host.clone(),
            tls: Tls::of_folder(&store.join("tls").join(&id).join("docker")),
        })
    }
}

/// What is read of Docker's client configuration.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Configuration {
    #[serde(rename = "currentContext")]
    pub(super) current_context: Option<String>,
    #[serde(default)]
    pub(super) auths: HashMap<String, Auth>,
    /// The credential helper of all registries that have none of their own.
    #[serde(rename = "credsStore")]
    pub(super) store: Option<String>,
    /// The credential helpers of single registries.
    #[serde(rename = "credHelpers", default)]
    pub(super) helpers: HashMap<String, String>,
}

/// What it says of one registry.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Auth {
    #[serde(rename = "auth")]
    pub(super) packed: Option<String>,
    pub(super) username: Option<String>,
    pub(super) password: Option<String>,
    #[serde(rename = "identitytoken")]
    pub(super) identity_token: Option<String>,
}

impl Configuration {
    /// Returns Docker's client configuration; nothing when there is none, or none that can be read: the engine works without it.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(folder.join("config.json")).ok()?).ok()
    }
}

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "Endpoints", default)]
    endpoints: HashMap<String, Meant>,
}

#[derive(Deserialize)]
struct Meant {
    #[serde(rename = "Host", default)]
    host: String,
    #[serde(rename = "SkipTLSVerify", default)]
    skip_tls_verify: bool,
}

impl Tls {
    /// Returns the TLS material in a folder; nothing when it holds none.
    pub(super) fn of_folder(folder: &Path) -> Option<Self> {
        let tls = Self::in_folder(folder);
        tls.authority.is_file().then_some(tls)
    }

    /// Returns the usual names of TLS material in a folder, whether it is there or not.
    pub(super) fn in_folder(folder: &Path) -> Self {
        let file = |name: &str| -> PathBuf { folder.join(name) };
        Self {
            authority: file("ca.pem"),
            certificate: file("cert.pem"),
            key: file("key.pem"),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
