//! A query as plain data: a list of conditions that must all hold. `predicate` evaluates them.

use crate::analysis::packages::PackageId;
use crate::analysis::{Category, HiddenKind};
use crate::image::{LayerId, NodeId};

/// A selection of an image's contents. A query without conditions selects the visible contents; one with conditions selects all contents, hidden ones
/// included, for which every condition holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The conditions, in the order they were added.
    pub conditions: Vec<Condition>,
}

/// A condition on a content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Stored by one of these layers, both ends included.
    Layers(LayerId, LayerId),
    /// Hidden by this layer.
    HiddenBy(LayerId),
    /// Of a category.
    Category(Category),
    /// Visible and of packages, or of none.
    Package(PackageFilter),
    /// Visible and of one of these packages, which have the same name.
    OneOfPackages(Vec<PackageId>),
    /// Part of a finding, by its index in the list of findings. A content counts with the bytes that the fix saves.
    Finding(usize),
    /// Visible in the finished image.
    Visible,
    /// Hidden, for one reason or any.
    Hidden(Option<HiddenKind>),
    /// At a path that the layer which stores it adds or modifies.
    Change(StoredAs),
    /// At this path.
    At(NodeId),
    /// At this path or below it.
    Below(NodeId),
    /// Of at least this many bytes.
    MinSize(u64),
    /// At a path that matches, or below one: a regular expression after `re:`; a text with any of `*?[{` is a glob, any other text is a part of the path
    /// in any case.
    Path(String),
}

/// The packages of visible files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageFilter {
    /// One package.
    Package(PackageId),
    /// Any package.
    AnyPackage,
    /// No package.
    Unowned,
}

/// What a layer that stores a content did to the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredAs {
    /// The path did not exist before.
    Added,
    /// The path existed and differs: its content, kind, mode, owner, link target, device or attributes. Not a path that is stored again unchanged.
    Modified,
}

impl Query {
    /// Returns the query of one condition.
    #[must_use]
    pub fn of(condition: Condition) -> Self {
        Self {
            conditions: vec![condition],
        }
    }

    /// Returns the query with another condition. A condition is never repeated.
    #[must_use]
    pub fn and(mut self, condition: Condition) -> Self {
        if !self.conditions.contains(&condition) {
            self.conditions.push(condition);
        }
        self
    }

    /// Returns the query without its last condition.
    #[must_use]
    pub fn without_last(mut self) -> Self {
        self.conditions.pop();
        self
    }

    /// Returns whether there are no conditions.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }
}

impl From<PackageFilter> for Condition {
    fn from(filter: PackageFilter) -> Self {
        Self::Package(filter)
    }
}
