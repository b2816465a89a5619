//! Text fitted into columns: truncated, padded, drawn as a bar. Widths are counted as the terminal counts them. The text is already escaped.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr as _;

use crate::escape;
use crate::ui::layout;
use crate::ui::pane::prose;
use crate::ui::theme::Theme;

pub(super) use crate::ui::layout::fit::{clip, clip_start, width};

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

/// Returns a path, its middle replaced by `…` when it is wider than `columns`: the file's name is cut only where it has no room alone, as
/// [`clip_name`] cuts it.
#[must_use]
pub(super) fn clip_middle(path: &str, columns: usize) -> Cow<'_, str> {
    if path.width() <= columns {
        return Cow::Borrowed(path);
    }
    let (folder, name) = path.split_at(path.rfind('/').unwrap_or(0));
    match columns.checked_sub(name.width()) {
        Some(room @ 2..) => Cow::Owned(format!("{}{name}", clip(folder, room))),
        Some(_) => clip_start(path, columns),
        None => clip_name(name.trim_start_matches('/'), columns),
    }
}

/// The fewest columns of a name that is cut in its middle.
const MIDDLE_FROM: usize = 6;

/// Returns the name of a file, its middle replaced by `…` when it is wider than `columns`: half of what is left is its end, with the extension.
#[must_use]
pub(super) fn clip_name(name: &str, columns: usize) -> Cow<'_, str> {
    if columns < MIDDLE_FROM || name.width() <= columns {
        return clip(name, columns);
    }
    let end = clip_start(name, columns / 2 + 1);
    let start = clip(name, columns - (end.width() - 1));
    Cow::Owned(format!("{start}{}", end.strip_prefix('…').unwrap_or(&end)))
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

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::{clip_middle, clip_name};

    #[test]
    fn names_keep_their_start_and_their_extension() {
        let name = "golang-1.19-go_1.19.8-2_amd64.deb";
        assert_eq!(clip_name(name, 20), "golang-1.…_amd64.deb");
        assert_eq!(clip_name(name, 33), name);
        assert_eq!(clip_name("templates.longextension", 12), "templ…ension");
        assert_eq!(clip_name("a-folder-of-a-long-name", 12), "a-fol…g-name");
        assert_eq!(clip_name(name, 5), "gola…");
        for columns in 0..40 {
            let wide = clip_name("日本語の長い名前.tar.gz", columns);
            assert!(wide.width() <= columns, "{columns}: {wide}");
        }
    }

    #[test]
    fn paths_keep_their_names() {
        let path = "/var/cache/apt/archives/golang.deb";
        assert_eq!(clip_middle(path, 34), path);
        assert_eq!(clip_middle(path, 20), "/var/cac…/golang.deb");
        assert_eq!(clip_middle(path, 12), "…/golang.deb");
        assert_eq!(clip_middle(path, 11), "…golang.deb");
        assert_eq!(clip_middle(path, 10), "golang.deb");
        assert_eq!(clip_middle(path, 8), "gol….deb");
        assert_eq!(clip_middle("no-folder-at-all.txt", 10), "no-f…l.txt");
        for columns in 0..40 {
            assert!(clip_middle(path, columns).width() <= columns, "{columns}");
        }
    }
}
