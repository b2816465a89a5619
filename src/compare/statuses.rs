//! The status and the sizes of every row of the aligned tree, with the entry comparison of `analysis`. Moves are found later.

use super::aligned_tree::RowId;
use super::pending::AlignedPair;
use super::side::{Side, Sides};
use crate::analysis::{EntryDifferences, Status, compare_entries};
use crate::image::{Entry, must_hash};

/// Returns a status for every row, in order; a folder is Modified when anything below it is not the same.
pub(super) fn statuses(pair: &AlignedPair<'_>) -> Vec<Status> {
    let mut statuses: Vec<Status> = pair.rows.ids().map(|row| own(pair, row)).collect();
    for row in pair.rows.ids().rev() {
        let Some(parent) = pair.rows.parent(row) else {
            break;
        };
        if statuses[row.index()] == Status::Unmodified {
            continue;
        }
        let status = &mut statuses[parent.index()];
        *status = match *status {
            Status::Unmodified => Status::Modified(EntryDifferences::BELOW),
            Status::Modified(what) => Status::Modified(what.and(EntryDifferences::BELOW)),
            other => other,
        };
    }
    statuses
}

fn own(pair: &AlignedPair<'_>, row: RowId) -> Status {
    match pair.lone(row) {
        Some(Side::Before) => return Status::Removed,
        Some(Side::After) => return Status::Added,
        None => {}
    }
    let (Some(before), Some(after)) = (pair.entry(row, Side::Before), pair.entry(row, Side::After))
    else {
        // Only the root may have no entry; then it counts as equal.
        return Status::Unmodified;
    };
    match difference(pair, row, &before, &after) {
        EntryDifferences::NOTHING => Status::Unmodified,
        what => Status::Modified(what),
    }
}

fn difference(
    pair: &AlignedPair<'_>,
    row: RowId,
    before: &Entry,
    after: &Entry,
) -> EntryDifferences {
    let what = compare_entries((pair.images.before, before), (pair.images.after, after));
    let undecided = what.has(EntryDifferences::CONTENT) && before.size == after.size;
    let unread = must_hash([before, after]);
    if undecided && (unread(before) || unread(after)) && pair.is_one_blob(row) {
        what.without(EntryDifferences::CONTENT)
    } else {
        what
    }
}

/// Returns for each image and row the unpacked bytes at and below the row; a content with several names counts at the first.
pub(super) fn sizes(pair: &AlignedPair<'_>) -> Sides<Vec<u64>> {
    let side = |side| {
        let mut sizes: Vec<u64> = pair.rows.ids().map(|row| pair.bytes(row, side)).collect();
        for row in pair.rows.ids().rev() {
            if let Some(parent) = pair.rows.parent(row) {
                sizes[parent.index()] = sizes[parent.index()].saturating_add(sizes[row.index()]);
            }
        }
        sizes
    };
    Sides::new(side(Side::Before), side(Side::After))
}
