//! Reads a file that is compressed as one piece: front to back like a stream, but its contents can be read later, from checkpoints. What was read before is
//! taken from a cache.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::archive::cancel::Cancel;
use crate::archive::compression::gzip::checkpoint::Checkpoint;
use crate::archive::compression::gzip::format::GRID;
use crate::archive::compression::gzip::reader::GzipReader;
use crate::archive::compression::seekable::SeekableDecompressor;
use crate::archive::compression::stream_decompressor::Decompressor;
use crate::archive::diagnose::decompression_error;
use crate::archive::error::{Error, Position};
use crate::archive::input::blob::Blob;
use crate::archive::input::read_ahead::with_read_ahead;
use crate::archive::read::kept_stream::StreamKey;
use crate::archive::read::options::{Archive, ReadOptions, ReadProgress};
use crate::archive::read::stream::finish_stream;
use crate::archive::read::stream_scan::scan_stream;
use crate::image::Compression;

/// Reads the image that `options` choose.
pub(super) fn read(
    blob: &Blob,
    compression: Compression,
    options: &ReadOptions,
    cancel: &Cancel,
    progress: &(dyn Fn(ReadProgress) + Sync),
) -> Result<Archive, Error> {
    let invalid =
        |error| decompression_error("the archive", error, Position::plain(0)).decompressed();
    let seekable = |checkpoints: &Arc<[Checkpoint]>| {
        let bytes = SeekableDecompressor::new(blob.clone(), compression, Arc::clone(checkpoints));
        Blob::new(bytes, u64::MAX)
    };
    let place = blob.place();
    let place = place.as_ref();
    let key = place.and_then(|place| StreamKey::of_file(place, options));
    let kept = key.as_ref().map(|key| key.kept(options));
    if let Some((contents, checkpoints)) = kept.transpose()?.flatten() {
        let bytes = seekable(&checkpoints.into());
        return finish_stream(contents, Some(&bytes), None, options, cancel, progress);
    }
    let key = key.filter(|_| place.is_some_and(|place| blob.settles_at(place)));
    let (watched, reached) = blob.watched();
    let total = blob.len();
    // Progress counts the file's bytes, since the decompressed size is not known.
    let progress = &|step| {
        progress(match step {
            ReadProgress::Stream { .. } => ReadProgress::Stream {
                done: reached.load(Ordering::Relaxed),
                total: Some(total),
            },
            step => step,
        });
    };
    let (read, checkpoints) = if compression == Compression::Gzip {
        let mut bytes =
            GzipReader::with_checkpoints(watched, options.threads, GRID).map_err(invalid)?;
        let read = scan_stream(&mut bytes, false, options, cancel, progress);
        (read, bytes.into_checkpoints())
    } else {
        let bytes = Decompressor::new(compression, watched.reader(0)).map_err(invalid)?;
        let read = with_read_ahead(bytes, |mut ahead| {
            scan_stream(&mut ahead, false, options, cancel, progress)
        });
        (read, Vec::new())
    };
    let contents = read.map_err(Error::decompressed)?;
    let checkpoints: Arc<[Checkpoint]> = checkpoints.into();
    let key = key.filter(|_| place.is_some_and(|place| blob.is_at(place)));
    let key = key.as_ref().map(|key| (key, &*checkpoints));
    let bytes = seekable(&checkpoints);
    finish_stream(contents, Some(&bytes), key, options, cancel, progress)
        .map_err(Error::decompressed)
}
