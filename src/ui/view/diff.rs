//! The diff of two versions of a file, in one column or two: line numbers, sign, line.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::bytes::{count, human, thousands};
use crate::compare::{self, DiffLineKind, FileDiff, Side, Sides};
use crate::ui::layout;
use crate::ui::model::Model;
use crate::ui::pane::{
    ALONE, BESIDE, DiffRows, DiffShown, DiffView, LinePart, PairedLine, ReadState,
};
use crate::ui::theme::Theme;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::text;

/// Draws the diff.
pub(super) fn draw(view: &DiffView, model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let against = format!(" {} → {} ", view.against.before, view.against.after);
    let facts = match &view.state {
        ReadState::Ready(differences) => facts(differences, &against),
        _ => against,
    };
    let room = usize::from(area.width).saturating_sub(text::width(&facts) + 6);
    let title = format!(" {} ", text::clip_start(&view.path, room));
    let titles = (
        Line::styled(title, theme.title),
        Line::styled(facts, theme.faint),
    );
    frame::draw(area, Stacked::NOT, titles, theme.border_focus, buffer);
    let rows = layout::inside(area, 1, 1);
    let columns = usize::from(rows.width);
    if view.beside {
        heads(view, area, columns, theme, buffer);
    }
    let (message, style) = match &view.state {
        ReadState::Reading => (
            vec!["loading both versions …   esc cancel".to_owned()],
            theme.faint,
        ),
        ReadState::Failed(why) => {
            let height = usize::from(rows.height);
            (
                text::wrap_lines(&why.one_line(), columns.saturating_sub(2), height),
                theme.warning,
            )
        }
        ReadState::Ready(differences) if differences.is_empty() => {
            (message(differences, &view.against, model), theme.text)
        }
        ReadState::Ready(differences) => {
            for (at, (row, part)) in view
                .in_view(model.overlay_areas.viewport)
                .into_iter()
                .enumerate()
            {
                frame::line(rows, at, &line(row, part, columns, theme), buffer);
                if let Some(area) = frame::row(rows, at) {
                    let skip = part.skipped(view.room(columns));
                    colour(differences, row, skip, theme, area, buffer);
                }
            }
            frame::scrollbar(rows, view.top, view.len(), theme.border_focus, buffer);
            return;
        }
    };
    let wrapped = message
        .iter()
        .flat_map(|line| text::wrap(line, columns.saturating_sub(2), usize::from(rows.height)));
    for (at, line) in wrapped.enumerate() {
        frame::line(rows, at, &Line::styled(format!(" {line}"), style), buffer);
    }
}

/// Draws the names of both versions below their columns, on the lower border.
fn heads(view: &DiffView, area: Rect, columns: usize, theme: &Theme, buffer: &mut Buffer) {
    let half = columns.saturating_sub(1) / 2;
    let bottom = Rect {
        y: area.bottom().saturating_sub(1),
        height: 1,
        ..area
    };
    for (side, column) in Side::BOTH.into_iter().zip([1, half + 2]) {
        let name = format!(" {} ", view.against.get(side));
        let name = text::clip(&name, half).into_owned();
        let at = Rect {
            x: area.x + layout::lines(column),
            width: layout::lines(text::width(&name)),
            ..bottom
        };
        Line::styled(name, theme.title).render(at.intersection(bottom), buffer);
    }
}

fn facts(differences: &DiffRows, against: &str) -> String {
    match &differences.content {
        FileDiff::Text(diff) => {
            let number = |lines: usize| thousands(lines as u64);
            let (added, removed) = (number(diff.added), number(diff.removed));
            format!(" +{added} −{removed} ·{against}")
        }
        _ => against.to_owned(),
    }
}

/// Returns the message of a diff without lines.
fn message(differences: &DiffRows, against: &Sides<String>, model: &Model) -> Vec<String> {
    let sizes = differences.sizes;
    let units = model.options.units;
    let size = |bytes| format!("{}, {}", count(bytes, "byte", "bytes"), human(bytes, units));
    let why = differences.why_empty().into_iter();
    let mut lines: Vec<String> = why.map(str::to_owned).collect();
    if let FileDiff::Binary { first } = differences.content {
        lines.push(format!(
            "the first differing byte is at offset {first} (0x{first:x})"
        ));
    }
    let label = against.before.len().max(against.after.len());
    lines.extend(Side::BOTH.map(|side| {
        let name = against.get(side);
        format!("{name:<label$}  {}", size(*sizes.get(side)))
    }));
    lines
}

/// Marks a last line without a newline.
const UNENDED: &str = "  (no newline)";

/// Returns the part of a line that fits. A missing newline may be the only difference, so it is marked wherever the mark leaves half of the columns.
fn text_of(line: &compare::DiffLine, part: LinePart, columns: usize) -> String {
    let is_marked = line.unended && part.is_first() && UNENDED.len() * 2 <= columns;
    let mark = if is_marked { UNENDED } else { "" };
    let shown = part.of(&line.text, columns);
    let room = columns - mark.len();
    let shown = match part {
        // What is cut off is on the next line.
        LinePart::Wrapped(_) if text::width(&shown) > room => return shown,
        _ => text::clip(&shown, room),
    };
    format!("{shown}{mark}")
}

