//! The map of a comparison: every path weighs the bytes that differ at it and below it, so that what one file gains and another one loses both count.

use std::sync::Arc;

use crate::compare::{Comparison, RowId};
use crate::ui::compare::state::Compare;
use crate::ui::pane::{CompareFocus, CompareView, Filter, MapPane, Weighed};

/// The weights of the map.
#[derive(Clone, Debug)]
pub(super) struct MapWeights {
    /// The filter that they are computed for.
    filter: Filter,
    /// The bytes that differ at every row and below it.
    bytes: Arc<Vec<u64>>,
}

impl MapWeights {
    /// Swaps before and after: the same bytes differ.
    pub(super) fn swap(&mut self) {
        self.filter.swap_sides();
    }
}

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
    /// Runs a change of the map with what it shows; `None` while that is not known.
    pub(crate) fn with_map<T>(
        &mut self,
        act: impl FnOnce(&mut MapPane<RowId>, &WeightedRows<'_>) -> T,
    ) -> Option<T> {
        let weights = self.front.weights.as_ref()?;
        let files = WeightedRows {
            comparison: &self.comparison,
            bytes: &weights.bytes,
        };
        Some(act(&mut self.front.map, &files))
    }

    /// Returns the folder that a zoom into the map shows; `None` where the selected rectangle is a file of the folder shown.
    #[must_use]
    pub(crate) fn map_folder(&self) -> Option<RowId> {
        let weights = self.front.weights.as_ref()?;
        self.front.map.next_folder(&WeightedRows {
            comparison: &self.comparison,
            bytes: &weights.bytes,
        })
    }

    /// Returns the bytes that differ at a row and below it, once the map is shown.
    #[must_use]
    pub fn differing(&self, row: RowId) -> u64 {
        let weights = self.front.weights.as_ref();
        weights.map_or(0, |weights| weights.bytes[row.index()])
    }

    /// Removes the map, after the query changed.
    pub(super) fn clear_map(&mut self) {
        (self.front.map, self.front.weights) = (MapPane::default(), None);
    }

    /// Returns whether the weights are those of the filter.
    pub(super) fn is_weighed(&self) -> bool {
        let weights = self.front.weights.as_ref();
        weights.is_some_and(|it| it.filter == self.front.files.filter())
    }

    /// Takes the weights of a filter; the map shows the same folder.
    pub(super) fn set_weights(&mut self, filter: Filter, bytes: Arc<Vec<u64>>) {
        self.front.weights = Some(MapWeights { filter, bytes });
        self.front.map.invalidate();
    }

    /// Lays out the map, if it is shown. Until the weights of another filter are computed, it stays as it is.
    pub(super) fn arrange_map(&mut self) {
        if self.front.view == CompareView::Map && !self.areas.files.is_empty() {
            if !self.is_weighed() {
                self.weigh();
            }
            let cells = self.areas.map_cells();
            self.with_map(|map, files| map.arrange(files, cells));
        }
    }

    /// Shows the folder of the map that the selected rectangle is in; of a file shows its row in the trees.
    pub(crate) fn zoom_in(&mut self) {
        if self.with_map(|map, files| map.zoom_in(files)) != Some(true) {
            self.show_in_tree();
        }
    }

    /// Shows the selected rectangle's path in the trees. The map stays behind it.
    pub(crate) fn show_in_tree(&mut self) {
        let selected = self.front.map.selected().map(|tile| tile.node);
        if let Some(row) = selected {
            self.push();
            self.front.view = CompareView::Tree;
            self.go_to(row);
        }
    }

    /// Returns whether the map is focused.
    #[must_use]
    pub(crate) fn is_on_map(&self) -> bool {
        self.front.focus == CompareFocus::Files && self.front.view == CompareView::Map
    }

    /// Returns the selected row: of the map, else of the trees or the list.
    #[must_use]
    pub(crate) fn selected_row(&self) -> Option<RowId> {
        match self.front.view {
            CompareView::Map => self.front.map.selected().map(|tile| tile.node),
            _ => self.front.files.selected().map(|line| line.path),
        }
    }
}
