//! Lists a layer while its blob is read from a stream. `stream_scan` handles the other entries of the stream.

use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::archive::cancel::Cancel;
use crate::archive::compression::stream_decompressor::Decompressor;
use crate::archive::digest::{Algorithm, HashingReader};
use crate::archive::error::Error;
use crate::archive::input::byte_source::{ByteSource, StreamSource};
use crate::archive::input::counting_reader::CountingReader;
use crate::archive::input::read_ahead::with_read_ahead;
use crate::archive::layer::listing::{ListOptions, list};
use crate::archive::manifest::candidate::LayerRef;
use crate::archive::read::entry_reader::EntryReader;
use crate::archive::read::layer_checks::layer_error;
use crate::archive::tar::error::TarError;
use crate::image::{Budget, Compression, Listing};

/// Lists a blob of a stream; passes the number of its bytes read to `progress` now and then. Also returns the error of the stream itself, if it failed.
pub(super) fn list_entry<T: ByteSource + Send>(
    mut blob: EntryReader<'_, T>,
    compression: Compression,
    with_digests: bool,
    (budget, cancel): (&Budget, &Cancel),
    layer: &LayerRef,
    mut progress: impl FnMut(u64),
) -> (Result<Listing, Error>, Option<TarError>) {
    let stored = blob.stored();
    let expected = layer.expected_digest();
    let of_blob = expected.and_then(|digest| Algorithm::of(&digest));
    let reached = AtomicU64::new(0);
    let counting = CountingReader::new(&mut blob, |read| reached.store(read, Ordering::Relaxed));
    // Progress counts the blob's bytes: the decompressed size is not known.
    let progress = |_| progress(reached.load(Ordering::Relaxed));
    let of_blob = of_blob.unwrap_or_default();
    // A plain blob is its tar.
    let is_tar = compression == Compression::None && of_blob == Algorithm::default();
    let (raw, blob_digest) = HashingReader::new(counting, with_digests.then_some(of_blob));
    let result = match Decompressor::new(compression, raw) {
        Err(error) => Err((TarError::Io(error).into(), 0)),
        Ok(bytes) => {
            let of_tar = (with_digests && !is_tar).then(Algorithm::default);
            let (mut bytes, tar_digest) = HashingReader::new(bytes, of_tar);
            let options = ListOptions {
                compression,
                hash: true,
                budget,
                cancel,
            };
            let listed = match compression {
                Compression::None => {
                    let bytes: &mut dyn Read = &mut bytes;
                    list(StreamSource::new(bytes), options, progress)
                }
                _ => with_read_ahead(bytes, |ahead| list(ahead, options, progress)),
            };
            listed.map(|mut listing| {
                listing.digests = blob_digest.map(|blob| {
                    let blob = blob.digest();
                    let tar = tar_digest.map_or_else(|| blob.clone(), |tar| tar.digest());
                    (blob, tar)
                });
                listing
            })
        }
    };
    (
        result.map_err(|(error, position)| {
            layer_error(error, layer, compression, position)
                .after_part(reached.load(Ordering::Relaxed), stored)
        }),
        blob.into_error(),
    )
}
