//! The tabs above the trees, as lines computed from the comparison. Nothing here draws.

use crate::analysis::Base;
use crate::bytes::{Units, human, signed};
use crate::compare::{Comparison, FolderDelta, LayerRelation, RowId, Side, Sides};
use crate::escape;
use crate::image::{Image, LayerId, plain_instruction};
use crate::ui::pane::Change;
pub use crate::ui::pane::TopTab;

/// A line of a tab, with safe text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabLine {
    /// The change that colours it.
    pub change: Change,
    /// The label before both halves: a field or a difference.
    pub label: String,
    /// The left half; without a right half it takes the full width.
    pub left: String,
    /// The right half.
    pub right: Option<String>,
    /// The row it is about.
    pub row: Option<RowId>,
}

/// Returns a tab's lines.
pub(super) fn lines(
    tab: TopTab,
    comparison: &Comparison,
    images: Sides<&Image>,
    left: Side,
    units: Units,
) -> Vec<TabLine> {
    let ordered = |sides: Sides<String>| match left {
        Side::Before => (sides.before, sides.after),
        Side::After => (sides.after, sides.before),
    };
    let two = |label: String, change: Change, halves: Sides<String>| {
        let (left, right) = ordered(halves);
        TabLine {
            change,
            label,
            left,
            right: Some(right),
            row: None,
        }
    };
    let (gone, new) = match left {
        Side::Before => (Change::Removed, Change::Added),
        Side::After => (Change::Added, Change::Removed),
    };
    let change = |before: bool, after: bool, same: bool| match (before, after) {
        (true, false) => gone,
        (false, true) => new,
        _ if same => Change::Unmodified,
        _ => Change::Modified,
    };
    match tab {
        TopTab::Layers => comparison
            .layers
            .pairs
            .iter()
            .map(|pair| {
                let half = |side: Side, id: Option<LayerId>| {
                    let base = &comparison.analyses.get(side).base;
                    id.map_or_else(String::new, |id| layer(images.get(side), base, id, units))
                };
                let same = pair.relation == LayerRelation::Same;
                two(
                    String::new(),
                    change(pair.before.is_some(), pair.after.is_some(), same),
                    Sides::new(
                        half(Side::Before, pair.before),
                        half(Side::After, pair.after),
                    ),
                )
            })
            .collect(),
        TopTab::Why => why(comparison, images, left, units),
        TopTab::Packages => Vec::new(),
        TopTab::Config => comparison
            .metadata
            .iter()
            .map(|fact| {
                let words_of = |value: &Option<String>| {
                    escape::text(value.as_deref().unwrap_or_default()).into_owned()
                };
                let values = &fact.values;
                let label = format!("{} {}", fact.field, fact.key);
                two(
                    escape::text(label.trim_end()).into_owned(),
                    change(
                        values.before.is_some(),
                        values.after.is_some(),
                        fact.is_same(),
                    ),
                    Sides::new(words_of(&values.before), words_of(&values.after)),
                )
            })
            .collect(),
        TopTab::History => comparison
            .history
            .iter()
            .map(|pair| {
                let words_of = |side: Side, at: Option<usize>| {
                    let line = at.and_then(|at| images.get(side).about.history.get(at));
                    line.map_or_else(String::new, |line| words(&line.created_by))
                };
                two(
                    String::new(),
                    change(pair.before.is_some(), pair.after.is_some(), pair.same),
                    Sides::new(
                        words_of(Side::Before, pair.before),
                        words_of(Side::After, pair.after),
                    ),
                )
            })
            .collect(),
    }
}

fn why(comparison: &Comparison, images: Sides<&Image>, left: Side, units: Units) -> Vec<TabLine> {
    let line = |folder: &FolderDelta| {
        let delta = if left == Side::Before {
            folder.delta()
        } else {
            -folder.delta()
        };
        let path = comparison.path(images, folder.row);
        TabLine {
            change: if delta < 0 {
                Change::Removed
            } else {
                Change::Added
            },
            label: format!("{:>11}", signed(delta, units)),
            left: escape::name(&path).into_owned(),
            right: None,
            row: Some(folder.row),
        }
    };
    comparison.folder_deltas.iter().map(line).collect()
}

fn layer(image: &Image, base: &Base, id: LayerId, units: Units) -> String {
    let layer = image.layer(id);
    let instruction = base.instruction(image, id);
    let instruction = escape::text(&instruction);
    format!(
        "{:>2} {:>8}  {instruction}",
        id.index() + 1,
        human(layer.size, units)
    )
}

fn words(text: &str) -> String {
    escape::text(&plain_instruction(text)).into_owned()
}
