//! The ownership of visible bytes: packages, or nobody. Which layer stores a file is another question. Sums over all paths; `package` has the owner of one path.

use super::package::Packages;
use crate::image::{Image, NodeId};

/// The files of one owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnerTotals {
    /// Visible bytes.
    pub bytes: u64,
    /// Number of files.
    pub files: usize,
    /// The largest file, the first of equals.
    pub largest: Option<NodeId>,
}

/// The visible bytes by owner; their sum is the visible size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnershipTotals {
    /// Files of packages.
    pub packages: OwnerTotals,
    /// Unowned files.
    pub unowned: OwnerTotals,
}

impl Packages {
    /// Sums up the visible files by owner. One pass over the paths.
    #[must_use]
    pub fn shares(&self, image: &Image) -> OwnershipTotals {
        let mut shares = OwnershipTotals::default();
        let mut most = [0; 2];
        for node in image.tree.ids() {
            let seen = image.visible(node);
            let Some(seen) = seen.filter(|seen| !image.entry(seen.entry).is_dir()) else {
                continue;
            };
            let (share, most) = match self.owner(node) {
                Some(_) => (&mut shares.packages, &mut most[0]),
                None => (&mut shares.unowned, &mut most[1]),
            };
            share.bytes = share.bytes.saturating_add(seen.bytes);
            share.files += 1;
            if share.largest.is_none() || seen.bytes > *most {
                (share.largest, *most) = (Some(node), seen.bytes);
            }
        }
        shares
    }
}
