//! Packages and the owners of paths. Plain data; nothing is parsed here.

use std::num::NonZeroU32;

use crate::image::{LayerId, NodeId};

/// The package manager or language of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PackageKind {
    /// dpkg: Debian, Ubuntu.
    Dpkg,
    /// apk: Alpine.
    Apk,
    /// rpm: Fedora, Red Hat, SUSE.
    Rpm,
    /// JavaScript, below `node_modules`.
    Npm,
    /// Python, with a `dist-info` or an `egg-info`.
    Python,
    /// Ruby.
    Gem,
    /// A Go module in a program's build information.
    Go,
    /// A Rust crate in a program built by cargo-auditable.
    Rust,
    /// A Java archive.
    Java,
}

impl PackageKind {
    /// Returns its name in reports: `dpkg`, `npm`, …
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

    /// Returns whether it is a distribution's rather than a language's.
    #[must_use]
    pub(in crate::analysis) const fn is_system(self) -> bool {
        match self {
            Self::Dpkg | Self::Apk | Self::Rpm => true,
            Self::Npm | Self::Python | Self::Gem | Self::Go | Self::Rust | Self::Java => false,
        }
    }
}

/// A package, by its index in [`Packages::list`]. Non-zero, so that an optional owner takes four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageId(NonZeroU32);

impl PackageId {
    /// Returns the index in [`Packages::list`].
    #[must_use]
    pub(crate) const fn index(self) -> usize {
        self.0.get() as usize - 1
    }

    pub(super) fn at(index: usize) -> Option<Self> {
        NonZeroU32::new(u32::try_from(index).ok()?.checked_add(1)?).map(Self)
    }
}

/// The name and version of a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct NameVersion {
    pub(super) name: String,
    pub(super) version: String,
}

impl NameVersion {
    /// Creates it; `None` for an empty name.
    pub(super) fn new(name: impl Into<String>, version: impl Into<String>) -> Option<Self> {
        let (name, version) = (name.into(), version.into());
        (!name.is_empty()).then_some(Self { name, version })
    }
}

/// An installed package. Names and versions come from the image and must be escaped before they are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its package manager or language.
    pub kind: PackageKind,
    /// Its name; with a foreign architecture `name:arch`.
    pub name: String,
    /// Its version, as written.
    pub version: String,
    /// The layer that installed this version.
    pub layer: LayerId,
    /// Visible unpacked bytes of its files; 0 for a package compiled into a program, which the main module owns.
    pub bytes: u64,
    /// Number of its files, without folders.
    pub files: usize,
    /// Its folder, its program, or the file that records it.
    pub location: NodeId,
    /// Its dependencies: groups of alternatives. Only for dpkg.
    pub needs: Vec<Vec<String>>,
    /// Its virtual names. Only for dpkg.
    pub provides: Vec<String>,
}

/// The installed packages of an image.
#[derive(Clone, Debug, Default)]
pub struct Packages {
    /// The packages by kind, name, version and location.
    pub list: Vec<Package>,
    /// Problems, one sentence each.
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

    /// Returns the package that owns a path.
    #[must_use]
    pub fn package_of(&self, node: NodeId) -> Option<PackageId> {
        self.owners.get(node.index()).copied().flatten()
    }

    /// Returns the paths of a package, in the tree's order. One pass over all paths.
    pub fn files(&self, id: PackageId) -> impl Iterator<Item = NodeId> + '_ {
        let nodes = (0..).map(NodeId).zip(&self.owners);
        nodes
            .filter(move |(_, owner)| **owner == Some(id))
            .map(|(node, _)| node)
    }
}
