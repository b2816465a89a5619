//! The title of the tree pane: the compared layers, the order, the filters.

use ratatui::text::{Line, Span};

use crate::bytes::count;
use crate::query::Selection;
use crate::ui::model::Model;
use crate::ui::model::explore::Explore;
use crate::ui::pane::{LayerRange, TreeOrder};
use crate::ui::theme::Theme;
use crate::ui::wording::query;

use crate::ui::view::{outline, text};

/// Returns the titles at the left and at the right: the range of layers, then order and filters.
pub(in crate::ui::view) fn titles<'a>(
    explore: &Explore,
    model: &Model,
    theme: &Theme,
    columns: usize,
) -> (Line<'a>, Line<'a>) {
    if let Some(selection) = explore.tree.selection() {
        return under_query(explore, selection, model, theme, columns);
    }
    let mut parts = vec![match explore.tree.sort() {
        TreeOrder::Size => "by size ▾".to_owned(),
        TreeOrder::Name => "by name ▴".to_owned(),
    }];
    parts.extend(outline::shown(&explore.tree.lines, model.options.units));
    let right = format!(" {} ", parts.join(" · "));
    // Only the title names order and filters, so the range gives way to them.
    let room = columns.saturating_sub(text::width(&right) + 2);
    let range = range(explore);
    let fits = |left: &String| text::width(left) <= room;
    let left = [
        format!(" Tree · {range} "),
        format!(" {range} "),
        " Tree ".to_owned(),
    ];
    let left = left.into_iter().find(fits).unwrap_or_default();
    (
        Line::styled(left, theme.title),
        Line::styled(right, theme.faint),
    )
}

/// Returns the titles under a query: its terms as chips with the way back before them, then its total, find and order.
fn under_query<'a>(
    explore: &Explore,
    selection: &Selection,
    model: &Model,
    theme: &Theme,
    columns: usize,
) -> (Line<'a>, Line<'a>) {
    let units = model.options.units;
    let mut parts = vec![query::total(explore, selection, units)];
    let files = count(selection.contents().len() as u64, "file", "files");
    parts.push(files);
    parts.extend(outline::found(&explore.tree.lines));
    let total = |parts: &[String]| format!(" {} ", parts.join(" · "));
    let chips = query::chips(explore, selection.query(), units);
    let width = |chips: &[String]| -> usize {
        chips
            .iter()
            .map(|chip| text::width(chip) + 3)
            .sum::<usize>()
            + 1
    };
    // The chips come before everything but the total.
    while parts.len() > 1 && width(&chips) + text::width(&total(&parts)) + 2 > columns {
        parts.pop();
    }
    let right = total(&parts);
    let mut room = columns.saturating_sub(text::width(&right) + 3);
    let mut spans = vec![Span::raw(" ")];
    let crumbs = query::breadcrumb(explore, units);
    let way = crumbs[..crumbs.len().saturating_sub(1)].join(" › ");
    let way = format!("{way} › ");
    if text::width(&way) + width(&chips) <= room {
        room -= text::width(&way);
        spans.push(Span::styled(way, theme.faint));
    } else if width(&chips) + 2 <= room {
        room -= 2;
        spans.push(Span::styled("› ", theme.faint));
    }
    for (at, chip) in chips.iter().enumerate() {
        let rest: usize = chips.len() - at - 1;
        let most = room.saturating_sub(3 + rest * 4);
        let chip = format!(" {} ", text::clip(chip, most));
        room = room.saturating_sub(text::width(&chip) + 1);
        spans.push(Span::styled(chip, theme.selected_away));
        spans.push(Span::raw(" "));
    }
    (Line::from(spans), Line::styled(right, theme.faint))
}

/// Returns the compared layers in words, and which of them are not loaded.
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
    let missing = explore.missing_below(after);
    match missing[..] {
        [] => range,
        [one] => format!("{range}, without {}", one.0 + 1),
        _ => format!("{range}, without {} layers", missing.len()),
    }
}
