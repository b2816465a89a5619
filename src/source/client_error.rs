//! The text of an error of the engine's client. Sends no requests.

use bollard::errors::Error as ClientError;

/// Returns the text of an error of the engine or of the connection, without the client's own preamble.
pub(super) fn engine_message(error: &ClientError) -> String {
    match error {
        ClientError::RequestTimeoutError => "no answer in time".to_owned(),
        ClientError::DockerResponseServerError {
            status_code,
            message,
        } => match message.trim() {
            "" => format!("HTTP status {status_code}"),
            text => text.to_owned(),
        },
        ClientError::DockerStreamError { error } => error.trim().to_owned(),
        other => {
            let mut text = other.to_string();
            let mut cause = std::error::Error::source(other);
            while let Some(error) = cause {
                let more = error.to_string();
                if !text.contains(&more) {
                    text = format!("{text}: {more}");
                }
                cause = error.source();
            }
            text
        }
    }
}
