//! The header of the compare screen: both images with their sizes, the difference, and the numbers that fit below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::bytes::{percent, signed, times};
use crate::compare::Side;
use crate::escape;
use crate::ui::compare::Compare;
use crate::ui::model::Model;
use crate::ui::theme::Theme;
use crate::ui::wording::image_names;

use crate::ui::view::{frame, text};

/// Draws `before NAME 1.4 GB  ⇄  after NAME 14.5 MB      −1.4 GB  −99.0 %`, or `+1.4 GB  95.8×`, and the numbers that fit below it.
pub(super) fn draw(
    compare: &Compare,
    model: &Model,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let units = model.options.units;
    let size = |side: Side| compare.comparison.analyses.get(side).size;
    let (before, after) = (size(Side::Before), size(Side::After));
    let delta = i128::from(after) - i128::from(before);
    let percent = percent(before, after).or_else(|| times(before, after));
    let percent = percent.unwrap_or_default();
    let columns = usize::from(area.width);
    let sum = |side: Side| compare.comparison.analyses.get(side).sum(size(side), units);
    let sides = Side::BOTH.map(|side| (side, sum(side)));
    // The columns beside the names: sides, sizes, gaps and the arrow.
    let fixed = |numbers: &str| {
        let each = |(side, size): &(Side, String)| text::width(side.name()) + text::width(size) + 2;
        sides.iter().map(each).sum::<usize>() + text::width(numbers) + 8
    };
    let (words, percent) = if compare.comparison.is_exact {
        (signed(delta, units), percent)
    } else {
        ("Δ unknown".to_owned(), String::new())
    };
    let names = Side::BOTH.map(|side| {
        let name = image_names::image(&compare.images.get(side).about);
        (side, escape::text(name).into_owned())
    });
    let wide = |at: usize| text::width(&names[at].1);
    // Rather without the percentage than with a truncated name.
    let numbers = [format!("{words}  {percent}"), words];
    let fits = |room: usize| {
        let mut numbers = numbers.iter();
        numbers.find(|numbers| fixed(numbers) + room <= columns)
    };
    let numbers = fits(wide(0) + wide(1)).or_else(|| fits(0));
    let numbers = numbers.map_or("", String::as_str);
    let room = columns.saturating_sub(fixed(numbers));
    // A short name leaves its columns to the other one.
    let half = room / 2;
    let rooms = match (wide(0) <= half, wide(1) <= half) {
        (true, _) => [half, room - wide(0).min(room)],
        (_, true) => [room - wide(1).min(room), half],
        _ => [half, half],
    };
    let mut spans = vec![Span::raw(" ")];
    for (side, size) in &sides {
        let at = *side as usize;
        let mark = if *side == compare.active_side {
            theme.key
        } else {
            theme.faint
        };
        spans.push(Span::styled(format!("{} ", side.name()), mark));
        let name = text::clip_start(&names[at].1, rooms[at]).into_owned();
        spans.push(Span::styled(name, theme.title));
        spans.push(Span::styled(format!(" {size}"), theme.text));
        if *side == Side::Before {
            spans.push(Span::styled("  ⇄  ", theme.faint));
        }
    }
    frame::line(area, 0, &Line::from(spans), buffer);
    let first = Rect {
        height: 1.min(area.height),
        ..area
    };
    let style = theme.title.patch(theme.delta(delta));
    frame::right(first, format!("{numbers} "), style, buffer);
    for (at, line) in compare.header_lines().iter().enumerate() {
        let words = text::clip(line, columns.saturating_sub(1));
        let line = Line::styled(format!(" {words}"), theme.text);
        frame::line(area, at + 1, &line, buffer);
    }
}
