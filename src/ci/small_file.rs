//! Files that are short by nature, rules and baselines: read whole, and never more of them than they can have. A pipe is one too, as a shell's
//! `<(…)` makes it. What stands in them is `file`'s and `baseline`'s.

use std::fs::File;
use std::io::{Error, ErrorKind, Read as _, Result};
use std::path::Path;

/// Returns the text of a file; `too_long` is said of one above `most` bytes.
///
/// # Errors
/// [`Error`] when it cannot be read, is longer, or is no UTF-8.
pub(super) fn read(path: &Path, most: u64, too_long: &str) -> Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(Error::other(too_long));
    }
    String::from_utf8(bytes).map_err(|_| Error::new(ErrorKind::InvalidData, "not UTF-8"))
}
