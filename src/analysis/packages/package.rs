//! Packages and whose each byte is. Plain values; no paths are read and nothing is parsed here.

use std::num::NonZeroU32;

use crate::analysis::Base;
use crate::image::{Image, LayerId, NodeId};

/// Who installed a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PackageKind {
    /// Debian's and Ubuntu's.
    Dpkg,
    /// Alpine's.
    Apk,
    /// Fedora's, Red Hat's, SUSE's.
    Rpm,
    /// JavaScript's, below `node_modules`.
    Npm,
    /// Python's, with a `dist-info` or an `egg-info`.
    Python,
    /// Ruby's.
    Gem,
    /// A Go module, as a program's build information names it.
    Go,
    /// A Rust crate, as an auditable program names it.
    Rust,
    /// A Java archive.
    Java,
}

impl PackageKind {
    /// Returns the word for it in reports: `dpkg`, `npm`, …
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dpkg => "dpkg",
            Self::Apk => "apk",
            Self::Rpm => "rpm",
            Self::Npm => "npm",
            Self::Python => "python",
            Self::Gem => "gem",
            Self::Go => "go",
            Self::Rust => "rust",
            Self::Java => "java",
        }
    }

    /// Returns whether it belongs to the distribution rather than to a language.
    #[must_use]
    pub const fn is_system(self) -> bool {
        matches!(self, Self::Dpkg | Self::Apk | Self::Rpm)
    }
}

/// A package, by its place in [`Packages::list`]. Never zero, so that an owner a path costs four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageId(NonZeroU32);

impl PackageId {
    /// Returns the place in [`Packages::list`].
    #[must_use]
    pub const fn index(self) -> usize {
        self.0.get() as usize - 1
    }

    pub(super) fn at(index: usize) -> Option<Self> {
        NonZeroU32::new(u32::try_from(index).ok()?.checked_add(1)?).map(Self)
    }
}

/// What a record calls a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct NameVersion {
    pub(super) name: String,
    pub(super) version: String,
}

impl NameVersion {
    /// Returns it, unless it has no name.
    pub(super) fn new(name: impl Into<String>, version: impl Into<String>) -> Option<Self> {
        let (name, version) = (name.into(), version.into());
        (!name.is_empty()).then_some(Self { name, version })
    }
}

/// Something installed. Names and versions are as the image has them: make them safe before they are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Who installed it.
    pub kind: PackageKind,
    /// What it is called; a package of a foreign architecture as `name:arch`.
    pub name: String,
    /// Its version as written.
    pub version: String,
    /// The layer that installed this version.
    pub layer: LayerId,
    /// Unpacked bytes of the files it owns in the finished image. 0 for what is compiled into a program: the program's module owns it.
    pub bytes: u64,
    /// How many files it owns, folders not counted.
    pub files: usize,
    /// Where it can be looked at: its folder, its program, or the file that records it.
    pub place: NodeId,
    /// What it does not work without: of each group of names one. Only dpkg's are known.
    pub needs: Vec<Vec<String>>,
    /// Other names it goes by. Only dpkg's are known.
    pub provides: Vec<String>,
}

/// Whose a path's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// A package's.
    Package(PackageId),
    /// Yours: one of your own layers put it there.
    OwnLayers,
    /// The base's, of no package.
    BaseLayers,
}

/// Everything installed in the finished image.
#[derive(Clone, Debug, Default)]
pub struct Packages {
    /// By kind, then name, then version, then place.
    pub list: Vec<Package>,
    /// What could not be told, one sentence each.
    pub notes: Vec<String>,
    pub(super) owners: Vec<Option<PackageId>>,
}

impl Packages {
    /// Returns a package.
    #[must_use]
    pub fn get(&self, id: PackageId) -> &Package {
        &self.list[id.index()]
    }

    /// Returns every package with its id, in the order of [`Self::list`].
    pub fn ids(&self) -> impl Iterator<Item = (PackageId, &Package)> {
        let id = |(at, package)| Some((PackageId::at(at)?, package));
        self.list.iter().enumerate().filter_map(id)
    }

    /// Returns the package that owns what is seen at a path in the finished image.
    #[must_use]
    pub fn owner(&self, node: NodeId) -> Option<PackageId> {
        self.owners.get(node.index()).copied().flatten()
    }

    /// Returns the paths a package owns, in the tree's order. One pass over all paths.
    pub fn files(&self, id: PackageId) -> impl Iterator<Item = NodeId> + '_ {
        let nodes = (0..).map(NodeId).zip(&self.owners);
        nodes
            .filter(move |(_, owner)| **owner == Some(id))
            .map(|(node, _)| node)
    }

    /// Returns whose the bytes at a path of the finished image are.
    #[must_use]
    pub fn ownership(&self, image: &Image, base: &Base, node: NodeId) -> Ownership {
        if let Some(id) = self.owner(node) {
            return Ownership::Package(id);
        }
        let origin = image.top().and_then(|top| image.timeline.origin(node, top));
        match origin {
            Some(layer) if layer.index() >= base.layers => Ownership::OwnLayers,
            _ => Ownership::BaseLayers,
        }
    }
}
