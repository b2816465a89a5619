//! The longest common subsequence of two short lists, for layers and history lines. Files are matched elsewhere.
//!
//! The crate `similar` finds the subsequence. Two rules are added here: an element without a key equals nothing, and swapped lists give swapped pairs.

use std::hash::Hash;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The most cells (length × length) to search. Engines stack at most 127 layers; in a hostile configuration with thousands of lines only the common start
/// and end are matched.
const MOST_CELLS: usize = 1 << 22;

/// Returns the index pairs of a longest common subsequence, ascending on both sides, so that no two pairs cross. `None` equals nothing. Swapped lists give
/// the same pairs, swapped.
pub(super) fn common<K: Ord + Hash>(
    before: &[Option<K>],
    after: &[Option<K>],
) -> Vec<(usize, usize)> {
    // Several subsequences may be longest. Searching the lists in an order of their own makes the choice symmetric.
    if (before.len(), before) > (after.len(), after) {
        let pairs = longest(after, before).into_iter();
        return pairs.map(|(one, other)| (other, one)).collect();
    }
    longest(before, after)
}

/// An element that can be compared: its key, or a number that no other element has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Element<'a, K> {
    Key(&'a K),
    Unique(usize),
}

fn longest<K: Ord + Hash>(before: &[Option<K>], after: &[Option<K>]) -> Vec<(usize, usize)> {
    let before = elements(before, 0);
    let after = elements(after, before.len());
    let same = |&(one, other): &(&Element<'_, K>, &Element<'_, K>)| one == other;
    let head = before.iter().zip(&after).take_while(same).count();
    let ends = before[head..].iter().rev().zip(after[head..].iter().rev());
    let tail = ends.take_while(same).count();
    let middle = (
        &before[head..before.len() - tail],
        &after[head..after.len() - tail],
    );
    let mut pairs: Vec<(usize, usize)> = (0..head).map(|at| (at, at)).collect();
    if middle.0.len().saturating_mul(middle.1.len()) <= MOST_CELLS {
        for change in capture_diff_slices(Algorithm::Myers, middle.0, middle.1) {
            if let DiffOp::Equal {
                old_index,
                new_index,
                len,
            } = change
            {
                pairs.extend((0..len).map(|at| (head + old_index + at, head + new_index + at)));
            }
        }
    }
    let starts = (before.len() - tail, after.len() - tail);
    pairs.extend((0..tail).map(|at| (starts.0 + at, starts.1 + at)));
    pairs
}

fn elements<K>(list: &[Option<K>], first: usize) -> Vec<Element<'_, K>> {
    let each = list.iter().enumerate();
    each.map(|(at, key)| {
        key.as_ref()
            .map_or(Element::Unique(first + at), Element::Key)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::common;

    fn of(before: &str, after: &str) -> Vec<(usize, usize)> {
        let list = |text: &str| text.chars().map(Some).collect::<Vec<_>>();
        common(&list(before), &list(after))
    }

    #[test]
    fn an_inserted_element_leaves_the_rest_matched() {
        assert_eq!(of("abcd", "axbcd"), [(0, 0), (1, 2), (2, 3), (3, 4)]);
        assert_eq!(of("abcd", "abc"), [(0, 0), (1, 1), (2, 2)]);
        assert_eq!(of("", "abc"), []);
        assert_eq!(common::<u8>(&[None, None], &[None, None]), []);
    }

    #[test]
    fn hostile_lists_match_at_their_ends_alone() {
        let list = |middle: u32| -> Vec<Option<u32>> {
            let middle = (0..5000).map(|at| Some(middle + at % 7));
            [Some(1)]
                .into_iter()
                .chain(middle)
                .chain([Some(2)])
                .collect()
        };
        let pairs = common(&list(10), &list(13));
        assert_eq!(pairs, [(0, 0), (5001, 5001)]);
    }

    /// The length by the textbook table.
    fn length(before: &[Option<u8>], after: &[Option<u8>]) -> usize {
        let mut row = vec![0; after.len() + 1];
        for one in before {
            let mut corner = 0;
            for (at, other) in after.iter().enumerate() {
                let matched = corner + usize::from(one.is_some() && one == other);
                corner = row[at + 1];
                row[at + 1] = row[at + 1].max(row[at]).max(matched);
            }
        }
        row[after.len()]
    }

    proptest! {
        #[test]
        fn pairs_are_longest_never_cross_and_mirror(
            before in vec(proptest::option::weighted(0.9, 0_u8..5), 0..12),
            after in vec(proptest::option::weighted(0.9, 0_u8..5), 0..12),
        ) {
            let pairs = common(&before, &after);
            prop_assert!(pairs.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1));
            prop_assert!(pairs.iter().all(|&(one, other)| before[one].is_some() && before[one] == after[other]));
            prop_assert_eq!(pairs.len(), length(&before, &after));
            let swapped = common(&after, &before).into_iter();
            prop_assert_eq!(swapped.map(|(one, other)| (other, one)).collect::<Vec<_>>(), pairs);
        }
    }
}
