//! The paths that differ between two images, each with its bytes on either side and moved files once, and the largest of them. The only words are those
//! of [`PathStatus`]; layout is in reports and screens.

use std::cmp::Reverse;

use super::aligned_tree::RowId;
use super::comparison::{Comparison, RowChange};
use super::side::{Side, Sides};
use crate::analysis::EntryDifferences;
use crate::image::Image;

/// A path that is not the same on both sides, or whose content counts at another of its names on one of them; a moved file with both of its paths.
#[derive(Clone, Copy, Debug)]
pub struct PathChange {
    /// The row; of a moved path, the new one.
    pub row: RowId,
    /// The row it moved from.
    pub from: Option<RowId>,
    /// The kind of change.
    pub status: PathStatus,
    /// The attributes that differ, other than the path.
    pub what: EntryDifferences,
    /// Its own bytes on either side; `None` where the path does not exist.
    pub bytes: Sides<Option<u64>>,
    /// Whether it is a folder on every side that has it; folders are listed, not counted.
    pub is_dir: bool,
}

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathStatus {
    /// Equal on both sides, but its content counts at another of its names on one of them.
    Same,
    /// In the image after alone.
    Added,
    /// In the image before alone.
    Removed,
    /// Different in both.
    Changed,
    /// At another path.
    Moved,
}

impl PathStatus {
    /// Returns its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Moved => "moved",
        }
    }
}

impl PathChange {
    /// Returns its row on a side.
    #[must_use]
    pub fn at(&self, side: Side) -> RowId {
        row_of_side(self.row, self.from, side)
    }

    /// Returns the bytes after − before.
    #[must_use]
    pub fn delta(&self) -> i128 {
        i128::from(self.bytes.after.unwrap_or(0)) - i128::from(self.bytes.before.unwrap_or(0))
    }
}

/// The largest changes, and the sums of all.
#[derive(Debug, Default)]
pub struct LargestChanges {
    /// The changes, the largest difference first.
    pub list: Vec<PathChange>,
    /// The number of all changes.
    pub count: usize,
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
    #[must_use]
    pub fn rest(&self, listed: usize) -> (usize, i128) {
        let shown: i128 = self.list.iter().take(listed).map(PathChange::delta).sum();
        (self.count - listed, self.delta - shown)
    }
}

/// Returns the row of a change on a side.
fn row_of_side(row: RowId, from: Option<RowId>, side: Side) -> RowId {
    match side {
        Side::Before => from.unwrap_or(row),
        Side::After => row,
    }
}

impl Comparison {
    /// Returns all changes in the order of the paths: every file, and folders that are empty or whose own metadata differs. The
    /// bytes of all add up to the difference of the visible bytes.
    pub fn changes<'a>(
        &'a self,
        images: Sides<&'a Image>,
    ) -> impl Iterator<Item = PathChange> + 'a {
        let rows = self.rows.ids();
        rows.filter_map(move |row| self.path_change(images, row))
    }

    /// Returns the changes of files, at most so many: the largest difference first, then the largest files, then in the order of the paths.
    #[must_use]
    pub fn largest_changes(&self, images: Sides<&Image>, most: usize) -> LargestChanges {
        let mut largest = LargestChanges::default();
        // Few of them are kept at once: two images can differ in every file.
        let room = most.saturating_mul(2).max(1);
        for change in self.changes(images).filter(|change| !change.is_dir) {
            largest.count += 1;
            largest.delta += change.delta();
            largest.list.push(change);
            if largest.list.len() > room {
                largest.keep(most);
            }
        }
        largest.keep(most);
        largest
    }

    fn path_change(&self, images: Sides<&Image>, row: RowId) -> Option<PathChange> {
        let (from, status, what) = match self.change(row) {
            RowChange::MovedTo(_) => return None,
            RowChange::Same => (None, PathStatus::Same, EntryDifferences::NOTHING),
            RowChange::Added => (None, PathStatus::Added, EntryDifferences::NOTHING),
            RowChange::Removed => (None, PathStatus::Removed, EntryDifferences::NOTHING),
            RowChange::Changed(what) => (None, PathStatus::Changed, what),
            RowChange::MovedFrom(from) => {
                let what = self.moved_what(images, from, row);
                (Some(from), PathStatus::Moved, what)
            }
        };
        if status == PathStatus::Same && self.delta(row) == 0 {
            return None;
        }
        let entry = |side: Side| {
            let at = row_of_side(row, from, side);
            let entry = images.get(side).entry(self.entry(at, side)?);
            let bytes = self.sizes.get(side)[at.index()];
            Some((entry.is_dir(), if entry.is_dir() { 0 } else { bytes }))
        };
        let entries = Sides::new(entry(Side::Before), entry(Side::After));
        let is_dir = [entries.before, entries.after]
            .iter()
            .flatten()
            .all(|(is_dir, _)| *is_dir);
        let is_empty = self.rows.end(row).0 == row.0 + 1;
        if is_dir && status != PathStatus::Changed && !is_empty {
            return None;
        }
        let bytes = entries.map(|entry| entry.map(|(_, bytes)| bytes));
        (status != PathStatus::Same || bytes.before != bytes.after).then_some(PathChange {
            row,
            from,
            status,
            what,
            bytes,
            is_dir,
        })
    }
}
