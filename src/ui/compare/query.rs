//! A query over two images: what it selects of either one, and the sums of every aligned row. Opened from a number of the Why, Layers or Packages tab, whose
//! total it has.

use std::sync::Arc;

use crate::analysis::{Amount, Analysis};
use crate::compare::{Comparison, RowId, Side, Sides};
use crate::query::Selection;

/// What a query selects of two images.
#[derive(Clone, Debug)]
pub struct PairQuery {
    /// The query in words without the image, escaped.
    pub text: String,
    /// What is selected of either image; `None` where the query does not apply.
    pub selections: Sides<Option<Arc<Selection>>>,
}

impl PairQuery {
    /// Returns the query in words, with the image if it is about one.
    #[must_use]
    pub fn words(&self) -> String {
        let text = &self.text;
        match (&self.selections.before, &self.selections.after) {
            (Some(_), None) => format!("{text}, in {}", Side::Before.name()),
            (None, Some(_)) => format!("{text}, in {}", Side::After.name()),
            _ => text.clone(),
        }
    }

    /// Swaps before and after.
    pub(super) fn swap(&mut self) {
        self.selections = std::mem::take(&mut self.selections).swapped();
    }

    /// Returns the bytes selected at a row and below it on one side, hidden ones included.
    #[must_use]
    pub fn bytes(&self, comparison: &Comparison, row: RowId, side: Side) -> u64 {
        let found = self.at(comparison, row, side);
        found.map_or(0, |(selection, node)| selection.bytes_below(node))
    }

    /// Returns how many entries are selected at a row and below it on one side.
    pub(super) fn count(&self, comparison: &Comparison, row: RowId, side: Side) -> u64 {
        let found = self.at(comparison, row, side);
        found.map_or(0, |(selection, node)| selection.count_below(node) as u64)
    }

    /// Returns whether anything is selected at a row or below it.
    #[must_use]
    pub fn selects(&self, comparison: &Comparison, row: RowId) -> bool {
        Side::BOTH
            .into_iter()
            .any(|side| self.count(comparison, row, side) > 0)
    }

    /// Returns the bytes selected on one side.
    #[must_use]
    pub fn total(&self, side: Side) -> u64 {
        let selection = self.selections.get(side).as_ref();
        selection.map_or(0, |selection| selection.bytes())
    }

    /// Returns the bytes that the fix of a finding of one image adds: the finding saves its total less these. 0 for every other query.
    #[must_use]
    pub(crate) fn replaced(&self) -> u64 {
        match (&self.selections.before, &self.selections.after) {
            (Some(selection), None) | (None, Some(selection)) => selection.replaced(),
            _ => 0,
        }
    }

    /// Returns bytes that are selected on one side as an amount.
    #[must_use]
    pub(crate) fn amount(&self, analysis: &Analysis, side: Side, bytes: u64) -> Amount {
        let selection = self.selections.get(side).as_ref();
        selection.map_or(Amount::Known(0), |selection| {
            selection.amount(analysis, bytes)
        })
    }

    fn at(
        &self,
        comparison: &Comparison,
        row: RowId,
        side: Side,
    ) -> Option<(&Selection, crate::image::NodeId)> {
        let selection = self.selections.get(side).as_deref()?;
        Some((selection, comparison.rows.node(row, side)?))
    }
}
