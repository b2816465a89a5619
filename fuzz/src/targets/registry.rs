//! Any bytes as what a registry answers, and as what users set for registries: names, challenges, tokens, refusals, logins, `registries.conf`.

use std::sync::LazyLock;

use crate::{choice, parts};
use dive_rs::source::fuzzing;

/// A file in memory.
static FILE: LazyLock<tempfile::NamedTempFile> =
    LazyLock::new(|| tempfile::NamedTempFile::new_in("/dev/shm").expect("memory takes it"));

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    let (first, rest) = choice(bytes);
    let parts = parts(rest, 3);
    let text = |at: usize| String::from_utf8_lossy(parts.get(at).copied().unwrap_or_default());
    match first % 5 {
        0 => {
            std::fs::write(FILE.path(), parts.get(1).copied().unwrap_or_default())
                .expect("memory takes it");
            fuzzing::reference(&text(0), &FILE.path().to_string_lossy());
        }
        1 => fuzzing::challenge(&text(0)),
        2 => fuzzing::token(rest),
        3 => fuzzing::refusal(rest),
        _ => fuzzing::credentials(
            parts.last().copied().unwrap_or_default(),
            &text(0),
            &text(1),
        ),
    }
}
