//! Hashes files' contents after loading, where two images must be compared or many are. Which files is the caller's decision; compares nothing.

use std::num::NonZeroU64;

use super::{Cancel, Error, FileContents};
use crate::archive::{self, Piece};
use crate::extract;
use crate::image::{EntryId, EntryKind, Image, LayerId};
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

    /// Returns the image with the hashes of all files of at least `least` bytes. Only those are read that were not hashed when their layer was listed.
    ///
    /// # Errors
    /// [`Error`] when a layer cannot be read, or the user cancelled.
    pub(super) fn hash_from(
        &self,
        image: Image,
        least: u64,
        cancel: &Cancel,
    ) -> Result<Image, Error> {
        let of_layer = |id: LayerId| {
            let entries = image.layer(id).changes.entries.iter();
            entries.map(move |&(_, entry)| (id, entry))
        };
        let is_unread = |&(_, id): &LayerEntry| {
            let entry = image.entry(id);
            entry.kind() == EntryKind::File && entry.size >= least && entry.hash.is_none()
        };
        let all = image.layer_ids().flat_map(of_layer);
        let mut unread: Vec<LayerEntry> = all.filter(is_unread).collect();
        unread.sort_by_key(|&(layer, id)| (layer, image.entry(id).offset(), id));
        unread.dedup();
        let hashes = self.hash(&image, &unread, cancel)?;
        Ok(image.with_hashes(hashes))
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
