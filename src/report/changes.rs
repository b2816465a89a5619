//! The differences that the reports of a comparison list, and their order. No format's own layout.

use std::cmp::Reverse;

use serde::Serialize;

use super::facts::ComparisonFacts;
use crate::analysis::EntryDifferences;
use crate::bytes::{human_if_known, ratio, signed, thousands};
use crate::compare::{Change, FileCounts, RowId, Side, Sides};

/// The JSON keys of [`FileCounts`].
#[derive(Serialize)]
pub(super) struct FileCountKeys {
    added: usize,
    removed: usize,
    changed: usize,
    moved: usize,
    same: usize,
}

impl From<FileCounts> for FileCountKeys {
    fn from(counts: FileCounts) -> Self {
        let FileCounts {
            added,
            removed,
            changed,
            moved,
            same,
        } = counts;
        Self {
            added,
            removed,
            changed,
            moved,
            same,
        }
    }
}

/// A path that is not the same on both sides, or whose content counts at another of its names on one of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Changed {
    /// The row; of a moved path, the new one.
    pub(super) row: RowId,
    /// The row it moved from.
    pub(super) from: Option<RowId>,
    /// The kind of change.
    pub(super) status: &'static str,
    /// The attributes that differ, other than the path.
    pub(super) what: EntryDifferences,
    /// Its own bytes on either side; `None` where the path does not exist.
    pub(super) bytes: Sides<Option<u64>>,
    /// Whether it is a folder on every side that has it; folders are listed, not counted.
    pub(super) is_dir: bool,
}

impl Changed {
    fn at(&self, side: Side) -> RowId {
        place(self.row, self.from, side)
    }

    /// Returns the bytes after − before.
    pub(super) fn delta(&self) -> i128 {
        i128::from(self.bytes.after.unwrap_or(0)) - i128::from(self.bytes.before.unwrap_or(0))
    }
}

/// The largest changes, and the sums of all.
#[derive(Debug, Default)]
pub(super) struct LargestChanges {
    /// The changes, the largest difference first.
    pub(super) list: Vec<Changed>,
    /// The number of all changes.
    pub(super) count: usize,
    /// The bytes after − before of all changes.
    delta: i128,
}

impl LargestChanges {
    /// Sorts the list, and drops what is behind its first entries.
    fn keep(&mut self, most: usize) {
        self.list.sort_unstable_by_key(|changed| {
            let bytes = changed.bytes.before.max(changed.bytes.after);
            (
                Reverse(changed.delta().unsigned_abs()),
                Reverse(bytes),
                changed.row,
            )
        });
        self.list.truncate(most);
    }

    /// Returns the number of changes behind the first so many of the list, and their bytes after − before.
    pub(super) fn rest(&self, listed: usize) -> (usize, i128) {
        let shown: i128 = self.list.iter().take(listed).map(Changed::delta).sum();
        (self.count - listed, self.delta - shown)
    }
}

/// The status of a path that is equal on both sides.
const SAME: &str = "same";

/// Returns the row of a change on a side.
fn place(row: RowId, from: Option<RowId>, side: Side) -> RowId {
    match side {
        Side::Before => from.unwrap_or(row),
        Side::After => row,
    }
}

