//! The map of a comparison: every path weighs the bytes that differ at it and below it, so that what one file gains and another one loses both count.

use std::sync::Arc;

use crate::compare::{Comparison, RowId};
use crate::ui::compare::state::Compare;
use crate::ui::pane::{CompareFocus, CompareView, MapPane, Paths, Weighed};

/// The rows of a comparison with the bytes that differ at and below each.
#[derive(Clone, Copy)]
pub(crate) struct WeightedRows<'a> {
    comparison: &'a Comparison,
    bytes: &'a [u64],
}

impl Weighed for WeightedRows<'_> {
    type Id = RowId;

    fn parent(&self, path: RowId) -> Option<RowId> {
        self.comparison.rows.parent(path)
    }

    fn children(&self, folder: RowId) -> impl Iterator<Item = RowId> {
        let end = self.comparison.rows.end(folder);
        let mut next = RowId(folder.0 + 1);
        std::iter::from_fn(move || {
            let child = (next < end).then_some(next)?;
            next = self.comparison.rows.end(child);
            Some(child)
        })
    }

    fn bytes(&self, path: RowId) -> u64 {
        self.bytes[path.index()]
    }
}

impl Compare {
    /// Returns the bytes that differ at every row that passes the filter, and below it. A few linear passes.
    fn differences(&self) -> Vec<u64> {
        let (rows, trees) = (&self.comparison.rows, self.trees());
        let filter = self.files.filter();
        // What a row has besides the rows below it.
        let mut own: Vec<i128> = rows.ids().map(|row| self.delta(row)).collect();
        for row in rows.ids().rev() {
            if let Some(parent) = rows.parent(row) {
                own[parent.index()] -= self.delta(row);
            }
        }
        let own = rows.ids().zip(own).map(|(row, own)| match own {
            0 => 0,
            _ if !trees.passes(row, filter) => 0,
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

    /// Runs a change of the map with what it shows.
    pub(crate) fn with_map<T>(
        &mut self,
        act: impl FnOnce(&mut MapPane<RowId>, &WeightedRows<'_>) -> T,
    ) -> T {
        let bytes = match self.differing.take() {
            Some(bytes) => bytes,
            None => Arc::new(self.differences()),
        };
        let files = WeightedRows {
            comparison: &self.comparison,
            bytes: &bytes,
        };
        let done = act(&mut self.map, &files);
        self.differing = Some(bytes);
        done
    }

    /// Returns the bytes that differ at a row and below it, once the map is shown.
    #[must_use]
    pub fn differing(&self, row: RowId) -> u64 {
        let bytes = self.differing.as_ref();
        bytes.map_or(0, |bytes| bytes[row.index()])
    }

    /// Forgets the map, after the query changed.
    pub(super) fn forget_map(&mut self) {
        (self.map, self.differing) = (MapPane::default(), None);
    }

    /// Lays out the map, if it is shown.
    pub(super) fn arrange_map(&mut self) {
        if self.view == CompareView::Map && !self.areas.files.is_empty() {
            // Another filter or another left side gives other differences; the map shows the same folder.
            let weighed = Some((self.files.filter(), self.left));
            if std::mem::replace(&mut self.weighed, weighed) != weighed {
                self.differing = None;
                self.map.invalidate();
            }
            let cells = self.areas.map_cells();
            self.with_map(|map, files| map.arrange(files, cells));
        }
    }

    /// Shows the folder of the map that the selected rectangle is in; of a file shows its row in the trees.
    pub(crate) fn zoom_in(&mut self) {
        if !self.with_map(|map, files| map.zoom_in(files)) {
            self.show_in_tree();
        }
    }

    /// Shows the selected rectangle's path in the trees. The map stays behind it.
    pub(crate) fn show_in_tree(&mut self) {
        let selected = self.map.selected().map(|tile| tile.node);
        if let Some(row) = selected {
            self.push();
            self.view = CompareView::Tree;
            self.go_to(row);
        }
    }

    /// Returns whether the map is focused.
    #[must_use]
    pub(crate) fn is_on_map(&self) -> bool {
        self.focus == CompareFocus::Files && self.view == CompareView::Map
    }

    /// Returns the selected row: of the map, else of the trees or the list.
    #[must_use]
    pub(crate) fn selected_row(&self) -> Option<RowId> {
        match self.view {
            CompareView::Map => self.map.selected().map(|tile| tile.node),
            _ => self.files.selected().map(|line| line.path),
        }
    }
}
