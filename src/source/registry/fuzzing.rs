//! What the fuzz targets reach of registries' answers and logins. Only cargo-fuzz compiles it. Starts no program and connects to nothing.

use super::challenge::challenges;
use super::reference::RegistryReference;
use super::refusal::message;
use super::settings::{Registries, RegistryOptions, endpoints};
use super::token::{Answer, answer, bearer};
use crate::source::context::ClientConfiguration;
use crate::source::credentials::{Login, stored};
use crate::source::environment::SourceEnvironment;

const SECRET: &str = "hunter2";

fn login(is_token: bool) -> Login {
    let some = |text: &str| Some(text.to_owned());
    Login {
        username: some("me").filter(|_| !is_token),
        password: some(SECRET).filter(|_| !is_token),
        identity_token: some(SECRET).filter(|_| is_token),
    }
}

/// Answers a `WWW-Authenticate` header.
///
/// # Panics
/// When a header is made that a log would show.
pub fn challenge(value: &str) {
    let challenges = challenges(value);
    for login in [None, Some(login(false)), Some(login(true))] {
        match answer(&challenges, login.as_ref(), "a/b") {
            Answer::Header(header) => assert!(header.is_sensitive()),
            Answer::Token(request) => {
                let shown = request.header.is_some_and(|header| !header.is_sensitive());
                assert!(!shown && !request.url.contains(SECRET));
            }
            Answer::NeedsLogin | Answer::Unknown(_) => {}
        }
    }
}

/// Reads a token server's answer.
///
/// # Panics
/// When a header is made that a log would show.
pub fn token(body: &[u8]) {
    assert!(bearer(body).is_none_or(|header| header.is_sensitive()));
}

/// Reads the body of a refusal.
///
/// # Panics
/// When it is long or repeats a secret.
pub fn refusal(body: &[u8]) {
    let text = message(body, &[SECRET.to_owned()]);
    assert!(!text.contains(SECRET) && text.chars().count() <= 200);
}

/// Looks a login up in a client configuration.
pub fn credentials(file: &[u8], registry: &str, repository: &str) {
    if let Ok(configuration) = serde_json::from_slice::<ClientConfiguration>(file) {
        let _ = stored(&configuration, &[registry], repository);
    }
}

/// Parses an image's name, and finds where `registries.conf` in the file `settings` lets it be fetched from.
///
/// # Panics
/// When a parsed name is another one once it is written.
pub fn reference(name: &str, settings: &str) {
    let Ok(parsed) = RegistryReference::parse(name) else {
        return;
    };
    let mut again = RegistryReference::parse(&parsed.to_string()).expect("its own spelling");
    if parsed.digest.is_some() {
        // A digest is written without the tag.
        again.tag.clone_from(&parsed.tag);
    }
    assert_eq!(parsed, again);
    let environment = SourceEnvironment::default().with("CONTAINERS_REGISTRIES_CONF", settings);
    if let Ok(registries) = Registries::read(&environment) {
        let _ = endpoints(&parsed, &RegistryOptions::default(), &registries);
    }
}
