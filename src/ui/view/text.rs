//! Text fitted into columns: truncated, padded, drawn as a bar. Widths are counted as the terminal counts them. The text is already escaped.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::text::Line;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::escape;
use crate::ui::layout;
use crate::ui::pane::prose;
use crate::ui::theme::Theme;

pub(super) use crate::ui::layout::fit::{clip, width};

/// Returns the area of some columns of a row, as far as the row goes.
#[must_use]
pub(super) fn part(row: Rect, columns: &Range<usize>) -> Rect {
    let at = |column: usize| layout::lines(column).min(row.width);
    let (start, end) = (at(columns.start), at(columns.end));
    Rect {
        x: row.x + start,
        width: end.saturating_sub(start),
        ..row
    }
}

/// Returns the text, its start replaced by `…` when it is wider than `columns`: for paths, whose end matters.
#[must_use]
pub(super) fn clip_start(text: &str, columns: usize) -> Cow<'_, str> {
    if text.width() <= columns {
        return Cow::Borrowed(text);
    }
    let Some(room) = columns.checked_sub(1) else {
        return Cow::Borrowed("");
    };
    let mut used = 0;
    let start = text.char_indices().rev().find_map(|(at, character)| {
        used += character.width().unwrap_or(0);
        (used > room).then_some(at + character.len_utf8())
    });
    Cow::Owned(format!("…{}", &text[start.unwrap_or(0)..]))
}

/// Returns a path, its middle replaced by `…` when it is wider than `columns`: the file's name is not cut as long as it fits.
#[must_use]
pub(super) fn clip_middle(path: &str, columns: usize) -> Cow<'_, str> {
    let name = path.rfind('/').map_or(path, |slash| &path[slash..]);
    let room = columns.saturating_sub(name.width());
    if path.width() <= columns || room < 2 {
        return clip_start(path, columns);
    }
    let folder = &path[..path.len() - name.len()];
    Cow::Owned(format!("{}{name}", clip(folder, room)))
}

/// Returns the text at the left of exactly `columns`.
#[must_use]
pub(super) fn left(text: &str, columns: usize) -> String {
    let text = clip(text, columns);
    let pad = columns - text.width().min(columns);
    format!("{text}{:pad$}", "")
}

/// Returns the text at the right of exactly `columns`.
#[must_use]
pub(super) fn right(text: &str, columns: usize) -> String {
    let text = clip(text, columns);
    let pad = columns - text.width().min(columns);
    format!("{:pad$}{text}", "")
}

/// Returns a bar of exactly `columns` that is filled by the share of `part` in `total`; any part above zero fills at least an eighth of a column.
#[must_use]
pub(super) fn bar(part: u64, total: u64, columns: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let all = columns as u128 * 8;
    let filled = (u128::from(part) * all).div_ceil(u128::from(total.max(1)));
    let filled = usize::try_from(filled.min(all)).unwrap_or(0);
    let full = "▇".repeat(filled / 8);
    left(&format!("{full}{}", EIGHTHS[filled % 8]), columns)
}

/// Returns the faint lines of an empty state, wrapped at `columns`.
pub(super) fn empty_state<'a>(
    words: &str,
    columns: usize,
    height: usize,
    theme: &Theme,
) -> Vec<Line<'a>> {
    let lines = wrap(words, columns, height).into_iter();
    lines.map(|line| Line::styled(line, theme.faint)).collect()
}

/// Returns a message escaped, its own lines kept and wrapped at `columns`; the last of at most `lines` is truncated.
#[must_use]
pub(super) fn wrap_lines(words: &str, columns: usize, lines: usize) -> Vec<String> {
    let safe = words.lines().map(escape::text);
    let mut wrapped = safe.flat_map(|line| prose::wrap(&line, columns));
    let mut shown: Vec<String> = wrapped.by_ref().take(lines).collect();
    if let (Some(last), Some(more)) = (shown.last_mut(), wrapped.next()) {
        *last = clip(&format!("{last} {more}"), columns).into_owned();
    }
    shown
}

/// Returns the text broken into at most `lines` lines of `columns`, at spaces where there are any; the last one is clipped.
#[must_use]
pub(super) fn wrap(text: &str, columns: usize, lines: usize) -> Vec<String> {
    let mut rest = text.trim();
    let mut wrapped = Vec::new();
    while !rest.is_empty() && wrapped.len() < lines && columns > 0 {
        let last = wrapped.len() + 1 == lines;
        let (line, more) = prose::first_line(rest, columns);
        if last && !more.is_empty() {
            wrapped.push(clip(rest, columns).into_owned());
            break;
        }
        wrapped.push(line.to_owned());
        rest = more;
    }
    wrapped
}
