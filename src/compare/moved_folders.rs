//! Moved folders: when all files of a folder moved together, the folder moved, with its empty files, links and subfolders. `moves` finds single files.

use super::aligned_tree::RowId;
use super::moves::{Moves, name};
use super::pending::AlignedPair;
use super::side::Side;
use crate::analysis::{Differences, compare_entries};
use crate::image::{Entry, Image, Kind, NodeId};

/// Adds to `moves` every folder of only the image before that is also, with equal names, kinds and contents, a folder of only the image after. One moved
/// file leads to the folder; the topmost such folder counts.
pub(super) fn moved_folders(pair: &AlignedPair<'_>, moves: &mut Moves) {
    let mut files: Vec<RowId> = moves
        .twins
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
    if pair.lone(row) != Some(Side::Before) || moves.twin(row).is_some() {
        return None;
    }
    let steps = pair.rows.depth(file) - pair.rows.depth(row);
    (0..steps).try_fold(moves.twin(file)?, |at, _| pair.rows.parent(at))
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
                && same_thing(pair, moves, (from, one), (to, other))
        })
}

fn same_thing(
    pair: &AlignedPair<'_>,
    moves: &Moves,
    from: (RowId, RowId),
    to: (RowId, RowId),
) -> bool {
    match (moves.twin(from.1), moves.twin(to.1)) {
        (Some(there), _) => return there == to.1,
        (None, Some(_)) => return false,
        (None, None) => {}
    }
    let (Some(before), Some(after)) = (
        pair.entry(from.1, Side::Before),
        pair.entry(to.1, Side::After),
    ) else {
        return false;
    };
    if (before.kind(), after.kind()) == (Kind::HardLink, Kind::HardLink) {
        let (old, new) = (pair.images.before, pair.images.after);
        let inside = below(pair, Side::Before, from.0, old, &before);
        return inside.is_some() && inside == below(pair, Side::After, to.0, new, &after);
    }
    let metadata = Differences::MODE
        .and(Differences::OWNER)
        .and(Differences::XATTRS);
    let what = compare_entries((pair.images.before, &before), (pair.images.after, &after));
    what.without(metadata) == Differences::NOTHING
}

/// Returns the row of a hard link's target, relative to the folder's first row.
fn below(
    pair: &AlignedPair<'_>,
    side: Side,
    top: RowId,
    image: &Image,
    link: &Entry,
) -> Option<u32> {
    let named = image.resolve(NodeId::ROOT, link)?;
    let row = pair.rows.row_of(side, named)?;
    row.0.checked_sub(top.0)
}
