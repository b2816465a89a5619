//! The header of the compare screen: both images with their sizes, the difference, and the numbers that fit below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::compare::Side;
use crate::ui::compare::Compare;
use crate::ui::theme::Theme;

use crate::ui::view::{frame, text};

/// Draws `before NAME 1.4 GB  ⇄  after NAME 14.5 MB      −1.4 GB  −99.0 %`, or `+1.4 GB  95.8×`, and the numbers that fit below it.
pub(super) fn draw(compare: &Compare, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let header = compare.header();
    let images = &header.images;
    let mut spans = vec![Span::raw(" ")];
    for side in Side::BOTH {
        let is_active = side == compare.active_side;
        let mark = if is_active { theme.key } else { theme.faint };
        let mut name = theme.title;
        if images.has_sides {
            spans.push(Span::styled(format!("{} ", side.name()), mark));
        } else if is_active {
            name = theme.key;
        }
        spans.push(Span::styled(images.names.get(side).clone(), name));
        spans.push(Span::styled(
            format!(" {}", images.sizes.get(side)),
            theme.text,
        ));
        if side == Side::Before {
            spans.push(Span::styled("  ⇄  ", theme.faint));
        }
    }
    frame::line(area, 0, &Line::from(spans), buffer);
    let first = Rect {
        height: 1.min(area.height),
        ..area
    };
    let delta = compare.comparison.size_delta();
    let style = theme.title.patch(theme.delta(delta));
    frame::right(first, format!("{} ", images.delta), style, buffer);
    let columns = usize::from(area.width);
    for (at, line) in header.lines.iter().enumerate() {
        let words = text::clip(line, columns.saturating_sub(1));
        let line = Line::styled(format!(" {words}"), theme.text);
        frame::line(area, at + 1, &line, buffer);
    }
}
