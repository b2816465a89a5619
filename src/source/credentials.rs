//! The login for a registry: in Docker's client configuration, or from the credential helpers that it names. The helpers' protocol is
//! docker-credential-helpers' `get`. Nothing is kept, and no login is ever written anywhere.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bollard::auth::DockerCredentials;
use serde::Deserialize;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::context::{Auth, Configuration};
use super::environment::Environment;

/// How long a credential helper may take; some prompt the user to unlock a key.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Returns the login for the registry in an image's name; nothing if there is none, and the pull is anonymous. As in Docker's client, a registry's own
/// helper has precedence over the common store, and that over the file.
pub(super) async fn credentials(
    environment: &Environment,
    name: &str,
) -> Option<DockerCredentials> {
    let configuration = Configuration::read(&environment.docker_folder()?)?;
    let registry = registry(name);
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
    if let Some(helper) = own.or(configuration.store.as_ref()) {
        let login = query_helper(helper, keys[0], environment).await;
        let has = if login.is_some() { "a" } else { "no" };
        log::info!("docker-credential-{helper} has {has} login for {}", keys[0]);
        if let Some(login) = login {
            return Some(login.into_docker(registry));
        }
    }
    stored(&configuration, keys, registry)
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
    fn into_docker(self, registry: &str) -> DockerCredentials {
        let is_token = self.username == "<token>";
        let (identitytoken, password) = if is_token {
            (Some(self.secret), None)
        } else {
            (None, Some(self.secret))
        };
        DockerCredentials {
            username: Some(self.username).filter(|_| !is_token),
            password,
            identitytoken,
            serveraddress: Some(registry.to_owned()),
            ..DockerCredentials::default()
        }
    }
}

/// Runs `docker-credential-NAME` to get a server's login; returns nothing when it has none, or there is no such program. The program ends with the future.
async fn query_helper(name: &str, server: &str, environment: &Environment) -> Option<HelperLogin> {
    // The name is part of a program's name and must not lead to another folder.
    if name.is_empty() || Path::new(name).components().count() != 1 || name.contains(['/', '\\']) {
        return None;
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
        .ok()?;
    let mut stdin = helper.stdin.take()?;
    let output = async {
        // A helper may respond without reading its input.
        let _ = stdin.write_all(server.as_bytes()).await;
        drop(stdin);
        helper.wait_with_output().await
    };
    let output = tokio::time::timeout(TIMEOUT, output).await.ok()?.ok()?;
    serde_json::from_slice(&output.stdout)
        .ok()
        .filter(|_| output.status.success())
}

/// Returns the login in the configuration.
fn stored(
    configuration: &Configuration,
    keys: &[&str],
    registry: &str,
) -> Option<DockerCredentials> {
    let auths = &configuration.auths;
    let auth = keys.iter().find_map(|&key| {
        let plain = |host: &str| {
            host.trim_start_matches("https://")
                .trim_start_matches("http://")
                .trim_end_matches('/')
                == key
        };
        auths.get(key).or_else(|| {
            auths
                .iter()
                .find(|(host, _)| plain(host))
                .map(|(_, auth)| auth)
        })
    })?;
    login(auth, registry)
}

fn login(auth: &Auth, registry: &str) -> Option<DockerCredentials> {
    let decoded = auth.encoded.as_ref().and_then(|encoded| {
        let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        let (user, password) = text.trim_end_matches('\0').split_once(':')?;
        Some((user.to_owned(), password.to_owned()))
    });
    let (username, password) = match decoded {
        Some((user, password)) => (Some(user), Some(password)),
        None => (auth.username.clone(), auth.password.clone()),
    };
    if username.is_none() && auth.identity_token.is_none() {
        return None;
    }
    Some(DockerCredentials {
        username,
        password: password.filter(|password| !password.is_empty()),
        identitytoken: auth.identity_token.clone(),
        serveraddress: Some(registry.to_owned()),
        ..DockerCredentials::default()
    })
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
        let login = login(&encoded, "ghcr.io").unwrap();
        assert_eq!(login.username.as_deref(), Some("me"));
        assert_eq!(login.password.as_deref(), Some("sec:ret"));
        assert!(super::login(&Auth::default(), "ghcr.io").is_none());
    }

    #[test]
    fn a_token_is_no_password() {
        let helper = |username: &str| HelperLogin {
            username: username.into(),
            secret: "s".into(),
        };
        let token = helper("<token>").into_docker("ghcr.io");
        assert_eq!(token.identitytoken.as_deref(), Some("s"));
        assert_eq!((token.username, token.password), (None, None));
        let user = helper("me").into_docker("ghcr.io");
        assert_eq!(user.username.as_deref(), Some("me"));
        assert_eq!(user.password.as_deref(), Some("s"));
    }
}
