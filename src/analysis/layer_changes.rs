//! What each layer did, in counts of files. One pass over the timeline, all layers at once.

use crate::image::{EntryId, Image};

use super::diff::Status;

/// How many paths a layer added, modified and removed, against the layer below. What was a folder and is one does not count; a file that becomes a
/// folder, or the other way round, is modified, as in the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerChanges {
    /// Paths that were not there.
    pub added: usize,
    /// Paths that were there and differ.
    pub modified: usize,
    /// Paths that are gone.
    pub removed: usize,
}

/// Returns the counts of every layer, bottom first.
#[must_use]
pub fn layer_changes(image: &Image) -> Vec<LayerChanges> {
    let mut all = vec![LayerChanges::default(); image.layers.len()];
    for node in image.tree.ids() {
        let mut before = None;
        for event in image.timeline.of(node) {
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
