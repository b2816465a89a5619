//! A line of a file for the screen: escaped, tabs expanded, scrolled or wrapped. Widths are in columns; the bytes come from an image and are hostile.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::escape;
use crate::syntax::Token;
use crate::ui::pane::prose;

/// Columns from one tab stop to the next.
pub(super) const TAB: usize = 8;

/// Returns a line as escaped text without its line end, tabs expanded, from column `skip` on and about `width` columns long.
#[must_use]
pub(crate) fn shown_line(line: &[u8], skip: usize, width: usize) -> String {
    // A line may be megabytes long; four bytes per column are always enough.
    let most = skip.saturating_add(width + 1).saturating_mul(4);
    let shown = safe(&line[..line.len().min(most)]);
    let mut used = 0;
    let start = shown.char_indices().find_map(|(at, character)| {
        let before = used;
        used += character.width().unwrap_or(0);
        (before >= skip).then_some((at, before))
    });
    // A wide character that is cut in half is a gap.
    start.map_or_else(String::new, |(at, before)| {
        format!("{:1$}{2}", "", before - skip, &shown[at..])
    })
}

/// Where a long line is wrapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum WrapMode {
    /// At the last column, so that every byte of a file has one position.
    #[default]
    Anywhere,
    /// Between words; rows after the first are indented to the text behind a label.
    Words,
}

/// Returns how many rows of `columns` a line takes.
pub(super) fn rows(line: &[u8], columns: usize, mode: WrapMode) -> usize {
    let line = trimmed(line);
    let plain = is_plain(line);
    if plain && line.len() <= columns {
        return 1;
    }
    if mode == WrapMode::Anywhere && plain {
        return line.len().div_ceil(columns.max(1)).max(1);
    }
    broken(&safe(line), columns, mode).count().max(1)
}

/// Returns one of the rows a line takes.
pub(super) fn row(line: &[u8], at: usize, columns: usize, mode: WrapMode) -> String {
    let line = trimmed(line);
    if mode == WrapMode::Anywhere && is_plain(line) {
        let start = at.saturating_mul(columns).min(line.len());
        let end = start.saturating_add(columns).min(line.len());
        return escape::name(&line[start..end]).into_owned();
    }
    let shown = safe(line);
    let row = broken(&shown, columns, mode).nth(at).unwrap_or_default();
    match mode {
        WrapMode::Anywhere => row.to_owned(),
        // The space at which it was broken may have no room.
        WrapMode::Words => format!(
            "{:1$}{2}",
            "",
            indent(&shown, at, columns, mode),
            row.trim_end()
        ),
    }
}

/// Returns how many columns a row of a line is indented.
pub(super) fn row_indent(line: &[u8], at: usize, columns: usize, mode: WrapMode) -> usize {
    match mode {
        WrapMode::Anywhere => 0,
        WrapMode::Words => indent(&safe(line), at, columns, mode),
    }
}

/// Returns how many columns a row of text is indented: to the text behind a label, as long as half of the columns are left.
fn indent(shown: &str, at: usize, columns: usize, mode: WrapMode) -> usize {
    if at == 0 || mode == WrapMode::Anywhere {
        return 0;
    }
    let start = prose::text_start(shown);
    if start * 2 > columns { 0 } else { start }
}

/// Returns the row that shows the byte at a place in the line.
pub(super) fn row_of(line: &[u8], byte: usize, columns: usize, mode: WrapMode) -> usize {
    let line = trimmed(line);
    let byte = byte.min(line.len());
    if mode == WrapMode::Anywhere && is_plain(line) {
        return byte / columns.max(1);
    }
    let before = safe(&line[..byte]).len();
    let shown = safe(line);
    let mut end = 0;
    let ends = broken(&shown, columns, mode).map(|row| {
        end += row.len();
        end
    });
    ends.take_while(|&end| end <= before).count()
}

