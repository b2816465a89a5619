//! The loading screen: the current step, and a bar and an instruction for each layer as soon as they are known.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::compare::{Side, Sides};
use crate::escape;
use crate::ui::layout;
use crate::ui::loaded::loading::Loading;
use crate::ui::model::Model;
use crate::ui::theme::Theme;
use crate::ui::wording::loading as words;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::layers::LayerColumns;
use crate::ui::view::{progress, text};

/// Draws the loading screen of one image.
pub(super) fn draw(loading: &Loading, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    let header = model.areas.header;
    let reference = escape::text(&loading.reference).into_owned();
    let reference =
        text::clip(&reference, usize::from(header.width).saturating_sub(12)).into_owned();
    Line::from(vec![
        Span::styled(" dive-rs  ", theme.key),
        Span::styled(reference, theme.title),
    ])
    .render(header, buffer);
    pane(
        loading,
        model,
        theme,
        (" Loading ", model.areas.body),
        buffer,
    );
}

/// Draws the loads of two images, side by side or one above the other.
pub(super) fn draw_two(both: &Sides<Loading>, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    Line::styled(" dive-rs", theme.key).render(model.areas.header, buffer);
    for (side, area) in Side::BOTH.into_iter().zip(model.areas.halves) {
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
    let words = format!(" {}", words::progress(loading, model.options.units));
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
    // The first layer that is still loading stays in view.
    let busy = loading
        .layers
        .iter()
        .position(|read| read.done < read.total)
        .unwrap_or(0);
    let top = busy
        .saturating_sub(room / 2)
        .min(lines.saturating_sub(room));
    let shown = LayerColumns::of(columns, lines, model.options.units);
    for (line, at) in (top..lines).take(room).enumerate() {
        let spans = progress::line(loading, model, theme, &shown, at, columns);
        frame::line(rows, line + 3, &Line::from(spans), buffer);
    }
}
