//! The contents of an image: what each entry stores, visible or hidden. Their bytes together are the image size, each counted once.

use crate::analysis::{Analysis, HiddenKind};
use crate::image::{EntryId, Image, LayerId, NodeId};

/// The content that one record stores at one path. 24 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathContent {
    /// Its unpacked bytes, as far as they are selected.
    pub bytes: u64,
    /// The path.
    pub node: NodeId,
    /// The layer that stores it.
    pub layer: LayerId,
    /// The record.
    pub entry: EntryId,
    /// How it was hidden; `None` for a visible content.
    pub hidden: Option<HiddenKind>,
}

impl PathContent {
    /// Returns the layer whose instruction hid the content; `None` for a visible one.
    #[must_use]
    pub(crate) fn hidden_by(&self, image: &Image) -> Option<LayerId> {
        self.hidden?;
        let removal = image.removal((self.layer, self.entry), self.node)?;
        Some(removal.layer)
    }

    /// Returns a layer after which the path shows the content: the last one to write the path, of a hidden content the layer below the one that hid it.
    #[must_use]
    pub(crate) fn shown_after(&self, image: &Image) -> LayerId {
        let layer = match self.hidden_by(image) {
            Some(by) => by.0.checked_sub(1).map(LayerId),
            None => image
                .timeline
                .events(self.node)
                .last()
                .map(|last| last.layer),
        };
        layer.map_or(self.layer, |layer| layer.max(self.layer))
    }

    /// Returns the order of contents: by path, then by layer, then by record.
    #[must_use]
    pub const fn sort_key(&self) -> (NodeId, LayerId, EntryId) {
        (self.node, self.layer, self.entry)
    }
}

/// Calls `each` with every content: the visible ones in the tree's order, at each of their names, with their bytes at the first (folders too, which have
/// none), then the hidden ones of at least one byte, with their index in [`HiddenBytes::entries`](crate::analysis::HiddenBytes::entries), in that order.
pub fn contents(
    image: &Image,
    analysis: &Analysis,
    mut each: impl FnMut(PathContent, Option<usize>),
) {
    for node in image.tree.ids() {
        if let Some(shown) = image.visible(node) {
            let content = PathContent {
                bytes: shown.bytes,
                node,
                layer: shown.layer,
                entry: shown.entry,
                hidden: None,
            };
            each(content, None);
        }
    }
    for (at, row) in analysis.hidden.entries.iter().enumerate() {
        let content = PathContent {
            bytes: row.bytes,
            node: row.node,
            layer: row.stored_in,
            entry: row.entry,
            hidden: Some(row.how),
        };
        each(content, Some(at));
    }
}
