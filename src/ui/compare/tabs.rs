//! The tabs, as lines computed from the comparison. Nothing here draws.

use crate::analysis::{Base, Category, EntryDifferences, layer_size};
use crate::bytes::{Units, signed};
use crate::compare::{Comparison, LayerRelation, PathChange, RowId, Side, Sides};
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
    /// The change of the right half, where the halves have nothing in common.
    pub right_change: Option<StatusKind>,
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
    /// The category before the bar; none for a size.
    pub category: Option<Category>,
    /// The bytes at the start of the bar and at its end.
    pub range: (u64, u64),
    /// The bytes of the longest bar.
    pub longest: u64,
    /// The layer responsible, the longest text first; the last one is its number: `L2`.
    pub layer: [String; 2],
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
            right_change: None,
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
    (left, units): (Side, Units),
    largest: &[PathChange],
) -> Vec<TabLine> {
    match tab {
        CompareTab::Layers => layer_lines(comparison, images, left, units),
        CompareTab::Why => why(comparison, images, (left, units), largest),
        CompareTab::Packages => Vec::new(),
        CompareTab::Config => {
            let mut lines = config_lines(comparison, left);
            lines.extend(history_lines(comparison, images, left));
            lines
        }
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
const fn change(before: bool, after: bool, left: Side) -> StatusKind {
    match (before, after, left) {
        (true, false, Side::Before) | (false, true, Side::After) => StatusKind::Removed,
        (false, true, Side::Before) | (true, false, Side::After) => StatusKind::Added,
        _ => StatusKind::Modified,
    }
}

/// Returns the aligned layers. Layers between two aligned ones that only one image has stand beside those of the other, from the bottom on.
fn layer_lines(
    comparison: &Comparison,
    images: Sides<&Image>,
    left: Side,
    units: Units,
) -> Vec<TabLine> {
    let half = |side: Side, id: Option<LayerId>| {
        let base = &comparison.analyses.get(side).base;
        id.map_or_else(String::new, |id| layer(images.get(side), base, id, units))
    };
    let line = |pair: Sides<Option<LayerId>>, changes: (StatusKind, StatusKind)| {
        let halves = Sides::new(
            half(Side::Before, pair.before),
            half(Side::After, pair.after),
        );
        TabLine {
            right_change: Some(changes.1),
            opens: Some(layers(pair)),
            ..two(String::new(), changes.0, halves, left)
        }
    };
    let beside = |gap: &mut Sides<Vec<LayerId>>| {
        let changes = match left {
            Side::Before => (StatusKind::Removed, StatusKind::Added),
            Side::After => (StatusKind::Added, StatusKind::Removed),
        };
        let gap = std::mem::take(gap);
        let rows = 0..gap.before.len().max(gap.after.len());
        let rows = rows.map(|row| gap.as_ref().map(|ids| ids.get(row).copied()));
        rows.map(|pair| line(pair, changes)).collect::<Vec<_>>()
    };
    let mut lines = Vec::new();
    let mut gap = Sides::<Vec<LayerId>>::default();
    for pair in &comparison.layers.pairs {
        match (pair.before, pair.after) {
            (Some(_), Some(_)) => {
                lines.extend(beside(&mut gap));
                let change = match pair.relation {
                    LayerRelation::Same => StatusKind::Unmodified,
                    _ => StatusKind::Modified,
                };
                lines.push(line(Sides::new(pair.before, pair.after), (change, change)));
            }
            (before, after) => {
                gap.before.extend(before);
                gap.after.extend(after);
            }
        }
    }
    lines.extend(beside(&mut gap));
    lines
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
            return both(&label, &value);
        }
        let change = change(values.before.is_some(), values.after.is_some(), left);
        let halves = Sides::new(words_of(&values.before), words_of(&values.after));
        two(label, change, halves, left)
    });
    lines.collect()
}

/// Returns a line with a value that both images have. Its label is below those that follow a mark.
fn both(label: &str, value: &str) -> TabLine {
    TabLine {
        label: format!("  {label}"),
        ..TabLine::plain("", format!("{value}  (both)").trim_start().to_owned())
    }
}

fn history_lines(comparison: &Comparison, images: Sides<&Image>, left: Side) -> Vec<TabLine> {
    let lines = comparison.history.iter().map(|pair| {
        let words_of = |side: Side, at: Option<usize>| {
            let image = images.get(side);
            let line = at.and_then(|at| image.about.history.get(at));
            let words = line.map(|line| image.history_text(line));
            escape::text(&words.unwrap_or_default()).into_owned()
        };
        if pair.same {
            return both("history", &words_of(Side::Before, pair.before));
        }
        let change = change(pair.before.is_some(), pair.after.is_some(), left);
        let halves = Sides::new(
            words_of(Side::Before, pair.before),
            words_of(Side::After, pair.after),
        );
        two("history".to_owned(), change, halves, left)
    });
    lines.collect()
}

/// The most files that are listed as those that differ most.
const MOST_FILES: usize = 20;

/// Returns the changes of the files that differ most. One pass over the rows.
pub(super) fn largest_changes(comparison: &Comparison, images: Sides<&Image>) -> Vec<PathChange> {
    comparison.largest_changes(images, MOST_FILES).list
}

/// Returns the folders with the largest differences, then the files that differ most.
fn why(
    comparison: &Comparison,
    images: Sides<&Image>,
    (left, units): (Side, Units),
    largest: &[PathChange],
) -> Vec<TabLine> {
    let scope = comparison.scope();
    let path = |row: RowId| escape::name(&comparison.path(images, row)).into_owned();
    let line = |row: RowId, delta: i128, words: String| {
        let delta = match left {
            Side::Before => delta,
            Side::After => -delta,
        };
        TabLine {
            opens: Some(LineTarget::Row(row)),
            ..TabLine::of_delta(delta, units, words)
        }
    };
    let folders = comparison.folder_deltas.iter().map(|folder| {
        let words = format!("{:<7} {}{scope}", "folder", path(folder.row));
        line(folder.row, folder.delta(), words)
    });
    let files = largest.iter().map(|change| {
        // From the right side to the left, what was added is removed, and a file moves the other way.
        let status = match (left, change.status) {
            (Side::After, "added") => "removed",
            (Side::After, "removed") => "added",
            (_, status) => status,
        };
        let row = change.at(left.other());
        let from = change.from.map(|_| change.at(left));
        let mut words = format!("{status:<7} {}{scope}", path(row));
        if let Some(from) = from {
            words = format!("{words}  from {}", path(from));
        }
        if change.what != EntryDifferences::NOTHING {
            words = format!("{words}  {}", change.what.list());
        }
        line(row, change.delta(), words)
    });
    folders.chain(files).collect()
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
