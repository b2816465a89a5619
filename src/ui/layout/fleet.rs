//! The areas of the screen over many images: one page, and from `PREVIEW_FROM` columns on the page behind the selected row beside it; and the columns of a list.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::bytes::Units;
use crate::fleet::page::{ListColumn, ListColumnKind};
use crate::ui::layout::{Size, fit, inside, screen};

/// The least width at which the page behind the selected row is shown.
const PREVIEW_FROM: u16 = 160;

/// Where the pages are drawn, with borders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FleetAreas {
    /// The page in front.
    pub page: Rect,
    /// The page behind the selected row; empty on narrow terminals.
    pub preview: Rect,
}

/// Returns the areas.
#[must_use]
pub(crate) fn areas(size: Size) -> FleetAreas {
    let page = screen(size).body;
    if size.width < PREVIEW_FROM {
        return FleetAreas {
            page,
            preview: Rect::default(),
        };
    }
    let width = page.width / 2;
    FleetAreas {
        page: Rect { width, ..page },
        preview: Rect {
            x: page.x + width,
            width: page.width - width,
            ..page
        },
    }
}

impl FleetAreas {
    /// Returns the lines of the page in front.
    #[must_use]
    pub fn page_rows(&self) -> Rect {
        inside(self.page, 1, 1)
    }

    /// Returns the lines of the other page.
    #[must_use]
    pub(crate) fn preview_rows(&self) -> Rect {
        inside(self.preview, 1, 1)
    }
}

/// The columns in front of each row, and between its cells.
const INDENT: usize = 1;
const GAP: usize = 2;
/// The least columns of a long text, alone and beside an extra one, and those of that.
const LONG: usize = 12;
const LONG_BESIDE: usize = 36;
const EXTRA: usize = 24;
/// The least columns of a short text in front of numbers.
const LEAST_NAME: usize = 12;
/// The columns of the widest usual time, `≥ 17 min 56 s`.
const TIME: usize = 13;

/// Returns the columns of a row that each cell has; none for one that finds no room. Extra texts are left out first, then short ones, times and counts; the first cell and
/// the first bytes stay.
#[must_use]
pub(crate) fn columns(columns: &[ListColumn], room: usize, units: Units) -> Vec<Range<usize>> {
    let width = |column: &ListColumn| match column.kind {
        ListColumnKind::Count => fit::width(&column.name).max(6),
        ListColumnKind::Bytes => fit::width(&column.name).max(units.columns() + 2),
        ListColumnKind::Time => fit::width(&column.name).max(TIME),
        ListColumnKind::Short(columns) => columns,
        ListColumnKind::Long | ListColumnKind::Extra => 0,
    };
    let mut widths: Vec<usize> = columns.iter().map(width).collect();
    let mut shown = vec![true; columns.len()];
    let least = |shown: &[bool], widths: &[usize]| {
        let all = || (0..columns.len()).filter(|at| shown[*at]);
        let has = |kind| all().any(|at| columns[at].kind == kind);
        let long = match (has(ListColumnKind::Long), has(ListColumnKind::Extra)) {
            (true, true) => LONG_BESIDE + EXTRA,
            (true, false) => LONG,
            (false, extra) => EXTRA * usize::from(extra),
        };
        let sum: usize = all().map(|at| widths[at] + GAP).sum();
        (INDENT + sum + long).saturating_sub(GAP)
    };
    if let Some(ListColumnKind::Short(_)) = columns.first().map(|column| column.kind) {
        let lacking = least(&shown, &widths).saturating_sub(room);
        widths[0] = widths[0]
            .saturating_sub(lacking)
            .max(LEAST_NAME.min(widths[0]));
    }
    let first_bytes = columns
        .iter()
        .position(|column| column.kind == ListColumnKind::Bytes);
    while least(&shown, &widths) > room {
        let rank = |(at, column): (usize, &ListColumn)| match column.kind {
            _ if at == 0 || Some(at) == first_bytes || !shown[at] => None,
            ListColumnKind::Extra => Some(0),
            ListColumnKind::Short(_) => Some(1),
            ListColumnKind::Time => Some(2),
            ListColumnKind::Count => Some(3),
            ListColumnKind::Bytes => Some(4),
            ListColumnKind::Long => None,
        };
        let ranked = columns.iter().enumerate().rev();
        let ranked = ranked.filter_map(|one| Some((rank(one)?, one.0)));
        match ranked.min_by_key(|(rank, _)| *rank) {
            Some((_, at)) => shown[at] = false,
            None => break,
        }
    }
    let has = |kind| (0..columns.len()).any(|at| shown[at] && columns[at].kind == kind);
    let extra = has(ListColumnKind::Extra);
    let fixed: usize = (0..columns.len())
        .filter(|at| shown[*at])
        .map(|at| widths[at] + GAP)
        .sum();
    let rest = (room + GAP).saturating_sub(fixed + INDENT);
    let long = if extra {
        let most = rest.saturating_sub(EXTRA);
        (rest * 2 / 5).max(LONG_BESIDE).min(most)
    } else {
        rest
    };
    let mut start = INDENT;
    let place = |at: usize| {
        let wide = match columns[at].kind {
            _ if !shown[at] => return start..start,
            ListColumnKind::Long => long,
            ListColumnKind::Extra if has(ListColumnKind::Long) => rest - long,
            ListColumnKind::Extra => rest,
            _ => widths[at],
        };
        let place = start..(start + wide).min(room.max(start));
        start += wide + GAP;
        place
    };
    (0..columns.len()).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::{ListColumn, ListColumnKind, Units, columns};

    fn widths(kinds: &[ListColumnKind], room: usize) -> Vec<usize> {
        let of: Vec<ListColumn> = kinds
            .iter()
            .map(|kind| ListColumn {
                name: String::new(),
                kind: *kind,
            })
            .collect();
        let places = columns(&of, room, Units::Si);
        assert!(
            places
                .iter()
                .all(|place| place.end <= room.max(place.start))
        );
        places.into_iter().map(|place| place.len()).collect()
    }

    #[test]
    fn a_name_is_shortened_and_extras_are_left_out_first() {
        use ListColumnKind::{Bytes, Count, Extra, Long, Short, Time};
        let fresh_node = [Short(20), Count, Bytes, Time, Time, Time];
        assert_eq!(widths(&fresh_node, 98), [20, 6, 10, 13, 13, 13]);
        assert_eq!(widths(&fresh_node, 78), [12, 6, 10, 13, 13, 13]);
        assert_eq!(widths(&fresh_node, 40), [12, 6, 10, 0, 0, 0]);
        let files = [Bytes, Count, Long, Extra];
        assert_eq!(widths(&files, 98), [10, 6, 36, 39]);
        assert_eq!(widths(&files, 78), [10, 6, 57, 0]);
        assert_eq!(widths(&files, 38), [10, 6, 17, 0]);
        assert_eq!(widths(&files, 20), [10, 0, 7, 0]);
        let shared = [Count, Count, Bytes, Bytes, Short(12), Long];
        assert_eq!(widths(&shared, 78), [6, 6, 10, 10, 12, 23]);
    }
}
