//! What two short lists have in common, in order: the longest common subsequence. For layers and instructions; files are told apart elsewhere.

/// Most cells of the table that finds it. Engines stack at most 127 layers; a config with thousands is somebody's joke, and gets only the common ends.
const MOST_CELLS: usize = 1 << 22;

/// Returns the places of a longest common subsequence of two lists, ascending on both sides, so that no two pairs cross. Nothing equals nothing.
/// The same pairs the other way round when the lists are swapped.
pub(super) fn common<K: Ord>(before: &[Option<K>], after: &[Option<K>]) -> Vec<(usize, usize)> {
    // One of several longest ones is found by looking at the lists in an order of their own.
    if (before.len(), before) > (after.len(), after) {
        let mut pairs = longest(after, before);
        for pair in &mut pairs {
            *pair = (pair.1, pair.0);
        }
        return pairs;
    }
    longest(before, after)
}

fn longest<K: Eq>(before: &[Option<K>], after: &[Option<K>]) -> Vec<(usize, usize)> {
    let same = |&(one, other): &(&Option<K>, &Option<K>)| one.is_some() && one == other;
    let head = before.iter().zip(after).take_while(same).count();
    let (before_rest, after_rest) = (&before[head..], &after[head..]);
    let ends = before_rest.iter().rev().zip(after_rest.iter().rev());
    let tail = ends.take_while(same).count();
    let inner = (
        &before_rest[..before_rest.len() - tail],
        &after_rest[..after_rest.len() - tail],
    );
    let mut pairs: Vec<(usize, usize)> = (0..head).map(|at| (at, at)).collect();
    let middle = table(inner.0, inner.1).into_iter();
    pairs.extend(middle.map(|(one, other)| (one + head, other + head)));
    let starts = (before.len() - tail, after.len() - tail);
    pairs.extend((0..tail).map(|at| (starts.0 + at, starts.1 + at)));
    pairs
}

/// The textbook table, filled from the ends so that it is read from the front.
fn table<K: Eq>(before: &[Option<K>], after: &[Option<K>]) -> Vec<(usize, usize)> {
    let width = after.len() + 1;
    if (before.len() + 1).saturating_mul(width) > MOST_CELLS {
        return Vec::new();
    }
    let same = |one: usize, other: usize| before[one].is_some() && before[one] == after[other];
    let mut longest = vec![0_u32; (before.len() + 1) * width];
    for one in (0..before.len()).rev() {
        for other in (0..after.len()).rev() {
            longest[one * width + other] = if same(one, other) {
                longest[(one + 1) * width + other + 1] + 1
            } else {
                longest[(one + 1) * width + other].max(longest[one * width + other + 1])
            };
        }
    }
    let mut pairs = Vec::new();
    let (mut one, mut other) = (0, 0);
    while one < before.len() && other < after.len() {
        if same(one, other) {
            pairs.push((one, other));
            (one, other) = (one + 1, other + 1);
        } else if longest[(one + 1) * width + other] >= longest[one * width + other + 1] {
            one += 1;
        } else {
            other += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::common;

    fn of(before: &str, after: &str) -> Vec<(usize, usize)> {
        let list = |text: &str| text.chars().map(Some).collect::<Vec<_>>();
        common(&list(before), &list(after))
    }

    #[test]
    fn an_inserted_one_leaves_the_rest_matched() {
        assert_eq!(of("abcd", "axbcd"), [(0, 0), (1, 2), (2, 3), (3, 4)]);
        assert_eq!(of("abcd", "abc"), [(0, 0), (1, 1), (2, 2)]);
        assert_eq!(of("", "abc"), []);
        assert_eq!(common::<u8>(&[None, None], &[None, None]), []);
    }

    #[test]
    fn swapped_lists_give_swapped_pairs() {
        for (before, after) in [("ab", "ba"), ("xayb", "bxya"), ("aabb", "abab")] {
            let mut swapped = of(after, before);
            for pair in &mut swapped {
                *pair = (pair.1, pair.0);
            }
            assert_eq!(of(before, after), swapped);
        }
    }
}
