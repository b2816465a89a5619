//! Where the sections of the overview are: categories and savings beside each other where there is room, else one below the other; files below them. Pure; draws nothing.

use ratatui::layout::Rect;

use crate::ui::layout::{inside, lines};

/// The columns from which categories are beside savings.
const WIDE: u16 = 88;

/// The columns between the sections side by side.
const GAP: u16 = 2;

/// The columns of the savings side by side with categories, whose bars can be shorter.
const SAVINGS: u16 = 46;

/// The lines that categories and files have at least, with their heading, below and above a long list of savings.
const LEAST: [u16; 2] = [5, 4];

/// Returns the sections of a pane, each with its heading line: categories, savings, largest files. `counts` are their lines without headings.
#[must_use]
pub fn sections(pane: Rect, counts: [usize; 3]) -> [Rect; 3] {
    let room = inside(pane, 1, 1);
    // Why a section is empty takes up to two lines.
    let wanted = counts.map(|count| match count {
        0 => 3,
        count => lines(count).saturating_add(1),
    });
    if room.width >= WIDE {
        let width = (room.width / 2).min(room.width - GAP - SAVINGS);
        // Paths are the longest, so they have all columns, below an empty line.
        let upper = wanted[0].max(wanted[1]).max(3) + 1;
        let [height, _] = shared([upper, wanted[2]], room.height);
        let largest = room.height - height;
        let left = Rect {
            width,
            height,
            ..room
        };
        let right = Rect {
            x: room.x + width + GAP,
            width: room.width - width - GAP,
            ..left
        };
        return [left, right, below(room, height, largest)];
    }
    let [first, second, third] = stacked(wanted, room.height);
    [
        Rect {
            height: first,
            ..room
        },
        below(room, first, second),
        below(room, first + second, third),
    ]
}

fn below(area: Rect, from: u16, height: u16) -> Rect {
    Rect {
        y: area.y + from,
        height,
        ..area
    }
}

/// Returns the lines of each section, one below the other. A long list of savings has room first; categories and files keep a few lines.
fn stacked(wanted: [u16; 3], height: u16) -> [u16; 3] {
    let least = [wanted[0].min(LEAST[0]), wanted[1], wanted[2].min(LEAST[1])];
    let least = shared(least, height);
    let left = height - least.iter().sum::<u16>();
    let more = shared([0, 1, 2].map(|at| wanted[at] - least[at]), left);
    let [first, second] = [0, 1].map(|at| least[at] + more[at]);
    [first, second, height - first - second]
}

/// Returns the lines of each part: as many as it has if all fit, else equal shares, of which a shorter part leaves the rest to the others.
fn shared<const N: usize>(wanted: [u16; N], height: u16) -> [u16; N] {
    let mut given = [0_u16; N];
    let mut left = height;
    while left > 0 {
        let mut hungry = (0..N).filter(|&at| given[at] < wanted[at]).peekable();
        if hungry.peek().is_none() {
            break;
        }
        for at in hungry.collect::<Vec<_>>() {
            if left > 0 {
                given[at] += 1;
                left -= 1;
            }
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use super::sections;
    use proptest::prelude::*;
    use ratatui::layout::Rect;

    proptest! {
        #[test]
        fn sections_are_inside_the_pane(
            width in 0_u16..220,
            height in 0_u16..70,
            counts in prop::array::uniform3(0_usize..60),
        ) {
            let pane = Rect::new(3, 2, width, height);
            let areas = sections(pane, counts);
            for area in areas {
                prop_assert_eq!(area.intersection(pane).area(), area.area());
            }
            for (one, other) in [(0, 1), (0, 2), (1, 2)] {
                prop_assert!(areas[one].intersection(areas[other]).is_empty());
            }
        }
    }
}
