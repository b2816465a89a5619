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
    let filters = outline::shown(&explore.tree.lines, explore.texts.find.get(), units);
    ViewTitle::Layers {
        range: range(explore),
        shown: [vec![order.to_owned()], filters].concat(),
    }
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
        totals.extend(outline::found(
            &explore.tree.lines,
            explore.texts.find.get(),
        ));
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
