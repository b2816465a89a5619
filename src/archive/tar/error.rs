//! Why reading a tar cannot continue. `diagnose` words it for the user.

use std::io;

/// What the tar reader finds instead of a header or content.
#[derive(Debug)]
pub(crate) enum TarError {
    /// The bytes cannot be read.
    Io(io::Error),
    /// They end in the middle of an entry, at this offset.
    Truncated(u64),
    /// Not a tar; these are the first bytes.
    NotTar(Vec<u8>),
}

impl From<io::Error> for TarError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
