//! The rows of the two trees: the aligned paths of two images, their order, and the way from change to change. Folds, filter, find and cursor belong
//! to the outline, the look of a row to `view`.

use crate::analysis::Status;
use crate::compare::{Comparison, FileCounts, RowChange, RowId, Side, Sides};
use crate::image::Image;
use crate::ui::compare::query::PairQuery;
use crate::ui::pane::{Filter, Outline, Paths, RowPrefix, StatusKind, TreeRow};

/// The order of siblings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CompareOrder {
    /// Largest difference first.
    #[default]
    Delta,
    /// By name, in byte order.
    Name,
    /// Largest before first.
    Before,
    /// Largest after first.
    After,
}

impl CompareOrder {
    const ALL: [Self; 4] = [Self::Delta, Self::Name, Self::Before, Self::After];

    /// Returns the order after this one, from the last to the first.
    #[must_use]
    pub(crate) const fn next(self) -> Self {
        Self::ALL[(self as usize + 1) % Self::ALL.len()]
    }

    /// Returns the order that lists the same rows in the same places once before and after are swapped.
    #[must_use]
    pub(super) const fn swapped(self) -> Self {
        match self {
            Self::Before => Self::After,
            Self::After => Self::Before,
            same => same,
        }
    }

    /// Returns its name in the title of the trees.
    #[must_use]
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Delta => "by difference ▾",
            Self::Name => "by name ▴",
            Self::Before => "by size before ▾",
            Self::After => "by size after ▾",
        }
    }
}

/// Two trees aligned row by row.
#[derive(Clone, Copy)]
pub(crate) struct AlignedTrees<'a> {
    pub(super) comparison: &'a Comparison,
    pub(super) images: Sides<&'a Image>,
    pub(super) order: CompareOrder,
    pub(super) query: Option<&'a PairQuery>,
    /// Whether all files are listed at the top, without their folders.
    pub(super) is_flat: bool,
}

impl AlignedTrees<'_> {
    /// Returns the bytes at and below a row on one side: those that the query selects, else all. A list has no folders, so one beside a file has none.
    pub(super) fn bytes_of(&self, row: RowId, side: Side) -> u64 {
        if self.is_flat && row != RowId::ROOT && self.is_folder(row, side) {
            return 0;
        }
        match self.query {
            Some(query) => query.bytes(self.comparison, row, side),
            None => self.comparison.sizes.get(side)[row.index()],
        }
    }

    /// Returns the bytes at and below a row on either side.
    fn sides(&self, row: RowId) -> Sides<u64> {
        Sides::EACH.map(|side| self.bytes_of(row, side))
    }

    /// Returns the bytes after − before at and below a row.
    pub(super) fn delta(&self, row: RowId) -> i128 {
        let bytes = |side| i128::from(self.bytes_of(row, side));
        bytes(Side::After) - bytes(Side::Before)
    }

    /// Returns the bytes that differ at every row that passes a filter, and below it. A few linear passes.
    pub(super) fn differences(&self, filter: Filter) -> Vec<u64> {
        let rows = &self.comparison.rows;
        // What a row has besides the rows below it.
        let mut own: Vec<i128> = rows.ids().map(|row| self.delta(row)).collect();
        for row in rows.ids().rev() {
            if let Some(parent) = rows.parent(row) {
                own[parent.index()] -= self.delta(row);
            }
        }
        let own = rows.ids().zip(own).map(|(row, own)| match own {
            0 => 0,
            _ if !self.passes(row, filter) => 0,
            own => u64::try_from(own.unsigned_abs()).unwrap_or(u64::MAX),
        });
        let mut bytes: Vec<u64> = own.collect();
        for row in rows.ids().rev() {
            if let Some(parent) = rows.parent(row) {
                let below = bytes[row.index()];
                let sum = &mut bytes[parent.index()];
                *sum = sum.saturating_add(below);
            }
        }
        bytes
    }

    /// Returns whether either image has something else than a folder at a row.
    pub(super) fn is_file(&self, row: RowId) -> bool {
        Side::BOTH.into_iter().any(|side| {
            let entry = self.comparison.entry(row, side);
            entry.is_some_and(|id| !self.images.get(side).entry(id).is_dir())
        })
    }

    fn is_folder(&self, row: RowId, side: Side) -> bool {
        let entry = self.comparison.entry(row, side);
        entry.is_some_and(|id| self.images.get(side).entry(id).is_dir())
    }
}

