//! What goes wrong on a tape, and what it means for the user. Reads nothing.

use std::io;

use super::clean;
use super::compression::{Content, LARGEST_WINDOW};
use super::error::{Error, Place};
use super::scan::Scan;
use crate::archive::byte_source::ByteSource;
use crate::image::Compression;

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

/// Says what a fault of the archive's own tar means.
pub(super) fn outer_fault<T: ByteSource>(fault: Fault, scan: &Scan<T>) -> Error {
    let at = |byte| Place {
        file: scan.within().map(clean::name),
        ..Place::plain(byte)
    };
    match fault {
        Fault::Truncated(byte) => Error::Truncated {
            what: "the archive".to_owned(),
            at: at(byte),
        },
        Fault::NotTar(head) if head.is_empty() => Error::Empty,
        Fault::NotTar(head) => match packed_again(&head) {
            Some(packing) => Error::PackedTwice { packing },
            None => Error::NotTar {
                magic: clean::magic(&head),
            },
        },
        Fault::Io(source) => packed_fault("the archive", source, at(scan.position())),
    }
}

/// Returns how bytes are packed that came out of something packed, if they are once more.
pub(super) fn packed_again(head: &[u8]) -> Option<&'static str> {
    match Content::of(head) {
        Content::Tar(Compression::Gzip) => Some("gzip"),
        Content::Tar(Compression::Zstd) => Some("zstd"),
        _ => None,
    }
}

/// Says what a fault means in a tar that was listed before.
pub(super) fn later_fault(what: &str, fault: Fault, position: u64) -> Error {
    match fault {
        Fault::Truncated(byte) => Error::Truncated {
            what: what.to_owned(),
            at: Place::plain(byte),
        },
        Fault::NotTar(_) => Error::Corrupt {
            what: what.to_owned(),
            at: Place::plain(position),
            cause: "the record that stood there is gone".to_owned(),
        },
        Fault::Io(source) => packed_fault(what, source, Place::plain(position)),
    }
}

/// Tells what a reader's failure is: the system's, an early end, or bytes that make no sense.
pub(super) fn packed_fault(what: &str, source: io::Error, at: Place) -> Error {
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
        return Error::Truncated { what, at };
    }
    Error::Corrupt {
        what,
        at,
        cause: source.to_string(),
    }
}
