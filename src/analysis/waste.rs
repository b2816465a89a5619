//! True bytes: what an image ships that no container can see, who stores it and who buried it. dive's numbers are `efficiency`'s.

use crate::image::{EntryId, Image, Kind, LayerId, NodeId};

use super::diff::{What, compare_entries};

/// How bytes came to be out of sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HiddenKind {
    /// A later record holds other content.
    Overwritten,
    /// A later record holds the same content: only mode, owner, xattrs or nothing at all changed (`chmod -R`, `chown -R`).
    ReStored,
    /// A whiteout, an opaque marker, or a file put over the folder it was in.
    Deleted,
}

/// A record that is shipped and never seen in the finished image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// The path.
    pub node: NodeId,
    /// The record.
    pub entry: EntryId,
    /// Unpacked bytes.
    pub bytes: u64,
    /// The layer that ships them.
    pub stored_in: LayerId,
    /// The layer whose instruction hid them; the same layer when its tar holds the path twice.
    pub hidden_by: LayerId,
    /// How.
    pub how: HiddenKind,
}

/// A layer's part in the waste, in unpacked bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerWaste {
    /// Bytes this layer ships that are not seen in the finished image.
    pub buried: u64,
    /// Bytes of any layer that this layer's instruction hid.
    pub buries: u64,
}

/// Everything shipped and not seen.
#[derive(Clone, Debug, Default)]
pub struct Waste {
    /// Records of at least one byte, by bytes descending, then path, then layer.
    pub buried: Vec<Hidden>,
    /// Each layer's part, bottom first.
    pub layers: Vec<LayerWaste>,
    /// Unpacked bytes that later content replaced.
    pub rewritten: u64,
    /// Unpacked bytes shipped again unchanged.
    pub touched: u64,
    /// Unpacked bytes that were deleted.
    pub removed: u64,
}

impl Waste {
    /// Returns the reclaimable bytes: image size − live size.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.rewritten
            .saturating_add(self.touched)
            .saturating_add(self.removed)
    }
}

/// Finds every record that is shipped and not seen in the finished image. Linear in the records, but for the sort of what it finds.
#[must_use]
pub fn waste(image: &Image) -> Waste {
    let mut waste = Waste {
        layers: vec![LayerWaste::default(); image.layers.len()],
        ..Waste::default()
    };
    for layer in image.layer_ids() {
        let changes = &image.layer(layer).changes;
        for &(node, entry) in &changes.puts {
            let bytes = image.entry(entry).size;
            if bytes == 0 {
                continue;
            }
            let events = image.timeline.of(node);
            // One event a layer, oldest first: a path may have as many versions as there are layers.
            let shown = events
                .binary_search_by_key(&layer, |event| event.layer)
                .ok()
                .filter(|&at| events[at].entry == Some(entry));
            let hider = match shown {
                None => Some((layer, HiddenKind::Overwritten)),
                Some(at) => events
                    .get(at + 1)
                    .map(|next| (next.layer, how(image, entry, next.entry))),
            };
            if let Some((hidden_by, how)) = hider {
                waste.add(Hidden {
                    node,
                    entry,
                    bytes,
                    stored_in: layer,
                    hidden_by,
                    how,
                });
            }
        }
        for &(node, entry) in &changes.replaced {
            let bytes = image.entry(entry).size;
            if bytes > 0 {
                waste.add(Hidden {
                    node,
                    entry,
                    bytes,
                    stored_in: layer,
                    hidden_by: layer,
                    how: HiddenKind::Overwritten,
                });
            }
        }
    }
    waste.buried.sort_unstable_by_key(|row| {
        (
            std::cmp::Reverse(row.bytes),
            row.node,
            row.stored_in,
            row.entry,
        )
    });
    waste
}

fn how(image: &Image, before: EntryId, after: Option<EntryId>) -> HiddenKind {
    let Some(after) = after else {
        return HiddenKind::Deleted;
    };
    let (before, after) = (image.entry(before), image.entry(after));
    let same = after.kind() == Kind::File
        && !compare_entries((image, before), (image, after)).has(What::CONTENT);
    if same {
        HiddenKind::ReStored
    } else {
        HiddenKind::Overwritten
    }
}

impl Waste {
    fn add(&mut self, row: Hidden) {
        let total = match row.how {
            HiddenKind::Overwritten => &mut self.rewritten,
            HiddenKind::ReStored => &mut self.touched,
            HiddenKind::Deleted => &mut self.removed,
        };
        *total = total.saturating_add(row.bytes);
        let stored = &mut self.layers[row.stored_in.index()].buried;
        *stored = stored.saturating_add(row.bytes);
        let buries = &mut self.layers[row.hidden_by.index()].buries;
        *buries = buries.saturating_add(row.bytes);
        self.buried.push(row);
    }
}
