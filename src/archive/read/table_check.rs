//! Compares a layer that was read with its table of contents. Reads nothing.

use std::collections::HashMap;

use crate::image::{EntryKind, Listing, PathSet, RareFields, TooLarge};

/// A path as a listing has it.
#[derive(PartialEq, Eq)]
enum ListedPath<'a> {
    /// Whatever a layer below has there is hidden.
    Hidden,
    /// What is there; permission bits alone of the mode, attributes by name.
    There {
        kind: EntryKind,
        size: u64,
        mode: u16,
        owner: (u32, u32),
        target: &'a [u8],
        xattrs: Vec<&'a (Vec<u8>, Vec<u8>)>,
        device: Option<(u32, u32)>,
    },
}

/// Returns the first path, by its name, that is not the same in table and layer: it is missing in one of them, or differs.
///
/// # Errors
/// [`TooLarge`] when there is no memory to compare them.
pub(super) fn first_difference(
    table: &Listing,
    layer: &Listing,
) -> Result<Option<Vec<u8>>, TooLarge> {
    let mut paths = PathSet::default();
    let of_table = paths.merge(&table.paths)?;
    let of_layer = paths.merge(&layer.paths)?;
    let (of_table, of_layer) = (paths_of(table, &of_table), paths_of(layer, &of_layer));
    let differs = |key: &&(u32, bool)| of_table.get(*key) != of_layer.get(*key);
    let all = of_table.keys().chain(of_layer.keys());
    Ok(all
        .filter(differs)
        .map(|(node, _)| path(&paths, *node))
        .min())
}

/// Returns each path and each opaque folder of a listing; the last of several entries of a path counts. `nodes` has the place of each of its paths.
fn paths_of<'a>(listing: &'a Listing, nodes: &[u32]) -> HashMap<(u32, bool), ListedPath<'a>> {
    let mut all = HashMap::new();
    let mut whiteouts = listing.whiteouts.iter().copied().peekable();
    for ((entry, node), index) in listing.entries.iter().zip(&listing.nodes).zip(0..) {
        let is_whiteout = whiteouts.next_if_eq(&index).is_some();
        let rare = entry.rare_fields;
        let rare: Option<&RareFields> = rare.and_then(|id| listing.rare_fields.get(id.index()));
        let listed = if is_whiteout {
            ListedPath::Hidden
        } else {
            let mut xattrs: Vec<_> = rare.map_or(&[][..], |rare| &rare.xattrs).iter().collect();
            xattrs.sort();
            ListedPath::There {
                kind: entry.kind(),
                size: entry.size,
                mode: entry.mode & 0o7777,
                owner: (entry.uid, entry.gid),
                target: rare.map_or(&[], |rare| &rare.target),
                xattrs,
                device: rare.and_then(|rare| rare.device),
            }
        };
        all.insert((nodes[*node as usize], false), listed);
    }
    for node in &listing.opaque {
        all.insert((nodes[*node as usize], true), ListedPath::Hidden);
    }
    all
}

/// Returns a path from the root, without a slash before it.
fn path(paths: &PathSet, node: u32) -> Vec<u8> {
    let folder = (node != PathSet::ROOT).then(|| path(paths, paths.parent(node)));
    let folder = folder.filter(|folder| !folder.is_empty());
    folder.map_or_else(
        || paths.name(node).to_vec(),
        |folder| [&folder, &b"/"[..], paths.name(node)].concat(),
    )
}
