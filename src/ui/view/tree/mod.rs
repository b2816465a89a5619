//! The tree pane: `title` draws its title, `columns` the heads and the columns beside the names, `name` the names, `selected` the line about the
//! selected path.

mod columns;
mod name;
mod selected;
mod title;

pub(super) use selected::line as selected_line;

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::ui::model::Model;
use crate::ui::model::explore::Explore;
use crate::ui::pane::{Filter, Focus};
use crate::ui::theme::Theme;
use crate::ui::wording::outline;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::{tabs, text};

/// Draws the pane.
pub(super) fn draw(explore: &Explore, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    let areas = &explore.areas;
    if areas.tree.is_empty() {
        return;
    }
    let focused = explore.focus == Focus::Tree;
    let style = frame::style(theme, focused);
    if explore.has_tabs_below() {
        let titles = title::titles(explore, theme, usize::from(areas.tree.width));
        frame::draw(areas.tree, Stacked::NOT, titles, style, buffer);
    } else {
        tabs::right_frame(explore, theme, focused, areas.tree, buffer);
        let (left, right) = title::titles(explore, theme, usize::from(areas.query.width));
        left.render(areas.query, buffer);
        right.right_aligned().render(areas.query, buffer);
    }
    let rows = areas.tree_rows();
    let columns = explore.columns;
    frame::heads(rows, &columns::heads(&columns), theme, buffer);
    let tree = &explore.tree.lines;
    let top = tree.cursor().top();
    for (at, row) in tree
        .rows()
        .iter()
        .skip(top)
        .take(usize::from(rows.height))
        .enumerate()
    {
        let Some(line) = frame::row(rows, at) else {
            break;
        };
        let mut spans = columns::cells(explore, model, theme, &columns, *row);
        name::push(explore, theme, *row, usize::from(line.width), &mut spans);
        frame::line(line, 0, &Line::from(spans), buffer);
        if top + at == tree.cursor().at() {
            frame::select(rows, at, focused, theme, buffer);
        }
    }
    let after = explore.tree.comparison().range().after;
    let words = if after.is_none_or(|after| explore.has(after)) {
        outline::empty(tree, Filter::default(), explore.tree.has_work())
    } else if explore.is_cancelled() {
        Some(Cow::Borrowed(
            "this layer was not loaded; loaded layers can be browsed",
        ))
    } else {
        Some(Cow::Borrowed(
            "this layer is loading; loaded layers can be browsed",
        ))
    };
    if let Some(words) = words.filter(|_| tree.rows().is_empty()) {
        let (columns, height) = (usize::from(rows.width), usize::from(rows.height));
        let words = text::empty_state(&words, columns, height, theme);
        for (at, line) in words.iter().enumerate() {
            frame::line(rows, at, line, buffer);
        }
    }
    frame::scrollbar(rows, top, tree.rows().len(), style, buffer);
    let selected = Line::from(selected::line(
        explore,
        theme,
        model.options.units,
        usize::from(areas.tree_status().width),
    ));
    frame::line(areas.tree_status(), 0, &selected, buffer);
}
