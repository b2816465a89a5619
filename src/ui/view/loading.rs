//! The loading screen: what is being done, and a bar a layer with its instruction as soon as they are known.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::bytes::human;
use crate::compare::{Side, Sides};
use crate::escape;
use crate::image::plain_instruction;
use crate::ui::layout;
use crate::ui::loading::{Loading, Read};
use crate::ui::model::Model;
use crate::ui::theme::Theme;

use super::frame::{self, Stacked};
use super::{edge, text};

/// Draws it.
pub(super) fn draw(loading: &Loading, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    let size = model.size;
    let reference = escape::text(&loading.reference).into_owned();
    let reference = text::clip(&reference, usize::from(size.width).saturating_sub(12)).into_owned();
    let header = Rect::new(0, 0, size.width, 1);
    Line::from(vec![
        Span::styled(" dive-rs  ", theme.key),
        Span::styled(reference, theme.title),
    ])
    .render(header, buffer);
    let area = Rect::new(0, 1, size.width, size.height.saturating_sub(2));
    pane(loading, model, theme, (" Loading ", area), buffer);
}

/// Draws the loads of two images, one beside the other or above it.
pub(super) fn draw_two(both: &Sides<Loading>, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    let size = model.size;
    let header = Rect::new(0, 0, size.width, 1);
    Line::styled(" dive-rs", theme.key).render(header, buffer);
    let body = Rect::new(0, 1, size.width, size.height.saturating_sub(2));
    let areas = if size.width >= 100 {
        Layout::horizontal([Constraint::Fill(1); 2]).areas::<2>(body)
    } else {
        Layout::vertical([Constraint::Fill(1); 2]).areas::<2>(body)
    };
    for (side, area) in Side::BOTH.into_iter().zip(areas) {
        let loading = both.get(side);
        let title = format!(" {}  {} ", side.name(), escape::text(&loading.reference));
        let title = text::clip(&title, usize::from(area.width).saturating_sub(2));
        pane(loading, model, theme, (&title, area), buffer);
    }
}

fn pane(
    loading: &Loading,
    model: &Model,
    theme: &Theme,
    (title, area): (&str, Rect),
    buffer: &mut Buffer,
) {
    let title = Line::styled(title, theme.title);
    frame::draw(
        area,
        Stacked::NOT,
        (title, Line::default()),
        theme.border_focus,
        buffer,
    );
    let rows = layout::inside(area, 1, 1);
    let columns = usize::from(rows.width);
    let words = format!(" {}", edge::progress_words(loading, model));
    frame::line(
        rows,
        0,
        &Line::styled(text::clip(&words, columns).into_owned(), theme.text),
        buffer,
    );
    let sum = loading.sum();
    if sum.total > 0 {
        let bar = text::bar(sum.done, sum.total, columns.saturating_sub(2));
        frame::line(rows, 1, &Line::styled(format!(" {bar}"), theme.bar), buffer);
    }
    let lines = loading.headings.len().max(loading.layers.len());
    let room = usize::from(rows.height).saturating_sub(3);
    // The first layer that is not read yet stays in view.
    let busy = loading
        .layers
        .iter()
        .position(|read| read.done < read.total)
        .unwrap_or(0);
    let top = busy
        .saturating_sub(room / 2)
        .min(lines.saturating_sub(room));
    for (line, at) in (top..lines).take(room).enumerate() {
        frame::line(
            rows,
            line + 3,
            &layer(loading, model, theme, at, columns),
            buffer,
        );
    }
}

fn layer<'a>(
    loading: &Loading,
    model: &Model,
    theme: &Theme,
    at: usize,
    columns: usize,
) -> Line<'a> {
    let Read { done, total } = loading.layers.get(at).copied().unwrap_or_default();
    let units = model.options.units;
    let bytes = match total {
        0 => human(done, units),
        _ => format!("{} of {}", human(done, units), human(total, units)),
    };
    let bar = columns.clamp(60, 120) / 5;
    let mut spans = vec![
        Span::styled(text::right(&(at + 1).to_string(), 4), theme.faint),
        Span::styled(" ▕", theme.faint),
        Span::styled(text::bar(done, total.max(1), bar), theme.bar),
        Span::styled("▏", theme.faint),
        Span::styled(format!(" {}  ", text::right(&bytes, 22)), theme.text),
    ];
    let used: usize = spans.iter().map(Span::width).sum();
    let words = loading
        .headings
        .get(at)
        .map(|heading| plain_instruction(&heading.instruction))
        .unwrap_or_default();
    let words = escape::text(&words);
    spans.push(Span::styled(
        text::clip(&words, columns.saturating_sub(used)).into_owned(),
        theme.faint,
    ));
    Line::from(spans)
}
