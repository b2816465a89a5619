//! What the tabs list of all rows: the files that differ most, and the layers that were rebuilt without a difference. Two passes over the rows.

use crate::compare::{Comparison, LayerRelation, PathChange, RowChange, Side, Sides};
use crate::image::{Image, LayerId};

/// The most files that are listed as those that differ most.
const MOST_FILES: usize = 20;

/// What the tabs list of all rows.
#[derive(Clone, Debug)]
pub struct RowSummary {
    /// The files that differ most, the largest difference first.
    pub(super) largest: Vec<PathChange>,
    /// For each layer of the image before whether it was rebuilt, and both results have the same visible files.
    rebuilt_same: Vec<bool>,
}

impl RowSummary {
    /// Summarises the rows of a comparison.
    #[must_use]
    pub(super) fn of(comparison: &Comparison, images: Sides<&Image>) -> Self {
        Self {
            largest: comparison.largest_changes(images, MOST_FILES).list,
            rebuilt_same: rebuilt_same(comparison, images),
        }
    }

    /// Returns whether a layer of the image before was rebuilt, and both results have the same visible files.
    #[must_use]
    pub(super) fn is_rebuilt_same(&self, before: LayerId) -> bool {
        self.rebuilt_same.get(before.index()) == Some(&true)
    }
}

/// Returns for each layer of the image before whether the one rebuilt for the image after has as many entries and bytes, and the same visible files.
fn rebuilt_same(comparison: &Comparison, images: Sides<&Image>) -> Vec<bool> {
    let mut same = vec![false; images.before.layers.len()];
    // The place in `same` of each layer.
    let mut places = images.map(|image| vec![None; image.layers.len()]);
    for pair in &comparison.layers.pairs {
        if let (LayerRelation::Rebuilt, Some(before), Some(after)) =
            (pair.relation, pair.before, pair.after)
        {
            let (one, other) = (images.before.layer(before), images.after.layer(after));
            let is_known = !one.missing && !other.missing;
            let is_alike = (one.size, one.entry_count) == (other.size, other.entry_count);
            same[before.index()] = is_known && is_alike;
            places.before[before.index()] = Some(before.index());
            places.after[after.index()] = Some(before.index());
        }
    }
    if !same.contains(&true) {
        return same;
    }
    for row in comparison.rows.ids() {
        let place = |side: Side| {
            let node = comparison.rows.node(row, side)?;
            let shown = images.get(side).visible(node)?;
            *places.get(side).get(shown.layer.index())?
        };
        let both = [place(Side::Before), place(Side::After)];
        if both[0] != both[1] || comparison.change(row) != RowChange::Same {
            for place in both.into_iter().flatten() {
                same[place] = false;
            }
        }
    }
    same
}
