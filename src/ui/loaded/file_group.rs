//! Groups of files that the tree can be narrowed to: the files of a package, unowned files, the files of a finding.

use crate::analysis::Category;
use crate::analysis::packages::PackageId;
use crate::image::{LayerId, NodeId};

/// A group of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileGroup {
    /// The files of one package.
    Package(PackageId),
    /// The files of all packages.
    Packages,
    /// Unowned files of the own layers.
    OwnLayers,
    /// Unowned files of the base layers.
    BaseLayers,
    /// The files of a finding, by its index in the list of findings.
    Finding(usize),
    /// The visible files of a category.
    Category(Category),
}

/// Where a group of files is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupPlace {
    /// The layer to select.
    pub layer: LayerId,
    /// The largest file of the group.
    pub largest: NodeId,
    /// Whether all files of the group are in this layer, so that it is compared with the layer below.
    pub in_one_layer: bool,
}
