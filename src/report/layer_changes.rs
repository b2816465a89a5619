//! The changes of every layer as JSON keys: what it does to each path of the layers below, folders path by path. Formats decide where they stand.

use serde::{Serialize, Serializer};

use super::change_keys::{ChangeKeys, SizeKeys};
use super::json_string::text;
use crate::analysis::Status;
use crate::image::{EntryId, Image, NodeId};

/// A path that a layer changes, with its entries before and after.
#[derive(Clone, Copy, Debug)]
pub(super) struct LayerChange {
    node: NodeId,
    before: Option<EntryId>,
    after: Option<EntryId>,
}

/// Returns the changes of each layer, bottom first, in the tree's order. One pass over the timeline.
pub(super) fn layer_changes(image: &Image) -> Vec<Vec<LayerChange>> {
    let mut all = vec![Vec::new(); image.layers.len()];
    for node in image.tree.ids() {
        let mut before = None;
        for event in image.timeline.events(node) {
            let after = event.entry;
            if !matches!(
                Status::between(image, before, after),
                Status::Unmodified | Status::Absent
            ) {
                all[event.layer.index()].push(LayerChange {
                    node,
                    before,
                    after,
                });
            }
            before = after;
        }
    }
    all
}

impl ChangeKeys {
    /// Returns the keys of a change.
    pub(super) fn of_layer(image: &Image, change: &LayerChange) -> Self {
        let (path, path_bytes) = text(image.tree.path(change.node));
        let (status, what) = match Status::between(image, change.before, change.after) {
            Status::Added => ("added", Vec::new()),
            Status::Removed => ("removed", Vec::new()),
            Status::Modified(what) => ("modified", what.names().collect()),
            Status::Unmodified | Status::Absent => ("unmodified", Vec::new()),
        };
        let size = |id: EntryId| SizeKeys {
            size_bytes: image.file_entry(id).size,
            counted_at: None,
            counted_at_bytes: None,
        };
        let is_dir = |id: EntryId| image.entry(id).is_dir();
        Self {
            path,
            path_bytes,
            status,
            what,
            before: change.before.map(size),
            after: change.after.map(size),
            moved_from: None,
            moved_from_bytes: None,
            is_dir: change.after.or(change.before).is_some_and(is_dir),
        }
    }
}

/// The changes of one layer as a list.
pub(super) struct LayerChangeList<'a>(pub(super) &'a Image, pub(super) &'a [LayerChange]);

impl Serialize for LayerChangeList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys = |change| ChangeKeys::of_layer(self.0, change);
        serializer.collect_seq(self.1.iter().map(keys))
    }
}
