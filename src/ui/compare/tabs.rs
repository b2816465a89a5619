//! The tabs above the trees, as lines computed from the comparison. Nothing here draws.

use crate::analysis::{Base, layer_size};
use crate::bytes::{Units, signed};
use crate::compare::{Comparison, FolderDelta, LayerRelation, RowId, Side, Sides};
use crate::escape;
use crate::image::{Image, LayerId};
use crate::query::{Query, Term};
pub use crate::ui::pane::CompareTab;
use crate::ui::pane::StatusKind;

/// A line of a tab, with safe text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabLine {
    /// The change that colours it.
    pub change: StatusKind,
    /// The label before both halves: a field or a difference.
    pub label: String,
    /// The left half; without a right half it takes the full width.
    pub left: String,
    /// The right half.
    pub right: Option<String>,
    /// The difference that colours the label: smaller is good.
    pub delta: Option<i128>,
    /// The bar of a cause.
    pub waterfall_bar: Option<WaterfallBar>,
    /// What opening the line shows.
    pub opens: Option<Opens>,
}

/// The bar of a cause in the waterfall: from the bytes before it to the bytes after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaterfallBar {
    /// The name before the bar.
    pub name: String,
    /// The bytes at the start of the bar and at its end.
    pub range: (u64, u64),
    /// The bytes of the longest bar.
    pub longest: u64,
    /// The layer responsible.
    pub layer: String,
}

/// What opening a line shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opens {
    /// A path in the trees.
    Row(RowId),
    /// The files that a query selects of either image.
    Query {
        /// The query in words, escaped.
        words: String,
        /// The query of either image; `None` where it does not apply.
        queries: Sides<Option<Query>>,
    },
}

impl TabLine {
    /// Returns a line in one piece.
    pub(super) fn plain(label: &str, left: String) -> Self {
        Self {
            change: StatusKind::Unmodified,
            label: format!("{label:>11}"),
            left,
            right: None,
            delta: None,
            waterfall_bar: None,
            opens: None,
        }
    }

    /// Returns a line in one piece that starts with a difference.
    pub(super) fn of_delta(delta: i128, units: Units, left: String) -> Self {
        Self {
            delta: Some(delta),
            ..Self::plain(&signed(delta, units), left)
        }
    }
}

/// Returns a tab's lines.
pub(super) fn lines(
    tab: CompareTab,
    comparison: &Comparison,
    images: Sides<&Image>,
    left: Side,
    units: Units,
) -> Vec<TabLine> {
    let ordered = |sides: Sides<String>| match left {
        Side::Before => (sides.before, sides.after),
        Side::After => (sides.after, sides.before),
    };
    let two = |label: String, change: StatusKind, halves: Sides<String>| {
        let (left, right) = ordered(halves);
        TabLine {
            change,
            label,
            right: Some(right),
            ..TabLine::plain("", left)
        }
    };
    let (removed, new) = match left {
        Side::Before => (StatusKind::Removed, StatusKind::Added),
        Side::After => (StatusKind::Added, StatusKind::Removed),
    };
    let change = |before: bool, after: bool, same: bool| match (before, after) {
        (true, false) => removed,
        (false, true) => new,
        _ if same => StatusKind::Unmodified,
        _ => StatusKind::Modified,
    };
    match tab {
        CompareTab::Layers => comparison
            .layers
            .pairs
            .iter()
            .map(|pair| {
                let half = |side: Side, id: Option<LayerId>| {
                    let base = &comparison.analyses.get(side).base;
                    id.map_or_else(String::new, |id| layer(images.get(side), base, id, units))
                };
                let same = pair.relation == LayerRelation::Same;
                let line = two(
                    String::new(),
                    change(pair.before.is_some(), pair.after.is_some(), same),
                    Sides::new(
                        half(Side::Before, pair.before),
                        half(Side::After, pair.after),
                    ),
                );
                TabLine {
                    opens: Some(layers(Sides::new(pair.before, pair.after))),
                    ..line
                }
            })
            .collect(),
        CompareTab::Why => why(comparison, images, left, units),
        CompareTab::Packages => Vec::new(),
        CompareTab::Config => comparison
            .metadata
            .iter()
            .map(|fact| {
                let words_of = |value: &Option<String>| {
                    escape::text(value.as_deref().unwrap_or_default()).into_owned()
                };
                let values = &fact.values;
                let label = format!("{} {}", fact.field, fact.key);
                let label = escape::text(label.trim_end()).into_owned();
                if fact.is_same() {
                    let value = words_of(&values.before);
                    return TabLine {
                        // Below the labels that follow a mark.
                        label: format!("  {label}"),
                        ..TabLine::plain("", format!("{value}  (both)").trim_start().to_owned())
                    };
                }
                two(
                    label,
                    change(
                        values.before.is_some(),
                        values.after.is_some(),
                        fact.is_same(),
                    ),
                    Sides::new(words_of(&values.before), words_of(&values.after)),
                )
            })
            .collect(),
        CompareTab::History => comparison
            .history
            .iter()
            .map(|pair| {
                let words_of = |side: Side, at: Option<usize>| {
                    let line = at.and_then(|at| images.get(side).about.history.get(at));
                    line.map_or_else(String::new, |line| escape::text(&line.words()).into_owned())
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
            opens: Some(Opens::Row(folder.row)),
            ..TabLine::of_delta(delta, units, escape::name(&path).into_owned())
        }
    };
    comparison.folder_deltas.iter().map(line).collect()
}

/// Returns the files that a pair of layers stores.
fn layers(pair: Sides<Option<LayerId>>) -> Opens {
    let words = match (pair.before, pair.after) {
        (Some(before), Some(after)) => format!("layers {} and {}", before.0 + 1, after.0 + 1),
        (Some(before), None) => format!("layer {} of {}", before.0 + 1, Side::Before.name()),
        (None, Some(after)) => format!("layer {} of {}", after.0 + 1, Side::After.name()),
        (None, None) => String::new(),
    };
    Opens::Query {
        words,
        queries: pair.map(|layer| layer.map(|layer| Query::of(Term::Layers(layer, layer)))),
    }
}

fn layer(image: &Image, base: &Base, id: LayerId, units: Units) -> String {
    let layer = image.layer(id);
    let instruction = base.instruction(image, id);
    let instruction = escape::text(&instruction);
    format!(
        "{:>2} {:>8}  {instruction}",
        id.index() + 1,
        layer_size(layer, units)
    )
}