impl ComparisonFacts<'_> {
    /// Returns all changes in the order of the paths: every file, and folders that are empty or whose own metadata differs. The
    /// bytes of all add up to the difference of the visible bytes.
    pub(super) fn changes(&self) -> impl Iterator<Item = Changed> + '_ {
        self.comparison
            .rows
            .ids()
            .filter_map(|row| self.changed(row))
    }

    /// Returns the changes of [`Self::changes`] that are counted, at most so many: the largest difference first, then in the order of the paths.
    pub(super) fn largest(&self, most: usize) -> LargestChanges {
        let mut largest = LargestChanges::default();
        // Few of them are kept at once: two images can differ in every file.
        let room = most.saturating_mul(2).max(1);
        for changed in self.changes().filter(|changed| !changed.is_dir) {
            largest.count += 1;
            largest.delta += changed.delta();
            largest.list.push(changed);
            if largest.list.len() > room {
                largest.keep(most);
            }
        }
        largest.keep(most);
        largest
    }

    fn changed(&self, row: RowId) -> Option<Changed> {
        let Self {
            images, comparison, ..
        } = *self;
        let (from, status, what) = match comparison.change(row) {
            Change::MovedTo(_) => return None,
            Change::Same => (None, SAME, EntryDifferences::NOTHING),
            Change::Added => (None, "added", EntryDifferences::NOTHING),
            Change::Removed => (None, "removed", EntryDifferences::NOTHING),
            Change::Changed(what) => (None, "changed", what),
            Change::MovedFrom(from) => {
                let what = comparison.moved_what(images, from, row);
                (Some(from), "moved", what)
            }
        };
        let sizes = &comparison.sizes;
        if status == SAME && sizes.before[row.index()] == sizes.after[row.index()] {
            return None;
        }
        let entry = |side: Side| {
            let at = place(row, from, side);
            let entry = images.get(side).entry(comparison.entry(at, side)?);
            let bytes = sizes.get(side)[at.index()];
            Some((entry.is_dir(), if entry.is_dir() { 0 } else { bytes }))
        };
        let entries = Sides::new(entry(Side::Before), entry(Side::After));
        let is_dir = [entries.before, entries.after]
            .iter()
            .flatten()
            .all(|(is_dir, _)| *is_dir);
        let empty = comparison.rows.end(row).0 == row.0 + 1;
        if is_dir && status != "changed" && !empty {
            return None;
        }
        let bytes = entries.map(|entry| entry.map(|(_, bytes)| bytes));
        (status != SAME || bytes.before != bytes.after).then_some(Changed {
            row,
            from,
            status,
            what,
            bytes,
            is_dir,
        })
    }

    /// Returns the path at which the content of a change counts on a side, when that is another name of it.
    pub(super) fn counted_at(&self, changed: &Changed, side: Side) -> Option<Vec<u8>> {
        let node = self.comparison.counted_at(changed.at(side), side)?;
        Some(self.images.get(side).tree.path(node))
    }

    /// Returns where the content of an equal file counts, each path written by `name`; nothing for other changes.
    pub(super) fn counted(
        &self,
        changed: &Changed,
        name: impl Fn(&[u8]) -> String,
    ) -> Option<String> {
        let words = |side: Side| {
            let path = name(&self.counted_at(changed, side)?);
            Some(match side {
                Side::Before => format!("counted at {path} before"),
                Side::After => format!("counted at {path}"),
            })
        };
        let is_same = changed.status == SAME;
        is_same.then(|| Side::BOTH.into_iter().find_map(words))?
    }

    /// Returns the difference of a sum over all stored bytes with its sign, and its ratio; `unknown` when a missing layer decides it.
    pub(super) fn sum_delta(&self, bytes: Sides<u64>) -> (String, String) {
        self.delta(bytes, self.comparison.is_exact)
    }

    /// Returns the difference of visible or of hidden bytes as [`Self::sum_delta`].
    pub(super) fn visible_delta(&self, bytes: Sides<u64>) -> (String, String) {
        self.delta(bytes, self.comparison.knows_files())
    }

    fn delta(&self, bytes: Sides<u64>, is_known: bool) -> (String, String) {
        if !is_known {
            return ("unknown".to_owned(), String::new());
        }
        let delta = i128::from(bytes.after) - i128::from(bytes.before);
        (self.signed(delta), ratio(bytes.before, bytes.after))
    }

    /// Returns a sum over the layers of one image: `1.2 MB`, `≥ 1.2 MB` when a layer is missing.
    pub(super) fn sum(&self, side: Side, bytes: Sides<u64>) -> String {
        let amount = self.comparison.amount(side, *bytes.get(side));
        amount.bytes(self.units)
    }

    /// Returns the numbers of files by change: `3 added, 2 removed, …`.
    pub(super) fn counts(&self) -> String {
        let FileCounts {
            added,
            removed,
            changed,
            moved,
            same,
        } = self.comparison.counts;
        let [added, removed, changed, moved, same] =
            [added, removed, changed, moved, same].map(|count| thousands(count as u64));
        let scope = self.comparison.scope();
        format!(
            "{added} added, {removed} removed, {changed} changed, {moved} moved, {same} unchanged{scope}"
        )
    }

    /// Returns the bytes that a machine with the image before downloads, and what they are.
    pub(super) fn download(&self) -> (String, &'static str) {
        let transfer = self.comparison.layers.transfer;
        let (bytes, words) = match (transfer.compressed, transfer.unpacked) {
            (Some(bytes), _) => (Some(bytes), "compressed"),
            (None, Some(bytes)) => (
                Some(bytes),
                "uncompressed, because the compressed size is unknown",
            ),
            (None, None) => (None, "the size of a missing layer is unknown"),
        };
        (human_if_known(bytes, self.units), words)
    }

    /// Returns bytes with their sign.
    pub(super) fn signed(&self, delta: i128) -> String {
        signed(delta, self.units)
    }
}

/// Returns the names of the differing attributes as one list.
pub(super) fn names(what: EntryDifferences) -> String {
    what.names().collect::<Vec<_>>().join(", ")
}
