//! The page's tree of paths as columns in pre-order: each name is written once, and a number takes a few characters. The caller chooses the paths and
//! numbers.

use serde::Serialize;

use crate::escape;
use crate::query::PathContent;

/// The most files that a page lists; smaller ones are left out and counted. A browser handles as many at once; they take about three megabytes.
pub(super) const MOST_FILES: usize = 100_000;

/// Paths in pre-order, with their depths; a child of the root has depth 1.
#[derive(Default, Serialize)]
pub(super) struct PathList {
    names: Vec<String>,
    depths: Vec<u16>,
}

impl PathList {
    /// Adds a path; its folder was added before.
    pub(super) fn add(&mut self, name: &[u8], depth: u16) {
        self.names.push(escape::name(name).into_owned());
        self.depths.push(depth);
    }
}

/// Returns the least size of a file that the page lists, so that it lists at most [`MOST_FILES`], and the number of smaller files that are not empty.
pub(super) fn least(files: &[PathContent]) -> (u64, usize) {
    let sizes = files.iter().map(|content| content.bytes);
    let mut sizes: Vec<u64> = sizes.filter(|&size| size > 0).collect();
    let least = if sizes.len() > MOST_FILES {
        let (_, least, _) = sizes.select_nth_unstable_by(MOST_FILES, |a, b| b.cmp(a));
        least.saturating_add(1)
    } else {
        1
    };
    let left_out = sizes.iter().filter(|&&size| size < least).count();
    (least, left_out)
}