/// Returns the columns of tokens of the line, were it one row.
pub(crate) fn token_columns(line: &[u8], tokens: &[Token]) -> Vec<Range<usize>> {
    if tokens.is_empty() {
        return Vec::new();
    }
    let ends = tokens
        .iter()
        .flat_map(|token| [token.bytes.start, token.bytes.end]);
    let columns = columns_of(line, ends.map(|byte| byte as usize));
    let pairs = columns.chunks_exact(2);
    pairs.map(|ends| ends[0]..ends[1]).collect()
}

/// Returns the columns of bytes of the line, were it one row; `bytes` come in order.
pub(super) fn columns_of(line: &[u8], bytes: impl Iterator<Item = usize>) -> Vec<usize> {
    let line = trimmed(line);
    let plain = is_plain(line);
    let (mut from, mut column) = (0, 0);
    let columns = bytes.map(|byte| {
        let to = byte.min(line.len()).max(from);
        if plain {
            column = to;
        } else {
            column = column_after(column, &line[from..to]);
        }
        from = to;
        column
    });
    columns.collect()
}

/// Returns the column behind bytes that begin at a column.
fn column_after(mut column: usize, bytes: &[u8]) -> usize {
    for (place, part) in bytes.split(|&byte| byte == b'\t').enumerate() {
        if place > 0 {
            column += TAB - column % TAB;
        }
        column += escape::name(part).width();
    }
    column
}

/// Returns the byte of the line at a column, were it one row; past its end, its end.
pub(super) fn byte_at(line: &[u8], column: usize) -> usize {
    let line = trimmed(line);
    if is_plain(line) {
        return column.min(line.len());
    }
    let (mut at, mut before) = (0, 0);
    // A line may be megabytes long: in strides, then in steps.
    for step in [1 << 12, 1 << 6, 1] {
        while at < line.len() {
            let inside = |byte: &&u8| **byte & 0b1100_0000 == 0b1000_0000;
            let rest = line.get(at + step..).unwrap_or_default();
            let to = (at + step).min(line.len()) + rest.iter().take(3).take_while(inside).count();
            let after = column_after(before, &line[at..to]);
            if after > column {
                break;
            }
            (at, before) = (to, after);
        }
    }
    at
}

/// Returns which columns of the line, were it one row, are on one of its rows.
pub(super) fn columns_on(line: &[u8], at: usize, columns: usize, mode: WrapMode) -> Range<usize> {
    let line = trimmed(line);
    if mode == WrapMode::Anywhere && is_plain(line) {
        let start = at.saturating_mul(columns);
        return start..start.saturating_add(columns);
    }
    let shown = safe(line);
    let mut start = 0;
    for (place, row) in broken(&shown, columns, mode).enumerate() {
        let end = start + row.width();
        if place == at {
            return start..end;
        }
        start = end;
    }
    start..start
}

/// Breaks text into rows, which concatenated are the text.
fn broken(shown: &str, columns: usize, mode: WrapMode) -> impl Iterator<Item = &str> {
    let mut rest = shown;
    let below = columns - indent(shown, 1, columns, mode);
    std::iter::from_fn(move || {
        let columns = if rest.len() == shown.len() {
            columns
        } else {
            below
        };
        let full = match mode {
            WrapMode::Anywhere => prose::full(rest, columns),
            WrapMode::Words => {
                let (_, after) = prose::first_line(rest, columns);
                (!after.is_empty()).then(|| rest.len() - after.len())
            }
        };
        let (row, after) = rest.split_at(full.unwrap_or(rest.len()));
        rest = after;
        (!row.is_empty()).then_some(row)
    })
}

fn trimmed(mut line: &[u8]) -> &[u8] {
    while let [rest @ .., b'\n' | b'\r'] = line {
        line = rest;
    }
    line
}

fn is_plain(line: &[u8]) -> bool {
    line.iter().all(|byte| (b' '..0x7f).contains(byte))
}

