//! The folders of the aligned tree with the largest differences in size. What the bytes are for is in `content_changes`.

use std::cmp::Reverse;

use crate::compare::aligned_tree::RowId;
use crate::compare::pending::AlignedPair;
use crate::compare::side::{Side, Sides};
use crate::image::LayerId;

/// The difference of one folder, in visible bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderDelta {
    /// The folder, or a file in the root.
    pub row: RowId,
    /// Bytes before and after.
    pub bytes: Sides<u64>,
    /// The layer responsible: of the image that has more, the one that stores most of what the other image lacks there.
    pub layer: Option<LayerShare>,
}

/// A layer of one image that stores most of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerShare {
    /// The image.
    pub side: Side,
    /// The layer.
    pub layer: LayerId,
    /// The unpacked bytes that it stores and the other image lacks.
    pub bytes: u64,
    /// The same of all layers of the image.
    pub of: u64,
}

impl LayerShare {
    /// Returns the layer that stores most, of the bytes of each layer of an image, the lowest of equal ones; `None` if none stores any.
    pub(crate) fn most(side: Side, layers: impl Iterator<Item = u64> + Clone) -> Option<Self> {
        let of = layers.clone().sum();
        let (at, bytes) = (layers.enumerate())
            .filter(|&(_, bytes)| bytes > 0)
            .max_by_key(|&(at, bytes)| (bytes, Reverse(at)))?;
        Some(Self {
            side,
            layer: LayerId(u32::try_from(at).ok()?),
            bytes,
            of,
        })
    }
}

impl FolderDelta {
    /// Returns the difference of the same images in the other order.
    #[cfg(feature = "cli")]
    pub(super) fn swapped(&self) -> Self {
        let swapped = |share: LayerShare| LayerShare {
            side: share.side.other(),
            ..share
        };
        Self {
            row: self.row,
            bytes: self.bytes.swapped(),
            layer: self.layer.map(swapped),
        }
    }

    /// Returns the bytes after − before.
    #[must_use]
    pub fn delta(&self) -> i128 {
        i128::from(self.bytes.after) - i128::from(self.bytes.before)
    }
}

/// Returns the top-level folders that differ in size, largest difference first, then by path; together they are the total difference. A folder with all of
/// its bytes in one subfolder is replaced by that subfolder.
#[must_use]
pub(super) fn folder_deltas(pair: &AlignedPair<'_>, sizes: &Sides<Vec<u64>>) -> Vec<FolderDelta> {
    let rows = pair.rows;
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
            layer: None,
        })
        .filter(|folder| folder.delta() != 0)
        .map(|folder| FolderDelta {
            layer: layer_share(pair, &folder),
            ..folder
        })
        .collect();
    folder_deltas.sort_by_key(|folder| (Reverse(folder.delta().unsigned_abs()), folder.row));
    folder_deltas
}

/// Returns the layer responsible for the difference of a folder. One pass over its rows.
fn layer_share(pair: &AlignedPair<'_>, folder: &FolderDelta) -> Option<LayerShare> {
    let side = match folder.bytes {
        Sides { before, after } if before > after => Side::Before,
        _ => Side::After,
    };
    let image = pair.images.get(side);
    let mut layers = vec![0_u64; image.layers.len()];
    for row in (folder.row.0..pair.rows.end(folder.row).0).map(RowId) {
        let lacking = pair
            .bytes(row, side)
            .saturating_sub(pair.bytes(row, side.other()));
        let node = pair.rows.node(row, side).filter(|_| lacking > 0);
        let shown = node.and_then(|node| image.visible(node));
        if let Some(bytes) = shown.and_then(|shown| layers.get_mut(shown.layer.index())) {
            *bytes = bytes.saturating_add(lacking);
        }
    }
    LayerShare::most(side, layers.into_iter())
}
