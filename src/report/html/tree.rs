//! The page's tree of paths as columns in pre-order: each name is written once, and a number takes a few characters. The caller chooses the paths and
//! numbers.

use serde::Serialize;

use crate::escape;
use crate::image::{NodeId, Tree};

/// The most files that a page lists; smaller ones are summed in their folders. A browser handles as many at once; they take about three megabytes.
pub(super) const MOST_FILES: usize = 100_000;

/// Paths in pre-order, with their depths; a child of the root has depth 1.
#[derive(Default, Serialize)]
pub(super) struct Paths {
    names: Vec<String>,
    depths: Vec<u16>,
}

impl Paths {
    /// Adds a path; its folder was added before.
    pub(super) fn add(&mut self, name: &[u8], depth: u16) {
        self.names.push(escape::name(name).into_owned());
        self.depths.push(depth);
    }
}

/// Returns for each node whether the page lists it: the files of `bytes` that are large enough for at most [`MOST_FILES`], and every folder above
/// one. Also the number of files left out.
pub(super) fn listed(tree: &Tree, bytes: &[u64]) -> (Vec<bool>, usize) {
    let mut sizes: Vec<u64> = bytes.iter().copied().filter(|&size| size > 0).collect();
    let least = if sizes.len() > MOST_FILES {
        let (_, least, _) = sizes.select_nth_unstable_by(MOST_FILES, |a, b| b.cmp(a));
        least.saturating_add(1)
    } else {
        1
    };
    let mut listed: Vec<bool> = bytes.iter().map(|&size| size >= least).collect();
    let left_out = sizes.iter().filter(|&&size| size < least).count();
    for node in (1..tree.len()).rev() {
        let id = NodeId(u32::try_from(node).unwrap_or(u32::MAX));
        if listed[node]
            && let Some(parent) = tree.parent(id)
        {
            listed[parent.index()] = true;
        }
    }
    (listed, left_out)
}
