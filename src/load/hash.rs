//! Hashes files' contents after loading, where two images must be compared. Which files is the caller's decision; compares nothing.

use std::num::NonZeroU64;

use super::{Cancel, Error, FileContents};
use crate::archive::{self, Piece};
use crate::extract;
use crate::image::{EntryId, Image, LayerId};
use crate::open::EntryHasher;

/// An entry and its layer.
type LayerEntry = (LayerId, EntryId);
type Hash = (EntryId, NonZeroU64);

impl FileContents {
    /// Returns xxh3 of the contents of some entries, as in [`Entry::hash`](crate::image::Entry::hash). `entries` are sorted by layer, then by offset. Plain
    /// layers are read on all cores, and only these files; a compressed one is decompressed once. Contents that were not kept are left out.
    ///
    /// # Errors
    /// [`Error`] when a layer cannot be read, or the user cancelled.
    pub(crate) fn hash(
        &self,
        image: &Image,
        entries: &[LayerEntry],
        cancel: &Cancel,
    ) -> Result<Vec<Hash>, Error> {
        self.by_layer(
            image,
            entries,
            |entry| entry.0,
            |part| self.hash_part(image, part, cancel),
        )
    }

    /// Hashes entries of one layer.
    fn hash_part(
        &self,
        image: &Image,
        part: &[LayerEntry],
        cancel: &Cancel,
    ) -> Result<Vec<Hash>, archive::Error> {
        let mut hasher = EntryHasher::new(part);
        let offsets = hasher.offsets(image);
        let add = |index: usize, piece: Piece<'_>| {
            hasher.add(index, piece);
            Ok(true)
        };
        match extract::LayerContents::read(self, part[0].0, &offsets, cancel, add) {
            Ok(()) | Err(archive::Error::NotKept { .. }) => Ok(hasher.hashes),
            Err(error) => Err(error),
        }
    }
}
