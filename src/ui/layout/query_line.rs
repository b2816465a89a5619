//! The line about a query: the way back, its conditions as chips, each with its place, and its totals, as far as they fit. Nothing here draws.

use std::ops::Range;

use crate::ui::layout::fit::{clip, width};

/// The parts of the line that are shown, in so many columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct QueryLine {
    /// The views behind it; empty where they have no room.
    pub(crate) way: String,
    /// The conditions, truncated, each with the columns it takes.
    pub(crate) chips: Vec<(Range<usize>, String)>,
    /// The totals at the right.
    pub(crate) totals: String,
}

/// Lays out the line. The conditions come before everything but the first total.
#[must_use]
pub(crate) fn query_line(
    way: &str,
    conditions: &[String],
    totals: &[String],
    columns: usize,
) -> QueryLine {
    let mut parts = totals;
    let total = |parts: &[String]| format!(" {} ", parts.join(" · "));
    let needed = conditions.iter().map(|chip| width(chip) + 3).sum::<usize>() + 1;
    while parts.len() > 1 && needed + width(&total(parts)) + 2 > columns {
        parts = &parts[..parts.len() - 1];
    }
    let totals = total(parts);
    let mut room = columns.saturating_sub(width(&totals) + 3);
    let way = match way {
        "" => "",
        way if width(way) + needed <= room => way,
        _ if needed + 2 <= room => "› ",
        _ => "",
    };
    room -= width(way);
    let mut start = 1 + width(way);
    let mut chips = Vec::with_capacity(conditions.len());
    for (at, chip) in conditions.iter().enumerate() {
        let rest = conditions.len() - at - 1;
        let chip = format!(" {} ", clip(chip, room.saturating_sub(3 + rest * 4)));
        let end = start + width(&chip);
        room = room.saturating_sub(width(&chip) + 1);
        chips.push((start..end, chip));
        start = end + 1;
    }
    QueryLine {
        way: way.to_owned(),
        chips,
        totals,
    }
}
