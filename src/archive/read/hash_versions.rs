//! Hashes the contents that were not read while the layers were listed, where two versions of a path must be compared. Which those are is decided by
//! [`Image::versions_to_hash`].

use std::num::{NonZeroU64, NonZeroUsize};

use crate::archive::cancel::Cancel;
use crate::archive::error::Error;
use crate::archive::layer::blobs::{LayerBlob, LayerBlobs};
use crate::archive::layer::contents::hash_all;
use crate::image::{EntryId, Image, LayerId};
use crate::threads;

/// Hashes the contents by which the versions of a path are compared. Those of layers that were decompressed were hashed meanwhile.
pub(super) fn hash_versions(
    image: Image,
    layers: &LayerBlobs,
    most: NonZeroUsize,
    cancel: &Cancel,
) -> Result<Image, Error> {
    let versions = image.versions_to_hash();
    if versions.is_empty() {
        return Ok(image);
    }
    let hash_part = |part: &[(LayerId, EntryId)]| -> Result<Vec<(EntryId, NonZeroU64)>, Error> {
        let mut hashes = Vec::with_capacity(part.len());
        for group in part.chunk_by(|a, b| a.0 == b.0) {
            if let Some(tar) = layers.get(group[0].0).and_then(LayerBlob::tar) {
                let offsets: Vec<u64> = group
                    .iter()
                    .map(|&(_, id)| image.entry(id).offset())
                    .collect();
                let ids = group.iter().map(|&(_, id)| id);
                hashes.extend(ids.zip(hash_all(tar, group[0].0, &offsets, cancel)?));
            }
        }
        Ok(hashes)
    };
    let hashes = threads::map_chunks(&versions, most, hash_part)?;
    Ok(image.with_hashes(hashes.into_iter().flatten()))
}
