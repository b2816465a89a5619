//! The title of the tree pane: the compared layers, the order, the filters.

use ratatui::text::Line;

use crate::ui::model::Model;
use crate::ui::model::explore::Explore;
use crate::ui::pane::{LayerRange, TreeOrder};
use crate::ui::theme::Theme;

use crate::ui::view::{outline, query, text};

/// Returns the titles at the left and at the right: the range of layers, then order and filters.
pub(in crate::ui::view) fn titles<'a>(
    explore: &Explore,
    model: &Model,
    theme: &Theme,
    columns: usize,
) -> (Line<'a>, Line<'a>) {
    if let Some(selection) = explore.tree.selection() {
        return query::titles(explore, selection, model, theme, columns);
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
