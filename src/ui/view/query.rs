//! The query in front: the way back, its conditions as chips, and its total.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::bytes::{count, human, thousands};
use crate::query::Selection;
use crate::ui::model::Model;
use crate::ui::model::explore::Explore;
use crate::ui::theme::Theme;
use crate::ui::wording::query;

use crate::ui::view::{outline, text};

/// Draws the line about the query above the list of files or the map.
pub(super) fn draw(
    explore: &Explore,
    selection: &Selection,
    model: &Model,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let (left, right) = titles(explore, selection, model, theme, usize::from(area.width));
    left.render(area, buffer);
    right.right_aligned().render(area, buffer);
}

/// Returns the query at the left: its terms as chips with the way back before them; at the right what is marked, its total, find and order.
pub(super) fn titles<'a>(
    explore: &Explore,
    selection: &Selection,
    model: &Model,
    theme: &Theme,
    columns: usize,
) -> (Line<'a>, Line<'a>) {
    let units = model.options.units;
    let mut parts = Vec::new();
    if let Some(list) = explore.list().filter(|list| list.has_marks()) {
        let bytes = list
            .marked()
            .fold(0, |sum: u64, it| sum.saturating_add(it.bytes));
        let marked = thousands(list.marked().count() as u64);
        parts.push(format!("{marked} marked, {}", human(bytes, units)));
    }
    parts.push(query::total(explore, selection, units));
    let files = count(selection.contents().len() as u64, "file", "files");
    parts.push(files);
    if explore.list().is_none() {
        parts.extend(outline::found(&explore.tree.lines));
    }
    let total = |parts: &[String]| format!(" {} ", parts.join(" · "));
    let chips = query::chips(explore, selection.query(), units);
    let width = |chips: &[String]| -> usize {
        chips
            .iter()
            .map(|chip| text::width(chip) + 3)
            .sum::<usize>()
            + 1
    };
    // The chips come before everything but the first part.
    while parts.len() > 1 && width(&chips) + text::width(&total(&parts)) + 2 > columns {
        parts.pop();
    }
    let right = total(&parts);
    let mut room = columns.saturating_sub(text::width(&right) + 3);
    let mut spans = vec![Span::raw(" ")];
    let crumbs = query::breadcrumb(explore, units);
    let way = crumbs[..crumbs.len().saturating_sub(1)].join(" › ");
    let way = format!("{way} › ");
    if explore.views.is_empty() {
        // Nothing is behind.
    } else if text::width(&way) + width(&chips) <= room {
        room -= text::width(&way);
        spans.push(Span::styled(way, theme.faint));
    } else if width(&chips) + 2 <= room {
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
