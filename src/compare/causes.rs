//! Where the difference lies: the largest folders of the aligned tree by what they lost or gained. Folders only; what the bytes are for is not known
//! here.

use super::aligned::{Aligned, RowId};
use super::side::Sides;

/// A part of the difference, in unpacked bytes that a container sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The folder, or a file that stands alone.
    pub row: RowId,
    /// Bytes on either side.
    pub bytes: Sides<u64>,
}

impl Cause {
    /// Returns the bytes after − before.
    #[must_use]
    pub fn delta(&self) -> i128 {
        i128::from(self.bytes.after) - i128::from(self.bytes.before)
    }
}

/// Returns the folders of the root that differ in bytes, most by bytes first, then in the order of paths; together they are the whole difference. A
/// folder all of whose bytes lie in one folder below it is named by that one.
#[must_use]
pub fn causes(rows: &Aligned, sizes: &Sides<Vec<u64>>) -> Vec<Cause> {
    let weigh = |row: RowId| Sides::new(sizes.before[row.index()], sizes.after[row.index()]);
    let down = |row: RowId| {
        let whole = weigh(row);
        rows.children(row)
            .find(|&child| weigh(child) == whole)
            .filter(|&child| rows.end(child).0 > child.0 + 1)
    };
    let mut causes: Vec<Cause> = rows
        .children(RowId::ROOT)
        .map(|row| {
            std::iter::successors(Some(row), |&row| down(row))
                .last()
                .unwrap_or(row)
        })
        .map(|row| Cause {
            row,
            bytes: weigh(row),
        })
        .filter(|cause| cause.delta() != 0)
        .collect();
    causes.sort_by_key(|cause| (std::cmp::Reverse(cause.delta().unsigned_abs()), cause.row));
    causes
}
