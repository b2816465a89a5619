//! The title of the tree pane: the compared layers, the order, the filters.

use ratatui::text::Line;

use crate::ui::model::explore::{Explore, ViewTitle};
use crate::ui::theme::Theme;

use crate::ui::view::{query, text};

/// Returns the titles at the left and at the right: the range of layers, then order and filters.
pub(in crate::ui::view) fn titles<'a>(
    explore: &'a Explore,
    theme: &Theme,
    columns: usize,
) -> (Line<'a>, Line<'a>) {
    let ViewTitle::Layers { range, shown } = explore.texts.title.get() else {
        return query::titles(explore, theme);
    };
    let [long, short] = shown;
    let name = " Tree ".len();
    let fits = text::width(long) + name + 4 <= columns;
    let right = format!(" {} ", if fits { long } else { short });
    // Only the title names order and filters, so the range gives way to them.
    let room = columns.saturating_sub(text::width(&right) + 2);
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
