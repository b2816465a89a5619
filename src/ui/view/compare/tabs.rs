//! The tabs: one line per layer, folder, package, field or history entry, in halves or in one piece.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::compare::Side;
use crate::ui::compare::{Compare, LAYER, LETTER, SHORT_LAYER, TabColumns, TabLine, WaterfallBar};
use crate::ui::layout;
use crate::ui::pane::CompareTab;
use crate::ui::theme::Theme;
use crate::ui::wording::outline;

use crate::ui::view::compare::style_of;
use crate::ui::view::{category, frame, text};

/// Draws the pane.
pub(super) fn draw(compare: &Compare, theme: &Theme, buffer: &mut Buffer) {
    let areas = &compare.areas;
    if areas.tabs.is_empty() {
        return;
    }
    let style = theme.border_focus;
    let shared = |room| {
        let mut words = compare.shared().iter();
        let fits = words.find(|words| text::width(words) <= room);
        Line::styled(fits.cloned().unwrap_or_default(), theme.faint)
    };
    frame::titled(
        areas.tabs,
        &compare.view_labels,
        &shared,
        style,
        theme,
        buffer,
    );
    let rows = areas.tab_rows();
    let room = usize::from(rows.width);
    let columns = compare.tab_columns();
    let top = compare.front.tab_cursor.top();
    for (at, line) in compare
        .lines
        .iter()
        .skip(top)
        .take(usize::from(rows.height))
        .enumerate()
    {
        frame::line(rows, at, &halves(line, columns, room, theme), buffer);
        if top + at == compare.front.tab_cursor.at() {
            let half = compare.selected_half();
            let selected = half.map_or(rows, |side| half_of(rows, columns.label, side));
            frame::select(selected, at, true, theme, buffer);
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
    frame::legend(legend(compare), theme, areas.tabs, buffer);
}

/// The mark of a layer that was rebuilt without a difference.
const REBUILT_SAME: &str = "≈";

/// Returns what the signs of the tab in front mean, the longest text first.
fn legend(compare: &Compare) -> &'static [&'static str] {
    let is_unrelated = compare.lines.iter().any(|line| line.is_unrelated);
    let has_bars = || {
        compare
            .lines
            .iter()
            .any(|line| line.waterfall_bar.is_some())
    };
    match compare.front.tab {
        CompareTab::Layers if is_unrelated => &[
            " no layer is shared: two lists, not pairs ",
            " two lists, not pairs ",
        ],
        CompareTab::Layers => &[
            " = shared  ~ rebuilt  ≈ rebuilt, same visible files  −+ in one image ",
            " = shared  ~ rebuilt  ≈ same files  −+ in one ",
        ],
        CompareTab::Why if has_bars() => &[" ▓ smaller  █ larger "],
        _ => &[],
    }
}

/// Returns the responsible layer after a gap.
fn layer_span<'a>(line: &TabLine, columns: &TabColumns, theme: &Theme) -> Span<'a> {
    let [words, short, number] = &line.layer;
    let words = match columns.layer {
        room if room >= LAYER.0 => text::clip(words, room).into_owned(),
        room if room >= SHORT_LAYER => first_words(short, room),
        _ => number.clone(),
    };
    Span::styled(format!(" {words}"), theme.faint)
}

/// The least columns of a blank, the start of a word and `…`.
const WORD_START: usize = 5;

/// Returns the first words that fit, with the start of the next one if it has room; `…` in place of a source is left out.
fn first_words(words: &str, columns: usize) -> String {
    let mut words = words.split(' ').filter(|word| *word != "…");
    let mut fitting = words.next().unwrap_or_default().to_owned();
    for word in words {
        let longer = format!("{fitting} {word}");
        if text::width(&longer) <= columns {
            fitting = longer;
        } else if text::width(&fitting) + WORD_START <= columns {
            return text::clip(&longer, columns).into_owned();
        } else {
            break;
        }
    }
    fitting
}

/// Returns a cause: the letter and the name of its category, both sizes, its bar from the bytes before it to the bytes after it, and the layer responsible.
fn waterfall<'a>(
    line: &TabLine,
    waterfall_bar: &WaterfallBar,
    columns: &TabColumns,
    theme: &Theme,
) -> Vec<Span<'a>> {
    let &TabColumns {
        name, sizes, bar, ..
    } = columns;
    let (start, end) = waterfall_bar.range;
    let cells = |bytes: u64| {
        let cells = u128::from(bytes) * bar as u128 / u128::from(waterfall_bar.longest.max(1));
        usize::try_from(cells).unwrap_or(bar).min(bar)
    };
    let (from, to) = (cells(start.min(end)), cells(start.max(end)));
    let from = from.min(bar.saturating_sub(1));
    let long = to
        .saturating_sub(from)
        .max(usize::from(bar > 0 && start != end));
    let symbol = match line.delta {
        None | Some(0..) => "█",
        Some(_) => "▓",
    };
    let style = line.delta.map_or(theme.bar, |delta| theme.delta(delta));
    let drawn = format!("{}{}", " ".repeat(from), symbol.repeat(long));
    let mut spans = match waterfall_bar.category {
        None => vec![Span::styled(
            text::left(&line.left, LETTER + name + sizes + 2),
            theme.title,
        )],
        Some(category) => vec![
            category::letter(Some(category), theme),
            Span::raw(" "),
            Span::styled(text::left(category.name(), name), theme.text),
            Span::raw(" "),
            Span::styled(text::left(&line.left, sizes), theme.text),
            Span::raw(" "),
        ],
    };
    spans.push(Span::styled(text::left(&drawn, bar), style));
    if columns.layer > 0 {
        spans.push(layer_span(line, columns, theme));
    }
    spans
}

