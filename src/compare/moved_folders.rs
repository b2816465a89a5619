//! Moved folders: when all files of a folder moved together, the folder moved, with its empty files, links and subfolders. `moves` finds single files.

use super::aligned_tree::RowId;
use super::moves::{Moves, name};
use super::pending::AlignedPair;
use super::side::Side;
use crate::analysis::{EntryDifferences, compare_entries};

/// Adds to `moves` every folder of only the image before that is also, with equal names, kinds and contents, a folder of only the image after. One moved
/// file leads to the folder; the topmost such folder counts.
pub(super) fn moved_folders(pair: &AlignedPair<'_>, moves: &mut Moves) {
    let mut files: Vec<RowId> = moves
        .counterparts
        .keys()
        .copied()
        .filter(|&row| pair.lone(row) == Some(Side::Before))
        .collect();
    files.sort_unstable();
    let mut row = RowId::ROOT;
    while row.index() < pair.rows.len() {
        let end = pair.rows.end(row);
        let next = files.partition_point(|&file| file <= row);
        let Some(&file) = files.get(next).filter(|&&file| file < end) else {
            // Nothing below has moved.
            row = end;
            continue;
        };
        let to = candidate(pair, moves, row, file).filter(|&to| alike(pair, moves, row, to));
        if let Some(to) = to {
            for step in 0..end.0 - row.0 {
                moves.add(RowId(row.0 + step), RowId(to.0 + step));
            }
            moves.folders.push((row, to));
            row = end;
        } else {
            row = RowId(row.0 + 1);
        }
    }
}

/// Returns the candidate for the new place of a folder, derived from one of its moved files. `None` when both images have the folder, it is already
/// paired, or the candidate is above the root.
fn candidate(pair: &AlignedPair<'_>, moves: &Moves, row: RowId, file: RowId) -> Option<RowId> {
    if pair.lone(row) != Some(Side::Before) || moves.counterpart(row).is_some() {
        return None;
    }
    let steps = pair.rows.depth(file) - pair.rows.depth(row);
    (0..steps).try_fold(moves.counterpart(file)?, |at, _| pair.rows.parent(at))
}

/// Returns whether two folders, each of only one image, have equal contents.
fn alike(pair: &AlignedPair<'_>, moves: &Moves, from: RowId, to: RowId) -> bool {
    let len = pair.rows.end(from).0 - from.0;
    pair.lone(to) == Some(Side::After)
        && pair.rows.end(to).0 - to.0 == len
        && (0..len).all(|step| {
            let (one, other) = (RowId(from.0 + step), RowId(to.0 + step));
            let shape = |row, top: RowId| pair.rows.end(row).0 - top.0;
            (step == 0 || name(pair, one) == name(pair, other))
                && shape(one, from) == shape(other, to)
                && same_thing(pair, moves, one, other)
        })
}

fn same_thing(pair: &AlignedPair<'_>, moves: &Moves, from: RowId, to: RowId) -> bool {
    match (moves.counterpart(from), moves.counterpart(to)) {
        (Some(there), _) => return there == to,
        (None, Some(_)) => return false,
        (None, None) => {}
    }
    let (Some(before), Some(after)) = (pair.entry(from, Side::Before), pair.entry(to, Side::After))
    else {
        return false;
    };
    let metadata = EntryDifferences::MODE
        .and(EntryDifferences::OWNER)
        .and(EntryDifferences::XATTRS);
    let what = compare_entries((pair.images.before, &before), (pair.images.after, &after));
    what.without(metadata) == EntryDifferences::NOTHING
}
