//! The tabs above the trees, as lines computed from the comparison. Nothing here draws.

use crate::analysis::{Base, layer_size};
use crate::bytes::{Units, signed};
use crate::compare::{Comparison, FolderDelta, LayerRelation, RowId, Side, Sides};
use crate::escape;
use crate::image::{Image, LayerId};
use crate::query::{Condition, Query};
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
    pub opens: Option<LineTarget>,
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
pub enum LineTarget {
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
    match tab {
        CompareTab::Layers => layer_lines(comparison, images, left, units),
        CompareTab::Why => why(comparison, images, left, units),
        CompareTab::Packages => Vec::new(),
        CompareTab::Config => config_lines(comparison, left),
        CompareTab::History => history_lines(comparison, images, left),
    }
}

/// Returns a line with a half for each image.
fn two(label: String, change: StatusKind, halves: Sides<String>, left: Side) -> TabLine {
    let (left, right) = match left {
        Side::Before => (halves.before, halves.after),
        Side::After => (halves.after, halves.before),
    };
    TabLine {
        change,
        label,
        right: Some(right),
        ..TabLine::plain("", left)
    }
}

/// Returns the change from left to right of what each image may have.
const fn change(before: bool, after: bool, same: bool, left: Side) -> StatusKind {
    match (before, after, left) {
        (true, false, Side::Before) | (false, true, Side::After) => StatusKind::Removed,
        (false, true, Side::Before) | (true, false, Side::After) => StatusKind::Added,
        _ if same => StatusKind::Unmodified,
        _ => StatusKind::Modified,
    }
}

fn layer_lines(
    comparison: &Comparison,
    images: Sides<&Image>,
    left: Side,
    units: Units,
) -> Vec<TabLine> {
    let pairs = comparison.layers.pairs.iter();
    let lines = pairs.map(|pair| {
        let half = |side: Side, id: Option<LayerId>| {
            let base = &comparison.analyses.get(side).base;
            id.map_or_else(String::new, |id| layer(images.get(side), base, id, units))
        };
        let same = pair.relation == LayerRelation::Same;
        let change = change(pair.before.is_some(), pair.after.is_some(), same, left);
        let halves = Sides::new(
            half(Side::Before, pair.before),
            half(Side::After, pair.after),
        );
        TabLine {
            opens: Some(layers(Sides::new(pair.before, pair.after))),
            ..two(String::new(), change, halves, left)
        }
    });
    lines.collect()
}

fn config_lines(comparison: &Comparison, left: Side) -> Vec<TabLine> {
    let lines = comparison.metadata.iter().map(|fact| {
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
        let change = change(values.before.is_some(), values.after.is_some(), false, left);
        let halves = Sides::new(words_of(&values.before), words_of(&values.after));
        two(label, change, halves, left)
    });
    lines.collect()
}

fn history_lines(comparison: &Comparison, images: Sides<&Image>, left: Side) -> Vec<TabLine> {
    let lines = comparison.history.iter().map(|pair| {
        let words_of = |side: Side, at: Option<usize>| {
            let image = images.get(side);
            let line = at.and_then(|at| image.about.history.get(at));
            let words = line.map(|line| image.history_text(line));
            escape::text(&words.unwrap_or_default()).into_owned()
        };
        let change = change(pair.before.is_some(), pair.after.is_some(), pair.same, left);
        let halves = Sides::new(
            words_of(Side::Before, pair.before),
            words_of(Side::After, pair.after),
        );
        two(String::new(), change, halves, left)
    });
    lines.collect()
}

fn why(comparison: &Comparison, images: Sides<&Image>, left: Side, units: Units) -> Vec<TabLine> {
    let scope = comparison.scope();
    let line = |folder: &FolderDelta| {
        let delta = if left == Side::Before {
            folder.delta()
        } else {
            -folder.delta()
        };
        let path = comparison.path(images, folder.row);
        let is_dir = |side: Side| {
            let entry = comparison.entry(folder.row, side);
            entry.is_some_and(|entry| images.get(side).entry(entry).is_dir())
        };
        let kind = if Side::BOTH.into_iter().any(is_dir) {
            "folder"
        } else {
            "file"
        };
        TabLine {
            opens: Some(LineTarget::Row(folder.row)),
            ..TabLine::of_delta(
                delta,
                units,
                format!("{kind} {}{scope}", escape::name(&path)),
            )
        }
    };
    comparison.folder_deltas.iter().map(line).collect()
}

/// Returns the files that a pair of layers stores.
fn layers(pair: Sides<Option<LayerId>>) -> LineTarget {
    let words = match (pair.before, pair.after) {
        (Some(before), Some(after)) => format!("layers {} and {}", before.0 + 1, after.0 + 1),
        (Some(before), None) => format!("layer {} of {}", before.0 + 1, Side::Before.name()),
        (None, Some(after)) => format!("layer {} of {}", after.0 + 1, Side::After.name()),
        (None, None) => String::new(),
    };
    LineTarget::Query {
        words,
        queries: pair.map(|layer| layer.map(|layer| Query::of(Condition::Layers(layer, layer)))),
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
