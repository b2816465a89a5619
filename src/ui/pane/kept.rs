//! What a filter keeps of a tree: the paths that pass and the folders above them, with the sums and the number of those that pass.

use std::sync::Arc;

use crate::compare::{FileCounts, Sides};

use crate::ui::pane::filter::Filter;
use crate::ui::pane::paths::{PathId, Paths};

/// What a filter keeps of a tree.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    paths: Arc<KeptPaths>,
    /// Whether before and after were swapped since.
    is_swapped: bool,
}

#[derive(Debug)]
struct KeptPaths {
    /// For every path whether it stays.
    stays: Vec<bool>,
    /// For every path the bytes of those that pass, at it and below it; empty for a tree without sums.
    sums: Vec<Sides<u64>>,
    /// The number of files that pass.
    counts: FileCounts,
}

impl Kept {
    /// Returns whether a path stays.
    #[must_use]
    pub(super) fn stays(&self, path: impl PathId) -> bool {
        self.paths.stays[path.index()]
    }

    /// Returns the bytes of the paths that pass, at a path and below it; `None` for a tree without sums.
    #[must_use]
    pub(super) fn sum(&self, path: impl PathId) -> Option<Sides<u64>> {
        let sum = *self.paths.sums.get(path.index())?;
        Some(if self.is_swapped { sum.swapped() } else { sum })
    }

    /// Returns the number of files that pass.
    #[must_use]
    pub(super) fn counts(&self) -> FileCounts {
        let counts = self.paths.counts;
        if self.is_swapped {
            counts.swapped()
        } else {
            counts
        }
    }

    /// Swaps before and after.
    pub(super) const fn swap_sides(&mut self) {
        self.is_swapped = !self.is_swapped;
    }
}

/// A pass over all paths that decides which ones stay: those that pass the filter and the folders above them.
#[derive(Clone, Debug)]
pub(crate) struct FilterPass {
    stays: Vec<bool>,
    sums: Vec<Sides<u64>>,
    /// For every folder all bytes below it, of the paths that are done.
    below: Vec<Sides<u64>>,
    counts: FileCounts,
    /// The paths from here on are done.
    from: usize,
}

/// How many paths a step looks at.
const STEP: usize = 125_000;

impl FilterPass {
    /// Starts the pass.
    #[must_use]
    pub(crate) fn new<P: Paths>(paths: &P) -> Self {
        let has_sums = paths.bytes(P::Id::of(0)).is_some();
        Self::of(paths.count(), has_sums)
    }

    fn of(count: usize, has_sums: bool) -> Self {
        let sums = vec![Sides::default(); if has_sums { count } else { 0 }];
        Self {
            stays: vec![false; count],
            below: sums.clone(),
            sums,
            counts: FileCounts::default(),
            from: count,
        }
    }

    /// Starts again, after before and after were swapped.
    pub(super) fn restart(&mut self) {
        *self = Self::of(self.stays.len(), !self.sums.is_empty());
    }

    /// Filters the next paths, and returns the result after the last one.
    ///
    /// # Errors
    /// Returns the state of the unfinished filter while there are more paths.
    pub(crate) fn step<P: Paths>(mut self, paths: &P, filter: Filter) -> Result<Kept, Self> {
        let next = self.from.saturating_sub(STEP);
        let ids = (next..self.from)
            .rev()
            .filter_map(|id| u32::try_from(id).ok());
        for path in ids.map(P::Id::of) {
            let passes = paths.passes(path, filter);
            let parent = paths.parent(path).map(PathId::index);
            if passes {
                paths.count_file(path, filter, &mut self.counts);
            }
            if passes || self.stays[path.index()] {
                self.stays[path.index()] = true;
                if let Some(parent) = parent {
                    self.stays[parent] = true;
                }
            }
            if let Some(bytes) = paths.bytes(path).filter(|_| !self.sums.is_empty()) {
                self.add(path.index(), parent, bytes, passes);
            }
        }
        self.from = next;
        if next > 0 {
            return Err(self);
        }
        let paths = KeptPaths {
            stays: self.stays,
            sums: self.sums,
            counts: self.counts,
        };
        Ok(Kept {
            paths: Arc::new(paths),
            is_swapped: false,
        })
    }

    /// Adds a path with the bytes at it and below it to the sums of the folder above it.
    fn add(&mut self, path: usize, parent: Option<usize>, bytes: Sides<u64>, passes: bool) {
        if passes {
            let below = self.below[path];
            let own = Sides::new(
                bytes.before.saturating_sub(below.before),
                bytes.after.saturating_sub(below.after),
            );
            self.sums[path] = sum(self.sums[path], own);
        }
        if let Some(parent) = parent {
            self.below[parent] = sum(self.below[parent], bytes);
            self.sums[parent] = sum(self.sums[parent], self.sums[path]);
        }
    }
}

fn sum(one: Sides<u64>, other: Sides<u64>) -> Sides<u64> {
    Sides::new(
        one.before.saturating_add(other.before),
        one.after.saturating_add(other.after),
    )
}
