//! The bytes of each layer that the other image lacks, by category.

use super::comparison::{Comparison, RowChange};
use super::layer_alignment::LayerRelation;
use super::side::{Side, Sides};
use crate::analysis::{Category, ContentAnalysis};
use crate::image::Image;

/// For each layer of an image the bytes of every category, in the order of [`Category::ALL`].
pub(crate) type CategoryLayers = Vec<[u64; Category::ALL.len()]>;

/// Returns the bytes that each layer of either image stores and the other image lacks, by category, hidden ones included. Files that are the same or moved
/// within their category are left out, of changed ones the bytes up to the smaller size, and what a shared layer stores in both. One pass over the rows.
#[must_use]
pub(crate) fn changed_bytes(
    comparison: &Comparison,
    images: Sides<&Image>,
    contents: Sides<&ContentAnalysis>,
) -> Sides<CategoryLayers> {
    let mut left = contents.map(|content| content.categories.layers.clone());
    let mut leave_out = |before: (usize, usize), after: (usize, usize), most: u64| {
        let one = left
            .before
            .get_mut(before.0)
            .map(|layer| &mut layer[before.1]);
        let other = left.after.get_mut(after.0).map(|layer| &mut layer[after.1]);
        if let (Some(one), Some(other)) = (one, other) {
            let both = most.min(*one).min(*other);
            *one -= both;
            *other -= both;
        }
    };
    // First, as a file that only one image stores again is visible from another layer there: it must not take bytes from a shared one.
    let shared = comparison.layers.pairs.iter();
    for pair in shared.filter(|pair| pair.relation == LayerRelation::Same) {
        if let (Some(before), Some(after)) = (pair.before, pair.after) {
            for at in 0..Category::ALL.len() {
                leave_out((before.index(), at), (after.index(), at), u64::MAX);
            }
        }
    }
    let rows = &comparison.rows;
    for row in rows.ids() {
        let to = match comparison.change(row) {
            RowChange::Same | RowChange::Changed(_) => row,
            RowChange::MovedTo(to) => to,
            RowChange::MovedFrom(_) | RowChange::Added | RowChange::Removed => continue,
        };
        let (Some(from), Some(to)) = (rows.node(row, Side::Before), rows.node(to, Side::After))
        else {
            continue;
        };
        let visible = (images.before.visible(from), images.after.visible(to));
        let category = contents.before.categories.category(from);
        if let (Some(before), Some(after)) = visible
            && category == contents.after.categories.category(to)
        {
            let at = category as usize;
            let most = before.bytes.min(after.bytes);
            leave_out((before.layer.index(), at), (after.layer.index(), at), most);
        }
    }
    left
}
