//! How the finished image is shared out: bytes of packages, yours, of nobody. Sums only; whose a single path is, `value` says.

use super::package::{Ownership, Packages};
use crate::analysis::Base;
use crate::image::{Image, NodeId};

/// What is one's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Unpacked bytes that a container sees.
    pub bytes: u64,
    /// Paths that hold them; folders are nobody's.
    pub files: usize,
    /// The largest of them, the first of equals.
    pub largest: Option<NodeId>,
}

/// Whose the bytes of the finished image are; together they are its live size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// The packages'.
    pub packages: Share,
    /// Yours: your own layers put them there.
    pub own_layers: Share,
    /// The base's, of no package.
    pub base_layers: Share,
}

impl Packages {
    /// Shares the finished image out. One pass over its paths.
    #[must_use]
    pub fn shares(&self, image: &Image, base: &Base) -> Shares {
        let mut shares = Shares::default();
        let mut most = [0; 3];
        let Some(top) = image.top() else {
            return shares;
        };
        for node in image.tree.ids() {
            let seen = image.timeline.at(node, top).map(|id| image.entry(id));
            let Some(entry) = seen.filter(|entry| !entry.is_dir()) else {
                continue;
            };
            let (share, most) = match self.ownership(image, base, node) {
                Ownership::Package(_) => (&mut shares.packages, &mut most[0]),
                Ownership::OwnLayers => (&mut shares.own_layers, &mut most[1]),
                Ownership::BaseLayers => (&mut shares.base_layers, &mut most[2]),
            };
            share.bytes = share.bytes.saturating_add(entry.size);
            share.files += 1;
            if share.largest.is_none() || entry.size > *most {
                (share.largest, *most) = (Some(node), entry.size);
            }
        }
        shares
    }
}
