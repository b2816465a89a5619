//! dive's numbers (efficiency, wasted bytes), equal to dive's to the bit, in linear time. `hidden` computes the hidden bytes.

use crate::image::{EntryId, EntryKind, Image, LayerId, NodeId};

/// dive's numbers of an image.
#[derive(Clone, Debug, PartialEq)]
pub struct Efficiency {
    /// Σ smallest size ÷ Σ all sizes over all paths: 1.0 when no path is stored twice.
    pub score: f64,
    /// Σ smallest sizes and Σ all sizes, the two sums that `score` divides.
    pub sums: (u64, u64),
    /// Unpacked bytes of all copies of every path stored more than once, the visible copy included.
    pub wasted_bytes: u64,
    /// Unpacked bytes of all layers but the first.
    pub user_bytes: u64,
    /// `wasted_bytes ÷ user_bytes`, a ratio: 0 when both are 0, 1 when only `user_bytes` is.
    pub user_wasted_ratio: f64,
    /// Paths stored more than once, by total descending, then path.
    pub inefficient: Vec<RepeatedPath>,
}

/// A path stored more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepeatedPath {
    /// The path.
    pub node: NodeId,
    /// Number of layers that store it, whiteouts included.
    pub count: u32,
    /// Unpacked bytes of all copies.
    pub total: u64,
    /// Unpacked bytes of the smallest copy.
    pub least: u64,
    /// Whether hard links still show every earlier copy, so that the repetition hides no byte. dive's numbers count it all the same.
    pub still_shown: bool,
}

/// The sums of one path.
#[derive(Clone, Copy, Default)]
struct PathTally {
    count: u32,
    total: u64,
    least: u64,
}

impl PathTally {
    fn add(&mut self, bytes: u64) {
        self.least = if self.count == 0 {
            bytes
        } else {
            self.least.min(bytes)
        };
        self.count = self.count.saturating_add(1);
        self.total = self.total.saturating_add(bytes);
    }
}

/// Computes dive's numbers over the leaves of each layer, by path. A whiteout counts for the path it hides, with the size of that folder, or 0 for a file.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "dive divides the integer sums as f64, once"
)]
pub fn efficiency(image: &Image) -> Efficiency {
    let tallies = tallies(image);
    let least = sum(tallies.iter().map(|tally| tally.least));
    let total = sum(tallies.iter().map(|tally| tally.total));
    let inefficient = repeated_paths(image, &tallies);
    let wasted_bytes = sum(inefficient.iter().map(|row| row.total));
    let user_bytes = sum(image.layers.iter().skip(1).map(|layer| layer.size));
    Efficiency {
        score: if total == 0 {
            1.0
        } else {
            least as f64 / total as f64
        },
        sums: (least, total),
        wasted_bytes,
        user_bytes,
        user_wasted_ratio: match (wasted_bytes, user_bytes) {
            (0, 0) => 0.0,
            (_, 0) => 1.0,
            (wasted, user) => wasted as f64 / user as f64,
        },
        inefficient,
    }
}

/// Returns a sum; of more than 64 bits can count, the most that they can.
fn sum(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0, u64::saturating_add)
}

/// Returns the tally of each path.
fn tallies(image: &Image) -> Vec<PathTally> {
    let mut tallies = vec![PathTally::default(); image.tree.len()];
    for layer in image.layer_ids() {
        for (node, bytes) in leaves(image, layer) {
            tallies[node.index()].add(bytes);
        }
    }
    tallies
}

/// Returns the paths that are stored more than once, the largest first.
fn repeated_paths(image: &Image, tallies: &[PathTally]) -> Vec<RepeatedPath> {
    let repeated = image
        .tree
        .ids()
        .zip(tallies)
        .filter(|(_, tally)| tally.count >= 2);
    let has_links = image
        .entries()
        .iter()
        .any(|entry| entry.kind() == EntryKind::HardLink);
    let mut paths: Vec<RepeatedPath> = repeated
        .map(|(node, tally)| RepeatedPath {
            node,
            count: tally.count,
            total: tally.total,
            least: tally.least,
            still_shown: has_links && is_still_shown(image, node),
        })
        .collect();
    paths.sort_unstable_by_key(|row| (std::cmp::Reverse(row.total), row.node));
    paths
}

