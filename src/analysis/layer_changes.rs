//! Numbers of added, modified and removed paths for each layer. One pass over the timeline.

use crate::image::{EntryId, Image};

use super::diff::Status;

/// Numbers of paths that a layer added, modified and removed, against the layer below. Folders do not count; a file that becomes a folder, or the reverse, is
/// modified, as in the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerChanges {
    /// Paths that did not exist below.
    pub added: usize,
    /// Paths that existed below and differ.
    pub modified: usize,
    /// Paths that no longer exist.
    pub removed: usize,
}

/// Returns the numbers for every layer, bottom first.
#[must_use]
pub fn layer_changes(image: &Image) -> Vec<LayerChanges> {
    let mut all = vec![LayerChanges::default(); image.layers.len()];
    for node in image.tree.ids() {
        let mut before = None;
        for event in image.timeline.events(node) {
            let changes = &mut all[event.layer.index()];
            let is_file = |id: Option<EntryId>| id.is_some_and(|id| !image.entry(id).is_dir());
            if is_file(before) || is_file(event.entry) {
                match Status::between(image, before, event.entry) {
                    Status::Added => changes.added += 1,
                    Status::Modified(_) => changes.modified += 1,
                    Status::Removed => changes.removed += 1,
                    Status::Unmodified | Status::Absent => {}
                }
            }
            before = event.entry;
        }
    }
    all
}