/// The columns between two halves.
const BETWEEN: &str = " │ ";

/// Returns the columns of a half of so many columns.
fn half_columns(columns: usize) -> usize {
    columns.saturating_sub(text::width(BETWEEN)) / 2
}

/// Returns the part of the lines that a half takes, beside labels of so many columns.
fn half_of(rows: Rect, label: usize, side: Side) -> Rect {
    let label = if label > 0 { label + 1 } else { 0 };
    let start = 1 + label;
    let half = half_columns(usize::from(rows.width).saturating_sub(start));
    let end = start + half;
    let (start, end) = match side {
        Side::Before => (0, end),
        Side::After => (end + text::width(BETWEEN), usize::from(rows.width)),
    };
    Rect {
        x: rows.x + layout::lines(start),
        width: layout::lines(end.saturating_sub(start)),
        ..rows
    }
}

fn halves<'a>(line: &TabLine, columns: &TabColumns, room: usize, theme: &Theme) -> Line<'a> {
    let label = columns.label;
    let style = if line.is_unrelated {
        theme.text
    } else {
        style_of(theme, line.change)
    };
    // A line with one half names its change in words.
    let mark = match (&line.right, line.right_change) {
        (Some(_), None) => format!(" {} ", outline::glyph(line.change)),
        _ => " ".to_owned(),
    };
    let mut room = room.saturating_sub(mark.chars().count());
    let mut spans = vec![Span::styled(mark, style)];
    if label > 0 {
        let style = line.delta.map_or(style, |delta| theme.delta(delta));
        spans.push(Span::styled(text::left(&line.label, label), style));
        spans.push(Span::raw(" "));
        room = room.saturating_sub(label + 1);
    }
    if let Some(waterfall_bar) = &line.waterfall_bar {
        spans.extend(waterfall(line, waterfall_bar, columns, theme));
        return Line::from(spans);
    }
    let Some(right) = &line.right else {
        let layer = columns.layer;
        if layer > 0 && !line.layer[2].is_empty() {
            let words = text::clip_middle(&line.left, room - layer - 1);
            let words = text::left(&words, room - layer - 1);
            spans.push(Span::styled(words, theme.text));
            spans.push(layer_span(line, columns, theme));
            return Line::from(spans);
        }
        spans.push(Span::styled(
            text::clip(&line.left, room).into_owned(),
            theme.text,
        ));
        return Line::from(spans);
    };
    let half = half_columns(room);
    // Halves that have nothing in common have a mark each.
    let marked = |words: &str, change| match line.right_change {
        Some(_) if words.is_empty() || line.is_unrelated => words.to_owned(),
        Some(_) if line.is_rebuilt_same => format!("{REBUILT_SAME} {words}"),
        Some(_) => format!("{} {words}", outline::glyph(change)),
        None => words.to_owned(),
    };
    let right_change = line.right_change.unwrap_or(line.change);
    let (left, right) = (marked(&line.left, line.change), marked(right, right_change));
    spans.push(Span::styled(text::left(&left, half), style));
    spans.push(Span::styled(BETWEEN, theme.border));
    let style = if line.is_unrelated {
        theme.text
    } else {
        style_of(theme, right_change)
    };
    spans.push(Span::styled(text::clip(&right, half).into_owned(), style));
    Line::from(spans)
}
