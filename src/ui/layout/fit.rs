//! The columns of texts, as the terminal counts them. The text is already escaped.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Returns the columns a text takes.
#[must_use]
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// Returns the text, its end replaced by `…` when it is wider than `columns`.
#[must_use]
pub(crate) fn clip(text: &str, columns: usize) -> Cow<'_, str> {
    if text.len() <= columns || text.width() <= columns {
        return Cow::Borrowed(text);
    }
    let Some(room) = columns.checked_sub(1) else {
        return Cow::Borrowed("");
    };
    let mut used = 0;
    let end = text.char_indices().find_map(|(at, character)| {
        used += character.width().unwrap_or(0);
        (used > room).then_some(at)
    });
    Cow::Owned(format!("{}…", &text[..end.unwrap_or(text.len())]))
}

/// Returns the text, its start replaced by `…` when it is wider than `columns`: for paths, whose end matters.
#[must_use]
pub(crate) fn clip_start(text: &str, columns: usize) -> Cow<'_, str> {
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
