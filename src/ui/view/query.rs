//! The query in front: the way back, its conditions as chips, and its total.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::ui::model::explore::{Explore, ViewTitle};
use crate::ui::theme::Theme;

use crate::ui::view::text;

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
    let mut parts = &totals[..];
    let total = |parts: &[String]| format!(" {} ", parts.join(" · "));
    let width = |chips: &[String]| -> usize {
        chips
            .iter()
            .map(|chip| text::width(chip) + 3)
            .sum::<usize>()
            + 1
    };
    // The chips come before everything but the first part.
    while parts.len() > 1 && width(chips) + text::width(&total(parts)) + 2 > columns {
        parts = &parts[..parts.len() - 1];
    }
    let right = total(parts);
    let mut room = columns.saturating_sub(text::width(&right) + 3);
    let mut spans = vec![Span::raw(" ")];
    if way.is_empty() {
        // Nothing is behind.
    } else if text::width(way) + width(chips) <= room {
        room -= text::width(way);
        spans.push(Span::styled(way.clone(), theme.faint));
    } else if width(chips) + 2 <= room {
        room -= 2;
        spans.push(Span::styled("› ", theme.faint));
    }
    for (at, chip) in chips.iter().enumerate() {
        let rest: usize = chips.len() - at - 1;
        let most = room.saturating_sub(3 + rest * 4);
        let chip = format!(" {} ", text::clip(chip, most));
        room = room.saturating_sub(text::width(&chip) + 1);
        spans.push(Span::styled(chip, theme.selected_away));
        spans.push(Span::raw(" "));
    }
    (Line::from(spans), Line::styled(right, theme.faint))
}
