//! Reads small files, such as rules and baselines, into memory up to a limit. A pipe works too, as from a shell's `<(…)`. Parsing is not done here.

use std::fs::File;
use std::io::{Error, ErrorKind, Read as _, Result};
use std::path::Path;

/// Returns the text of a file; `too_long` is the error for one above `most` bytes.
///
/// # Errors
/// [`Error`] when it cannot be read, is longer, or is not UTF-8.
pub(super) fn read(path: &Path, most: u64, too_long: &str) -> Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(Error::other(too_long));
    }
    String::from_utf8(bytes).map_err(|_| Error::new(ErrorKind::InvalidData, "not UTF-8"))
}
