//! Looks a login up in one client configuration, or through the credential helpers that it names; engines take the one of Docker's configuration for a pull.
//! Which files are read for a registry is in `registry::login`. The helpers' protocol is docker-credential-helpers' `get`. Keeps and writes no login.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bollard::auth::DockerCredentials;
use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use super::context::{Auth, ClientConfiguration};
use super::environment::SourceEnvironment;
use super::login_error::{EntryError, HelperError, LoginCause};

/// How long a credential helper may take; some prompt the user to unlock a key.
const TIMEOUT: Duration = Duration::from_mins(1);
/// The longest output of a helper, in bytes.
const LONGEST_OUTPUT: u64 = 64 << 10;

/// A login for a registry. It has no `Debug`, so that no log can show it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Login {
    pub(super) username: Option<String>,
    pub(super) password: Option<String>,
    /// A token that is exchanged for another one, in place of a password.
    pub(super) identity_token: Option<String>,
}

/// Returns the login for the registry in an image's name, as an engine takes it; `None` if there is none, and the pull is anonymous.
pub(super) async fn credentials(
    environment: &SourceEnvironment,
    name: &str,
) -> Option<DockerCredentials> {
    let configuration = ClientConfiguration::read(&environment.docker_folder()?)?;
    let registry = registry(name);
    let login = login_in(&configuration, registry, "", environment).await;
    let login = login.ok().flatten()?;
    Some(DockerCredentials {
        username: login.username,
        password: login.password,
        identitytoken: login.identity_token,
        serveraddress: Some(registry.to_owned()),
        ..DockerCredentials::default()
    })
}

/// Returns the login for a repository from one configuration file. As in Docker's client, a registry's own helper has precedence over the common store,
/// and that over the file.
///
/// # Errors
/// [`LoginCause`] of a helper or an entry, where the file has no login beside it.
pub(super) async fn login_in(
    configuration: &ClientConfiguration,
    registry: &str,
    repository: &str,
    environment: &SourceEnvironment,
) -> Result<Option<Login>, LoginCause> {
    let keys: &[&str] = if registry == "docker.io" {
        &[
            "https://index.docker.io/v1/",
            "index.docker.io",
            "docker.io",
        ]
    } else {
        &[registry]
    };
    let own = keys.iter().find_map(|&key| configuration.helpers.get(key));
    let mut fault = None;
    if let Some(helper) = own.or(configuration.store.as_ref()) {
        match query_helper(helper, keys[0], environment).await {
            Ok(Some(login)) => {
                log::info!("docker-credential-{helper} has a login for {}", keys[0]);
                return Ok(Some(login.into_login()));
            }
            Ok(None) => log::info!("docker-credential-{helper} has no login for {}", keys[0]),
            Err(cause) => {
                let name = helper.clone();
                let cause = LoginCause::Helper { name, cause };
                log::info!("{cause}");
                fault = Some(cause);
            }
        }
    }
    match (stored(configuration, keys, repository), fault) {
        (Ok(None), Some(fault)) => Err(fault),
        (login, _) => login,
    }
}

/// The output of a credential helper.
#[derive(Deserialize)]
struct HelperLogin {
    #[serde(rename = "Username")]
    username: String,
    #[serde(rename = "Secret")]
    secret: String,
}

impl HelperLogin {
    /// Returns the login. A helper with a token instead of a password has the user name `<token>`.
    fn into_login(self) -> Login {
        let is_token = self.username == "<token>";
        let (identity_token, password) = if is_token {
            (Some(self.secret), None)
        } else {
            (None, Some(self.secret))
        };
        Login {
            username: Some(self.username).filter(|_| !is_token),
            password,
            identity_token,
        }
    }
}

/// What a helper prints that has no login for a server (docker-credential-helpers, `credentials/error.go`).
const NO_LOGIN: &[u8] = b"credentials not found";

/// Runs `docker-credential-NAME` to get a server's login; returns `None` if it has none. The program ends with the future.
///
/// # Errors
/// [`HelperError`] when it cannot be used.
async fn query_helper(
    name: &str,
    server: &str,
    environment: &SourceEnvironment,
) -> Result<Option<HelperLogin>, HelperError> {
    // The name is part of a program's name and must not lead to another folder.
    if name.is_empty() || Path::new(name).components().count() != 1 || name.contains(['/', '\\']) {
        return Err(HelperError::Name);
    }
    let mut command = Command::new(format!("docker-credential-{name}"));
    if let Some(folders) = environment.get("PATH") {
        command.env("PATH", folders);
    }
    let mut helper = command
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| HelperError::Start(Arc::new(error)))?;
    let pipes = helper.stdin.take().zip(helper.stdout.take());
    let (mut stdin, stdout) = pipes.ok_or(HelperError::NoPipes)?;
    let mut stdout = stdout.take(LONGEST_OUTPUT);
    let output = async {
        // A helper may respond without reading its input.
        let _ = stdin.write_all(server.as_bytes()).await;
        drop(stdin);
        let mut output = Vec::new();
        let unread = |error| HelperError::Output(Arc::new(error));
        stdout.read_to_end(&mut output).await.map_err(unread)?;
        if stdout.limit() == 0 {
            return Err(HelperError::Endless);
        }
        let ended = helper.wait().await.map_err(unread)?;
        Ok((ended, output))
    };
    let output = tokio::time::timeout(TIMEOUT, output).await;
    let (ended, output) = output.map_err(|_| HelperError::Timeout(TIMEOUT))??;
    if !ended.success() {
        let has_none = output.starts_with(NO_LOGIN);
        return if has_none {
            Ok(None)
        } else {
            Err(HelperError::Failed(ended))
        };
    }
    let login = serde_json::from_slice(&output);
    login.map(Some).map_err(|_| HelperError::NotALogin)
}

