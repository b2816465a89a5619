//! What an answer other than success means (OCI distribution spec, "Error Codes"). The registry's message is truncated and contains no secret.

use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use serde::Deserialize;

use super::error::Cause;

/// The longest answer that is read, in bytes, and the longest message that is shown, in characters.
const LONGEST_ANSWER: usize = 64 << 10;
const LONGEST_MESSAGE: usize = 200;
/// How long the message may take.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
struct ErrorBody {
    #[serde(default)]
    errors: Vec<ErrorItem>,
    /// Token servers' way.
    details: Option<String>,
}

#[derive(Deserialize)]
struct ErrorItem {
    message: Option<String>,
}

/// Returns what a refusal means.
pub(super) async fn refusal(
    response: Response<Incoming>,
    what: &str,
    has_login: bool,
    secrets: &[String],
) -> Cause {
    let status = response.status();
    let wait = response.headers().get(RETRY_AFTER);
    let wait = wait.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let body = Limited::new(response.into_body(), LONGEST_ANSWER).collect();
    let body = tokio::time::timeout(PATIENCE, body).await;
    let body = body
        .ok()
        .and_then(Result::ok)
        .map(http_body_util::Collected::to_bytes);
    let message = message(&body.unwrap_or_default(), secrets);
    match status {
        StatusCode::UNAUTHORIZED if has_login => Cause::Credentials { message },
        StatusCode::UNAUTHORIZED => Cause::Login { message },
        StatusCode::FORBIDDEN => Cause::Denied { message },
        StatusCode::NOT_FOUND => Cause::NotFound {
            what: what.to_owned(),
            message,
        },
        StatusCode::TOO_MANY_REQUESTS => Cause::Limited {
            wait: wait.map(Duration::from_secs),
            message,
        },
        other => Cause::Status {
            status: other.as_u16(),
            message,
        },
    }
}

/// Returns the first message of an answer; nothing where it has none, or repeats a secret.
pub(super) fn message(body: &[u8], secrets: &[String]) -> String {
    let Ok(answer) = serde_json::from_slice::<ErrorBody>(body) else {
        return String::new();
    };
    let first = answer.errors.into_iter().find_map(|entry| entry.message);
    let message = first.or(answer.details).unwrap_or_default();
    if secrets
        .iter()
        .any(|secret| message.contains(secret.as_str()))
    {
        return String::new();
    }
    message.trim().chars().take(LONGEST_MESSAGE).collect()
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn messages_are_short_and_hold_no_secret() {
        let body = br#"{"errors":[{"code":"DENIED","message":" no entry for hunter2 "}]}"#;
        assert_eq!(message(body, &[]), "no entry for hunter2");
        assert_eq!(message(body, &["hunter2".to_owned()]), "");
        assert_eq!(message(br#"{"details":"x"}"#, &[]), "x");
        assert_eq!(message(b"<html>", &[]), "");
        let long = format!(r#"{{"errors":[{{"message":"{}"}}]}}"#, "x".repeat(1000));
        assert_eq!(message(long.as_bytes(), &[]).len(), 200);
    }
}
