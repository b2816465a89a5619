//! A line of a file as it stands on the screen: made safe, tabs widened, seen from a column on or broken into rows. Widths are in columns; the bytes
//! come from an image and are hostile. No colours, no reading.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::escape;

/// Columns from one tab stop to the next.
const TAB: usize = 8;

/// Returns a line of text made safe, its end left out, tabs widened, `skip` columns left out at its start and about `width` shown.
#[must_use]
pub fn shown_line(line: &[u8], skip: usize, width: usize) -> String {
    // A line may be megabytes long; four bytes a column are always enough.
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

/// Returns how many rows of `columns` a line takes.
pub(super) fn rows(line: &[u8], columns: usize) -> usize {
    let line = trimmed(line);
    if is_plain(line) {
        return line.len().div_ceil(columns.max(1)).max(1);
    }
    broken(&safe(line), columns).count().max(1)
}

/// Returns one of the rows a line takes.
pub(super) fn row(line: &[u8], at: usize, columns: usize) -> String {
    let line = trimmed(line);
    if is_plain(line) {
        let start = at.saturating_mul(columns).min(line.len());
        let end = start.saturating_add(columns).min(line.len());
        return escape::name(&line[start..end]).into_owned();
    }
    broken(&safe(line), columns)
        .nth(at)
        .unwrap_or_default()
        .to_owned()
}

/// Returns the row that shows the byte at a place in the line.
pub(super) fn row_of(line: &[u8], byte: usize, columns: usize) -> usize {
    let line = trimmed(line);
    let byte = byte.min(line.len());
    if is_plain(line) {
        return byte / columns.max(1);
    }
    let before = safe(&line[..byte]).len();
    let shown = safe(line);
    let mut end = 0;
    let ends = broken(&shown, columns).map(|row| {
        end += row.len();
        end
    });
    ends.take_while(|&end| end <= before).count()
}

/// Returns the column at which the byte at a place in the line stands.
pub(super) fn column_of(line: &[u8], byte: usize) -> usize {
    safe(&line[..byte.min(line.len())]).width()
}

/// Breaks text where a row is full.
fn broken(shown: &str, columns: usize) -> impl Iterator<Item = &str> {
    let mut rest = shown;
    std::iter::from_fn(move || {
        let mut used = 0;
        let full = rest.char_indices().find_map(|(at, character)| {
            used += character.width().unwrap_or(0);
            (used > columns && at > 0).then_some(at)
        });
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

/// Returns a line as safe text, its end left out, tabs widened.
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
    use super::{column_of, row, row_of, rows, shown_line};
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn rows_hold_the_whole_line_and_no_row_is_too_wide() {
        for line in [
            "plain and long enough to be broken\n",
            "tab\tand 日本語の長い行 with \u{1b}[31m and \u{202e}",
            "",
        ] {
            for columns in [4, 7, 10, 80] {
                let count = rows(line.as_bytes(), columns);
                let parts: Vec<_> = (0..count)
                    .map(|at| row(line.as_bytes(), at, columns))
                    .collect();
                assert!(parts.iter().all(|part| part.width() <= columns));
                assert_eq!(parts.concat(), shown_line(line.as_bytes(), 0, 1000));
                assert_eq!(row(line.as_bytes(), count, columns), "");
            }
        }
    }

    #[test]
    fn a_byte_is_found_in_its_row_and_column() {
        let plain = b"0123456789abcdef";
        assert_eq!((row_of(plain, 10, 5), column_of(plain, 10)), (2, 10));
        let wide = "日本x".as_bytes();
        // Two columns each, so x is the third thing in the second row of three.
        assert_eq!((row_of(wide, 6, 3), column_of(wide, 6)), (1, 4));
    }

    #[test]
    fn a_wide_character_cut_in_half_is_a_gap() {
        assert_eq!(shown_line("日本".as_bytes(), 1, 10), " 本");
        assert_eq!(shown_line("日本".as_bytes(), 2, 10), "本");
        assert_eq!(shown_line(b"abc", 9, 10), "");
    }
}
