//! Moved files: a removed and an added file with equal content. Decides the pairs when several files share a content. `moved_folders` finds folders.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::num::NonZeroU64;

use hashbrown::HashMap;

use super::aligned_tree::{AlignedTree, RowId};
use super::moved_folders::moved_folders;
use super::pending::AlignedPair;
use super::side::{Side, Sides};

/// The most candidate pairs of one content and name that are compared one by one.
const MOST_PAIRS: usize = 4096;

/// The moved paths.
#[derive(Clone, Debug, Default)]
pub struct Moves {
    /// For every moved row its counterpart, in both directions.
    pub(super) counterparts: HashMap<RowId, RowId>,
    /// Moved folders: old and new row, by old row.
    pub folders: Vec<(RowId, RowId)>,
}

impl Moves {
    /// Returns the counterpart of a moved row: the new path of an old one, the old path of a new one.
    #[must_use]
    pub(crate) fn counterpart(&self, row: RowId) -> Option<RowId> {
        self.counterparts.get(&row).copied()
    }

    /// Returns the moves of the same images in the other order.
    #[cfg(feature = "cli")]
    pub(super) fn swapped(&self) -> Self {
        let mut folders: Vec<_> = self.folders.iter().map(|&(from, to)| (to, from)).collect();
        folders.sort_unstable();
        Self {
            counterparts: self.counterparts.clone(),
            folders,
        }
    }

    /// Finds the files of at least one byte that moved. Contents that occur once on each side come first and show which folders moved, with all of their
    /// files; of the rest, equal file names pair first, then the nearest paths. Deterministic, and mirrored for swapped images.
    pub(super) fn find(pair: &AlignedPair<'_>) -> Self {
        let mut moves = Self::default();
        let mut groups = groups(pair);
        for group in groups.values() {
            if let ([before], [after]) = (&group.before[..], &group.after[..]) {
                moves.add(*before, *after);
            }
        }
        moved_folders(pair, &mut moves);
        for group in groups.values_mut() {
            group
                .before
                .retain(|row| !moves.counterparts.contains_key(row));
            group
                .after
                .retain(|row| !moves.counterparts.contains_key(row));
            if !group.before.is_empty() && !group.after.is_empty() {
                moves.share(pair, group);
            }
        }
        moved_folders(pair, &mut moves);
        moves.folders.sort_unstable();
        moves
    }

    pub(super) fn add(&mut self, before: RowId, after: RowId) {
        self.counterparts.insert(before, after);
        self.counterparts.insert(after, before);
    }

    /// Pairs files of one content: those of equal names first, then the rest.
    fn share(&mut self, pair: &AlignedPair<'_>, group: &mut Sides<Vec<RowId>>) {
        let mut named: BTreeMap<&[u8], Sides<Vec<RowId>>> = BTreeMap::new();
        for side in Side::BOTH {
            for &row in group.get(side) {
                named
                    .entry(name(pair, row))
                    .or_default()
                    .get_mut(side)
                    .push(row);
            }
        }
        for same in named.values() {
            self.nearest(pair, same);
        }
        for side in Side::BOTH {
            group
                .get_mut(side)
                .retain(|row| !self.counterparts.contains_key(row));
        }
        self.nearest(pair, group);
    }

    /// Pairs the nearest paths first: by steps through the tree, then by the number of equal names at the end, then by path.
    fn nearest(&mut self, pair: &AlignedPair<'_>, rows: &Sides<Vec<RowId>>) {
        let Sides { before, after } = rows;
        if before.len().saturating_mul(after.len()) > MOST_PAIRS {
            self.by_endings(pair, rows);
            return;
        }
        let mut all: Vec<_> = before
            .iter()
            .flat_map(|&one| after.iter().map(move |&other| (one, other)))
            .map(|(one, other)| {
                let near = (
                    distance(pair.rows, one, other),
                    Reverse(ending(pair, one, other)),
                );
                (near, one, other)
            })
            .collect();
        all.sort_unstable();
        for (_, one, other) in all {
            if !self.counterparts.contains_key(&one) && !self.counterparts.contains_key(&other) {
                self.add(one, other);
            }
        }
    }

    /// Pairs very many files of one content in linear time: by their last three names, then two, then one, then in the order of paths.
    fn by_endings(&mut self, pair: &AlignedPair<'_>, rows: &Sides<Vec<RowId>>) {
        for names in (0..=3).rev() {
            let mut waiting: HashMap<Vec<&[u8]>, Vec<RowId>> = HashMap::new();
            for &row in rows.before.iter().rev() {
                if !self.counterparts.contains_key(&row) {
                    waiting
                        .entry(last_names(pair, row, names))
                        .or_default()
                        .push(row);
                }
            }
            for &row in &rows.after {
                if !self.counterparts.contains_key(&row)
                    && let Some(list) = waiting.get_mut(&last_names(pair, row, names))
                    && let Some(before) = list.pop()
                {
                    self.add(before, row);
                }
            }
        }
    }
}

/// Returns the files of only one image by content, for contents that both have; each list in the order of the paths.
fn groups(pair: &AlignedPair<'_>) -> HashMap<(u64, NonZeroU64), Sides<Vec<RowId>>> {
    let mut groups: HashMap<_, Sides<Vec<RowId>>> = HashMap::new();
    for row in pair.rows.ids() {
        if let Some(side) = pair.lone(row)
            && let Some(file) = pair.file(row, side)
            && let Some(hash) = file.hash
        {
            let group = groups.entry((file.size, hash)).or_default();
            group.get_mut(side).push(row);
        }
    }
    groups.retain(|_, group| !group.before.is_empty() && !group.after.is_empty());
    groups
}

/// Returns the last component of a row's path.
pub(super) fn name<'a>(pair: &AlignedPair<'a>, row: RowId) -> &'a [u8] {
    let (side, node) = pair.rows.any_node(row);
    pair.images.get(side).tree.name(node)
}

fn last_names<'a>(pair: &AlignedPair<'a>, row: RowId, count: usize) -> Vec<&'a [u8]> {
    let up = std::iter::successors(Some(row), |&row| pair.rows.parent(row));
    up.take(count).map(|row| name(pair, row)).collect()
}

/// Returns the number of equal names at the ends of two paths.
fn ending(pair: &AlignedPair<'_>, one: RowId, other: RowId) -> usize {
    let up = |row| std::iter::successors(Some(row), |&row| pair.rows.parent(row));
    up(one)
        .zip(up(other))
        .take_while(|&(one, other)| name(pair, one) == name(pair, other))
        .count()
}

/// Returns the number of steps through the tree from one row to another.
fn distance(rows: &AlignedTree, one: RowId, other: RowId) -> u32 {
    let (mut one, mut other, mut steps) = (one, other, 0);
    while one != other {
        // The later row is never an ancestor of the earlier one.
        let later = if one > other { &mut one } else { &mut other };
        *later = rows.parent(*later).unwrap_or(RowId::ROOT);
        steps += 1;
    }
    steps
}
