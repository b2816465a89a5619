//! Where the difference lies: the largest folders of the aligned tree by what they lost or gained. Folders only; what the bytes are for is not known
//! here.

use crate::compare::aligned_tree::{AlignedTree, RowId};
use crate::compare::side::Sides;

/// A part of the difference, in unpacked bytes that a container sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderDelta {
    /// The folder, or a file that stands alone.
    pub row: RowId,
    /// Bytes on either side.
    pub bytes: Sides<u64>,
}

impl FolderDelta {
    /// Returns the bytes after − before.
    #[must_use]
    pub fn delta(&self) -> i128 {
        i128::from(self.bytes.after) - i128::from(self.bytes.before)
    }
}

/// Returns the folders of the root that differ in bytes, most by bytes first, then in the order of paths; together they are the whole difference. A
/// folder all of whose bytes lie in one folder below it is named by that one.
#[must_use]
pub fn folder_deltas(rows: &AlignedTree, sizes: &Sides<Vec<u64>>) -> Vec<FolderDelta> {
    let weigh = |row: RowId| Sides::new(sizes.before[row.index()], sizes.after[row.index()]);
    let down = |row: RowId| {
        let whole = weigh(row);
        rows.children(row)
            .find(|&child| weigh(child) == whole)
            .filter(|&child| rows.end(child).0 > child.0 + 1)
    };
    let mut folder_deltas: Vec<FolderDelta> = rows
        .children(RowId::ROOT)
        .map(|row| {
            std::iter::successors(Some(row), |&row| down(row))
                .last()
                .unwrap_or(row)
        })
        .map(|row| FolderDelta {
            row,
            bytes: weigh(row),
        })
        .filter(|folder| folder.delta() != 0)
        .collect();
    folder_deltas
        .sort_by_key(|folder| (std::cmp::Reverse(folder.delta().unsigned_abs()), folder.row));
    folder_deltas
}
