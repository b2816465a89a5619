//! Contents read once more to be hashed, where two images must be told apart. Which ones is decided elsewhere; nothing here compares.

use std::num::NonZeroU64;

use super::{Cancel, Contents, Error};
use crate::archive::{self, Piece};
use crate::extract;
use crate::image::{EntryId, Image, LayerId};
use crate::open::RecordHasher;

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
        self.by_layer(
            image,
            places,
            |place| place.0,
            |part| self.hash_part(image, part, cancel),
        )
    }

    /// Hashes records of one layer.
    fn hash_part(
        &self,
        image: &Image,
        part: &[Place],
        cancel: &Cancel,
    ) -> Result<Vec<Hash>, archive::Error> {
        let mut hasher = RecordHasher::new(part);
        let offsets = hasher.offsets(image);
        let add = |index: usize, piece: Piece<'_>| {
            hasher.add(index, piece);
            Ok(true)
        };
        match extract::Contents::read(self, part[0].0, &offsets, cancel, add) {
            Ok(()) | Err(archive::Error::NotKept { .. }) => Ok(hasher.hashes),
            Err(error) => Err(error),
        }
    }
}
