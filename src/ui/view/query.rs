//! The query in front: the way back, its conditions as chips, and its total.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::ui::model::explore::Explore;
use crate::ui::theme::Theme;

/// Draws the line about the query above the list of files or the map.
pub(super) fn draw(explore: &Explore, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let (left, right) = titles(explore, theme);
    left.render(area, buffer);
    right.right_aligned().render(area, buffer);
}

/// Returns the query at the left: its conditions as chips with the way back before them; at the right what is marked, its total, find and order.
pub(super) fn titles<'a>(explore: &'a Explore, theme: &Theme) -> (Line<'a>, Line<'a>) {
    let line = &explore.query_line;
    let way: String = line
        .way
        .iter()
        .map(|(_, words, _)| words.as_str())
        .collect();
    let mut spans = vec![Span::raw(" "), Span::styled(way, theme.faint)];
    for (_, chip) in &line.chips {
        spans.push(Span::styled(chip.as_str(), theme.selected_away));
        spans.push(Span::raw(" "));
    }
    (
        Line::from(spans),
        Line::from(Span::styled(line.totals.as_str(), theme.faint)),
    )
}
