//! The help: all keys, from the key table.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::ui::bindings;
use crate::ui::keys::HelpLine;
use crate::ui::layout;
use crate::ui::model::Model;
use crate::ui::theme::Theme;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::text;

/// Columns of the keys.
const KEYS: usize = 18;

/// Draws the help from line `top` on.
pub(super) fn draw(top: usize, model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let title = Line::styled(" Keys ", theme.title);
    frame::draw(
        area,
        Stacked::NOT,
        (title, Line::default()),
        theme.border_focus,
        buffer,
    );
    let rows = layout::inside(area, 1, 1);
    let lines = bindings::help(model);
    let columns = usize::from(rows.width);
    for (at, line) in lines
        .iter()
        .skip(top)
        .take(usize::from(rows.height))
        .enumerate()
    {
        let line = match line {
            HelpLine::Space => Line::default(),
            HelpLine::Heading(title) => Line::styled(format!(" {title}"), theme.title),
            HelpLine::Keys(binding) => {
                let names: Vec<String> = binding.keys.iter().map(ToString::to_string).collect();
                let help = text::clip(binding.help, columns.saturating_sub(KEYS + 4));
                Line::from(vec![
                    Span::styled(
                        format!("   {}", text::left(&names.join("  "), KEYS)),
                        theme.key,
                    ),
                    Span::styled(help.into_owned(), theme.text),
                ])
            }
        };
        frame::line(rows, at, &line, buffer);
    }
    frame::scrollbar(rows, top, lines.len(), theme.border_focus, buffer);
}
