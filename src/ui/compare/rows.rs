//! The lines of the two trees: which rows of the aligned tree are in the list, in which order. Derived on a change of fold, filter, find, order or
//! side, never while drawing.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::analysis::Status;
use crate::compare::{Comparison, RowId, Side, Sides};
use crate::image::Image;
use crate::ui::pane::{Change, Shape};

use super::files::Order;

/// One line of the trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The row of the aligned tree.
    pub row: RowId,
    /// How many folders stand above it in the list; 0 at the top.
    pub depth: u16,
    /// What stands before the name.
    pub shape: Shape,
}

/// Everything lines are derived from.
pub(super) struct Source<'a> {
    pub(super) comparison: &'a Comparison,
    pub(super) open: &'a BTreeSet<RowId>,
    /// What is shown; nothing when all is.
    pub(super) keep: Option<&'a [bool]>,
    /// Whether every folder that is shown is open: while finding.
    pub(super) unfold: bool,
    pub(super) order: Order,
    /// The side at the left.
    pub(super) left: Side,
}

impl Source<'_> {
    /// Returns the lines.
    pub(super) fn lines(&self) -> Vec<Row> {
        let mut lines = Vec::new();
        let mut open = vec![self.siblings(RowId::ROOT, 0)];
        while let Some(siblings) = open.last_mut() {
            let Some(line) = siblings.next() else {
                open.pop();
                continue;
            };
            lines.push(line);
            if line.shape == Shape::Open {
                open.push(self.siblings(line.row, line.depth + 1));
            }
        }
        lines
    }

    fn siblings(&self, folder: RowId, depth: u16) -> std::vec::IntoIter<Row> {
        let mut lines: Vec<Row> = self
            .children(folder)
            .map(|row| Row {
                row,
                depth,
                shape: self.shape(row),
            })
            .collect();
        let bytes = |side: Side, row: RowId| self.comparison.sizes.get(side)[row.index()];
        match self.order {
            Order::Delta => lines.sort_unstable_by_key(|line| {
                let delta = self.comparison.delta(line.row).unsigned_abs();
                let status = self.comparison.statuses[line.row.index()];
                (Reverse(delta), status == Status::Unmodified, line.row)
            }),
            Order::Name => {}
            Order::Left => {
                lines.sort_unstable_by_key(|line| (Reverse(bytes(self.left, line.row)), line.row));
            }
            Order::Right => {
                let right = self.left.other();
                lines.sort_unstable_by_key(|line| (Reverse(bytes(right, line.row)), line.row));
            }
        }
        lines.into_iter()
    }

    fn shape(&self, row: RowId) -> Shape {
        if self.children(row).next().is_none() {
            Shape::Leaf
        } else if self.unfold || self.open.contains(&row) {
            Shape::Open
        } else {
            Shape::Closed
        }
    }

    fn children(&self, folder: RowId) -> impl Iterator<Item = RowId> {
        let kept = |row: &RowId| self.keep.is_none_or(|keep| keep[row.index()]);
        self.comparison.rows.children(folder).filter(kept)
    }
}

/// Returns for every row whether it is shown: itself wanted, or above or, where its name was found, below one that is.
pub(super) fn keep(
    comparison: &Comparison,
    images: Sides<&Image>,
    left: Side,
    shown: impl Fn(Change) -> bool,
    query: &str,
) -> Vec<bool> {
    let query = query.to_lowercase();
    let found = |row: RowId| {
        let (side, node) = comparison.rows.any_node(row);
        let name = String::from_utf8_lossy(images.get(side).tree.name(node));
        name.to_lowercase().contains(&query)
    };
    let mut keep: Vec<bool> = comparison
        .rows
        .ids()
        .map(|row| shown(change(comparison, left, row)) && (query.is_empty() || found(row)))
        .collect();
    for row in comparison.rows.ids().rev() {
        if let Some(parent) = comparison.rows.parent(row)
            && keep[row.index()]
        {
            keep[parent.index()] = true;
        }
    }
    keep
}

/// Returns what happened to a row itself, from the left side to the right.
pub(super) fn change(comparison: &Comparison, left: Side, row: RowId) -> Change {
    use crate::compare::Change as C;
    let (gone, new) = match left {
        Side::Before => (Change::Removed, Change::Added),
        Side::After => (Change::Added, Change::Removed),
    };
    match comparison.change(row) {
        C::Same => Change::Unmodified,
        C::Changed(_) => Change::Modified,
        C::Removed | C::MovedTo(_) => gone,
        C::Added | C::MovedFrom(_) => new,
    }
}
