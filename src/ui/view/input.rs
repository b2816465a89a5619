//! A line of input: label, text with its cursor in view, words at the right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::escape;
use crate::ui::layout::input::LEAST_INPUT;
use crate::ui::pane::TextInput;
use crate::ui::theme::Theme;

use crate::ui::view::text;

/// Draws an input, its cursor in view, and words at the right.
pub(super) fn draw(
    label: &str,
    line: &TextInput,
    words: &str,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let (before, after) = line.split();
    let (before, after) = (escape::text(before), escape::text(after));
    let mut room = usize::from(area.width).saturating_sub(text::width(label) + 1);
    if room > text::width(words) + LEAST_INPUT {
        room -= text::width(words) + 2;
        Line::styled(format!("{words} "), theme.faint)
            .right_aligned()
            .render(area, buffer);
    }
    let before = text::clip_start(&before, room.saturating_sub(1));
    let mut rest = after.chars();
    let at = rest.next().map_or_else(|| " ".to_owned(), String::from);
    let room = room.saturating_sub(text::width(&before) + text::width(&at));
    let rest: String = rest.collect();
    let look = if line.is_selected() {
        theme.selected
    } else {
        Style::default()
    };
    Line::from(vec![
        Span::styled(label.to_owned(), theme.key),
        Span::styled(before.into_owned(), look),
        Span::styled(at, theme.text.add_modifier(Modifier::REVERSED)),
        Span::raw(text::clip(&rest, room).into_owned()),
    ])
    .render(area, buffer);
}
