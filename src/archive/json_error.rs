//! What is wrong with a JSON document. Its text has none of the values of the document. Text only.

use crate::bytes::count;

/// What is wrong with a JSON document.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// It cannot be parsed. The parser's error is no cause of its own: its text quotes values, and the document may be a file that is no JSON.
    #[error("{}", without_values(.0))]
    Format(serde_json::Error),
    /// It is a list or a single value.
    #[error("it is not an object")]
    NotAnObject,
    /// What should be a digest.
    #[error("{0:?} is not a digest")]
    Digest(String),
    /// The config describes layers that the manifest does not have.
    #[error("the manifest lists {}, the config has {known}", count(*.listed as u64, "layer", "layers"))]
    LayerCount {
        /// How many layers the manifest lists.
        listed: usize,
        /// How many the config describes.
        known: usize,
    },
}

/// Returns the text of a parser's error without the values of the document: what was expected, and where.
fn without_values(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(", expected ") {
        Some((_, expected)) if error.is_data() => format!("expected {expected}"),
        _ => text,
    }
}
