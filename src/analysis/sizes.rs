//! Sizes of folders in unpacked bytes, and the visible bytes of an image.

use crate::image::{Image, Snapshot};

/// Returns for every node, in the tree's order, the unpacked bytes visible at and below it. A content with several names counts at the first.
#[must_use]
pub fn sizes(image: &Image, snapshot: &Snapshot) -> Vec<u64> {
    let own = |node| image.bytes_in(snapshot, node);
    let mut sizes: Vec<u64> = image.tree.ids().map(own).collect();
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
    let bytes = |node| image.visible(node).map_or(0, |visible| visible.bytes);
    image.tree.ids().map(bytes).fold(0, u64::saturating_add)
}
