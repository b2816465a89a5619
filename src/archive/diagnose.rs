//! Converts the errors of readers into the [`Error`] that the user sees: the damaged part, the cause and the byte offset. Reads nothing.

use std::io;

use crate::archive::compression::detect::BlobKind;
use crate::archive::compression::stream_decompressor::LARGEST_WINDOW;
use crate::archive::error::{Error, Position};
use crate::archive::fetch::interface::FetchError;
use crate::archive::first_bytes::FirstBytes;
use crate::archive::input::byte_source::ByteSource;
use crate::archive::safe_names;
use crate::archive::tar::error::TarError;
use crate::archive::tar::reader::TarReader;
use crate::image::Compression;

/// Returns the error of the archive's own tar.
pub(crate) fn archive_error<T: ByteSource>(error: TarError, reader: &TarReader<T>) -> Error {
    let at = |byte| Position {
        file: reader.within().map(safe_names::normalized),
        ..Position::plain(byte)
    };
    match error {
        TarError::Truncated(byte) => Error::Truncated {
            what: "the archive".to_owned(),
            at: at(byte),
        },
        TarError::NotTar(head) if head.is_empty() => Error::Empty,
        TarError::NotTar(head) => match nested_compression(&head) {
            Some(compression) => Error::CompressedTwice { compression },
            None => Error::NotTar {
                head: FirstBytes::of(&head),
            },
        },
        TarError::Io(source) => decompression_error("the archive", source, at(reader.position())),
    }
}

/// Returns the compression of decompressed bytes that are compressed again.
pub(crate) fn nested_compression(head: &[u8]) -> Option<&'static str> {
    match BlobKind::of(head) {
        BlobKind::Tar(Compression::Gzip) => Some("gzip"),
        BlobKind::Tar(Compression::Zstd) => Some("zstd"),
        _ => None,
    }
}

/// Returns the error of a tar that could be listed before: its bytes have changed since.
pub(crate) fn reread_error(what: &str, error: TarError, position: u64) -> Error {
    match error {
        TarError::Truncated(byte) => Error::Truncated {
            what: what.to_owned(),
            at: Position::plain(byte),
        },
        TarError::NotTar(_) => Error::Corrupt {
            what: what.to_owned(),
            at: Position::plain(position),
            cause: io::Error::new(
                io::ErrorKind::InvalidData,
                "the tar entry that was listed there is gone",
            ),
        },
        TarError::Io(source) => decompression_error(what, source, Position::plain(position)),
    }
}

/// Diagnoses a failed read: an error of the system, an early end, a window that is too large, or invalid compressed bytes.
pub(crate) fn decompression_error(what: &str, source: io::Error, at: Position) -> Error {
    if let Some(error) = FetchError::within(&source) {
        return Error::Fetch(error.clone());
    }
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
        cause: source,
    }
}