/// Returns the lines of both versions side by side.
fn two<'a>(
    pair: Sides<Option<&compare::DiffLine>>,
    part: LinePart,
    columns: usize,
    theme: &Theme,
) -> Line<'a> {
    let half = columns.saturating_sub(1) / 2;
    let room = half.saturating_sub(BESIDE);
    let mut spans = Vec::with_capacity(9);
    let texts = pair.map(|line| {
        let shown = line.map(|line| text_of(line, part, room));
        shown.unwrap_or_default()
    });
    // Equal lines, and a line without another, have no differing part.
    let marked = differing(&texts.before, &texts.after);
    let texts = texts.map(|shown| text::left(&shown, room));
    for side in Side::BOTH {
        let line = *pair.get(side);
        let (sign, sign_style, style) =
            looks(line.map_or(DiffLineKind::Same, |line| line.kind), theme);
        let number = line.and_then(|line| *line.numbers.get(side));
        let number = number.filter(|_| part.is_first());
        let number = number.map_or_else(String::new, |number| number.to_string());
        let shown = texts.get(side);
        spans.push(Span::styled(format!("{number:>5} "), theme.faint));
        spans.push(Span::styled(format!("{sign} "), sign_style));
        let range = marked.as_ref().map(|both| both.get(side).clone());
        spans.extend(marked_text(shown, range, style));
        if side == Side::Before {
            spans.push(Span::styled("│", theme.border));
        }
    }
    Line::from(spans)
}

/// Returns a text whose range is marked.
fn marked_text<'a>(shown: &str, range: Option<Range<usize>>, style: Style) -> Vec<Span<'a>> {
    let Range { start, end } = range.unwrap_or(0..0);
    let mark = style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
    [
        (&shown[..start], style),
        (&shown[start..end], mark),
        (&shown[end..], style),
    ]
    .into_iter()
    .filter(|(part, _)| !part.is_empty())
    .map(|(part, style)| Span::styled(part.to_owned(), style))
    .collect()
}

/// Returns the bytes of each text between what both start with and what both end with; `None` if they have neither in common.
fn differing(before: &str, after: &str) -> Option<Sides<Range<usize>>> {
    let same = |(one, other): &(char, char)| one == other;
    let start = before.chars().zip(after.chars()).take_while(same);
    let start: usize = start.map(|(one, _)| one.len_utf8()).sum();
    let (before_rest, after_rest) = (&before[start..], &after[start..]);
    let end = before_rest.chars().rev().zip(after_rest.chars().rev());
    let end: usize = end.take_while(same).map(|(one, _)| one.len_utf8()).sum();
    (start + end > 0).then(|| Sides::new(start..before.len() - end, start..after.len() - end))
}

/// Returns the sign of a line, its style, and that of its text.
const fn looks(kind: DiffLineKind, theme: &Theme) -> (&'static str, Style, Style) {
    let (sign, status) = match kind {
        DiffLineKind::Same => (" ", theme.text),
        DiffLineKind::Added => ("+", theme.added),
        DiffLineKind::Removed => ("−", theme.removed),
    };
    let has_ground = theme.changed_lines.is_some();
    (sign, status, if has_ground { theme.text } else { status })
}

/// Colours a drawn row: the background of changed lines, then the source text. A changed line without a background keeps the colour of its status.
fn colour(
    differences: &DiffRows,
    row: DiffShown<'_>,
    skip: usize,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let mut one = |line: &compare::DiffLine, text: Rect| {
        match (line.kind, &theme.changed_lines) {
            (DiffLineKind::Same, _) => {}
            (_, None) => return,
            (kind, Some((added, removed))) => {
                let is_added = kind == DiffLineKind::Added;
                buffer.set_style(text, if is_added { *added } else { *removed });
            }
        }
        for (columns, role) in differences.tokens(line) {
            let shown = columns.start.saturating_sub(skip)..columns.end.saturating_sub(skip);
            buffer.set_style(text::part(text, &shown), theme.syntax(role));
        }
    };
    match row {
        DiffShown::Head(_) => {}
        DiffShown::Line(PairedLine { line, .. }) => one(line, after(area, ALONE)),
        DiffShown::Pair(pair) => {
            let half = usize::from(area.width).saturating_sub(1) / 2;
            let left = Rect {
                width: layout::lines(half),
                ..area
            };
            let right = after(area, half + 1);
            for (line, area) in [(pair.before, left), (pair.after, right)] {
                if let Some(line) = line {
                    one(line, after(area, BESIDE));
                }
            }
        }
    }
}

/// Returns an area without its first columns.
fn after(area: Rect, columns: usize) -> Rect {
    let skipped = layout::lines(columns).min(area.width);
    Rect {
        x: area.x + skipped,
        width: area.width - skipped,
        ..area
    }
}

fn line<'a>(row: DiffShown<'_>, part: LinePart, columns: usize, theme: &Theme) -> Line<'a> {
    let line = match row {
        DiffShown::Head(head) => return Line::styled(format!(" {head}"), theme.key),
        DiffShown::Pair(pair) => return two(pair, part, columns, theme),
        DiffShown::Line(line) => line,
    };
    let PairedLine { line, other } = line;
    let number = |number: Option<usize>| {
        let number = number.filter(|_| part.is_first());
        number.map_or_else(String::new, |it| it.to_string())
    };
    let numbers = format!(
        "{:>5} {:>5} ",
        number(line.numbers.before),
        number(line.numbers.after)
    );
    let (sign, sign_style, style) = looks(line.kind, theme);
    let room = columns.saturating_sub(ALONE);
    let shown = text_of(line, part, room);
    let other = other.map(|other| text_of(other, part, room));
    let marked = other.and_then(|other| differing(&shown, &other));
    let mut spans = vec![
        Span::styled(numbers, theme.faint),
        Span::styled(format!("{sign} "), sign_style),
    ];
    spans.extend(marked_text(&shown, marked.map(|both| both.before), style));
    Line::from(spans)
}
