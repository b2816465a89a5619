//! Reads a file that is compressed as one piece: front to back like a stream, but its contents can be read later, from checkpoints.

use std::sync::atomic::Ordering;

use crate::archive::cancel::Cancel;
use crate::archive::compression::decompressor::Decompressor;
use crate::archive::compression::gzip::format::GRID;
use crate::archive::compression::gzip::reader::GzipReader;
use crate::archive::compression::seekable::SeekableDecompressor;
use crate::archive::diagnose::decompression_error;
use crate::archive::error::{Error, Position};
use crate::archive::input::blob::Blob;
use crate::archive::input::read_ahead::with_read_ahead;
use crate::archive::layer::blobs::LayerBlobs;
use crate::archive::read::options::{Archive, ReadOptions, ReadProgress};
use crate::archive::read::stream::read_tar;
use crate::image::Compression;

/// Reads the image that `options` choose.
pub(super) fn read(
    blob: Blob,
    compression: Compression,
    options: &ReadOptions,
    cancel: &Cancel,
    progress: &(dyn Fn(ReadProgress) + Sync),
) -> Result<Archive, Error> {
    let invalid =
        |error| decompression_error("the archive", error, Position::plain(0)).decompressed();
    let (watched, reached) = blob.watched();
    // Progress counts the file's bytes, since the decompressed size is not known.
    let progress = &|step| {
        progress(match step {
            ReadProgress::Stream { .. } => ReadProgress::Stream {
                done: reached.load(Ordering::Relaxed),
                total: Some(blob.len()),
            },
            step => step,
        });
    };
    let (read, checkpoints) = if compression == Compression::Gzip {
        let mut bytes =
            GzipReader::with_checkpoints(watched, options.threads, GRID).map_err(invalid)?;
        let read = read_tar(&mut bytes, options, cancel, progress);
        (read, bytes.into_checkpoints())
    } else {
        let bytes = Decompressor::new(compression, watched.reader(0)).map_err(invalid)?;
        let read = with_read_ahead(bytes, |mut ahead| {
            read_tar(&mut ahead, options, cancel, progress)
        });
        (read, Vec::new())
    };
    let (image, blobs) = read.map_err(Error::decompressed)?;
    let decompressor = SeekableDecompressor::new(blob, compression, checkpoints);
    let layers = LayerBlobs::within(&Blob::new(decompressor, u64::MAX), &blobs);
    Ok(Archive { image, layers })
}
