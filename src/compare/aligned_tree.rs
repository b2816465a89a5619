//! The aligned tree of two images: every path visible in either image, once, with its node on each side. A path that is only in hidden records has no row:
//! moved folders are recognised by the shape of their rows, which hidden files must not change.
//! Sizes and statuses are computed elsewhere, one value for each row.

use std::cmp::Ordering;

use super::side::{Side, Sides};
use crate::image::{NodeId, Snapshot, Tree};

/// A path of either image: its index in [`AlignedTree`], in pre-order. The root is row 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub u32);

impl RowId {
    /// The root folder, always a row.
    pub const ROOT: Self = Self(0);

    /// Returns the index into a `Vec` with one element for each row.
    #[must_use]
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Marks a missing node: 20 bytes per row instead of 28.
const NOWHERE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct AlignedRow {
    before: u32,
    after: u32,
    parent: u32,
    /// One past the last row of the subtree.
    end: u32,
    depth: u16,
}

/// The aligned tree: rows in pre-order, siblings in byte order; a subtree is the range `id..end`.
#[derive(Debug)]
pub struct AlignedTree {
    rows: Vec<AlignedRow>,
}

/// Aligns the visible paths of two images. Walks both trees at once and compares the names of siblings: linear in the paths.
#[must_use]
pub(super) fn align(before: (&Tree, &Snapshot), after: (&Tree, &Snapshot)) -> AlignedTree {
    let mut walks = Sides::new(TreeCursor::new(before), TreeCursor::new(after));
    let mut rows = vec![AlignedRow {
        before: 0,
        after: 0,
        parent: 0,
        end: 0,
        depth: 0,
    }];
    let mut open = vec![OpenFolder {
        row: 0,
        ends: Sides::new(before.0.end(NodeId::ROOT), after.0.end(NodeId::ROOT)),
    }];
    while let Some(&OpenFolder { row: parent, ends }) = open.last() {
        let mut next = Sides::new(
            walks.before.next_before(ends.before),
            walks.after.next_before(ends.after),
        );
        if let (Some(one), Some(other)) = (next.before, next.after) {
            match before.0.name(one).cmp(after.0.name(other)) {
                Ordering::Less => next.after = None,
                Ordering::Equal => {}
                Ordering::Greater => next.before = None,
            }
        }
        let row = u32::try_from(rows.len()).unwrap_or(NOWHERE);
        if next == Sides::default() {
            rows[parent as usize].end = row;
            open.pop();
            continue;
        }
        let ends = Sides::new(
            walks.before.enter(next.before),
            walks.after.enter(next.after),
        );
        rows.push(AlignedRow {
            before: next.before.map_or(NOWHERE, |node| node.0),
            after: next.after.map_or(NOWHERE, |node| node.0),
            parent,
            end: row + 1,
            depth: rows[parent as usize].depth.saturating_add(1),
        });
        if ends.before > walks.before.at || ends.after > walks.after.at {
            open.push(OpenFolder { row, ends });
        }
    }
    rows.shrink_to_fit();
    AlignedTree { rows }
}

/// A folder whose rows are being added.
struct OpenFolder {
    row: u32,
    /// The end of the folder on each side; the walk's position on a side without it.
    ends: Sides<NodeId>,
}

/// The position in one tree.
struct TreeCursor<'a> {
    tree: &'a Tree,
    visible: &'a Snapshot,
    at: NodeId,
}

impl<'a> TreeCursor<'a> {
    fn new((tree, visible): (&'a Tree, &'a Snapshot)) -> Self {
        Self {
            tree,
            visible,
            at: NodeId(1),
        }
    }

    /// Returns the next visible node before `end`. Nothing below a path that is not visible is visible.
    fn next_before(&mut self, end: NodeId) -> Option<NodeId> {
        while self.at < end {
            if self.visible.get(self.at).is_some() {
                return Some(self.at);
            }
            self.at = self.tree.end(self.at);
        }
        None
    }

    /// Moves to a node, if any, and returns the end of its subtree.
    fn enter(&mut self, node: Option<NodeId>) -> NodeId {
        node.map_or(self.at, |node| {
            self.at = NodeId(node.0 + 1);
            self.tree.end(node)
        })
    }
}

impl AlignedTree {
    /// Returns the number of rows, the root included.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "the root is always there")]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns every row, parents before children, siblings in byte order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = RowId> + ExactSizeIterator + use<> {
        let len = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        (0..len).map(RowId)
    }

    /// Returns the tree of the same images in the other order: the same rows.
    #[cfg(feature = "cli")]
    pub(super) fn swapped(&self) -> Self {
        let swapped = |row: &AlignedRow| AlignedRow {
            before: row.after,
            after: row.before,
            ..*row
        };
        Self {
            rows: self.rows.iter().map(swapped).collect(),
        }
    }

    /// Returns the row's node in one image, when the path is visible there.
    #[must_use]
    pub fn node(&self, row: RowId, side: Side) -> Option<NodeId> {
        let row = &self.rows[row.index()];
        let node = match side {
            Side::Before => row.before,
            Side::After => row.after,
        };
        (node != NOWHERE).then_some(NodeId(node))
    }

    /// Returns a side with the path and its node there: the image after, if it has the path.
    #[must_use]
    pub(crate) fn any_node(&self, row: RowId) -> (Side, NodeId) {
        let at = &self.rows[row.index()];
        if at.after == NOWHERE {
            (Side::Before, NodeId(at.before))
        } else {
            (Side::After, NodeId(at.after))
        }
    }

    /// Returns the parent folder, `None` for the root.
    #[must_use]
    pub fn parent(&self, row: RowId) -> Option<RowId> {
        (row != RowId::ROOT).then(|| RowId(self.rows[row.index()].parent))
    }

    /// Returns one past the last row of the subtree: the subtree is `id..end`.
    #[must_use]
    pub fn end(&self, row: RowId) -> RowId {
        RowId(self.rows[row.index()].end)
    }

    /// Returns the depth: 0 for the root.
    #[must_use]
    pub(crate) fn depth(&self, row: RowId) -> u16 {
        self.rows[row.index()].depth
    }

    /// Returns the row's children in byte order.
    pub fn children(&self, row: RowId) -> impl Iterator<Item = RowId> + '_ {
        let end = self.end(row);
        let mut next = RowId(row.0 + 1);
        std::iter::from_fn(move || {
            let child = (next < end).then_some(next)?;
            next = self.end(child);
            Some(child)
        })
    }

    /// Returns the row of a node of one image, when it is visible. Binary search: the rows of one side are in the order of its nodes, with gaps.
    #[must_use]
    pub fn row_of(&self, side: Side, node: NodeId) -> Option<RowId> {
        // Node ids of a side ascend with the rows; a row without a node on that side is skipped to the left.
        let (mut low, mut high) = (0, self.rows.len());
        while low < high {
            let mid = usize::midpoint(low, high);
            let mut at = mid;
            let found = loop {
                match self.node(RowId(u32::try_from(at).ok()?), side) {
                    Some(found) => break found,
                    None => at -= 1,
                }
            };
            match found.cmp(&node) {
                Ordering::Equal => return RowId(u32::try_from(at).ok()?).into(),
                Ordering::Less => low = mid + 1,
                Ordering::Greater => high = at,
            }
        }
        None
    }
}
