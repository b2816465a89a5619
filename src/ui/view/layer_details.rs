//! The details of the selected layer: its full instruction, its numbers, its digest.

use ratatui::buffer::Buffer;
use ratatui::text::Line;

use crate::ui::layout;
use crate::ui::model::explore::Explore;
use crate::ui::theme::Theme;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::text;

/// Draws the pane.
pub(super) fn draw(explore: &Explore, theme: &Theme, buffer: &mut Buffer) {
    let areas = &explore.areas;
    if areas.details.is_empty() {
        return;
    }
    let below = explore.has_tabs_below();
    let stacked = Stacked { above: true, below };
    let title = Line::styled(" Layer ", theme.title);
    frame::draw(
        areas.details,
        stacked,
        (title, Line::default()),
        theme.border,
        buffer,
    );
    if explore.layer().is_none() {
        return;
    }
    let words = explore.texts.layer.get();
    let rows = layout::inside(areas.details, 1, u16::from(!below));
    let columns = usize::from(rows.width);
    // The numbers wrap instead of being cut, at the cost of the digest. The instruction keeps at least one line.
    let height = usize::from(rows.height);
    let mut room = height.saturating_sub(1);
    let mut shown = Vec::new();
    for fact in &words.facts {
        let lines = text::wrap(fact, columns, room.min(3));
        room -= lines.len();
        shown.extend(lines);
    }
    let facts = shown;
    let room = height.saturating_sub(facts.len());
    let mut lines: Vec<Line> = text::wrap(&words.instruction, columns, room)
        .into_iter()
        .map(|line| Line::styled(line, theme.text))
        .collect();
    lines.extend(
        facts
            .into_iter()
            .map(|fact| Line::styled(fact, theme.faint)),
    );
    for (at, line) in lines.iter().enumerate() {
        frame::line(rows, at, line, buffer);
    }
}
