//! The lines of a tree: which paths are in the list, in which order. Derived on a change of fold, filter, find, order or layer, never while drawing.

use std::cmp::Reverse;

use crate::ui::pane::find::Find;
use crate::ui::pane::folds::Folds;
use crate::ui::pane::paths::{PathId, Paths};

/// How many hits are unfolded at most; more stay behind their folders until one is opened.
const MOST_UNFOLDED: usize = 1500;

/// What precedes a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowPrefix {
    /// Nothing: there is nothing to open.
    Leaf,
    /// A closed folder.
    Closed,
    /// An open folder.
    Open,
}

/// One line of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<I> {
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
    pub(super) done: Vec<Row<I>>,
    /// For each open folder on the way, the lines still to come.
    open: Vec<std::vec::IntoIter<Row<I>>>,
}

/// How many lines a step derives.
const STEP: usize = 40_000;

/// Everything rows are derived from.
pub(super) struct RowSource<'a, P: Paths> {
    /// The tree.
    pub(super) paths: &'a P,
    /// Which folders are open.
    pub(super) folds: &'a Folds<P::Id>,
    /// Folders opened or closed by hand while finding.
    pub(super) find_folds: &'a Folds<P::Id>,
    /// What the filter keeps; nothing when it keeps all.
    pub(super) keep: Option<&'a [bool]>,
    /// What is being found.
    pub(super) find: Option<&'a Find<P::Id>>,
}

impl<P: Paths> RowSource<'_, P> {
    /// Returns the lines below a folder whose line, if it has one, is at `depth - 1`.
    #[must_use]
    pub(super) fn below(&self, folder: P::Id, depth: u16) -> Vec<Row<P::Id>> {
        let mut rows = self.start(folder, depth);
        while !self.resume(&mut rows) {}
        rows.done
    }

    /// Starts to derive the lines below a folder.
    #[must_use]
    pub(super) fn start(&self, folder: P::Id, depth: u16) -> RowBuilder<P::Id> {
        RowBuilder {
            done: Vec::new(),
            open: vec![self.siblings(folder, depth)],
        }
    }

    /// Derives some more lines, and returns whether these were the last.
    pub(super) fn resume(&self, rows: &mut RowBuilder<P::Id>) -> bool {
        let enough = rows.done.len() + STEP;
        while let Some(siblings) = rows.open.last_mut() {
            if rows.done.len() >= enough {
                return false;
            }
            let Some(row) = siblings.next() else {
                rows.open.pop();
                continue;
            };
            rows.done.push(row);
            if row.shape == RowPrefix::Open {
                rows.open.push(self.siblings(row.path, row.depth + 1));
            }
        }
        true
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

    fn siblings(&self, folder: P::Id, depth: u16) -> std::vec::IntoIter<Row<P::Id>> {
        let mut rows: Vec<Row<P::Id>> = self
            .children(folder)
            .map(|path| Row {
                path,
                depth,
                shape: self.shape(path),
                weight: self.paths.weight(path),
            })
            .collect();
        if self.paths.is_by_weight() {
            rows.sort_unstable_by_key(|row| (Reverse(row.weight), row.path));
        }
        rows.into_iter()
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
        // Below a hit that has no hits below it, everything is worth seeing.
        let find = self
            .find
            .filter(|find| folder.number() == 0 || find.has_below(self.paths, folder));
        let finding = self.find.is_some();
        self.paths.children(folder).filter(move |&path| {
            let found =
                find.is_none_or(|find| find.is_hit(path) || find.has_below(self.paths, path));
            let kept = self.keep.is_none_or(|keep| keep[path.index()]);
            found && kept && (finding || self.paths.is_listed(path)) && self.paths.is_in_query(path)
        })
    }
}
