//! The line about a query: the way back, its conditions as chips, each with its place, and its totals, as far as they fit. Nothing here draws.

use std::ops::Range;

use crate::ui::layout::fit::{clip, width};

/// The parts of the line that are shown, in so many columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct QueryLine {
    /// The views behind it, the first one first, each with the columns it takes and its place on the stack; those that have no room are left out.
    pub(crate) way: Vec<(Range<usize>, String, usize)>,
    /// The conditions, truncated, each with the columns it takes.
    pub(crate) chips: Vec<(Range<usize>, String)>,
    /// The totals at the right.
    pub(crate) totals: String,
}

/// Lays out the line. The conditions come before everything but the first total, then the way back, the views in its middle last.
#[must_use]
pub(crate) fn query_line(
    way: &[String],
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
    let room = columns.saturating_sub(width(&totals) + 3);
    let way = crumbs(way, room.saturating_sub(needed));
    let mut start = 1 + way.last().map_or(0, |(columns, ..)| columns.end - 1);
    let most = most_columns(conditions, room.saturating_sub(start - 1));
    let mut chips = Vec::with_capacity(conditions.len());
    for chip in conditions {
        let chip = format!(" {} ", clip(chip, most));
        let end = start + width(&chip);
        chips.push((start..end, chip));
        start = end + 1;
    }
    QueryLine { way, chips, totals }
}

/// Returns the columns that a condition may take so that all of them fit in `room`: only the longest ones are truncated.
fn most_columns(conditions: &[String], room: usize) -> usize {
    let widths: Vec<usize> = conditions.iter().map(|chip| width(chip)).collect();
    let longest = widths.iter().copied().max().unwrap_or(0);
    let taken = |most: usize| widths.iter().map(|it| it.min(&most) + 3).sum::<usize>();
    (1..=longest)
        .rev()
        .find(|&most| taken(most) <= room)
        .unwrap_or(0)
}

/// Returns the views behind a query in at most `room` columns: all of them, else the first ones and the last one with `…` for those between; none where
/// not even the last one has room.
fn crumbs(way: &[String], room: usize) -> Vec<(Range<usize>, String, usize)> {
    let Some((last, before)) = way.split_last() else {
        return Vec::new();
    };
    let behind = before.len();
    let all = way.iter().enumerate();
    let all = all.map(|(at, name)| (format!("{name} › "), at)).collect();
    let shortened = (0..behind).rev().map(|shown| {
        let first = before[..shown].iter().enumerate();
        let first = first.map(|(at, name)| (format!("{name} › "), at));
        let gap = ("… › ".to_owned(), behind - 1);
        let end = (format!("{last} › "), behind);
        first.chain([gap, end]).collect()
    });
    let forms = std::iter::once(all).chain(shortened);
    let fits =
        |form: &Vec<(String, usize)>| form.iter().map(|it| width(&it.0)).sum::<usize>() <= room;
    let mut start = 1;
    let form = forms.into_iter().find(fits).unwrap_or_default();
    let placed = form.into_iter().map(|(words, at)| {
        let columns = start..start + width(&words);
        start = columns.end;
        (columns, words, at)
    });
    placed.collect()
}

#[cfg(test)]
mod tests {
    use super::query_line;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn the_longest_condition_is_truncated() {
        let conditions = words(&["“usr/local/go/pkg”", "layer 3", "≥ 100.0 kB"]);
        let line = query_line(&[], &conditions, &words(&["1.0 MB of 1.4 GB"]), 57);
        let chips: Vec<String> = line.chips.into_iter().map(|chip| chip.1).collect();
        assert_eq!(chips, [" “usr/loca… ", " layer 3 ", " ≥ 100.0 kB "]);
    }

    #[test]
    fn the_way_is_shortened_in_its_middle() {
        let way = words(&["overview", "packages", "unowned", "layer 2"]);
        let line = |columns| {
            let line = query_line(&way, &words(&["docs"]), &words(&["1 B of 2 B"]), columns);
            let places: Vec<usize> = line.way.iter().map(|it| it.2).collect();
            let mut end = 1;
            for (columns, words, _) in &line.way {
                assert_eq!(columns.start, end, "{words}");
                end = columns.end;
            }
            assert_eq!(line.chips[0].0.start, end);
            let text: String = line.way.into_iter().map(|it| it.1).collect();
            (text, places)
        };
        let full = "overview › packages › unowned › layer 2 › ";
        assert_eq!(line(100), (full.to_owned(), vec![0, 1, 2, 3]));
        let shorter = "overview › packages › … › layer 2 › ";
        assert_eq!(line(62), (shorter.to_owned(), vec![0, 1, 2, 3]));
        let short = "overview › … › layer 2 › ";
        assert_eq!(line(52), (short.to_owned(), vec![0, 2, 3]));
        assert_eq!(line(44), ("… › layer 2 › ".to_owned(), vec![2, 3]));
        assert_eq!(line(28), (String::new(), Vec::new()));
    }
}
