//! The digests of a blob that was listed before: for `--verify`, and where a tar lacks the zeros that mark its end. `layer_checks` compares them.

use std::io::{self, Read};

use crate::archive::cancel::{Cancel, UntilCancelled};
use crate::archive::compression::stream_decompressor::Decompressor;
use crate::archive::diagnose::decompression_error;
use crate::archive::digest::{Algorithm, digest_of_all};
use crate::archive::error::{Error, Position};
use crate::archive::input::blob::Blob;
use crate::archive::manifest::candidate::LayerRef;
use crate::image::Compression;

/// Returns the algorithm of an expected digest.
pub(super) fn algorithm(expected: Option<&str>) -> Algorithm {
    expected.and_then(Algorithm::of).unwrap_or_default()
}

/// Returns the digests of a blob and of its tar, which may be known already.
pub(super) fn digests(
    (blob, compression): (&Blob, Compression),
    (layer, diff_id): (&LayerRef, Option<&str>),
    tar: Option<String>,
    stop: &Cancel,
) -> Result<(String, String), Error> {
    let what = format!("layer {}", layer.name);
    let invalid = |error: io::Error| {
        if stop.is_cancelled() {
            return Error::Cancelled;
        }
        decompression_error(&what, error, Position::plain(0))
    };
    let digest = |bytes: &mut dyn Read, expected: Option<&str>| {
        let bytes = UntilCancelled::new(bytes, stop);
        digest_of_all(bytes, algorithm(expected)).map_err(invalid)
    };
    let stored = digest(&mut blob.reader(0), layer.expected_digest().as_deref())?;
    let tar = match tar {
        Some(tar) => tar,
        None if compression == Compression::None && stored_fits(layer, diff_id) => stored.clone(),
        None => {
            let bytes = Decompressor::new(compression, blob.reader(0));
            digest(&mut bytes.map_err(invalid)?, diff_id)?
        }
    };
    Ok((stored, tar))
}

/// Returns whether blob and tar have digests of one algorithm.
fn stored_fits(layer: &LayerRef, diff_id: Option<&str>) -> bool {
    algorithm(layer.expected_digest().as_deref()) == algorithm(diff_id)
}
