//! The query in front: the way back, its conditions as chips, and its total.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::ui::layout::query_line::query_line;
use crate::ui::model::explore::{Explore, ViewTitle};
use crate::ui::theme::Theme;

/// Draws the line about the query above the list of files or the map.
pub(super) fn draw(explore: &Explore, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let (left, right) = titles(explore, theme, usize::from(area.width));
    left.render(area, buffer);
    right.right_aligned().render(area, buffer);
}

/// Returns the query at the left: its conditions as chips with the way back before them; at the right what is marked, its total, find and order.
pub(super) fn titles<'a>(explore: &Explore, theme: &Theme, columns: usize) -> (Line<'a>, Line<'a>) {
    let ViewTitle::Query { way, chips, totals } = explore.texts.title.get() else {
        return (Line::default(), Line::default());
    };
    let line = query_line(way, chips, totals, columns);
    let way: String = line.way.into_iter().map(|(_, words, _)| words).collect();
    let mut spans = vec![Span::raw(" "), Span::styled(way, theme.faint)];
    for (_, chip) in line.chips {
        spans.push(Span::styled(chip, theme.selected_away));
        spans.push(Span::raw(" "));
    }
    (
        Line::from(spans),
        Line::from(Span::styled(line.totals, theme.faint)),
    )
}
