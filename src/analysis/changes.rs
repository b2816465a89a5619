//! What each layer did, in counts of files. One pass over the timeline, all layers at once.

use crate::image::Image;

use super::diff::{What, compare_entries};

/// How many paths a layer added, modified and removed, against the layer below. Folders do not count.
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
            let file = |id| !image.entry(id).is_dir();
            match (before, event.entry) {
                (None, Some(after)) if file(after) => changes.added += 1,
                (Some(before), None) if file(before) => changes.removed += 1,
                (Some(before), Some(after)) => match (file(before), file(after)) {
                    (true, true) => {
                        let what = compare_entries(
                            (image, image.entry(before)),
                            (image, image.entry(after)),
                        );
                        changes.modified += usize::from(what != What::NOTHING);
                    }
                    (false, true) => changes.added += 1,
                    (true, false) => changes.removed += 1,
                    (false, false) => {}
                },
                _ => {}
            }
            before = event.entry;
        }
    }
    all
}
