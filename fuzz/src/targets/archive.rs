//! Any bytes are an archive or an error, the same from a file and from a stream.

use crate::{agree, seekable, stream};

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    agree(&seekable(bytes), &stream(bytes));
}