/// Returns the login in the file: of the repository, of the longest part of its path, or of the host (containers-auth.json(5)).
///
/// # Errors
/// [`LoginCause::Entry`] for the entry that should have one.
pub(super) fn stored(
    configuration: &ClientConfiguration,
    keys: &[&str],
    repository: &str,
) -> Result<Option<Login>, LoginCause> {
    let auths = &configuration.auths;
    let mut path = repository;
    while !path.is_empty() {
        let mut of_path = keys.iter().map(|key| format!("{key}/{path}"));
        if let Some(login) = of_path.find_map(|key| login_of(&key, auths.get(&key)?.as_ref())) {
            return login.map(Some);
        }
        path = path.rsplit_once('/').map_or("", |(above, _)| above);
    }
    let of_host = keys
        .iter()
        .find_map(|&key| login_of(key, auths.get(key)?.as_ref()));
    let of_address = || {
        let same = auths.iter().filter(|(own, _)| keys.contains(&host_of(own)));
        let (key, auth) = same.min_by_key(|(own, _)| own.as_str())?;
        login_of(key, auth.as_ref())
    };
    of_host.or_else(of_address).transpose()
}

/// Returns the host of a key that is an address: Docker's older clients wrote `https://HOST/v1/`.
fn host_of(key: &str) -> &str {
    let address = key.strip_prefix("https://").or(key.strip_prefix("http://"));
    let host = address.and_then(|address| address.split('/').next());
    host.unwrap_or(key)
}

/// Returns the login of an entry; `None` if it is empty, as Docker writes it where a helper has the login.
fn login_of(key: &str, auth: Option<&Auth>) -> Option<Result<Login, LoginCause>> {
    let login = auth.map_or(Err(EntryError::NotALogin), login);
    let of_entry = |cause| LoginCause::Entry {
        key: key.to_owned(),
        cause,
    };
    login.map_err(of_entry).transpose()
}

fn login(auth: &Auth) -> Result<Option<Login>, EntryError> {
    let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let decoded = |encoded: String| {
        let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        let (user, password) = text.trim_end_matches('\0').split_once(':')?;
        Some((user.to_owned(), password.to_owned()))
    };
    let (username, password) = match some(&auth.encoded) {
        Some(encoded) => {
            let decoded = decoded(encoded).ok_or(EntryError::Encoding)?;
            (Some(decoded.0), Some(decoded.1))
        }
        None => (some(&auth.username), some(&auth.password)),
    };
    let identity_token = some(&auth.identity_token);
    if username.is_none() && identity_token.is_none() {
        return if password.is_some() {
            Err(EntryError::NoUser)
        } else {
            Ok(None)
        };
    }
    Ok(Some(Login {
        username,
        password: password.filter(|password| !password.is_empty()),
        identity_token,
    }))
}

/// Returns the registry in an image's name: its first part, if that looks like a host.
fn registry(name: &str) -> &str {
    match name.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        _ => "docker.io",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_the_first_part_that_looks_like_a_host() {
        for (name, expected) in [
            ("alpine", "docker.io"),
            ("library/alpine:3", "docker.io"),
            ("ghcr.io/a/b:1", "ghcr.io"),
            ("localhost/a", "localhost"),
            ("reg:5000/a@sha256:00", "reg:5000"),
        ] {
            assert_eq!(registry(name), expected, "{name}");
        }
    }

    #[test]
    fn a_login_is_decoded() {
        let encoded = Auth {
            encoded: Some("bWU6c2VjOnJldA==".into()),
            ..Auth::default()
        };
        let login = login(&encoded).unwrap().unwrap();
        assert_eq!(login.username.as_deref(), Some("me"));
        assert_eq!(login.password.as_deref(), Some("sec:ret"));
        assert!(super::login(&Auth::default()).unwrap().is_none());
    }

    #[test]
    fn the_longest_part_of_a_repository_has_precedence() {
        let auth = |user: &str| Auth {
            username: Some(user.into()),
            ..Auth::default()
        };
        let all = [
            ("q.io", "host"),
            ("q.io/a", "a"),
            ("q.io/a/b", "ab"),
            ("https://r.io/v2/", "r"),
        ];
        let configuration = ClientConfiguration {
            auths: all
                .map(|(key, user)| (key.to_owned(), Some(auth(user))))
                .into(),
            ..ClientConfiguration::default()
        };
        let user = |host: &str, repository: &str| {
            let login = stored(&configuration, &[host], repository).unwrap();
            login.and_then(|login| login.username)
        };
        assert_eq!(user("q.io", "a/b").as_deref(), Some("ab"));
        assert_eq!(user("q.io", "a/bc").as_deref(), Some("a"));
        assert_eq!(user("q.io", "ab").as_deref(), Some("host"));
        assert_eq!(user("r.io", "x").as_deref(), Some("r"));
        assert_eq!(user("s.io", "x"), None);
    }

    #[test]
    fn a_token_is_no_password() {
        let helper = |username: &str| HelperLogin {
            username: username.into(),
            secret: "s".into(),
        };
        let token = helper("<token>").into_login();
        assert_eq!(token.identity_token.as_deref(), Some("s"));
        assert_eq!((token.username, token.password), (None, None));
        let user = helper("me").into_login();
        assert_eq!(user.username.as_deref(), Some("me"));
        assert_eq!(user.password.as_deref(), Some("s"));
    }
}