/// Returns the leaves of a layer with their sizes: its paths without any path below them in this layer.
fn leaves(image: &Image, layer: LayerId) -> impl Iterator<Item = (NodeId, u64)> {
    let changes = &image.layer(layer).changes;
    // An opaque marker has no node, but its folder does: a leaf of size 0 when nothing else is below it.
    let opaque = changes
        .opaque
        .iter()
        .filter(|node| !is_listed(&changes.entries, **node))
        .map(|&node| (node, None));
    let mut named: Vec<(NodeId, Option<EntryId>)> = changes
        .entries
        .iter()
        .map(|&(node, entry)| (node, Some(entry)))
        .chain(opaque)
        .collect();
    named.sort_unstable_by_key(|(node, _)| *node);
    let whiteouts = &changes.whiteouts;
    let tree = &image.tree;
    let own = (0..named.len()).filter_map(move |at| {
        let (node, entry) = named[at];
        // A path comes before those below it.
        let next = named.get(at + 1).map(|(next, _)| *next);
        let next_whiteout = whiteouts.partition_point(|&(other, _)| other <= node);
        let next_whiteout = whiteouts.get(next_whiteout).map(|(next, _)| *next);
        let is_below = |next: Option<NodeId>| next.is_some_and(|next| next < tree.end(node));
        let is_leaf = node != NodeId::ROOT && !is_below(next) && !is_below(next_whiteout);
        is_leaf.then(|| (node, entry.map_or(0, |id| image.entry(id).size)))
    });
    let deleted = whiteouts
        .iter()
        .map(move |&(node, _)| (node, whiteout_bytes(image, layer, node)));
    own.chain(deleted)
}

/// Returns whether hard links still show every earlier copy of a path: the files that it had, and those in the folder that a whiteout removed. False where
/// there was none.
fn is_still_shown(image: &Image, node: NodeId) -> bool {
    let timeline = &image.timeline;
    let last = timeline.events(node).last();
    let last = last.and_then(|event| Some((event.layer, event.entry?)));
    let stored = image.layer_ids().filter_map(|layer| {
        let entries = &image.layer(layer).changes.entries;
        let at = entries.binary_search_by_key(&node, |(at, _)| *at).ok()?;
        Some((layer, entries[at].1))
    });
    let own = stored.filter(|copy| Some(*copy) != last);
    let whiteouts = image
        .layer_ids()
        .filter(|layer| is_listed(&image.layer(*layer).changes.whiteouts, node));
    let removed = whiteouts
        .filter_map(|layer| layer.0.checked_sub(1).map(LayerId))
        .flat_map(|below| {
            let inside = node.0 + 1..image.tree.end(node).0;
            inside.filter_map(move |id| timeline.stored_entry(NodeId(id), below))
        });
    let mut copies = own.chain(removed).filter_map(|copy| image.content(copy));
    let is_shown = |content| image.visible_paths(content).next().is_some();
    copies.next().is_some_and(is_shown) && copies.all(is_shown)
}

fn is_listed(sorted: &[(NodeId, EntryId)], node: NodeId) -> bool {
    sorted
        .binary_search_by_key(&node, |(listed, _)| *listed)
        .is_ok()
}

/// Returns the unpacked bytes of a folder with its own entry, just before `layer`; 0 for anything else.
fn whiteout_bytes(image: &Image, layer: LayerId, node: NodeId) -> u64 {
    let Some(below) = layer.0.checked_sub(1).map(LayerId) else {
        return 0;
    };
    let is_folder = image
        .timeline
        .at(node, below)
        .is_some_and(|id| image.entry(id).is_dir() && !image.entry(id).is_implied());
    if !is_folder {
        return 0;
    }
    let size = |id| {
        image
            .timeline
            .at(NodeId(id), below)
            .map_or(0, |id| image.entry(id).size)
    };
    (node.0..image.tree.end(node).0)
        .map(size)
        .fold(0, u64::saturating_add)
}
