//! The visible bytes of packages and of unowned files, over all paths. `package` has the package of one path.

use super::package::Packages;
use crate::image::{Image, NodeId};

/// The files of packages, or those of none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PackageShare {
    /// Visible bytes.
    pub bytes: u64,
    /// Number of files.
    pub files: usize,
    /// The largest file, the first of equals.
    pub largest: Option<NodeId>,
}

/// The visible bytes of packages and of no package; their sum is the visible size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PackageShares {
    /// Files of packages.
    pub packages: PackageShare,
    /// Unowned files.
    pub unowned: PackageShare,
}

impl Packages {
    /// Sums up the visible files of packages and of none. One pass over the paths.
    #[must_use]
    pub fn shares(&self, image: &Image) -> PackageShares {
        let mut shares = PackageShares::default();
        let mut most = [0; 2];
        for node in image.tree.ids() {
            let visible = image.visible(node);
            let Some(visible) = visible.filter(|it| !image.entry(it.entry).is_dir()) else {
                continue;
            };
            let (share, most) = match self.package_of(node) {
                Some(_) => (&mut shares.packages, &mut most[0]),
                None => (&mut shares.unowned, &mut most[1]),
            };
            share.bytes = share.bytes.saturating_add(visible.bytes);
            share.files += 1;
            if share.largest.is_none() || visible.bytes > *most {
                (share.largest, *most) = (Some(node), visible.bytes);
            }
        }
        shares
    }
}
