//! Sizes of folders in unpacked bytes, and the visible bytes of an image.

use crate::image::{Image, Snapshot};

/// Returns for every node, in the tree's order, the unpacked bytes visible at and below it.
#[must_use]
pub fn sizes(image: &Image, snapshot: &Snapshot) -> Vec<u64> {
    let own = |entry: &Option<_>| entry.map_or(0, |id| image.entry(id).size);
    let mut sizes: Vec<u64> = snapshot.entries().iter().map(own).collect();
    for node in image.tree.ids().rev() {
        if let Some(parent) = image.tree.parent(node) {
            sizes[parent.index()] = sizes[parent.index()].saturating_add(sizes[node.index()]);
        }
    }
    sizes
}

/// Returns the visible bytes: the unpacked bytes that a container sees.
#[must_use]
pub fn visible_bytes(image: &Image) -> u64 {
    let Some(top) = image.top() else { return 0 };
    let seen = |node| {
        image
            .timeline
            .at(node, top)
            .map_or(0, |id| image.entry(id).size)
    };
    image.tree.ids().map(seen).fold(0, u64::saturating_add)
}
