//! The lines of a tree: which paths are in the list, in which order. Derived on a change of fold, filter, find, order or layer, never while drawing.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::ui::pane::filtered_paths::FilteredPaths;
use crate::ui::pane::find::Find;
use crate::ui::pane::folds::Folds;
use crate::ui::pane::paths::{PathId, Paths};

/// How many hits are unfolded at most; more stay behind their folders until one is opened.
const MOST_UNFOLDED: usize = 1500;

/// What precedes a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowPrefix {
    /// A row without children.
    Leaf,
    /// A closed folder.
    Closed,
    /// An open folder.
    Open,
}

/// One line of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeRow<I> {
    /// The path.
    pub path: I,
    /// How many folders are above it in the list; 0 at the top.
    pub depth: u16,
    /// What precedes the name.
    pub(crate) shape: RowPrefix,
    /// What siblings are ordered by, largest first.
    pub weight: u64,
}

/// Lines that are being derived.
#[derive(Clone, Debug)]
pub(super) struct RowBuilder<I> {
    /// The lines so far.
    pub(super) done: Vec<TreeRow<I>>,
    /// The open folders on the way.
    open: Vec<Siblings<I>>,
}

/// How many paths a step looks at, those that it lists included.
const STEP: usize = 40_000;

/// The lines of one folder: first all are collected, then they are taken in their order.
#[derive(Clone, Debug)]
struct Siblings<I> {
    folder: I,
    depth: u16,
    /// The next path to look at.
    next: I,
    /// The lines still to come.
    rows: Rows<I>,
}

/// Lines of one folder. Sorting a few is fastest; of many only as many are sorted as a step takes.
#[derive(Clone, Debug)]
enum Rows<I> {
    Collected(Vec<TreeRow<I>>),
    Sorted(std::vec::IntoIter<TreeRow<I>>),
    Heap(BinaryHeap<Heavy<I>>),
}

/// A line by its order among its siblings: the first one is the greatest.
#[derive(Clone, Debug)]
struct Heavy<I>(TreeRow<I>);

impl<I: PathId> Ord for Heavy<I> {
    fn cmp(&self, other: &Self) -> Ordering {
        order(&other.0).cmp(&order(&self.0))
    }
}

impl<I: PathId> PartialOrd for Heavy<I> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<I: PathId> PartialEq for Heavy<I> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<I: PathId> Eq for Heavy<I> {}

/// Returns what siblings are sorted by.
const fn order<I: PathId>(row: &TreeRow<I>) -> (Reverse<u64>, I) {
    (Reverse(row.weight), row.path)
}

impl<I: PathId> Rows<I> {
    /// Puts collected lines in their order.
    fn sorted(mut rows: Vec<TreeRow<I>>, is_by_weight: bool) -> Self {
        if is_by_weight && rows.len() > STEP {
            return Self::Heap(rows.into_iter().map(Heavy).collect());
        }
        if is_by_weight {
            rows.sort_unstable_by_key(order);
        }
        Self::Sorted(rows.into_iter())
    }

    /// Takes the next line.
    fn take(&mut self) -> Option<TreeRow<I>> {
        match self {
            Self::Collected(_) => None,
            Self::Sorted(rows) => rows.next(),
            Self::Heap(rows) => rows.pop().map(|Heavy(row)| row),
        }
    }
}

/// Everything rows are derived from.
pub(super) struct RowSource<'a, P: Paths> {
    /// The tree.
    pub(super) paths: &'a P,
    /// Which folders are open.
    pub(super) folds: &'a Folds<P::Id>,
    /// Folders opened or closed by hand while finding.
    pub(super) find_folds: &'a Folds<P::Id>,
    /// What the filter keeps; nothing when it keeps all.
    pub(super) kept: Option<&'a FilteredPaths>,
    /// What is being found.
    pub(super) find: Option<&'a Find<P::Id>>,
    /// The sums of what filter and find select; nothing when they are those of all paths.
    pub(super) sums: Option<&'a FilteredPaths>,
}

