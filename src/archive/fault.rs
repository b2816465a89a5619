//! What goes wrong on a tape, and what it means for the user. Reads nothing.

use std::io;

use super::clean;
use super::compression::LARGEST_WINDOW;
use super::error::Error;

/// What a scan may meet instead of a header.
#[derive(Debug)]
pub(super) enum Fault {
    /// The bytes could not be had.
    Io(io::Error),
    /// They end in the middle of something, here.
    Truncated(u64),
    /// They are no tar at all: its first bytes.
    NotTar(Vec<u8>),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Says what a fault of the outer tar means.
pub(super) fn outer_fault(fault: Fault, position: u64) -> Error {
    match fault {
        Fault::Truncated(offset) => Error::Truncated {
            what: "the archive".to_owned(),
            offset,
        },
        Fault::NotTar(head) if head.is_empty() => Error::Empty,
        Fault::NotTar(head) => Error::NotTar {
            magic: clean::magic(&head),
        },
        Fault::Io(source) => packed_fault("the archive", source, position),
    }
}

/// Tells what a reader's failure is: the system's, an early end, or bytes that make no sense.
pub(super) fn packed_fault(what: &str, source: io::Error, position: u64) -> Error {
    let what = what.to_owned();
    if source.raw_os_error().is_some() || source.kind() == io::ErrorKind::ConnectionAborted {
        return Error::Io { what, source };
    }
    if source.kind() == io::ErrorKind::OutOfMemory {
        return Error::WideWindow {
            what,
            limit: LARGEST_WINDOW,
        };
    }
    if source.kind() == io::ErrorKind::UnexpectedEof {
        return Error::Truncated {
            what,
            offset: position,
        };
    }
    Error::Corrupt {
        what,
        offset: position,
        cause: source.to_string(),
    }
}
