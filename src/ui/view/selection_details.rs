//! The third pane of wide terminals: the details of the selection, as far as they fit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::escape;
use crate::ui::layout;
use crate::ui::model::explore::Explore;
use crate::ui::theme::Theme;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::text;

/// Draws the pane.
pub(super) fn draw(explore: &Explore, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let (title, words) = match &explore.selection_details {
        Some((title, words)) => (format!(" {title} "), words.as_str()),
        None => (" Details ".to_owned(), ""),
    };
    let title = text::clip(&title, usize::from(area.width).saturating_sub(2)).into_owned();
    let titles = (Line::styled(title, theme.title), Line::default());
    frame::draw(area, Stacked::NOT, titles, theme.border, buffer);
    let rows = layout::inside(area, 1, 1);
    let (columns, height) = (usize::from(rows.width), usize::from(rows.height));
    let mut lines = words.lines().flat_map(|line| {
        let line = escape::text(line).into_owned();
        let indent = line.len() - line.trim_start().len();
        match line.trim() {
            "" => vec![String::new()],
            words => {
                let wrapped = text::wrap(words, columns.saturating_sub(indent).max(8), height);
                let indented = wrapped.into_iter();
                indented
                    .map(|part| format!("{:indent$}{part}", ""))
                    .collect()
            }
        }
    });
    for at in 0..height {
        let Some(line) = lines.next() else { break };
        // The last line shows that there are more.
        let is_cut = at + 1 == height && lines.next().is_some();
        let line = if is_cut {
            "… i shows all".to_owned()
        } else {
            line
        };
        frame::line(rows, at, &Line::styled(line, theme.text), buffer);
    }
}
