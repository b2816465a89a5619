//! The filesystem after a layer: the visible entry of each path, if there is one. A plain value; how layers stack is `timeline`'s.

use super::ids::{EntryId, NodeId};

/// The visible entry of each node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot(Vec<Option<EntryId>>);

impl Snapshot {
    /// Returns the filesystem before the first layer: nothing at any of `len` nodes.
    #[must_use]
    pub fn empty(len: usize) -> Self {
        Self(vec![None; len])
    }

    pub(super) fn from_vec(entries: Vec<Option<EntryId>>) -> Self {
        Self(entries)
    }

    /// Returns the visible entry of a node.
    #[must_use]
    pub fn get(&self, id: NodeId) -> Option<EntryId> {
        self.0[id.index()]
    }

    /// Returns the visible entry of every node, in the tree's order.
    #[must_use]
    pub fn entries(&self) -> &[Option<EntryId>] {
        &self.0
    }

    pub(super) fn entries_mut(&mut self) -> &mut [Option<EntryId>] {
        &mut self.0
    }
}
