//! The contents of an image: what each record stores, visible or hidden. Their bytes together are the image size.

use crate::analysis::{Analysis, HiddenKind};
use crate::image::{EntryId, Image, LayerId, NodeId};

/// What one record stores at one path: 24 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// Unpacked bytes that are selected of it.
    pub bytes: u64,
    /// The path.
    pub node: NodeId,
    /// The layer that stores it.
    pub layer: LayerId,
    /// The record.
    pub entry: EntryId,
    /// Why no container sees it; `None` for a visible content.
    pub hidden: Option<HiddenKind>,
}

impl Content {
    /// Returns the layer whose instruction hid the content; `None` for a visible one.
    #[must_use]
    pub fn hidden_by(&self, image: &Image) -> Option<LayerId> {
        self.hidden?;
        let events = image.timeline.of(self.node);
        let shown = |at: &usize| events[*at].entry == Some(self.entry);
        let at = events
            .binary_search_by_key(&self.layer, |event| event.layer)
            .ok()
            .filter(shown);
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
        let Some(last) = image.timeline.of(node).last() else {
            continue;
        };
        if let Some(entry) = last.entry {
            let content = Content {
                bytes: image.entry(entry).size,
                node,
                layer: last.layer,
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
