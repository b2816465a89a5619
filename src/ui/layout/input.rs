//! The room beside a line of input. Draws nothing.

use crate::ui::layout::fit::width;

/// The columns that the words at the right leave for the input.
pub(crate) const LEAST_INPUT: usize = 20;

/// Returns the columns that words have beside an input with a label.
#[must_use]
pub(crate) fn room_beside(label: &str, columns: u16) -> usize {
    usize::from(columns).saturating_sub(width(label) + LEAST_INPUT + 2)
}
