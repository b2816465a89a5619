//! Contents read once more to be hashed, where two images must be told apart. Which ones is decided elsewhere; nothing here compares.

use std::num::NonZeroU64;

use super::{Cancel, Contents, Error};
use crate::archive::{self, ContentHash, Piece};
use crate::extract;
use crate::image::{Compression, EntryId, Image, LayerId};
use crate::threads;

/// A record and its layer.
type Place = (LayerId, EntryId);
type Hash = (EntryId, NonZeroU64);

impl Contents {
    /// Returns xxh3 of the contents of some records, as [`Entry::hash`](crate::image::Entry::hash) has it. `places` are sorted by layer, then by
    /// offset. Plain layers are read on all cores, and only where asked; a packed one is unpacked once. What can no longer be had is left out.
    ///
    /// # Errors
    /// [`Error`] when a layer cannot be read, or the user cancelled.
    pub fn hash(
        &self,
        image: &Image,
        places: &[Place],
        cancel: &Cancel,
    ) -> Result<Vec<Hash>, Error> {
        let threads = self.layers.threads();
        let most = places.len().div_ceil(threads.get()).max(1);
        let parts = places
            .chunk_by(|one, other| one.0 == other.0)
            .flat_map(|layer| {
                let plain = image.layer(layer[0].0).compression == Compression::None;
                layer.chunks(if plain { most } else { layer.len() })
            });
        let mut parts: Vec<&[Place]> = parts.collect();
        parts.sort_by_key(|part| part.first().map(|(layer, _)| self.layers.place(*layer)));
        let hashes = threads::shares(&parts, threads, |parts| {
            self.hash_parts(image, parts, cancel)
        });
        let named = |error| Error::of(&image.about.reference, &error);
        Ok(hashes.map_err(named)?.concat())
    }

    fn hash_parts(
        &self,
        image: &Image,
        parts: &[&[Place]],
        cancel: &Cancel,
    ) -> Result<Vec<Hash>, archive::Error> {
        let mut hashes = Vec::new();
        for part in parts {
            let offsets: Vec<u64> = part.iter().map(|&(_, id)| image.entry(id).offset).collect();
            let mut hash = ContentHash::default();
            let take = |place: usize, piece: Piece<'_>| {
                hash.add(piece);
                if piece == Piece::End {
                    let whole = std::mem::take(&mut hash).finish();
                    hashes.push((part[place].1, whole));
                }
                Ok(true)
            };
            match extract::Contents::read(self, part[0].0, &offsets, cancel, take) {
                Ok(()) | Err(archive::Error::NotKept { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(hashes)
    }
}
