//! The list of keys in its columns: keys at the left, what they do beside them, wrapped where it has no room. Nothing here draws.

use crate::ui::keys::HelpLine;
use crate::ui::layout::fit::width;
use crate::ui::pane::prose;

/// The columns of the keys, and in a list narrower than [`WIDE_FROM`]; keys with more have a line of their own there.
const KEYS: usize = 18;
const NARROW_KEYS: usize = 9;
const WIDE_FROM: usize = 60;
/// The columns before the keys and behind the text.
pub(crate) const MARGINS: usize = 4;

/// Returns the columns of the keys in a list of so many columns.
#[must_use]
pub(crate) const fn key_columns(columns: usize) -> usize {
    if columns < WIDE_FROM {
        NARROW_KEYS
    } else {
        KEYS
    }
}

/// Returns the lines of a list of so many columns: what has no room beside the keys follows below.
#[must_use]
pub(crate) fn wrapped(lines: Vec<HelpLine>, columns: usize) -> Vec<HelpLine> {
    let keys_room = key_columns(columns);
    let room = columns.saturating_sub(keys_room + MARGINS).max(1);
    let line = |line: HelpLine| {
        let HelpLine::Keys(keys, text) = line else {
            return vec![line];
        };
        let mut rows = prose::wrap(&text, room).into_iter();
        let is_long = columns < WIDE_FROM && width(&keys) >= keys_room;
        let beside = if is_long { None } else { rows.next() };
        let first = HelpLine::Keys(keys, beside.unwrap_or_default().into());
        std::iter::once(first)
            .chain(rows.map(HelpLine::More))
            .collect()
    };
    lines.into_iter().flat_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::wrapped;
    use crate::ui::keys::HelpLine;

    #[test]
    fn what_has_no_room_beside_the_keys_follows_below() {
        let shown = |keys: &str, columns| {
            let line = HelpLine::Keys(keys.to_owned(), "show or hide permissions and owner".into());
            let lines = wrapped(vec![line], columns).into_iter();
            let lines = lines.map(|line| match line {
                HelpLine::Keys(keys, text) => format!("{keys}: {text}"),
                HelpLine::More(text) => text,
                HelpLine::Heading(_) | HelpLine::Space => String::new(),
            });
            lines.collect::<Vec<_>>().join("|")
        };
        let whole = "b: show or hide permissions and owner";
        assert_eq!(shown("b", 80), whole);
        assert_eq!(shown("b", 43), "b: show or hide permissions and|owner");
        let own_line = "b  ctrl+b: |show or hide permissions and|owner";
        assert_eq!(shown("b  ctrl+b", 43), own_line);
    }
}
