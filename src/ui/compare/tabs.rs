//! The tabs, as lines computed from the comparison. Nothing here draws.

use crate::analysis::{Base, Category, EntryDifferences, layer_size};
use crate::bytes::{Units, signed};
use crate::compare::{Comparison, LayerRelation, LayerShare, PathChange, RowId, Side, Sides};
use crate::escape;
use crate::image::{Image, LayerId, Warning};
use crate::query::{Condition, Query};
pub use crate::ui::pane::CompareTab;
use crate::ui::pane::StatusKind;

use crate::ui::compare::row_summary::RowSummary;

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
    /// Whether the halves are two lists beside each other, without marks.
    pub is_unrelated: bool,
    /// Whether both halves are a layer that was rebuilt without a difference.
    pub is_rebuilt_same: bool,
    /// The difference that colours the label: smaller is good.
    pub delta: Option<i128>,
    /// The bar of a cause.
    pub waterfall_bar: Option<WaterfallBar>,
    /// The layer responsible, the longest text first: `77 % in L2 apt-get install …`, `77 % L2 apt-get install …`, `77 % L2`.
    pub layer: [String; 3],
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
}

/// What opening a line shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineTarget {
    /// A path in the trees.
    Row(RowId),
    /// The files that a query selects of either image.
    Query {
        /// The query in words without the image, escaped.
        words: String,
        /// The query of either image; `None` where it does not apply.
        queries: Sides<Option<Query>>,
    },
    /// A tab.
    Tab(CompareTab),
    /// The files that a query selects of the active image, or of the other one where that has none; with the query in words, escaped.
    Either(Sides<Option<(String, Query)>>),
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
            is_unrelated: false,
            is_rebuilt_same: false,
            delta: None,
            waterfall_bar: None,
            layer: Default::default(),
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
    units: Units,
    rows: &RowSummary,
) -> Vec<TabLine> {
    match tab {
        CompareTab::Layers => layer_lines(comparison, images, units, rows),
        CompareTab::Why => why(comparison, images, units, &rows.largest),
        CompareTab::Packages => Vec::new(),
        CompareTab::Config => {
            let mut lines = warning_lines(images);
            lines.extend(config_lines(comparison));
            lines.extend(history_lines(comparison, images));
            lines
        }
    }
}

/// Returns a line with a half for each image.
fn two(label: String, change: StatusKind, halves: Sides<String>) -> TabLine {
    TabLine {
        change,
        label,
        right: Some(halves.after),
        ..TabLine::plain("", halves.before)
    }
}

/// Returns the change of what each image may have.
const fn change(before: bool, after: bool) -> StatusKind {
    match (before, after) {
        (true, false) => StatusKind::Removed,
        (false, true) => StatusKind::Added,
        _ => StatusKind::Modified,
    }
}

/// Returns the aligned layers. Layers between two aligned ones that only one image has have lines of their own, those of the image before first. Images that
/// share no layer have all of them beside each other, from the bottom on.
fn layer_lines(
    comparison: &Comparison,
    images: Sides<&Image>,
    units: Units,
    summary: &RowSummary,
) -> Vec<TabLine> {
    let half = |side: Side, id: Option<LayerId>| {
        let base = &comparison.analyses.get(side).base;
        id.map_or_else(String::new, |id| layer(images.get(side), base, id, units))
    };
    let line = |pair: Sides<Option<LayerId>>, change: StatusKind| {
        let halves = Sides::new(
            half(Side::Before, pair.before),
            half(Side::After, pair.after),
        );
        TabLine {
            right_change: Some(change),
            ..two(String::new(), change, halves)
        }
    };
    let is_unrelated = comparison.layers.shared == 0;
    let beside = |gap: &mut Sides<Vec<LayerId>>| {
        let gap = std::mem::take(gap);
        // Unrelated layers on one line would look related among those that are.
        let apart = if is_unrelated { 0 } else { gap.before.len() };
        let rows = 0..gap.before.len().max(gap.after.len() + apart);
        let rows = rows.map(|row| {
            let after = row.checked_sub(apart).and_then(|row| gap.after.get(row));
            Sides::new(gap.before.get(row).copied(), after.copied())
        });
        let line = |pair: Sides<Option<LayerId>>| TabLine {
            change: StatusKind::Removed,
            right_change: Some(StatusKind::Added),
            opens: Some(LineTarget::Either(Sides::new(
                pair.before.map(one_layer),
                pair.after.map(one_layer),
            ))),
            is_unrelated,
            ..line(pair, StatusKind::Unmodified)
        };
        rows.map(line).collect::<Vec<_>>()
    };
    let mut lines = Vec::new();
    let mut gap = Sides::<Vec<LayerId>>::default();
    for pair in &comparison.layers.pairs {
        match (pair.before, pair.after) {
            (Some(before), Some(after)) if !is_unrelated => {
                lines.extend(beside(&mut gap));
                let change = match pair.relation {
                    LayerRelation::Same => StatusKind::Unmodified,
                    _ => StatusKind::Modified,
                };
                lines.push(TabLine {
                    opens: Some(both_layers(before, after)),
                    is_rebuilt_same: summary.is_rebuilt_same(before),
                    ..line(Sides::new(Some(before), Some(after)), change)
                });
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

/// Returns the warnings of both images.
fn warning_lines(images: Sides<&Image>) -> Vec<TabLine> {
    let line = |side: Side, warning: &Warning| TabLine {
        // Shown, though both images may have it.
        change: StatusKind::Modified,
        label: "! warning".to_owned(),
        ..TabLine::plain(
            "",
            format!("{}: {}", side.name(), escape::text(&warning.sentence())),
        )
    };
    let lines = |side| {
        let warnings = images.get(side).warnings.iter();
        warnings.map(move |warning| line(side, warning))
    };
    Side::BOTH.into_iter().flat_map(lines).collect()
}

fn config_lines(comparison: &Comparison) -> Vec<TabLine> {
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
        let change = change(values.before.is_some(), values.after.is_some());
        let halves = Sides::new(words_of(&values.before), words_of(&values.after));
        two(label, change, halves)
    });
    lines.collect()
}

/// Returns a line with a value that both images have. Its label is below those that follow a mark.
fn both(label: &str, value: &str) -> TabLine {
    TabLine {
        label: format!("  {label}"),
        ..TabLine::plain("", format!("  {}", format!("{value}  (both)").trim_start()))
    }
}

fn history_lines(comparison: &Comparison, images: Sides<&Image>) -> Vec<TabLine> {
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
        let change = change(pair.before.is_some(), pair.after.is_some());
        let halves = Sides::new(
            words_of(Side::Before, pair.before),
            words_of(Side::After, pair.after),
        );
        two("history".to_owned(), change, halves)
    });
    lines.collect()
}

