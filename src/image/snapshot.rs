//! The filesystem after a layer: the visible entry of each path, if there is one. A plain value; `timeline` stacks the layers.

use super::ids::{EntryId, NodeId};
use super::names::Names;

/// The visible entry of each node, and the names of contents with several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    entries: Vec<Option<EntryId>>,
    names: Names,
}

impl Snapshot {
    /// Returns the filesystem before the first layer: nothing at any of `len` nodes.
    #[must_use]
    pub fn empty(len: usize) -> Self {
        Self::new(vec![None; len], Names::default())
    }

    pub(super) const fn new(entries: Vec<Option<EntryId>>, names: Names) -> Self {
        Self { entries, names }
    }

    /// Returns the visible entry of a node.
    #[must_use]
    pub fn get(&self, id: NodeId) -> Option<EntryId> {
        self.entries[id.index()]
    }

    /// Returns the visible entry of every node, in the tree's order.
    #[must_use]
    pub fn entries(&self) -> &[Option<EntryId>] {
        &self.entries
    }

    /// Returns the visible names of contents with several.
    #[must_use]
    pub const fn names(&self) -> &Names {
        &self.names
    }

    pub(super) fn entries_mut(&mut self) -> &mut [Option<EntryId>] {
        &mut self.entries
    }
}
