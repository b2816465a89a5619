//! The contents of an image, visible and hidden: one for each record. Their bytes add up to the image size.

use crate::analysis::{Analysis, HiddenKind};
use crate::image::{EntryId, Image, LayerId, NodeId};

/// The content that one record stores at one path. 24 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
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

impl Content {
    /// Returns the layer whose instruction hid the content; `None` for a visible one.
    #[must_use]
    pub fn hidden_by(&self, image: &Image) -> Option<LayerId> {
        self.hidden?;
        let events = image.timeline.of(self.node);
        let is_same = |at: &usize| events[*at].entry == Some(self.entry);
        let at = events
            .binary_search_by_key(&self.layer, |event| event.layer)
            .ok()
            .filter(is_same);
        Some(
            at.and_then(|at| events.get(at + 1))
                .map_or(self.layer, |next| next.layer),
        )
    }

    /// Returns the order of contents: by path, then by layer, then by record.
    #[must_use]
    pub const fn place(&self) -> (NodeId, LayerId, EntryId) {
        (self.node, self.layer, self.entry)
    }
}

/// Calls `each` with every content: the visible ones in the tree's order (folders too, which have no bytes), then the hidden ones of at least one
/// byte, with their index in [`HiddenBytes::records`](crate::analysis::HiddenBytes::records), in that order.
pub fn contents(image: &Image, analysis: &Analysis, mut each: impl FnMut(Content, Option<usize>)) {
    for node in image.tree.ids() {
        if let Some((layer, entry)) = image.visible_entry(node) {
            let content = Content {
                bytes: image.entry(entry).size,
                node,
                layer,
                entry,
                hidden: None,
            };
            each(content, None);
        }
    }
    for (at, row) in analysis.hidden.records.iter().enumerate() {
        let content = Content {
            bytes: row.bytes,
            node: row.node,
            layer: row.stored_in,
            entry: row.entry,
            hidden: Some(row.how),
        };
        each(content, Some(at));
    }
}
