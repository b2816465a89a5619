//! Docker's contexts and client configuration: the current context and its endpoint, and logins. Reads two small files; connects to nothing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::environment::SourceEnvironment;
use super::login_error::LoginCause;
use super::tls::Tls;
use crate::small_file;

/// A Docker context with an endpoint of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DockerContext {
    /// Its name.
    pub name: String,
    /// The endpoint's address: `unix:///…`, `tcp://…`.
    pub host: String,
    /// Its TLS files, if the store has any.
    pub tls: Option<Tls>,
}

/// A context whose endpoint is unknown.
#[derive(Clone, Debug, Error)]
#[error("{cause}")]
pub struct ContextError {
    /// The context's name.
    pub name: String,
    /// The reason.
    #[source]
    pub cause: ContextCause,
}

/// Why the endpoint of a context is unknown.
#[derive(Clone, Debug, Error)]
pub enum ContextCause {
    /// Its file cannot be read.
    #[error("cannot read {}: {}", .0.display(), .1)]
    File(PathBuf, #[source] Arc<io::Error>),
    /// Its file cannot be parsed.
    #[error("{} is not a context: {}", .0.display(), .1)]
    Format(PathBuf, #[source] Arc<serde_json::Error>),
    /// Its file has none.
    #[error("{} has no docker endpoint", .0.display())]
    NoEndpoint(PathBuf),
    /// It requires TLS without a check of the certificate.
    #[error("it requires TLS without verification, which dive-rs does not support")]
    UncheckedTls,
}

impl DockerContext {
    /// Returns the current context: `DOCKER_CONTEXT`, else `currentContext` of the client's configuration; `None` if that is the default one, which the
    /// store does not have. The caller checks `DOCKER_HOST`, which has precedence.
    ///
    /// # Errors
    /// [`ContextError`] when its endpoint is unknown.
    pub fn current(environment: &SourceEnvironment) -> Result<Option<Self>, ContextError> {
        let Some(folder) = environment.docker_folder() else {
            return Ok(None);
        };
        let chosen = environment
            .get("DOCKER_CONTEXT")
            .map(str::to_owned)
            .or_else(|| ClientConfiguration::read(&folder)?.current_context);
        match chosen.filter(|name| !name.is_empty() && name != "default") {
            None => Ok(None),
            Some(name) => match Self::read(&folder.join("contexts"), &name) {
                Ok(context) => Ok(Some(context)),
                Err(cause) => Err(ContextError { name, cause }),
            },
        }
    }

    fn read(store: &Path, name: &str) -> Result<Self, ContextCause> {
        let id = hex(&Sha256::digest(name.as_bytes()));
        let file = store.join("meta").join(&id).join("meta.json");
        let text =
            fs::read(&file).map_err(|cause| ContextCause::File(file.clone(), Arc::new(cause)))?;
        let meta: Meta = serde_json::from_slice(&text)
            .map_err(|cause| ContextCause::Format(file.clone(), Arc::new(cause)))?;
        let docker = meta
            .endpoints
            .get("docker")
            .filter(|docker| !docker.host.is_empty())
            .ok_or(ContextCause::NoEndpoint(file))?;
        if docker.skip_tls_verify {
            return Err(ContextCause::UncheckedTls);
        }
        Ok(Self {
            name: name.to_owned(),
            host: docker.host.clone(),
            tls: Tls::of_folder(&store.join("tls").join(&id).join("docker")),
        })
    }
}

/// The parts of Docker's client configuration that are needed.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ClientConfiguration {
    #[serde(rename = "currentContext")]
    pub(super) current_context: Option<String>,
    /// The logins by host, or by host and repository; `None` where an entry is not one.
    #[serde(default, deserialize_with = "each")]
    pub(super) auths: HashMap<String, Option<Auth>>,
    /// The credential helper of all registries without one of their own.
    #[serde(rename = "credsStore")]
    pub(super) store: Option<String>,
    /// The credential helpers of single registries.
    #[serde(rename = "credHelpers", default, deserialize_with = "each_valid")]
    pub(super) helpers: HashMap<String, String>,
}

/// The login of one registry.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Auth {
    #[serde(rename = "auth")]
    pub(super) encoded: Option<String>,
    pub(super) username: Option<String>,
    pub(super) password: Option<String>,
    #[serde(rename = "identitytoken")]
    pub(super) identity_token: Option<String>,
}

impl ClientConfiguration {
    /// Reads Docker's client configuration; returns `None` if there is none or it cannot be parsed: engines work without it.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        Self::of_file(&folder.join("config.json")).ok().flatten()
    }

    /// Reads a file of this format; returns `None` if it does not exist.
    ///
    /// # Errors
    /// [`LoginCause`] when it cannot be read or parsed.
    pub(super) fn of_file(file: &Path) -> Result<Option<Self>, LoginCause> {
        let text = match small_file::settings(file) {
            Ok(text) => text,
            Err(error) if small_file::is_absent(&error) => return Ok(None),
            Err(error) => return Err(LoginCause::Read(Arc::new(error))),
        };
        let read = serde_json::from_str(&text);
        read.map(Some).map_err(|error| LoginCause::Syntax {
            line: error.line(),
            column: error.column(),
        })
    }
}

/// Reads the entries of a map; `None` are those that are not valid.
fn each<'de, D, T>(deserializer: D) -> Result<HashMap<String, Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let all = Option::<HashMap<String, Value>>::deserialize(deserializer)?;
    let all = all.unwrap_or_default().into_iter();
    let read = all.map(|(key, value)| (key, serde_json::from_value(value).ok()));
    Ok(read.collect())
}

/// Reads the entries of a map that are valid; the others are left out.
fn each_valid<'de, D, T>(deserializer: D) -> Result<HashMap<String, T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let all = each(deserializer)?.into_iter();
    Ok(all.filter_map(|(key, value)| Some((key, value?))).collect())
}

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "Endpoints", default)]
    endpoints: HashMap<String, ContextEndpoint>,
}

#[derive(Deserialize)]
struct ContextEndpoint {
    #[serde(rename = "Host", default)]
    host: String,
    #[serde(rename = "SkipTLSVerify", default)]
    skip_tls_verify: bool,
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
