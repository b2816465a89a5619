//! Regular expressions over the bytes of paths, and the error of every invalid pattern. Globs are compiled in `globs`.

use regex::bytes::{Regex, RegexBuilder};

use crate::escape;

/// The most bytes of a compiled regular expression.
const MOST_COMPILED: usize = 1 << 20;

/// Why a pattern is invalid.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PatternError {
    /// A glob cannot be parsed.
    #[error("`{}`: {}", escape::text(.glob), escape::text(&.source.kind().to_string()))]
    Glob {
        /// The glob as written.
        glob: String,
        /// The error.
        source: globset::Error,
    },
    /// Globs are too large together.
    #[error("{}", escape::text(&.0.to_string()))]
    Globs(#[source] globset::Error),
    /// A regular expression is too large.
    #[error("too large")]
    TooLarge(#[source] regex::Error),
    /// A regular expression cannot be parsed.
    #[error("{}", last_line(.0))]
    Regex(#[source] regex::Error),
}

/// Compiles a regular expression over the bytes of a path.
///
/// # Errors
/// [`PatternError`] when it is invalid or too large.
pub(crate) fn path_regex(pattern: &str) -> Result<Regex, PatternError> {
    let regex = RegexBuilder::new(pattern)
        .size_limit(MOST_COMPILED)
        .dfa_size_limit(MOST_COMPILED)
        .unicode(false)
        .build();
    regex.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => PatternError::TooLarge(error),
        error => PatternError::Regex(error),
    })
}

/// Returns the last line of an error; those above it draw the pattern.
fn last_line(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    escape::text(last.trim_start_matches("error: ")).into_owned()
}
