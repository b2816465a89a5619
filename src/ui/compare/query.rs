//! A query over two images: what it selects of either one, and the sums of every aligned row. Opened from a number of the Why, Layers or Packages tab, whose
//! total it has.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::analysis::{Amount, Analysis};
use crate::bytes::{Units, human};
use crate::compare::{Comparison, RowId, Side, Sides};
use crate::image::{Image, NodeId};
use crate::query::Selection;

/// What a query selects of two images.
#[derive(Clone, Debug)]
pub struct PairQuery {
    /// The query in words without the image, escaped.
    pub text: String,
    /// What is selected of either image; `None` where the query does not apply.
    pub selections: Sides<Option<Arc<Selection>>>,
    /// Whether it selects files of which none differs.
    pub(super) is_same: bool,
    /// The nodes of selected paths that their image hides and the other one shows, by row.
    hidden: Sides<HashMap<RowId, NodeId>>,
    /// The bytes selected at paths that neither image shows: only the folders above them have rows.
    without_row: Sides<u64>,
}

impl PairQuery {
    /// Returns a query with what it selects. One pass over the rows.
    pub(super) fn new(
        text: String,
        selections: Sides<Option<Arc<Selection>>>,
        comparison: &Comparison,
        images: Sides<&Image>,
    ) -> Self {
        let hidden = |side: Side| {
            let selection = selections.get(side).as_deref();
            selection.map_or_else(HashMap::new, |selection| {
                hidden_nodes(selection, comparison, images, side)
            })
        };
        let hidden = Sides::new(hidden(Side::Before), hidden(Side::After));
        let without_row = |side: Side| {
            let has_row: HashSet<NodeId> = hidden.get(side).values().copied().collect();
            let image = images.get(side);
            let is_shown = |node| image.visible(node).is_some() || has_row.contains(&node);
            let selection = selections.get(side).iter();
            let contents = selection.flat_map(|selection| selection.contents());
            let lost = contents.filter(|content| !is_shown(content.node));
            lost.map(|content| content.bytes)
                .fold(0, u64::saturating_add)
        };
        Self {
            without_row: Sides::new(without_row(Side::Before), without_row(Side::After)),
            hidden,
            text,
            selections,
            is_same: false,
        }
    }

    /// Returns the row's node in one image, where the path is visible, or hidden and selected.
    #[must_use]
    pub(super) fn node(&self, comparison: &Comparison, row: RowId, side: Side) -> Option<NodeId> {
        let visible = comparison.rows.node(row, side);
        visible.or_else(|| self.hidden.get(side).get(&row).copied())
    }

    /// Returns the row of a node of one image.
    #[must_use]
    pub(super) fn row_of(
        &self,
        comparison: &Comparison,
        side: Side,
        node: NodeId,
    ) -> Option<RowId> {
        let mut hidden = self.hidden.get(side).iter();
        let hidden = || Some(*hidden.find(|(_, hidden)| **hidden == node)?.0);
        comparison.rows.row_of(side, node).or_else(hidden)
    }

    /// Returns whether it selects files of which none differs.
    #[must_use]
    pub(crate) const fn is_same(&self) -> bool {
        self.is_same
    }

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
        self.hidden = std::mem::take(&mut self.hidden).swapped();
        self.without_row = self.without_row.swapped();
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

    /// Returns the bytes selected of both images at paths that neither shows, in words; `None` if there are none.
    #[must_use]
    pub(crate) fn without_row(&self, units: Units) -> Option<String> {
        let Sides { before, after } = self.without_row;
        let bytes = match (&self.selections.before, &self.selections.after) {
            _ if before == 0 && after == 0 => return None,
            (Some(_), None) => human(before, units),
            (None, Some(_)) => human(after, units),
            _ if before == after => human(before, units),
            _ => format!("{} → {}", human(before, units), human(after, units)),
        };
        Some(format!("{bytes} at paths of neither"))
    }

    /// Returns the bytes selected on one side at paths that have rows.
    #[must_use]
    pub(super) fn total_of_rows(&self, side: Side) -> u64 {
        self.total(side).saturating_sub(*self.without_row.get(side))
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

    fn at(&self, comparison: &Comparison, row: RowId, side: Side) -> Option<(&Selection, NodeId)> {
        let selection = self.selections.get(side).as_deref()?;
        Some((selection, self.node(comparison, row, side)?))
    }
}

/// Returns the nodes of one image at rows of the other one whose hidden contents are selected, below them too.
fn hidden_nodes(
    selection: &Selection,
    comparison: &Comparison,
    images: Sides<&Image>,
    side: Side,
) -> HashMap<RowId, NodeId> {
    let rows = &comparison.rows;
    let tree = &images.get(side).tree;
    let mut hidden = HashMap::new();
    for row in rows.ids().filter(|row| rows.node(*row, side).is_none()) {
        let Some(parent) = rows.parent(row) else {
            continue;
        };
        let folder = rows.node(parent, side);
        let Some(folder) = folder.or_else(|| hidden.get(&parent).copied()) else {
            continue;
        };
        let (other, node) = rows.any_node(row);
        let node = tree.child(folder, images.get(other).tree.name(node));
        if let Some(node) = node.filter(|node| selection.count_below(*node) > 0) {
            hidden.insert(row, node);
        }
    }
    hidden
}
