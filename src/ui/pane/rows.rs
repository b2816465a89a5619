//! The lines of the tree: which paths are in the list, in which order. Derived on a change of fold, filter, find or layer, never while drawing.

use std::cmp::Reverse;

use crate::analysis::Status;
use crate::image::{Image, NodeId};

use super::comparison::Comparison;
use super::find::Find;
use super::folds::Folds;

/// How many hits are unfolded at most; more stay behind their folders until one is opened.
const MOST_UNFOLDED: usize = 1500;

/// What stands before a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Nothing: there is nothing to open.
    Leaf,
    /// A closed folder.
    Closed,
    /// An open folder.
    Open,
}

/// One line of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The path.
    pub node: NodeId,
    /// How many folders stand above it in the list; 0 at the top.
    pub depth: u16,
    /// What stands before the name.
    pub shape: Shape,
    /// Unpacked bytes: of a removed path, what it held.
    pub weight: u64,
}

/// The order of siblings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Largest first, then by name.
    #[default]
    Size,
    /// By name, in byte order.
    Name,
}

/// Lines that are being derived.
#[derive(Debug)]
pub(super) struct Deriving {
    /// The lines so far.
    pub(super) done: Vec<Row>,
    /// For each open folder on the way, the lines still to come.
    open: Vec<std::vec::IntoIter<Row>>,
}

/// How many lines a step derives.
const STEP: usize = 40_000;

/// Everything rows are derived from.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    /// The image.
    pub(super) image: &'a Image,
    /// The two states.
    pub(super) comparison: &'a Comparison,
    /// Which folders are open.
    pub(super) folds: &'a Folds,
    /// Folders opened or closed by hand while finding.
    pub(super) find_folds: &'a Folds,
    /// What the filter keeps; nothing when it keeps all.
    pub(super) keep: Option<&'a [bool]>,
    /// What is being found.
    pub(super) find: Option<&'a Find>,
    /// The order.
    pub(super) sort: Sort,
}

impl Source<'_> {
    /// Returns the lines below a folder whose line, if it has one, stands at `depth - 1`.
    #[must_use]
    pub(super) fn below(&self, folder: NodeId, depth: u16) -> Vec<Row> {
        let mut rows = self.start(folder, depth);
        while !self.go_on(&mut rows) {}
        rows.done
    }

    /// Starts to derive the lines below a folder.
    #[must_use]
    pub(super) fn start(&self, folder: NodeId, depth: u16) -> Deriving {
        Deriving {
            done: Vec::new(),
            open: vec![self.siblings(folder, depth)],
        }
    }

    /// Derives some more lines, and returns whether these were the last.
    pub(super) fn go_on(&self, rows: &mut Deriving) -> bool {
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
            if row.shape == Shape::Open {
                rows.open.push(self.siblings(row.node, row.depth + 1));
            }
        }
        true
    }

    /// Returns whether a folder is open.
    #[must_use]
    pub(super) fn is_open(&self, node: NodeId) -> bool {
        let Some(find) = self.find else {
            return self.folds.is_open(node);
        };
        let few = find.hits().len() <= MOST_UNFOLDED;
        let way_to_best = find
            .best()
            .is_some_and(|best| best != node && self.image.tree.contains(node, best));
        let by_itself = way_to_best || (few && find.has_below(self.image, node));
        by_itself != self.find_folds.is_open(node)
    }

    fn siblings(&self, folder: NodeId, depth: u16) -> std::vec::IntoIter<Row> {
        let mut rows: Vec<Row> = self
            .children(folder)
            .map(|node| Row {
                node,
                depth,
                shape: self.shape(node),
                weight: self.comparison.weight(self.image, node),
            })
            .collect();
        if self.sort == Sort::Size {
            rows.sort_unstable_by_key(|row| (Reverse(row.weight), row.node));
        }
        rows.into_iter()
    }

    fn shape(&self, node: NodeId) -> Shape {
        if self.children(node).next().is_none() {
            Shape::Leaf
        } else if self.is_open(node) {
            Shape::Open
        } else {
            Shape::Closed
        }
    }

    fn children(&self, folder: NodeId) -> impl Iterator<Item = NodeId> {
        // Below a hit that has no hits below it, everything is worth seeing.
        let find = self
            .find
            .filter(|find| folder == NodeId::ROOT || find.has_below(self.image, folder));
        let finding = self.find.is_some();
        self.image.tree.children(folder).filter(move |&node| {
            let found =
                find.is_none_or(|find| find.is_hit(node) || find.has_below(self.image, node));
            let there = self.comparison.status(node) != Status::Absent;
            let kept = self.keep.is_none_or(|keep| keep[node.index()]);
            found && kept && (there || finding)
        })
    }
}
