//! Text wrapped into lines, between words where there are any. Widths are in columns; the text is already escaped. No colours, no limit of lines.
//!
//! Not the crate `textwrap`, for three reasons. A viewer draws a few rows of a line of megabytes and needs only the end of the next row, which [`first_line`]
//! and [`full`] return; textwrap collects the words of the complete text first. A path wider than a line begins beside the words before it, so that a list of
//! paths stays dense; textwrap starts every such word on a new line. Viewers place styles by the byte index of each row; textwrap returns the text of the lines
//! only. With it the two functions would stay, and [`wrap`], which calls the first in a loop, would break lines at other places.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::ui::pane::facts::LABEL;

/// Returns what fits on a line of `columns`, and the rest. A word wider than a line is broken.
#[must_use]
pub(in crate::ui) fn first_line(text: &str, columns: usize) -> (&str, &str) {
    let Some(full) = full(text, columns) else {
        return (text, "");
    };
    let word = text[..full].rfind(' ').map_or(0, |space| space + 1);
    let end = text[full..].find(' ').map_or(text.len(), |end| full + end);
    // A word that fits on no line begins on this one.
    let breaks = word == 0 || end == full || text[word..end].width() > columns;
    let (line, rest) = text.split_at(if breaks { full } else { word });
    (line.trim_end(), rest.trim_start())
}

/// Returns the byte index at which a line of `columns` is full; `None` when the text fits.
#[must_use]
pub(in crate::ui) fn full(text: &str, columns: usize) -> Option<usize> {
    let mut used = 0;
    text.char_indices().find_map(|(at, character)| {
        used += character.width().unwrap_or(0);
        (used > columns && at > 0).then_some(at)
    })
}

/// Returns the text in lines of at most `columns`.
#[must_use]
pub(in crate::ui) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut rest = text.trim();
    let mut lines = Vec::new();
    while !rest.is_empty() {
        let (line, more) = first_line(rest, columns);
        lines.push(line.to_owned());
        rest = more;
    }
    lines
}

/// Returns where the text of a line starts: behind a label padded to [`LABEL`] columns, behind a number that ends there, behind an indent, else at the
/// start.
#[must_use]
pub(in crate::ui) fn text_start(line: &str) -> usize {
    let is_label = line.is_char_boundary(LABEL)
        && line.len() > LABEL
        && line[..LABEL].ends_with(' ')
        && !line[LABEL..].starts_with(' ')
        && line[..LABEL].trim_end().len() + 1 < LABEL;
    let is_number = line.get(LABEL..LABEL + 2) == Some("  ")
        && line.starts_with(' ')
        && !line[..LABEL].ends_with(' ');
    if is_label {
        LABEL
    } else if is_number {
        LABEL + 2
    } else {
        line.len() - line.trim_start().len()
    }
}

#[cfg(test)]
mod tests {
    use super::wrap;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn no_word_is_lost_and_none_broken_that_fits() {
        let text =
            "a warning of some words, /a/path/that/is/wider/than/any/line and 日本語の長い行 too";
        for columns in 2..100 {
            let lines = wrap(text, columns);
            assert!(
                lines.iter().all(|line| line.width() <= columns),
                "{columns}: {lines:?}"
            );
            let bare = |text: &str| text.replace(' ', "");
            assert_eq!(bare(&lines.concat()), bare(text));
            if columns >= 40 {
                assert_eq!(lines.join(" "), text);
            }
        }
        assert_eq!(wrap("ab cd", 2), ["ab", "cd"]);
        assert_eq!(wrap("  ", 5), [""; 0]);
    }
}
