//! The constants of gzip and deflate that several readers need. Reads nothing.

use std::io;

/// How a gzip member starts (RFC 1952, section 2.3.1).
pub(crate) const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// How far a match can refer back (RFC 1951, section 2), in bytes.
pub(crate) const WINDOW: usize = 32 << 10;
/// Distance of chunks and checkpoints in compressed bytes: each starts at the first block found from a multiple of it on.
pub(crate) const GRID: u64 = 3 << 20;
/// The error for other bytes where a gzip member should start.
pub(crate) const NO_MEMBER: &str = "these bytes are not a gzip header";

/// Returns the error for bytes that are not valid gzip.
pub(super) fn invalid(cause: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, cause)
}