impl<P: Paths> RowSource<'_, P> {
    /// Returns the lines below a folder whose line, if it has one, is at `depth - 1`.
    #[must_use]
    pub(super) fn below(&self, folder: P::Id, depth: u16) -> Vec<TreeRow<P::Id>> {
        let mut rows = RowBuilder::new(folder, depth);
        while !self.resume(&mut rows) {}
        rows.done
    }

    /// Derives some more lines, and returns whether these were the last.
    pub(super) fn resume(&self, rows: &mut RowBuilder<P::Id>) -> bool {
        let mut left = STEP;
        while let Some(siblings) = rows.open.last_mut() {
            if left == 0 {
                return false;
            }
            if let Rows::Collected(_) = siblings.rows {
                self.collect(siblings, &mut left);
                continue;
            }
            let Some(row) = siblings.rows.take() else {
                rows.open.pop();
                continue;
            };
            left -= 1;
            rows.done.push(row);
            if row.shape == RowPrefix::Open {
                rows.open.push(Siblings::new(row.path, row.depth + 1));
            }
        }
        true
    }

    /// Looks at some more paths of a folder, at most `left`; after the last one, puts the lines in their order.
    fn collect(&self, siblings: &mut Siblings<P::Id>, left: &mut usize) {
        let Rows::Collected(rows) = &mut siblings.rows else {
            return;
        };
        let (folder, end) = (siblings.folder, self.paths.end(siblings.folder));
        let find = self.find_below(folder);
        while siblings.next < end && *left > 0 {
            let path = siblings.next;
            siblings.next = self.paths.end(path);
            *left -= 1;
            if self.is_shown(path, find) {
                rows.push(TreeRow {
                    path,
                    depth: siblings.depth,
                    shape: self.shape(path),
                    weight: self.weight(path),
                });
            }
        }
        if siblings.next >= end {
            let rows = std::mem::take(rows);
            siblings.rows = Rows::sorted(rows, self.paths.is_by_weight());
        }
    }

    /// Returns whether a folder is open.
    #[must_use]
    pub(super) fn is_open(&self, path: P::Id) -> bool {
        let Some(find) = self.find else {
            return self.folds.is_open(path);
        };
        let few = find.hits().len() <= MOST_UNFOLDED;
        let way_to_best = find
            .best()
            .is_some_and(|best| best != path && self.paths.contains(path, best));
        let by_itself = way_to_best || (few && find.has_below(self.paths, path));
        by_itself != self.find_folds.is_open(path)
    }

    /// Returns what a path is ordered by among its siblings: of a folder, what filter and find select of it.
    fn weight(&self, path: P::Id) -> u64 {
        match self.sums {
            Some(sums) => self.paths.weight_of(path, sums.sum(path)),
            None => self.paths.weight(path),
        }
    }

    fn shape(&self, path: P::Id) -> RowPrefix {
        if self.children(path).next().is_none() {
            RowPrefix::Leaf
        } else if self.is_open(path) {
            RowPrefix::Open
        } else {
            RowPrefix::Closed
        }
    }

    fn children(&self, folder: P::Id) -> impl Iterator<Item = P::Id> {
        let find = self.find_below(folder);
        let children = self.paths.children(folder);
        children.filter(move |&path| self.is_shown(path, find))
    }

    /// Returns the find that narrows a folder: below a hit that has no hits below it, everything is worth seeing.
    fn find_below(&self, folder: P::Id) -> Option<&Find<P::Id>> {
        let find = self.find?;
        (folder.number() == 0 || find.has_below(self.paths, folder)).then_some(find)
    }

    /// Returns whether a path has a line, once its folder is open; `find` is what narrows the folder.
    fn is_shown(&self, path: P::Id, find: Option<&Find<P::Id>>) -> bool {
        let found = find.is_none_or(|find| find.is_hit(path) || find.has_below(self.paths, path));
        let kept = self.kept.is_none_or(|kept| kept.stays(path));
        let is_finding = self.find.is_some();
        found && kept && (is_finding || self.paths.is_listed(path)) && self.paths.is_in_query(path)
    }
}

