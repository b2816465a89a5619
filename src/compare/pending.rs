//! The first step of a comparison: both trees aligned, and the list of contents to read before files can be compared. Reads nothing itself.

use std::num::NonZeroU64;

use hashbrown::{HashMap, HashSet};

use super::aligned_tree::{AlignedTree, RowId, align};
use super::layer_alignment::same_blob;
use super::side::{Side, Sides};
use crate::image::{Entry, EntryId, EntryKind, Image, LayerId, Snapshot, must_hash};

/// Two images, aligned but not yet compared.
#[derive(Debug)]
pub struct PendingComparison {
    pub(super) rows: AlignedTree,
    pub(super) visible: Sides<Snapshot>,
}

/// For each image the entries whose content must be read and hashed, with their layer, by layer and offset.
pub(crate) type UnhashedEntries = Sides<Vec<(LayerId, EntryId)>>;

/// Content hashes (xxh3) of entries read for this comparison. They count instead of hashes in
/// the images.
#[derive(Clone, Debug, Default)]
pub struct Hashes(Sides<HashMap<EntryId, NonZeroU64>>);

impl Hashes {
    /// Collects the hashes of both images.
    #[must_use]
    pub(crate) fn new(found: Sides<Vec<(EntryId, NonZeroU64)>>) -> Self {
        Self(found.map(|found| found.into_iter().collect()))
    }
}

impl PendingComparison {
    /// Aligns the visible paths of two images. Linear in the paths.
    #[must_use]
    pub fn of(images: Sides<&Image>) -> Self {
        let visible = images.map(Image::with_links_resolved);
        let rows = align(
            (&images.before.tree, &visible.before),
            (&images.after.tree, &visible.after),
        );
        Self { rows, visible }
    }

    /// Returns the entries to read: files with the same path and size, unless both come from one blob; and files of only one image whose size occurs
    /// among those of only the other, since they may have moved. Entries whose hashes
    /// decide it are left out.
    #[must_use]
    pub fn unread(&self, images: Sides<&Image>) -> UnhashedEntries {
        let hashes = Hashes::default();
        let pair = self.pair(images, &hashes);
        let moved = pair.sizes_of_both();
        let mut compared: Vec<(Side, (LayerId, EntryId))> = Vec::new();
        // Without tables of contents there is one kind of hash: what has one needs no reading.
        let has_tables = Side::BOTH
            .iter()
            .any(|side| images.get(*side).layers_from_tables() > 0);
        for row in self.rows.ids() {
            let files = Sides::new(pair.file(row, Side::Before), pair.file(row, Side::After));
            let must_read = match (files.before, files.after) {
                (Some(before), Some(after)) => before.size == after.size && !pair.is_one_blob(row),
                (Some(file), None) | (None, Some(file)) => {
                    pair.lone(row).is_some() && moved.contains(&file.size)
                }
                (None, None) => false,
            };
            if !must_read {
                continue;
            }
            for side in Side::BOTH {
                if files
                    .get(side)
                    .is_some_and(|file| has_tables || file.hash.is_none())
                    && let Some(found) = pair.visible_entry(row, side)
                {
                    compared.push((side, found));
                }
            }
        }
        // Only contents of equal size are compared.
        let entry = |&(side, (_, id)): &(Side, (LayerId, EntryId))| images.get(side).entry(id);
        compared.sort_by_key(|found| entry(found).size);
        let mut unread = UnhashedEntries::default();
        for group in compared.chunk_by(|a, b| entry(a).size == entry(b).size) {
            let must_read = must_hash(group.iter().map(entry));
            for found in group.iter().filter(|found| must_read(entry(found))) {
                unread.get_mut(found.0).push(found.1);
            }
        }
        for side in Side::BOTH {
            let image = *images.get(side);
            let list = unread.get_mut(side);
            list.sort_unstable_by_key(|&(layer, id)| (layer, image.entry(id).offset(), id));
            list.dedup();
        }
        unread
    }

    pub(super) fn pair<'a>(
        &'a self,
        images: Sides<&'a Image>,
        hashes: &'a Hashes,
    ) -> AlignedPair<'a> {
        AlignedPair {
            images,
            rows: &self.rows,
            visible: &self.visible,
            hashes,
        }
    }
}

/// Two aligned images, as the parts of a comparison use them.
#[derive(Clone, Copy)]
pub(super) struct AlignedPair<'a> {
    pub(super) images: Sides<&'a Image>,
    pub(super) rows: &'a AlignedTree,
    visible: &'a Sides<Snapshot>,
    hashes: &'a Hashes,
}

impl AlignedPair<'_> {
    pub(super) fn entry_id(&self, row: RowId, side: Side) -> Option<EntryId> {
        self.visible.get(side).get(self.rows.node(row, side)?)
    }

    /// Returns the visible entry of a row, with its content hash if known; for a hard link the entry of the file it names.
    pub(super) fn entry(&self, row: RowId, side: Side) -> Option<Entry> {
        let id = self.entry_id(row, side)?;
        let entry = *self.images.get(side).entry(id);
        let read = self.hashes.0.get(side).get(&id).copied();
        let hash = read.or(entry.hash);
        Some(Entry { hash, ..entry })
    }

    /// Returns the bytes that count at a row.
    pub(super) fn bytes(&self, row: RowId, side: Side) -> u64 {
        let node = self.rows.node(row, side);
        node.map_or(0, |node| {
            self.images.get(side).bytes_in(self.visible.get(side), node)
        })
    }

    /// Returns the entry of a row if it is a regular file of at least one byte.
    pub(super) fn file(&self, row: RowId, side: Side) -> Option<Entry> {
        self.entry(row, side)
            .filter(|entry| entry.kind() == EntryKind::File && entry.size > 0)
    }

    /// Returns the only image with the path.
    pub(super) fn lone(&self, row: RowId) -> Option<Side> {
        let has = |side| self.rows.node(row, side).is_some();
        match (has(Side::Before), has(Side::After)) {
            (true, false) => Some(Side::Before),
            (false, true) => Some(Side::After),
            _ => None,
        }
    }

    /// Returns whether both are one entry of the same blob, and so are equal: at one offset, or what the blob itself stores at the path, whose offsets
    /// differ where a table of contents has listed one of them.
    pub(super) fn is_one_blob(&self, row: RowId) -> bool {
        let found = |side: Side| {
            let (layer, id) = self.visible_entry(row, side)?;
            let image = self.images.get(side);
            let last = image.timeline.events(self.rows.node(row, side)?).last()?;
            let is_own = last.layer == layer;
            Some((image.layer(layer), image.entry(id).offset(), is_own))
        };
        match (found(Side::Before), found(Side::After)) {
            (Some(before), Some(after)) => {
                let is_one_entry = before.1 == after.1 || (before.2 && after.2);
                is_one_entry && same_blob(before.0, after.0)
            }
            _ => false,
        }
    }

    /// Returns the visible entry of a row and its layer.
    fn visible_entry(&self, row: RowId, side: Side) -> Option<(LayerId, EntryId)> {
        let seen = self.images.get(side).visible(self.rows.node(row, side)?)?;
        Some((seen.layer, seen.entry))
    }

    /// Returns the sizes of files only before that are also sizes of files only after.
    fn sizes_of_both(&self) -> HashSet<u64> {
        let mut sizes = Sides::<HashSet<u64>>::default();
        for row in self.rows.ids() {
            if let Some(side) = self.lone(row)
                && let Some(file) = self.file(row, side)
            {
                sizes.get_mut(side).insert(file.size);
            }
        }
        sizes.before.retain(|size| sizes.after.contains(size));
        sizes.before
    }
}
