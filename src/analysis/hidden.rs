//! Hidden bytes: stored in a layer, visible in no container; with the layer that stores them and the one that hid them. `efficiency` has dive's numbers.

use crate::image::{EntryId, EntryKind, Image, LayerId, NodeId};

use super::diff::{EntryDifferences, compare_entries};

/// How bytes were hidden. Unreachable bytes have no kind: their entries are counted per layer and have no entry here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HiddenKind {
    /// A later layer stores other content.
    Overwritten,
    /// A later layer stores the same content again: mode, owner, xattrs or nothing changed (`chmod -R`, `chown -R`).
    ReStored,
    /// A later layer deletes it: a whiteout, an opaque marker, or a file in place of its folder.
    Deleted,
}

impl HiddenKind {
    /// Returns the word for it: `overwritten`, `re-stored`, `deleted`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Overwritten => "overwritten",
            Self::ReStored => "re-stored",
            Self::Deleted => "deleted",
        }
    }
}

/// A stored entry whose content is not visible in the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// The last path at which it was visible, its own unless hard links outlived it.
    pub node: NodeId,
    /// The entry.
    pub entry: EntryId,
    /// Unpacked bytes.
    pub bytes: u64,
    /// The layer that stores them.
    pub stored_in: LayerId,
    /// The layer that hid them; the same layer when its tar has the path twice.
    pub hidden_by: LayerId,
    /// How they were hidden.
    pub how: HiddenKind,
}

/// The hidden bytes of one layer, unpacked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerHidden {
    /// Bytes of this layer that are hidden.
    pub hidden: u64,
    /// Bytes of any layer that this layer hides.
    pub hides: u64,
}

/// The hidden bytes of an image.
#[derive(Clone, Debug, Default)]
pub struct HiddenBytes {
    /// Hidden entries of at least one byte, by bytes descending, then path, then layer.
    pub entries: Vec<Hidden>,
    /// For each layer, bottom first.
    pub layers: Vec<LayerHidden>,
    /// Unpacked bytes that other content replaced.
    pub overwritten: u64,
    /// Unpacked bytes stored again unchanged.
    pub re_stored: u64,
    /// Unpacked bytes that were deleted.
    pub deleted: u64,
    /// Unpacked bytes at paths that no kernel opens.
    pub unreachable: u64,
}

impl HiddenBytes {
    /// Returns all hidden bytes: image size − visible bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.overwritten
            .saturating_add(self.re_stored)
            .saturating_add(self.deleted)
            .saturating_add(self.unreachable)
    }

    /// Returns the hidden bytes of one layer.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn in_layer(&self, layer: LayerId) -> LayerHidden {
        self.layers.get(layer.index()).copied().unwrap_or_default()
    }
}

/// Finds every hidden entry. Linear in the entries, except for sorting the result.
#[must_use]
pub fn hidden_bytes(image: &Image) -> HiddenBytes {
    let mut hidden_bytes = HiddenBytes {
        layers: vec![LayerHidden::default(); image.layers.len()],
        ..HiddenBytes::default()
    };
    for layer in image.layer_ids() {
        hidden_bytes.add_unreachable(layer, image.layer(layer).unreachable.bytes);
        let changes = &image.layer(layer).changes;
        for &(node, entry) in changes.entries.iter().chain(&changes.replaced) {
            let bytes = image.entry(entry).size;
            if bytes == 0 {
                continue;
            }
            let Some(removal) = image.removal((layer, entry), node) else {
                continue;
            };
            hidden_bytes.add(Hidden {
                node: removal.node,
                entry,
                bytes,
                stored_in: layer,
                hidden_by: removal.layer,
                how: if removal.layer == layer {
                    HiddenKind::Overwritten
                } else {
                    how(image, entry, removal.after)
                },
            });
        }
    }
    hidden_bytes.entries.sort_unstable_by_key(|row| {
        (
            std::cmp::Reverse(row.bytes),
            row.node,
            row.stored_in,
            row.entry,
        )
    });
    hidden_bytes
}

fn how(image: &Image, before: EntryId, after: Option<EntryId>) -> HiddenKind {
    let Some(after) = after else {
        return HiddenKind::Deleted;
    };
    let (before, after) = (image.entry(before), image.file_entry(after));
    let same = after.kind() == EntryKind::File
        && !compare_entries((image, before), (image, after)).has(EntryDifferences::CONTENT);
    if same {
        HiddenKind::ReStored
    } else {
        HiddenKind::Overwritten
    }
}

impl HiddenBytes {
    fn add_unreachable(&mut self, layer: LayerId, bytes: u64) {
        self.unreachable = self.unreachable.saturating_add(bytes);
        let LayerHidden { hidden, hides } = &mut self.layers[layer.index()];
        *hidden = hidden.saturating_add(bytes);
        *hides = hides.saturating_add(bytes);
    }

    fn add(&mut self, row: Hidden) {
        let total = match row.how {
            HiddenKind::Overwritten => &mut self.overwritten,
            HiddenKind::ReStored => &mut self.re_stored,
            HiddenKind::Deleted => &mut self.deleted,
        };
        *total = total.saturating_add(row.bytes);
        let stored = &mut self.layers[row.stored_in.index()].hidden;
        *stored = stored.saturating_add(row.bytes);
        let hides = &mut self.layers[row.hidden_by.index()].hides;
        *hides = hides.saturating_add(row.bytes);
        self.entries.push(row);
    }
}