/// Returns a line as escaped text without its line end, tabs expanded.
fn safe(line: &[u8]) -> String {
    let mut shown = String::new();
    for (place, part) in trimmed(line).split(|&byte| byte == b'\t').enumerate() {
        if place > 0 {
            let column = shown.width();
            shown.extend(std::iter::repeat_n(' ', TAB - column % TAB));
        }
        shown.push_str(&escape::name(part));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{WrapMode, byte_at, columns_of, columns_on, row, row_of, rows, shown_line};
    use unicode_width::UnicodeWidthStr;

    const FULL: WrapMode = WrapMode::Anywhere;

    #[test]
    fn rows_hold_the_whole_line_and_no_row_is_too_wide() {
        for line in [
            "plain and long enough to be broken\n",
            "tab\tand 日本語の長い行 with \u{1b}[31m and \u{202e}",
            "",
        ] {
            for columns in [4, 7, 10, 80] {
                let count = rows(line.as_bytes(), columns, FULL);
                let parts: Vec<_> = (0..count)
                    .map(|at| row(line.as_bytes(), at, columns, FULL))
                    .collect();
                assert!(parts.iter().all(|part| part.width() <= columns));
                assert_eq!(parts.concat(), shown_line(line.as_bytes(), 0, 1000));
                assert_eq!(row(line.as_bytes(), count, columns, FULL), "");
            }
        }
    }

    #[test]
    fn a_byte_is_found_in_its_row_and_column() {
        let plain = b"0123456789abcdef";
        assert_eq!(
            (
                row_of(plain, 10, 5, FULL),
                columns_of(plain, [10].into_iter())
            ),
            (2, vec![10])
        );
        let wide = "日本x".as_bytes();
        // Two columns each, so x is the third thing in the second row of three.
        assert_eq!(
            (row_of(wide, 6, 3, FULL), columns_of(wide, [6].into_iter())),
            (1, vec![4])
        );
    }

    #[test]
    fn a_byte_is_found_at_its_column() {
        assert_eq!(byte_at(b"plain", 3), 3);
        assert_eq!(byte_at(b"plain\n", 9), 5);
        let line = format!("{}\tx\u{1b}日z", "日本\t".repeat(3000));
        let places: Vec<usize> = line.char_indices().map(|(at, _)| at).collect();
        let columns = columns_of(line.as_bytes(), places.iter().copied());
        for (at, column) in places.into_iter().zip(columns) {
            assert_eq!(byte_at(line.as_bytes(), column), at);
        }
    }

    #[test]
    fn a_wide_character_cut_in_half_is_a_gap() {
        assert_eq!(shown_line("日本".as_bytes(), 1, 10), " 本");
        assert_eq!(shown_line("日本".as_bytes(), 2, 10), "本");
        assert_eq!(shown_line(b"abc", 9, 10), "");
    }

    #[test]
    fn rows_of_words_are_broken_between_them() {
        let line = b"  one two three, and /a/very/long/path/that/fits/on/no/row";
        for columns in [10, 12, 20] {
            let count = rows(line, columns, WrapMode::Words);
            let parts: Vec<_> = (0..count)
                .map(|at| row(line, at, columns, WrapMode::Words))
                .collect();
            assert!(parts.iter().all(|part| part.width() <= columns));
            assert!(parts[0].starts_with("  one"), "{parts:?}");
            let bare = |text: &str| text.replace(' ', "");
            assert_eq!(bare(&parts.concat()), bare(&shown_line(line, 0, 1000)));
            for at in 0..count {
                let on = columns_on(line, at, columns, WrapMode::Words);
                assert_eq!(row_of(line, on.start, columns, WrapMode::Words), at);
            }
        }
    }

    #[test]
    fn rows_below_a_label_are_indented_to_its_text() {
        let rows = |line: &str, columns| {
            let count = rows(line.as_bytes(), columns, WrapMode::Words);
            let rows = (0..count).map(|at| row(line.as_bytes(), at, columns, WrapMode::Words));
            rows.collect::<Vec<_>>().join("|")
        };
        assert_eq!(
            rows("stored in   layer 2  RUN make all && rm -rf a", 34),
            "stored in   layer 2  RUN make all|            && rm -rf a"
        );
        assert_eq!(rows("    RUN make all", 12), "    RUN make|    all");
        assert_eq!(rows("one two three", 8), "one two|three");
        // Half of the columns stay for the text.
        assert_eq!(
            rows("label       a b c d e f", 16),
            "label       a b|c d e f"
        );
    }
}