impl Paths for AlignedTrees<'_> {
    type Id = RowId;

    fn count(&self) -> usize {
        self.comparison.rows.len()
    }

    fn parent(&self, path: RowId) -> Option<RowId> {
        match self.is_flat {
            true if path == RowId::ROOT => None,
            true => Some(RowId::ROOT),
            false => self.comparison.rows.parent(path),
        }
    }

    fn end(&self, path: RowId) -> RowId {
        if self.is_flat && path != RowId::ROOT {
            return RowId(path.0 + 1);
        }
        self.comparison.rows.end(path)
    }

    fn depth(&self, path: RowId) -> u16 {
        if self.is_flat {
            return u16::from(path != RowId::ROOT);
        }
        self.comparison.rows.depth(path)
    }

    fn name(&self, path: RowId) -> &[u8] {
        let (side, node) = self.comparison.rows.any_node(path);
        self.images.get(side).tree.name(node)
    }

    fn path(&self, path: RowId) -> Vec<u8> {
        self.comparison.path(self.images, path)
    }

    fn is_flat(&self) -> bool {
        self.is_flat
    }

    fn is_listed(&self, path: RowId) -> bool {
        !self.is_flat || self.is_file(path)
    }

    /// A find in a list skips folders.
    fn is_in_query(&self, path: RowId) -> bool {
        let query = self.query;
        self.is_listed(path) && query.is_none_or(|query| query.selects(self.comparison, path))
    }

    /// A file passes by the larger of its two sizes.
    fn passes(&self, path: RowId, filter: Filter) -> bool {
        let bytes = Side::BOTH.map(|side| self.bytes_of(path, side));
        let bytes = bytes.into_iter().max().unwrap_or(0);
        let change = self.filtered_as(path);
        if self.query.is_some() {
            let shown = filter.shows(change) && bytes >= filter.least();
            return shown && self.is_file(path) && self.is_in_query(path);
        }
        let is_dir = !self.is_file(path);
        filter.passes(change, is_dir, bytes)
    }

    fn weight(&self, path: RowId) -> u64 {
        self.weight_of(path, self.sides(path))
    }

    /// Changed rows come before unmodified ones of the same difference.
    fn weight_of(&self, path: RowId, selected: Sides<u64>) -> u64 {
        let Sides { before, after } = selected;
        match self.order {
            CompareOrder::Delta => {
                let is_changed = self.comparison.statuses[path.index()] != Status::Unmodified;
                (before.abs_diff(after).saturating_mul(2)).saturating_add(u64::from(is_changed))
            }
            CompareOrder::Name => 0,
            CompareOrder::Before => before,
            CompareOrder::After => after,
        }
    }

    fn bytes(&self, path: RowId) -> Sides<u64> {
        self.sides(path)
    }

    /// A move counts once, at the new path if that passes.
    fn count_file(&self, path: RowId, passes: &impl Fn(RowId) -> bool, counts: &mut FileCounts) {
        if !self.is_file(path) {
            return;
        }
        *match self.comparison.change(path) {
            RowChange::Same => &mut counts.same,
            RowChange::Added => &mut counts.added,
            RowChange::Removed => &mut counts.removed,
            RowChange::Changed(_) => &mut counts.changed,
            RowChange::MovedTo(to) if passes(to) => return,
            RowChange::MovedTo(_) | RowChange::MovedFrom(_) => &mut counts.moved,
        } += 1;
    }

    fn is_by_weight(&self) -> bool {
        self.order != CompareOrder::Name
    }
}

/// Selects the next or the previous change, opening folders that contain one; false when there is none.
pub(super) fn next_change(
    lines: &mut Outline<RowId>,
    trees: &AlignedTrees<'_>,
    forward: bool,
) -> bool {
    let hides_changes = |line: &TreeRow<RowId>| {
        let status = trees.comparison.statuses[line.path.index()];
        status != Status::Unmodified && line.shape == RowPrefix::Closed
    };
    if forward && lines.selected().is_some_and(|line| hides_changes(&line)) {
        lines.toggle(trees);
    }
    let mut at = lines.cursor().at();
    loop {
        let next = if forward {
            at.checked_add(1)
        } else {
            at.checked_sub(1)
        };
        let Some((next, line)) = next.and_then(|next| Some((next, *lines.rows().get(next)?)))
        else {
            return false;
        };
        at = next;
        if trees.filtered_as(line.path) != StatusKind::Unmodified {
            lines.jump(at);
            return true;
        }
        if hides_changes(&line) {
            lines.jump(at);
            lines.toggle(trees);
            if !forward {
                let end = trees.end(line.path);
                let inside = |row: RowId| row > line.path && row < end;
                let below = lines.rows()[at + 1..].iter();
                at += 1 + below.take_while(|row| inside(row.path)).count();
            }
        }
    }
}
