//! The order of dive's `fileList`: a layer's own entries, children before their folder, siblings in byte order, whiteouts sorted by their `.wh.` name.
//! The root and folders without an entry of their own are left out. Order only; `json` writes the entries.

use crate::image::{Entry, EntryId, Image, LayerId, NodeId};

/// An entry of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) struct DiveEntry {
    /// The path; of a whiteout, the path it hides.
    pub(in crate::report) node: NodeId,
    /// The entry; `None` for a folder that the layer only marks as opaque.
    pub(in crate::report) entry: Option<EntryId>,
    /// Whether it is a whiteout.
    pub(in crate::report) whiteout: bool,
}

/// The prefix of a whiteout's name.
const MARK: &[u8] = b".wh.";

/// Returns a layer's entries in dive's order, and the folders that it only marks as opaque, for which dive invents an entry. Linear in the entries and in
/// the children of folders with whiteouts.
pub(in crate::report) fn listed(image: &Image, layer: LayerId) -> Vec<DiveEntry> {
    let tree = &image.tree;
    let changes = &image.layer(layer).changes;
    let mut whiteouts = ordered_whiteouts(image, &changes.whiteouts)
        .into_iter()
        .peekable();
    let mut list = Vec::with_capacity(changes.entries.len() + changes.whiteouts.len());
    // Folders whose subtree is not complete, outermost first.
    let mut open: Vec<DiveEntry> = Vec::new();
    let close = |open: &mut Vec<DiveEntry>,
                 list: &mut Vec<DiveEntry>,
                 at: NodeId,
                 inside: Option<NodeId>| {
        while let Some(folder) = open.pop_if(|folder| {
            tree.end(folder.node) <= at
                && !inside.is_some_and(|parent| tree.contains(folder.node, parent))
        }) {
            list.push(folder);
        }
    };
    let has_entry = |node: &&NodeId| {
        let found = changes.entries.binary_search_by_key(*node, |(at, _)| *at);
        found.is_ok()
    };
    let marked = changes.opaque.iter().filter(|node| !has_entry(node));
    let entries = changes.entries.iter();
    let mut named: Vec<(NodeId, Option<EntryId>)> = entries
        .map(|&(node, entry)| (node, Some(entry)))
        .chain(marked.map(|&node| (node, None)))
        .collect();
    named.sort_unstable_by_key(|(node, _)| *node);
    for (node, entry) in named {
        if node == NodeId::ROOT {
            continue;
        }
        while let Some((at, _, parent, listed)) = whiteouts.next_if(|(at, ..)| *at <= node) {
            close(&mut open, &mut list, at, Some(parent));
            list.push(listed);
        }
        close(&mut open, &mut list, node, None);
        open.push(DiveEntry {
            node,
            entry,
            whiteout: false,
        });
    }
    for (at, _, parent, listed) in whiteouts {
        close(&mut open, &mut list, at, Some(parent));
        list.push(listed);
    }
    list.extend(open.into_iter().rev());
    list
}

/// A whiteout with the node it precedes, its depth (deepest first), and its folder.
type OrderedWhiteout = (NodeId, std::cmp::Reverse<u16>, NodeId, DiveEntry);

/// Returns each whiteout with the first sibling whose name sorts after its own, or the end of its folder.
fn ordered_whiteouts(image: &Image, whiteouts: &[(NodeId, EntryId)]) -> Vec<OrderedWhiteout> {
    let tree = &image.tree;
    let mut hidden: Vec<(NodeId, NodeId, EntryId)> = whiteouts
        .iter()
        .filter_map(|&(node, entry)| Some((tree.parent(node)?, node, entry)))
        .collect();
    hidden.sort_unstable();
    let mut all: Vec<OrderedWhiteout> = Vec::with_capacity(hidden.len());
    for group in hidden.chunk_by(|a, b| a.0 == b.0) {
        let parent = group[0].0;
        let mut siblings = tree.children(parent).peekable();
        for &(_, node, entry) in group {
            let name = [MARK, tree.name(node)].concat();
            while siblings
                .next_if(|&sibling| tree.name(sibling) < name.as_slice())
                .is_some()
            {}
            let at = siblings.peek().copied().unwrap_or_else(|| tree.end(parent));
            let listed = DiveEntry {
                node,
                entry: Some(entry),
                whiteout: true,
            };
            all.push((at, std::cmp::Reverse(tree.depth(node)), parent, listed));
        }
    }
    // A stable sort: whiteouts before the same sibling stay in the order of their names.
    all.sort_by_key(|&(at, depth, parent, _)| (at, depth, parent));
    all
}

/// Returns an entry's path as dive writes it: with a leading slash only if the tar has one, whiteouts under their own name.
pub(in crate::report) fn path(image: &Image, listed: DiveEntry, entry: &Entry) -> Vec<u8> {
    let mut path = image.tree.path(listed.node);
    if listed.whiteout {
        let name = path
            .iter()
            .rposition(|&byte| byte == b'/')
            .map_or(0, |at| at + 1);
        path.splice(name..name, MARK.iter().copied());
    }
    if !entry.absolute {
        path.remove(0);
    }
    path
}
