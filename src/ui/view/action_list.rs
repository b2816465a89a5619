//! The list of actions to run by name: the line being typed, then a line for each action that fits.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::bytes::count;
use crate::ui::layout;
use crate::ui::model::Model;
use crate::ui::model::overlay::ActionList;
use crate::ui::theme::Theme;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::{input, text};

/// The columns of the key.
const KEY: usize = 8;

/// Draws the list.
pub(super) fn draw(
    list: &ActionList,
    model: &Model,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let titles = (Line::styled(" Actions ", theme.title), Line::default());
    frame::draw(area, Stacked::NOT, titles, theme.border_focus, buffer);
    let inner = layout::inside(area, 1, 1);
    let all = list.shown().count();
    let words = count(all as u64, "action", "actions");
    if let Some(row) = frame::row(inner, 0) {
        input::draw(" : ", &list.line, &words, theme, row, buffer);
    }
    let rows = model.overlay_areas.rows;
    let top = list.cursor.top();
    let columns = usize::from(rows.width).saturating_sub(KEY + 3);
    let shown = list.shown().enumerate().skip(top);
    for (at, action) in shown.take(usize::from(rows.height)) {
        let line = Line::from(vec![
            Span::styled(format!("  {}", text::left(&action.key, KEY)), theme.key),
            Span::styled(text::clip(action.help, columns).into_owned(), theme.text),
        ]);
        frame::line(rows, at - top, &line, buffer);
        if at == list.cursor.at() {
            frame::select(rows, at - top, true, theme, buffer);
        }
    }
    frame::scrollbar(rows, top, all, theme.border_focus, buffer);
}
