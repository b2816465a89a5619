//! A walk over the paths of a tree, one buffer for all of them.

use crate::image::{NodeId, Tree};

/// Calls `visit` with each node but the root, its path, and the length of its folder's path. One pass, in the tree's order.
pub(super) fn each_path(tree: &Tree, mut visit: impl FnMut(NodeId, &[u8], usize)) {
    // The current path, and the end of each of its folders.
    let mut path: Vec<u8> = Vec::new();
    let mut ends: Vec<usize> = Vec::new();
    for node in tree.ids().skip(1) {
        let depth = usize::from(tree.depth(node));
        ends.truncate(depth.saturating_sub(1));
        let folder = ends.last().copied().unwrap_or(0);
        path.truncate(folder);
        path.push(b'/');
        path.extend_from_slice(tree.name(node));
        ends.push(path.len());
        visit(node, &path, folder);
    }
}
