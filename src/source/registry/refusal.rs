//! What an answer other than success means (OCI distribution spec, "Error Codes"). The registry's message is truncated and contains no secret.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::RETRY_AFTER;
use http::{Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use serde::Deserialize;

use super::error::Cause;
use super::login::FoundLogin;
use super::protocol_error::{ProtocolError, TokenError};
use crate::image::nanoseconds_since_1970;

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

/// What was requested, as errors call it.
#[derive(Clone, Copy)]
pub(super) enum Requested<'a> {
    Document(&'a str),
    Blob(&'a str),
    Token,
}

/// Returns what a refusal means.
pub(super) async fn refusal(
    response: Response<Incoming>,
    requested: Requested<'_>,
    found: Option<&FoundLogin>,
    secrets: &[String],
) -> Cause {
    let has_login = found.is_some_and(|found| found.login.is_some());
    let status = response.status();
    let wait = response.headers().get(RETRY_AFTER);
    let wait = wait.and_then(|value| delay(value.to_str().ok()?, SystemTime::now()));
    let body = Limited::new(response.into_body(), LONGEST_ANSWER).collect();
    let body = tokio::time::timeout(PATIENCE, body).await;
    let body = body
        .ok()
        .and_then(Result::ok)
        .map(http_body_util::Collected::to_bytes);
    let message = message(&body.unwrap_or_default(), secrets);
    match (status, requested) {
        (StatusCode::UNAUTHORIZED, _) if has_login => Cause::Credentials { message },
        (StatusCode::UNAUTHORIZED, _) => Cause::Login {
            message,
            faults: found.map_or_else(Vec::new, |found| found.faults.clone()),
        },
        (StatusCode::FORBIDDEN, _) => Cause::Denied { message },
        (StatusCode::NOT_FOUND, Requested::Document(what)) => Cause::NotFound {
            what: what.to_owned(),
            message,
        },
        (StatusCode::NOT_FOUND, Requested::Blob(what)) => Cause::MissingBlob {
            what: what.to_owned(),
            message,
        },
        // It is not the image that is missing.
        (StatusCode::NOT_FOUND, Requested::Token) => {
            Cause::Protocol(ProtocolError::Token(TokenError::NotFound))
        }
        (StatusCode::TOO_MANY_REQUESTS, _) => Cause::Limited { wait, message },
        (other, _) => Cause::Status {
            status: other.as_u16(),
            wait,
            message,
        },
    }
}

/// Returns how long to wait as `Retry-After` states it: seconds, or a date (RFC 9110, sections 10.2.3 and 5.6.7; obsolete forms of a date are not sent).
fn delay(text: &str, now: SystemTime) -> Option<Duration> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let (_, date) = text.split_once(", ")?;
    let mut parts = date.split(' ');
    let mut next = || parts.next();
    let (day, month, year, time) = (next()?, next()?, next()?, next()?);
    let month = (0..12).find(|at| MONTHS.get(at * 3..at * 3 + 3) == Some(month))? + 1;
    let until = nanoseconds_since_1970(&format!("{year}-{month:02}-{day}T{time}Z"))?;
    let now = now.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    let wait = u128::try_from(until).ok()?.saturating_sub(now);
    u64::try_from(wait).ok().map(Duration::from_nanos)
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
    use std::time::{Duration, UNIX_EPOCH};

    use super::{delay, message};

    #[test]
    fn a_delay_is_a_number_or_a_date() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777 - 30);
        for (text, expected) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(30)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", None),
            ("-1", None),
            ("soon", None),
        ] {
            assert_eq!(
                delay(text, now),
                expected.map(Duration::from_secs),
                "{text}"
            );
        }
    }

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
