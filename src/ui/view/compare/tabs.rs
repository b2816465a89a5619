//! The tabs above the trees: a line a layer, folder, package, field or history entry, in halves or in one piece.

use ratatui::buffer::Buffer;
use ratatui::text::{Line, Span};

use crate::bytes::{Units, count, human};
use crate::ui::compare::{Areas, Compare, Focus, TabLine, TopTab};
use crate::ui::model::Model;
use crate::ui::theme::Theme;

use crate::ui::view::compare::look;
use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::{outline, text};

/// Draws the pane.
pub(super) fn draw(
    compare: &Compare,
    model: &Model,
    theme: &Theme,
    areas: &Areas,
    buffer: &mut Buffer,
) {
    if areas.top.is_empty() {
        return;
    }
    let focused = compare.focus == Focus::Top;
    let style = frame::style(theme, focused);
    let stacked = Stacked {
        above: false,
        below: areas.files.height > 0,
    };
    let tabs = tabs(compare, theme);
    let room = usize::from(areas.top.width).saturating_sub(tabs.width() + 3);
    let shared = shared(compare, model.options.units, theme, room);
    let titles = (tabs, shared);
    frame::draw(areas.top, stacked, titles, style, buffer);
    let rows = areas.top_rows();
    let columns = usize::from(rows.width);
    let label = compare
        .lines
        .iter()
        .map(|line| text::width(&line.label))
        .max();
    let label = label.unwrap_or(0).min(columns / 4);
    let top = compare.place.top();
    for (at, line) in compare
        .lines
        .iter()
        .skip(top)
        .take(usize::from(rows.height))
        .enumerate()
    {
        frame::line(rows, at, &halves(line, label, columns, theme), buffer);
        if focused && top + at == compare.place.at() {
            frame::select(rows, at, true, theme, buffer);
        }
    }
    if compare.lines.is_empty() {
        frame::line(
            rows,
            0,
            &Line::styled(" nothing to compare", theme.faint),
            buffer,
        );
    }
    frame::scrollbar(rows, top, compare.lines.len(), style, buffer);
}

fn tabs<'a>(compare: &Compare, theme: &Theme) -> Line<'a> {
    let mut spans = Vec::new();
    for tab in TopTab::ALL {
        let style = if tab == compare.tab {
            theme.title
        } else {
            theme.faint
        };
        spans.push(Span::styled(format!(" {} ", tab.title()), style));
    }
    Line::from(spans)
}

/// Returns the number of shared layers and the bytes to download, in as many words as fit.
fn shared<'a>(compare: &Compare, units: Units, theme: &Theme, columns: usize) -> Line<'a> {
    let layers = &compare.comparison.layers;
    let (same, of) = (layers.shared, compare.images.after.layers.len());
    let all = count(of as u64, "layer", "layers");
    let (bytes, packed) = match layers.transfer.compressed {
        Some(stored) => (stored, ""),
        None => (layers.transfer.unpacked, " unpacked"),
    };
    let bytes = human(bytes, units);
    let words = [
        format!(" {same} of {all} shared · {bytes}{packed} to download for after "),
        format!(" {same} of {all} shared "),
        format!(" {same}/{of} shared "),
    ];
    let words = words
        .into_iter()
        .find(|words| text::width(words) <= columns);
    Line::styled(words.unwrap_or_default(), theme.faint)
}

fn halves<'a>(line: &TabLine, label: usize, columns: usize, theme: &Theme) -> Line<'a> {
    let style = look(theme, line.change);
    // A line with one half names its change in words.
    let mark = match line.right {
        Some(_) => format!(" {} ", outline::glyph(line.change)),
        None => " ".to_owned(),
    };
    let mut room = columns.saturating_sub(mark.chars().count());
    let mut spans = vec![Span::styled(mark, style)];
    if label > 0 {
        spans.push(Span::styled(text::left(&line.label, label), style));
        spans.push(Span::raw(" "));
        room = room.saturating_sub(label + 1);
    }
    let Some(right) = &line.right else {
        spans.push(Span::styled(
            text::clip(&line.left, room).into_owned(),
            theme.text,
        ));
        return Line::from(spans);
    };
    let half = room.saturating_sub(3) / 2;
    spans.push(Span::styled(text::left(&line.left, half), style));
    spans.push(Span::styled(" │ ", theme.border));
    spans.push(Span::styled(text::clip(right, half).into_owned(), style));
    Line::from(spans)
}
