//! The files that dpkg and apt keep about a package: its records in `/var/lib/dpkg/info` and its downloaded archive (dpkg(1), apt-get(8)). What is installed
//! is in `analysis::packages`.

use std::collections::HashSet;

use crate::analysis::findings::image_context::ImageContext;
use crate::image::{Image, NodeId};

/// The records of some packages.
pub(super) struct PackageRecords<'a> {
    /// The folder of dpkg's records.
    info: Option<NodeId>,
    /// The folder of downloaded archives.
    archives: Option<NodeId>,
    /// The packages, without their architecture.
    names: HashSet<&'a str>,
}

impl<'a> PackageRecords<'a> {
    /// Returns the records of the packages with these names.
    pub(super) fn of(context: &ImageContext<'_>, names: impl Iterator<Item = &'a str>) -> Self {
        Self {
            info: context.find("/var/lib/dpkg/info"),
            archives: context.find("/var/cache/apt/archives"),
            names: names.map(without_architecture).collect(),
        }
    }

    /// Returns whether a path is one of them.
    pub(super) fn contains(&self, image: &Image, node: NodeId) -> bool {
        let parent = image.tree.parent(node);
        let name = std::str::from_utf8(image.tree.name(node)).unwrap_or_default();
        let end = if parent.is_some() && parent == self.info {
            [':', '.'].iter().filter_map(|c| name.find(*c)).min()
        } else if parent.is_some() && parent == self.archives {
            name.find('_')
        } else {
            None
        };
        // Names may contain dots: `python3.11.list`.
        let stem = || name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        end.is_some_and(|end| self.names.contains(&name[..end]))
            || parent == self.info && self.names.contains(without_architecture(stem()))
    }
}

/// Returns a package's name without its architecture.
pub(super) fn without_architecture(name: &str) -> &str {
    name.split(':').next().unwrap_or(name)
}
