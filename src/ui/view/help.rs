//! The help: the keys of the current screen, from the key table.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::ui::keys::HelpLine;
use crate::ui::layout::help;
use crate::ui::model::overlay::KeyList;
use crate::ui::theme::Theme;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::text;

/// Draws the help.
pub(super) fn draw(list: &KeyList, theme: &Theme, (area, rows): (Rect, Rect), buffer: &mut Buffer) {
    let title = Line::styled(" Keys ", theme.title);
    frame::draw(
        area,
        Stacked::NOT,
        (title, Line::default()),
        theme.border_focus,
        buffer,
    );
    let KeyList { top, lines } = list;
    let columns = usize::from(rows.width);
    for (at, line) in lines
        .iter()
        .skip(*top)
        .take(usize::from(rows.height))
        .enumerate()
    {
        let line = match line {
            HelpLine::Space => Line::default(),
            HelpLine::Heading(title) => Line::styled(format!(" {title}"), theme.title),
            HelpLine::Keys(keys, does) => {
                let keys = if does.is_empty() {
                    text::clip(keys, columns.saturating_sub(help::MARGINS)).into_owned()
                } else {
                    text::left(keys, help::key_columns(columns))
                };
                Line::from(vec![
                    Span::styled(format!("   {keys}"), theme.key),
                    Span::styled(does.as_ref(), theme.text),
                ])
            }
            HelpLine::More(text) => {
                let indent = help::key_columns(columns) + 3;
                Line::styled(format!("{:indent$}{text}", ""), theme.text)
            }
        };
        frame::line(rows, at, &line, buffer);
    }
    frame::scrollbar(rows, *top, lines.len(), theme.border_focus, buffer);
}
