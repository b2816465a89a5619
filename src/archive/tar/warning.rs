//! What is odd in a tar and no error. Text only.

use std::fmt;

/// Something odd in a tar, and its offset in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TarWarning {
    /// A header was skipped.
    DamagedHeader(u64),
    /// A name or a pax header that is longer than any was skipped.
    LongText {
        /// Where it is.
        at: u64,
        /// Its bytes.
        size: u64,
    },
    /// The map of a sparse file was ignored.
    InvalidMap(u64),
    /// A pax header was read in part.
    MalformedPax(u64),
    /// The size of an entry was taken as 0.
    UnreadableSize(u64),
    /// Everything after the end was ignored.
    BytesAfterEnd(u64),
}

impl fmt::Display for TarWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DamagedHeader(at) => write!(f, "damaged tar header at byte {at} skipped"),
            Self::LongText { at, size } => {
                write!(f, "name or pax header of {size} bytes at byte {at} skipped")
            }
            Self::InvalidMap(at) => write!(
                f,
                "sparse file at byte {at} has a map that does not fit; read as a plain file"
            ),
            Self::MalformedPax(at) => {
                write!(
                    f,
                    "pax header at byte {at} is malformed and was read in part"
                )
            }
            Self::UnreadableSize(at) => {
                write!(
                    f,
                    "tar entry at byte {at} has an unreadable size, taken as 0"
                )
            }
            Self::BytesAfterEnd(at) => {
                write!(f, "bytes after the end of the tar, at {at}, are ignored")
            }
        }
    }
}
