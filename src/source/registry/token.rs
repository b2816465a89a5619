//! From a registry's challenge to the header that answers it: a password, or a token from the realm the registry names (distribution spec, "Token
//! Authentication Specification", "`OAuth2` Token Authentication"). Sends nothing by itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use serde::Deserialize;

use super::challenge::Challenge;
use crate::source::credentials::Login;

/// What to do about a challenge.
pub(super) enum Answer {
    /// Send this header.
    Header(HeaderValue),
    /// Get a token first.
    Token(TokenRequest),
    /// Only a login helps, and there is none.
    NeedsLogin,
    /// Nothing that is known here.
    Unknown(String),
}

/// How to get a token.
pub(super) struct TokenRequest {
    /// Where, with the query.
    pub(super) url: String,
    /// `Authorization` of the request itself.
    pub(super) header: Option<HeaderValue>,
    /// The form to post; a plain GET when there is none.
    pub(super) form: Option<String>,
}

/// Returns what to do about the challenges for pulling from a repository.
pub(super) fn answer(challenges: &[Challenge], login: Option<&Login>, repository: &str) -> Answer {
    let of = |scheme: &str| {
        challenges
            .iter()
            .find(|challenge| challenge.scheme == scheme)
    };
    if let Some(bearer) = of("bearer") {
        return token(bearer, login, repository);
    }
    match (of("basic"), login.and_then(basic)) {
        (Some(_), Some(header)) => Answer::Header(header),
        (Some(_), None) => Answer::NeedsLogin,
        (None, _) => {
            let schemes: Vec<&str> = challenges.iter().map(|one| one.scheme.as_str()).collect();
            Answer::Unknown(schemes.join(", "))
        }
    }
}

fn token(bearer: &Challenge, login: Option<&Login>, repository: &str) -> Answer {
    let Some(realm) = bearer.parameters.get("realm") else {
        return Answer::Unknown("bearer without a realm".into());
    };
    let scope = bearer.parameters.get("scope").cloned();
    let scope = scope.unwrap_or_else(|| format!("repository:{repository}:pull"));
    let mut fields = Vec::new();
    if let Some(service) = bearer.parameters.get("service") {
        fields.push(("service", service.as_str()));
    }
    fields.push(("scope", &scope));
    if let Some(token) = login.and_then(|login| login.identity_token.as_deref()) {
        fields.extend([
            ("grant_type", "refresh_token"),
            ("client_id", "dive-rs"),
            ("refresh_token", token),
        ]);
        return Answer::Token(TokenRequest {
            url: realm.clone(),
            header: None,
            form: Some(encoded(&fields)),
        });
    }
    let joint = if realm.contains('?') { '&' } else { '?' };
    Answer::Token(TokenRequest {
        url: format!("{realm}{joint}{}", encoded(&fields)),
        header: login.and_then(basic),
        form: None,
    })
}

/// Returns the header of a login by password.
fn basic(login: &Login) -> Option<HeaderValue> {
    let (user, password) = (login.username.as_ref()?, login.password.as_ref()?);
    let packed = STANDARD.encode(format!("{user}:{password}"));
    header(&format!("Basic {packed}"))
}

/// Returns a header that no log shows.
fn header(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Returns the header that a token server's answer makes.
pub(super) fn bearer(answer: &[u8]) -> Option<HeaderValue> {
    #[derive(Deserialize)]
    struct Granted {
        token: Option<String>,
        access_token: Option<String>,
    }
    let granted: Granted = serde_json::from_slice(answer).ok()?;
    let token = granted.token.or(granted.access_token)?;
    header(&format!("Bearer {token}"))
}

/// Returns a form's fields, percent-encoded.
fn encoded(fields: &[(&str, &str)]) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    for (name, value) in fields {
        let joint = if text.is_empty() { "" } else { "&" };
        let _ = write!(text, "{joint}{name}=");
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~:/".contains(&byte) {
                text.push(char::from(byte));
            } else {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Answer, answer, bearer};
    use crate::source::credentials::Login;
    use crate::source::registry::challenge::challenges;

    const HUB: &str = r#"Bearer realm="https://auth.example/token",service="a b""#;

    fn login(identity_token: bool) -> Login {
        let some = |text: &str| Some(text.to_owned());
        if identity_token {
            Login {
                username: None,
                password: None,
                identity_token: some("t&k"),
            }
        } else {
            Login {
                username: some("me"),
                password: some("sec:ret"),
                identity_token: None,
            }
        }
    }

    #[test]
    fn a_bearer_challenge_asks_for_the_scope_it_names() {
        let Answer::Token(request) = answer(&challenges(HUB), None, "a/b") else {
            panic!("no token")
        };
        let url = "https://auth.example/token?service=a%20b&scope=repository:a/b:pull";
        assert_eq!(request.url, url);
        assert!(request.header.is_none() && request.form.is_none());
        let Answer::Token(request) = answer(&challenges(HUB), Some(&login(false)), "a/b") else {
            panic!("no token")
        };
        let header = request.header.unwrap();
        assert_eq!(header, "Basic bWU6c2VjOnJldA==");
        assert!(header.is_sensitive());
    }

    #[test]
    fn an_identity_token_is_posted() {
        let Answer::Token(request) = answer(&challenges(HUB), Some(&login(true)), "a/b") else {
            panic!("no token")
        };
        assert_eq!(request.url, "https://auth.example/token");
        let form = request.form.unwrap();
        assert!(form.ends_with("&refresh_token=t%26k"), "{form}");
        assert!(request.header.is_none());
    }

    #[test]
    fn basic_needs_a_login() {
        let basic = challenges("Basic realm=\"x\"");
        assert!(matches!(answer(&basic, None, "a"), Answer::NeedsLogin));
        assert!(matches!(
            answer(&basic, Some(&login(false)), "a"),
            Answer::Header(_)
        ));
        assert!(matches!(answer(&[], None, "a"), Answer::Unknown(_)));
    }

    #[test]
    fn either_name_of_a_token_is_taken() {
        assert_eq!(bearer(br#"{"token":"x"}"#).unwrap(), "Bearer x");
        assert_eq!(
            bearer(br#"{"access_token":"y","expires_in":60}"#).unwrap(),
            "Bearer y"
        );
        assert!(bearer(b"{}").is_none() && bearer(br#"{"token":"a\nb"}"#).is_none());
    }
}
