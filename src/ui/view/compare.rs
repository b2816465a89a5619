//! The header of the compare screen and the pane above the trees: the aligned layers, where the difference lies, configuration, history.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::bytes::{Units, count, human, ratio, signed};
use crate::compare::Side;
use crate::escape;
use crate::ui::compare::{Areas, Compare, Focus, TopLine, TopTab};
use crate::ui::model::Model;
use crate::ui::pane::Change;
use crate::ui::theme::Theme;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::{outline, text};

/// Draws header and pane.
pub(super) fn draw(
    compare: &Compare,
    model: &Model,
    theme: &Theme,
    areas: &Areas,
    buffer: &mut Buffer,
) {
    header(compare, model, theme, areas.header, buffer);
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
    let told = told(compare, model.options.units, theme, room);
    let titles = (tabs, told);
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
        if focused
            && top + at == compare.place.at()
            && let Some(row) = frame::row(rows, at)
        {
            buffer.set_style(row, theme.selected);
        }
    }
    if compare.lines.is_empty() {
        frame::line(rows, 0, &Line::styled(" nothing", theme.faint), buffer);
    }
    frame::scrollbar(rows, top, compare.lines.len(), style, buffer);
}

/// `before NAME 1.4 GB  ⇄  after NAME 14.5 MB      −1.4 GB  −99.0 %`, and below it the numbers that there is room for.
fn header(compare: &Compare, model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let units = model.options.units;
    let size = |side: Side| compare.comparison.analyses.get(side).size;
    let (left, right) = (compare.left, compare.left.other());
    let delta = i128::from(size(right)) - i128::from(size(left));
    let ratio = ratio(size(left), size(right));
    let columns = usize::from(area.width);
    let sides = [left, right].map(|side| (side, human(size(side), units)));
    // What stands beside the names: sides, sizes, blanks and the arrow.
    let fixed = |numbers: &str| {
        let each = |(side, size): &(Side, String)| text::width(side.name()) + text::width(size) + 2;
        sides.iter().map(each).sum::<usize>() + text::width(numbers) + 8
    };
    let percent = ratio
        .split_once(", ")
        .map_or(&*ratio, |(percent, _)| percent);
    let delta = signed(delta, units);
    let numbers = [format!("{delta}  {percent}"), delta];
    let numbers = numbers
        .into_iter()
        .find(|numbers| fixed(numbers) <= columns)
        .unwrap_or_default();
    let names = Side::BOTH.map(|side| {
        let reference = &compare.images.get(side).about.reference;
        (side, escape::text(reference).into_owned())
    });
    let wide = |at: usize| text::width(&names[at].1);
    let room = columns.saturating_sub(fixed(&numbers));
    // Where one name is short the other has what it leaves.
    let half = room / 2;
    let rooms = match (wide(0) <= half, wide(1) <= half) {
        (true, _) => [half, room - wide(0).min(room)],
        (_, true) => [room - wide(1).min(room), half],
        _ => [half, half],
    };
    let mut spans = vec![Span::raw(" ")];
    for (side, size) in &sides {
        let at = *side as usize;
        let mark = if *side == compare.near {
            theme.key
        } else {
            theme.faint
        };
        spans.push(Span::styled(format!("{} ", side.name()), mark));
        let name = text::clip_start(&names[at].1, rooms[at]).into_owned();
        spans.push(Span::styled(name, theme.title));
        spans.push(Span::styled(format!(" {size}"), theme.text));
        if *side == left {
            spans.push(Span::styled("  ⇄  ", theme.faint));
        }
    }
    frame::line(area, 0, &Line::from(spans), buffer);
    let first = Rect {
        height: 1.min(area.height),
        ..area
    };
    Line::styled(format!("{numbers} "), theme.title)
        .right_aligned()
        .render(first, buffer);
    for (at, line) in compare.headlines(model.size).into_iter().enumerate() {
        let words = text::clip(&line, columns.saturating_sub(1));
        let line = Line::styled(format!(" {words}"), theme.text);
        frame::line(area, at + 1, &line, buffer);
    }
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

/// What is shared, and what must be downloaded, in as many words as there is room for.
fn told<'a>(compare: &Compare, units: Units, theme: &Theme, columns: usize) -> Line<'a> {
    let layers = &compare.comparison.layers;
    let (shared, of) = (layers.shared, compare.images.after.layers.len());
    let all = count(of as u64, "layer", "layers");
    let (bytes, packed) = match layers.transfer.compressed {
        Some(stored) => (stored, ""),
        None => (layers.transfer.unpacked, " unpacked"),
    };
    let bytes = human(bytes, units);
    let words = [
        format!(" {shared} of {all} shared · {bytes}{packed} to download for after "),
        format!(" {shared} of {all} shared "),
        format!(" {shared}/{of} shared "),
    ];
    let words = words
        .into_iter()
        .find(|words| text::width(words) <= columns);
    Line::styled(words.unwrap_or_default(), theme.faint)
}

fn halves<'a>(line: &TopLine, label: usize, columns: usize, theme: &Theme) -> Line<'a> {
    let style = look(theme, line.change);
    // Of one half the words say what happened.
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

/// Returns the look of what happened.
pub(super) const fn look(theme: &Theme, change: Change) -> Style {
    match change {
        Change::Added => theme.added,
        Change::Removed => theme.removed,
        Change::Modified => theme.modified,
        Change::Unmodified => theme.text,
    }
}

/// Returns the titles of the trees: how many files changed, and what is shown in which order.
pub(super) fn titles<'a>(
    compare: &Compare,
    model: &Model,
    theme: &Theme,
    areas: &Areas,
) -> (Line<'a>, Line<'a>) {
    let counts = compare.comparison.counts;
    let (removed, added) = match compare.left {
        Side::Before => (counts.removed, counts.added),
        Side::After => (counts.added, counts.removed),
    };
    let mut left = format!(
        " Files  {removed} removed · {added} added · {} changed · {} moved ",
        counts.changed, counts.moved
    );
    let shown = outline::shown(&compare.files, model.options.units);
    let right = format!(" {} · {} ", compare.order.words(), shown.join(" · "));
    if text::width(&left) + text::width(&right) + 2 > usize::from(areas.files.width) {
        left = format!(
            " −{removed} +{added} ~{} ⇢{} ",
            counts.changed, counts.moved
        );
    }
    (
        Line::styled(left, theme.title),
        Line::styled(right, theme.faint),
    )
}
