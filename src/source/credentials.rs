//! What Docker's client configuration knows of a registry's login: what it holds itself, and what the credential helpers it names hold.
//! The helpers' protocol is docker-credential-helpers' `get`. Nothing is kept, and no login is ever written anywhere.

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

/// How long a credential helper may take; some ask the user to unlock their keys.
const PATIENCE: Duration = Duration::from_mins(1);

/// Returns the login for the registry that an image's name points at; nothing when none is kept: the pull is anonymous then. A registry's own
/// helper goes before the store of all, and that before what the file holds, as in Docker's client.
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
        let said = ask(helper, keys[0], environment).await;
        let has = if said.is_some() { "a" } else { "no" };
        log::info!("docker-credential-{helper} has {has} login for {}", keys[0]);
        if let Some(said) = said {
            return Some(said.login(registry));
        }
    }
    kept(&configuration, keys, registry)
}

/// What a credential helper answers.
#[derive(Deserialize)]
struct Said {
    #[serde(rename = "Username")]
    username: String,
    #[serde(rename = "Secret")]
    secret: String,
}

impl Said {
    /// Returns the login; a helper that keeps a token instead of a password says so by the user's name.
    fn login(self, registry: &str) -> DockerCredentials {
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

/// Asks `docker-credential-NAME` for a server's login; nothing when it has none, or there is no such program. It ends with the question.
async fn ask(name: &str, server: &str, environment: &Environment) -> Option<Said> {
    // The name becomes part of a program's name, never a way to another folder.
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
    let mut asked = helper.stdin.take()?;
    let answer = async {
        // A helper may answer without listening.
        let _ = asked.write_all(server.as_bytes()).await;
        drop(asked);
        helper.wait_with_output().await
    };
    let answer = tokio::time::timeout(PATIENCE, answer).await.ok()?.ok()?;
    serde_json::from_slice(&answer.stdout)
        .ok()
        .filter(|_| answer.status.success())
}

/// Returns the login that the configuration itself holds.
fn kept(configuration: &Configuration, keys: &[&str], registry: &str) -> Option<DockerCredentials> {
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

fn login(kept: &Auth, registry: &str) -> Option<DockerCredentials> {
    let decoded = kept.packed.as_ref().and_then(|packed| {
        let text = String::from_utf8(STANDARD.decode(packed).ok()?).ok()?;
        let (user, password) = text.trim_end_matches('\0').split_once(':')?;
        Some((user.to_owned(), password.to_owned()))
    });
    let (username, password) = match decoded {
        Some((user, password)) => (Some(user), Some(password)),
        None => (kept.username.clone(), kept.password.clone()),
    };
    if username.is_none() && kept.identity_token.is_none() {
        return None;
    }
    Some(DockerCredentials {
        username,
        password: password.filter(|password| !password.is_empty()),
        identitytoken: kept.identity_token.clone(),
        serveraddress: Some(registry.to_owned()),
        ..DockerCredentials::default()
    })
}

/// Returns the registry an image's name points at: its first part, if that looks like a host.
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
    fn a_login_is_read_from_either_spelling() {
        let packed = Auth {
            packed: Some("bWU6c2VjOnJldA==".into()),
            ..Auth::default()
        };
        let login = login(&packed, "ghcr.io").unwrap();
        assert_eq!(login.username.as_deref(), Some("me"));
        assert_eq!(login.password.as_deref(), Some("sec:ret"));
        assert!(super::login(&Auth::default(), "ghcr.io").is_none());
    }

    #[test]
    fn a_token_is_no_password() {
        let said = |username: &str| Said {
            username: username.into(),
            secret: "s".into(),
        };
        let token = said("<token>").login("ghcr.io");
        assert_eq!(token.identitytoken.as_deref(), Some("s"));
        assert_eq!((token.username, token.password), (None, None));
        let user = said("me").login("ghcr.io");
        assert_eq!(user.username.as_deref(), Some("me"));
        assert_eq!(user.password.as_deref(), Some("s"));
    }
}
