//! What Docker's client configuration knows of a registry's login. Only what it holds itself: credential helpers are not called.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bollard::auth::DockerCredentials;

use super::context::{Auth, Configuration};
use super::environment::Environment;

/// Returns the login for the registry that an image's name points at; nothing when none is kept: the pull is anonymous then.
pub(super) fn credentials(environment: &Environment, name: &str) -> Option<DockerCredentials> {
    let auths = Configuration::read(&environment.docker_folder()?)?.auths;
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
    let kept = keys.iter().find_map(|&key| {
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
    login(kept, registry)
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
}
