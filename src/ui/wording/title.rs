//! The title of the tree or of a query in words: the compared layers, the order, the filters; the conditions of the query and its total. No colours, no widths.

use crate::bytes::{Units, human, thousands};
use crate::image::NodeId;
use crate::query::Selection;
use crate::ui::model::explore::{Explore, ViewTitle};
use crate::ui::pane::{LayerRange, TreeOrder};
use crate::ui::wording::{outline, query};

/// Returns the title.
#[must_use]
pub(in crate::ui) fn title(explore: &Explore, units: Units) -> ViewTitle {
    if let Some(selection) = explore.selection() {
        return under_query(explore, selection, units);
    }
    let order = match explore.tree.sort() {
        TreeOrder::Size => "by size ▾",
        TreeOrder::Name => "by name ▴",
    };
    let lines = &explore.tree.lines;
    let filters = outline::filters(lines, units);
    let hit = outline::found(lines, explore.texts.find.get());
    let shown = |total: Option<String>| {
        let order = [order.to_owned()].into_iter();
        let found = total.into_iter().chain(hit.clone());
        let parts: Vec<String> = order.chain(filters.clone()).chain(found).collect();
        parts.join(" · ")
    };
    let bytes = listed(explore, units);
    let of = |bytes: &String| {
        let all = explore.folder_sum(explore.tree.comparison().total_bytes());
        format!("{bytes} of {}", all.bytes(units))
    };
    ViewTitle::Layers {
        range: range(explore),
        shown: [shown(bytes.as_ref().map(of)), shown(bytes)],
    }
}

/// Returns the bytes of what filter and find select; `None` without either.
fn listed(explore: &Explore, units: Units) -> Option<String> {
    let bytes = explore.tree.lines.selected_bytes(NodeId::ROOT)?;
    Some(explore.folder_sum(bytes.after).bytes(units))
}

fn under_query(explore: &Explore, selection: &Selection, units: Units) -> ViewTitle {
    let mut totals = Vec::new();
    if let Some(list) = explore.list().filter(|list| list.has_marks()) {
        let (marked, bytes) = list.marked_total();
        let marked = thousands(marked as u64);
        totals.push(format!("{marked} marked, {}", human(bytes, units)));
    }
    totals.push(query::total(explore, selection, units));
    totals.push(query::number(explore, selection, NodeId::ROOT));
    if explore.list().is_none() {
        let hits = outline::found(&explore.tree.lines, explore.texts.find.get());
        let bytes = hits.as_ref().and_then(|_| listed(explore, units));
        totals.extend(hits.into_iter().chain(bytes));
    }
    let mut way = query::breadcrumb(explore, units);
    way.pop();
    ViewTitle::Query {
        way,
        chips: query::chips(explore, selection.query(), units),
        totals,
    }
}

/// Returns the compared layers, and which of them are not loaded.
fn range(explore: &Explore) -> String {
    let LayerRange { before, after } = explore.tree.comparison().range();
    let Some(after) = after else {
        return "no layers".to_owned();
    };
    let number = after.0 + 1;
    let range = match before {
        Some(before) => format!("layer {number} vs {}", before.0 + 1),
        None if number > 1 => format!("layers 1–{number}"),
        None => "layer 1".to_owned(),
    };
    if !explore.has(after) {
        return format!("{range}, {}", explore.missing());
    }
    if explore.image.about.shallow {
        return format!("{range}, not read");
    }
    let missing = explore.missing_below(after);
    match missing[..] {
        [] => range,
        [one] => format!("{range}, without {}", one.0 + 1),
        _ => format!("{range}, without {} layers", missing.len()),
    }
}
