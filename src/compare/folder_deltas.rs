//! The folders of the aligned tree with the largest differences in size. What the bytes are for is in `content_changes`.

use crate::compare::aligned_tree::{AlignedTree, RowId};
use crate::compare::side::Sides;

/// The difference of one folder, in visible bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderDelta {
    /// The folder, or a file in the root.
    pub row: RowId,
    /// Bytes before and after.
    pub bytes: Sides<u64>,
}

impl FolderDelta {
    /// Returns the bytes after − before.
    #[must_use]
    pub fn delta(&self) -> i128 {
        i128::from(self.bytes.after) - i128::from(self.bytes.before)
    }
}

/// Returns the top-level folders that differ in size, largest difference first, then by path; together they are the total difference. A folder with all of
/// its bytes in one subfolder is replaced by that subfolder.
#[must_use]
pub(crate) fn folder_deltas(rows: &AlignedTree, sizes: &Sides<Vec<u64>>) -> Vec<FolderDelta> {
    let bytes_of = |row: RowId| Sides::new(sizes.before[row.index()], sizes.after[row.index()]);
    let down = |row: RowId| {
        let total = bytes_of(row);
        rows.children(row)
            .find(|&child| bytes_of(child) == total)
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
            bytes: bytes_of(row),
        })
        .filter(|folder| folder.delta() != 0)
        .collect();
    folder_deltas
        .sort_by_key(|folder| (std::cmp::Reverse(folder.delta().unsigned_abs()), folder.row));
    folder_deltas
}
