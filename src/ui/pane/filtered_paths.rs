//! What a filter and a find select of a tree: the paths that pass and the folders above them, with the sums and the number of those that pass.

use std::ops::Range;
use std::sync::Arc;

use crate::compare::{FileCounts, Sides};

use crate::ui::pane::filter::Filter;
use crate::ui::pane::find::Find;
use crate::ui::pane::paths::{PathId, Paths};

/// The paths of a tree that pass a filter and a find.
#[derive(Clone, Debug)]
pub(crate) struct FilteredPaths {
    paths: Arc<Results>,
    /// Whether before and after were swapped since.
    is_swapped: bool,
}

#[derive(Debug)]
struct Results {
    /// For every path whether it stays.
    stays: Vec<bool>,
    /// For every path the bytes of those that pass, at it and below it.
    sums: Vec<Sides<u64>>,
    /// The number of files that pass.
    counts: FileCounts,
}

impl FilteredPaths {
    /// Returns whether a path stays.
    #[must_use]
    pub(super) fn stays(&self, path: impl PathId) -> bool {
        self.paths.stays[path.index()]
    }

    /// Returns the bytes of the paths that pass, at a path and below it.
    #[must_use]
    pub(super) fn sum(&self, path: impl PathId) -> Sides<u64> {
        let sum = self.paths.sums[path.index()];
        if self.is_swapped { sum.swapped() } else { sum }
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

/// A pass over all paths that decides which ones stay: those that pass the filter and the find, and the folders above them.
#[derive(Clone, Debug)]
pub(crate) struct FilterPass {
    stays: Vec<bool>,
    sums: Vec<Sides<u64>>,
    /// For every folder all bytes below it, of the paths that are done.
    below: Vec<Sides<u64>>,
    counts: FileCounts,
    /// The paths at and below the hits of a find, as ranges in the tree's order; `None` without a find.
    found: Option<Vec<Range<usize>>>,
    /// The paths from here on are done.
    from: usize,
}

/// How many paths a step looks at. Under a query of two images each is looked up in what that selects.
const STEP: usize = 40_000;

impl FilterPass {
    /// Starts the pass over all paths of a tree, or over those that a complete find selects.
    #[must_use]
    pub(crate) fn new<P: Paths>(paths: &P, find: Option<&Find<P::Id>>) -> Self {
        Self::over(paths.count(), find.map(|find| find.selected(paths)))
    }

    fn over(count: usize, found: Option<Vec<Range<usize>>>) -> Self {
        Self {
            stays: vec![false; count],
            sums: vec![Sides::default(); count],
            below: vec![Sides::default(); count],
            counts: FileCounts::default(),
            found,
            from: count,
        }
    }

    /// Starts again, after before and after were swapped.
    pub(super) fn restart(&mut self) {
        *self = Self::over(self.stays.len(), self.found.take());
    }

    /// Looks at the next paths, and returns the result after the last one.
    ///
    /// # Errors
    /// Returns the state of the unfinished pass while there are more paths.
    #[expect(
        clippy::result_large_err,
        reason = "the unfinished pass is the next step's input"
    )]
    pub(crate) fn step<P: Paths>(
        mut self,
        paths: &P,
        filter: Filter,
    ) -> Result<FilteredPaths, Self> {
        let found = self.found.take();
        let next = self.from.saturating_sub(STEP);
        let passes = |path: P::Id| {
            paths.passes(path, filter) && found.as_deref().is_none_or(|found| is_in(found, path))
        };
        let ids = (next..self.from)
            .rev()
            .filter_map(|id| u32::try_from(id).ok());
        for path in ids.map(P::Id::of) {
            let is_passed = passes(path);
            let parent = paths.parent(path).map(PathId::index);
            if is_passed {
                paths.count_file(path, &passes, &mut self.counts);
            }
            if is_passed || self.stays[path.index()] {
                self.stays[path.index()] = true;
                if let Some(parent) = parent {
                    self.stays[parent] = true;
                }
            }
            self.add(path.index(), parent, paths.bytes(path), is_passed);
        }
        self.from = next;
        if next > 0 {
            self.found = found;
            return Err(self);
        }
        let paths = Results {
            stays: self.stays,
            sums: self.sums,
            counts: self.counts,
        };
        Ok(FilteredPaths {
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

/// Returns whether a path is in one of the ranges.
fn is_in(ranges: &[Range<usize>], path: impl PathId) -> bool {
    let before = ranges.partition_point(|range| range.start <= path.index());
    let last = ranges[..before].last();
    last.is_some_and(|range| path.index() < range.end)
}

fn sum(one: Sides<u64>, other: Sides<u64>) -> Sides<u64> {
    Sides::new(
        one.before.saturating_add(other.before),
        one.after.saturating_add(other.after),
    )
}
