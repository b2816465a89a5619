//! Contents that were not read while the layers were listed, read where two versions of a path must be told apart. Which those are the image knows.

use std::num::{NonZeroU64, NonZeroUsize};

use crate::archive::cancel::Cancel;
use crate::archive::content::hash_all;
use crate::archive::error::Error;
use crate::archive::layers::Layers;
use crate::image::{Compression, EntryId, Image, LayerId};
use crate::threads;

/// Reads and hashes the contents that two versions of a path must be told apart by. What is packed was hashed when it passed.
pub(super) fn decide(
    image: Image,
    layers: &Layers,
    most: NonZeroUsize,
    cancel: &Cancel,
) -> Result<Image, Error> {
    let undecided = image.undecided();
    if undecided.is_empty() {
        return Ok(image);
    }
    let hash_part = |part: &[(LayerId, EntryId)]| -> Result<Vec<(EntryId, NonZeroU64)>, Error> {
        let mut hashes = Vec::with_capacity(part.len());
        for group in part.chunk_by(|a, b| a.0 == b.0) {
            if let Some((blob, Compression::None)) = layers.get(group[0].0) {
                let offsets: Vec<u64> = group
                    .iter()
                    .map(|&(_, id)| image.entry(id).offset)
                    .collect();
                let ids = group.iter().map(|&(_, id)| id);
                hashes.extend(ids.zip(hash_all(blob, group[0].0, &offsets, cancel)?));
            }
        }
        Ok(hashes)
    };
    let hashes = threads::shares(&undecided, most, hash_part)?;
    Ok(image.with_hashes(hashes.into_iter().flatten()))
}
