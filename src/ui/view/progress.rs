//! The line of a layer that is still loading: bytes so far, a bar, percent, instruction.

use ratatui::text::Span;

use crate::bytes::human;
use crate::escape;
use crate::image::LayerHeading;
use crate::ui::loaded::loading::{ByteProgress, Loading};
use crate::ui::model::Model;
use crate::ui::theme::Theme;
use crate::ui::wording::loading::percent;

use crate::ui::view::layers::LayerColumns;
use crate::ui::view::text;

/// Returns the line of a layer: bytes so far, a bar, percent, its instruction.
pub(in crate::ui) fn line<'a>(
    loading: &Loading,
    model: &Model,
    theme: &Theme,
    columns: &LayerColumns,
    at: usize,
    width: usize,
) -> Vec<Span<'a>> {
    let ByteProgress { done, total } = loading.layers.get(at).copied().unwrap_or_default();
    let bytes = match done {
        _ if loading.cancelled => "missing".to_owned(),
        0 => "waiting".to_owned(),
        done => human(done, model.options.units),
    };
    let mut spans = vec![Span::styled(
        format!(
            "  {} {}",
            text::right(&(at + 1).to_string(), columns.number),
            text::right(&bytes, columns.size)
        ),
        theme.faint,
    )];
    let done = if loading.cancelled { 0 } else { done };
    let bar = text::bar(done, total.max(1), columns.bar);
    let look = if done < total { theme.mark } else { theme.bar };
    spans.extend(columns.framed(bar, look, theme));
    if columns.hidden > 0 {
        let percent = match total {
            0 => String::new(),
            _ if loading.cancelled => String::new(),
            total => format!("{} %", percent(done, total)),
        };
        spans.push(Span::styled(
            format!(" {}", text::right(&percent, columns.hidden)),
            theme.faint,
        ));
    }
    spans.push(Span::raw("  "));
    let used: usize = spans.iter().map(Span::width).sum();
    let heading = loading.headings.get(at);
    let words = heading.map(LayerHeading::description);
    // A stream has its layers before the manifest with their instructions.
    let words = words.unwrap_or("instruction not known yet".into());
    let words = escape::text(&words);
    spans.push(Span::styled(
        text::clip(&words, width.saturating_sub(used)).into_owned(),
        theme.faint,
    ));
    spans
}