/// Returns the layer that stores a file: of the image after, if it has the file.
fn layer_of(comparison: &Comparison, images: Sides<&Image>, row: RowId) -> Option<LayerShare> {
    let (side, node) = comparison.rows.any_node(row);
    let shown = images.get(side).visible(node)?;
    Some(LayerShare {
        side,
        layer: shown.layer,
        bytes: shown.bytes,
        of: shown.bytes,
    })
}

/// Returns the folders with the largest differences, then the files that differ most.
fn why(
    comparison: &Comparison,
    images: Sides<&Image>,
    units: Units,
    largest: &[PathChange],
) -> Vec<TabLine> {
    let scope = comparison.scope();
    let path = |row: RowId| escape::name(&comparison.path(images, row)).into_owned();
    let line = |row: RowId, delta: i128, words: String, layer: Option<LayerShare>| TabLine {
        opens: Some(LineTarget::Row(row)),
        layer: layer_text(comparison, images, layer),
        ..TabLine::of_delta(delta, units, words)
    };
    let folders = comparison.folder_deltas.iter().map(|folder| {
        let words = format!("{:<7} {}{scope}", "folder", path(folder.row));
        line(folder.row, folder.delta(), words, folder.layer)
    });
    let files = largest.iter().map(|change| {
        let mut words = format!("{:<7} {}{scope}", change.status.name(), path(change.row));
        if let Some(from) = change.from {
            words = format!("{words}  from {}", path(from));
        }
        if change.what != EntryDifferences::NOTHING {
            words = format!("{words}  {}", change.what.list());
        }
        let layer = layer_of(comparison, images, change.row);
        line(change.row, change.delta(), words, layer)
    });
    folders.chain(files).collect()
}

fn layer_query(layer: LayerId) -> Query {
    Query::of(Condition::Layers(layer, layer))
}

/// Returns the files that two aligned layers store.
fn both_layers(before: LayerId, after: LayerId) -> LineTarget {
    LineTarget::Query {
        words: format!("layers {} and {}", before.0 + 1, after.0 + 1),
        queries: Sides::new(Some(layer_query(before)), Some(layer_query(after))),
    }
}

/// Returns the query of the files that a layer stores, in words and as a query.
fn one_layer(layer: LayerId) -> (String, Query) {
    (format!("layer {}", layer.0 + 1), layer_query(layer))
}

/// Returns the layer that stores most of a difference, with its share if others store some too: `77 % in L2 apt-get install …`, `77 % L2 apt-get install …`,
/// `77 % L2`; empty without one.
pub(super) fn layer_text(
    comparison: &Comparison,
    images: Sides<&Image>,
    share: Option<LayerShare>,
) -> [String; 3] {
    let Some(share) = share else {
        return Default::default();
    };
    let percent = (u128::from(share.bytes) * 100).checked_div(share.of.into());
    let percent = percent.filter(|percent| *percent < 100);
    let percent = percent.map_or_else(String::new, |percent| format!("{percent} % "));
    let of = if percent.is_empty() { "" } else { "in " };
    let base = &comparison.analyses.get(share.side).base;
    let instruction = base.instruction(images.get(share.side), share.layer);
    let number = share.layer.short_name();
    let words = format!("{number} {}", escape::text(&instruction));
    [
        format!("{percent}{of}{words}"),
        format!("{percent}{words}"),
        format!("{percent}{number}"),
    ]
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