impl<I: PathId> RowBuilder<I> {
    /// Returns the lines below a folder, whose line, if it has one, is at `depth - 1`. No path is looked at yet.
    #[must_use]
    pub(super) fn new(folder: I, depth: u16) -> Self {
        Self {
            done: Vec::new(),
            open: vec![Siblings::new(folder, depth)],
        }
    }
}

impl<I: PathId> Siblings<I> {
    /// Returns the lines of a folder, none of which is looked at yet.
    fn new(folder: I, depth: u16) -> Self {
        Self {
            folder,
            depth,
            next: I::of(folder.number() + 1),
            rows: Rows::Collected(Vec::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use crate::compare::Sides;
    use crate::image::NodeId;
    use crate::ui::pane::filter::Filter;
    use crate::ui::pane::folds::Folds;
    use crate::ui::pane::paths::Paths;

    use super::{RowBuilder, RowSource, STEP};

    /// A folder of so many files, and how often the bytes of one were requested.
    struct Flat(u32, Cell<usize>);

    impl Paths for Flat {
        type Id = NodeId;

        fn count(&self) -> usize {
            self.0 as usize + 1
        }

        fn parent(&self, path: NodeId) -> Option<NodeId> {
            (path != NodeId::ROOT).then_some(NodeId::ROOT)
        }

        fn end(&self, path: NodeId) -> NodeId {
            match path {
                NodeId::ROOT => NodeId(self.0 + 1),
                file => NodeId(file.0 + 1),
            }
        }

        fn depth(&self, path: NodeId) -> u16 {
            u16::from(path != NodeId::ROOT)
        }

        fn name(&self, _: NodeId) -> &[u8] {
            b""
        }

        fn path(&self, _: NodeId) -> Vec<u8> {
            Vec::new()
        }

        fn is_listed(&self, _: NodeId) -> bool {
            true
        }

        fn passes(&self, _: NodeId, _: Filter) -> bool {
            true
        }

        fn weight_of(&self, path: NodeId, _: Sides<u64>) -> u64 {
            self.weight(path)
        }

        fn bytes(&self, _: NodeId) -> Sides<u64> {
            Sides::default()
        }

        fn weight(&self, path: NodeId) -> u64 {
            self.1.set(self.1.get() + 1);
            u64::from(path.0.wrapping_mul(2_654_435_761) % 1000)
        }

        fn is_by_weight(&self) -> bool {
            true
        }
    }

    /// A million files of one folder are sorted, as they are in the list of a comparison, without a step that is longer than a frame.
    #[test]
    fn a_step_looks_at_a_bounded_number_of_paths() {
        for count in [STEP - 1, STEP, STEP + 1, 5 * STEP + 7] {
            let paths = Flat(u32::try_from(count).unwrap(), Cell::new(0));
            let folds = Folds::default();
            let source = RowSource {
                paths: &paths,
                folds: &folds,
                find_folds: &folds,
                kept: None,
                find: None,
                sums: None,
            };
            let mut rows = RowBuilder::new(NodeId::ROOT, 0);
            let (mut listed, mut weighed) = (0, 0);
            loop {
                let is_done = source.resume(&mut rows);
                let work = rows.done.len() - listed + paths.1.get() - weighed;
                assert!(work <= STEP, "{work} of {count}");
                (listed, weighed) = (rows.done.len(), paths.1.get());
                if is_done {
                    break;
                }
            }
            let place = |row: &super::TreeRow<NodeId>| (std::cmp::Reverse(row.weight), row.path);
            assert_eq!(rows.done.len(), count);
            assert!(rows.done.is_sorted_by_key(place), "{count}");
        }
    }
}
