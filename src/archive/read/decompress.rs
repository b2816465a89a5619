//! Decompresses a stream that may be compressed as one piece, on a thread of its own. Independent of tar.

use std::io::{self, Read};

use crate::archive::compression::detect::{BlobKind, HEAD};
use crate::archive::compression::stream_decompressor::Decompressor;
use crate::archive::error::Error;
use crate::archive::input::read_ahead::with_read_ahead;
use crate::image::Compression;

/// Runs `work` on the decompressed bytes of a stream.
pub(super) fn with_decompressed<T>(
    mut stream: impl Read + Send,
    work: impl FnOnce(Box<dyn Read + Send + '_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let io_error = |source| Error::Io {
        what: "the archive".to_owned(),
        source,
    };
    let mut head = Vec::with_capacity(HEAD);
    stream
        .by_ref()
        .take(HEAD as u64)
        .read_to_end(&mut head)
        .map_err(io_error)?;
    let kind = BlobKind::of(&head);
    let stream = io::Cursor::new(head).chain(stream);
    match kind {
        BlobKind::Empty => Err(Error::Empty),
        BlobKind::Tar(compression @ (Compression::Gzip | Compression::Zstd)) => {
            let bytes = Decompressor::new(compression, stream).map_err(io_error)?;
            with_read_ahead(bytes, |ahead| work(Box::new(ahead))).map_err(Error::decompressed)
        }
        _ => work(Box::new(stream)),
    }
}
