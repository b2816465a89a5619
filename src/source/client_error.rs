//! An error of an engine, and the text of its client's error. Sends no requests.

use std::time::Duration;

use bollard::errors::Error as ClientError;
use thiserror::Error;

use crate::archive::SharedError;

/// Why an engine did not do what was requested.
#[derive(Clone, Debug, Error)]
pub enum EngineError {
    /// The engine refused, or the connection to it failed.
    #[error("{message}")]
    Client {
        /// The engine's message, or that of the last cause.
        message: String,
        /// The error of its client.
        #[source]
        cause: SharedError,
    },
    /// A message of the engine in place of the bytes that were requested.
    #[error("{0}")]
    Message(String),
    /// It sends nothing more.
    #[error("no byte for {} s", .0.as_secs())]
    Stalled(Duration),
    /// It does not have the image after the pull.
    #[error("the engine reports no error, but the image is still missing")]
    NotPulled,
}

impl EngineError {
    /// Returns the error of the engine's client.
    pub(super) fn of_client(error: ClientError) -> Self {
        Self::Client {
            message: engine_message(&error),
            cause: SharedError::new(error),
        }
    }

    /// Returns the same error without an image's name in the middle of its message.
    pub(super) fn without_name(mut self, name: &str) -> Self {
        if let Self::Client { message, .. } = &mut self {
            *message = message.replace(&format!(": {name}: "), ": ");
        }
        self
    }
}

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
