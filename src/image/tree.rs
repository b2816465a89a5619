//! Every path of an image once, in pre-order with sorted siblings. Frozen from a [`PathSet`](super::PathSet). No sizes, statuses, folds or cursors
//! here.

use std::cmp::Ordering;

use super::ids::NodeId;

/// One path of the tree: 16 bytes.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    pub(super) parent: u32,
    /// One past the last node of the subtree.
    pub(super) end: u32,
    pub(super) name: u32,
    pub(super) name_len: u16,
    pub(super) depth: u16,
}

/// All paths of an image in pre-order, siblings in byte order: a subtree is the range `id..end`, parents precede children.
#[derive(Debug)]
pub struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) names: Vec<u8>,
}

pub(super) fn name_of<'a>(names: &'a [u8], node: &Node) -> &'a [u8] {
    &names[node.name as usize..][..usize::from(node.name_len)]
}

impl Tree {
    /// Returns how many paths there are, the root included.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "the root is always there")]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Returns every node, parents before children, siblings in byte order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + ExactSizeIterator + use<> {
        let len = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        (0..len).map(NodeId)
    }

    /// Returns the last component of the path as bytes; empty for the root.
    #[must_use]
    pub fn name(&self, id: NodeId) -> &[u8] {
        name_of(&self.names, &self.nodes[id.index()])
    }

    /// Returns the folder the node is in, or `None` for the root.
    #[must_use]
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id != NodeId::ROOT).then(|| NodeId(self.nodes[id.index()].parent))
    }

    /// Returns one past the last node of the subtree: the subtree is `id..end`.
    #[must_use]
    pub fn end(&self, id: NodeId) -> NodeId {
        NodeId(self.nodes[id.index()].end)
    }

    /// Returns how many folders are above it: 0 for the root.
    #[must_use]
    pub fn depth(&self, id: NodeId) -> u16 {
        self.nodes[id.index()].depth
    }

    /// Returns whether `id` is `ancestor` or below it.
    #[must_use]
    pub fn contains(&self, ancestor: NodeId, id: NodeId) -> bool {
        ancestor <= id && id < self.end(ancestor)
    }

    /// Returns the node's children in byte order.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.end(id);
        let mut next = NodeId(id.0 + 1);
        std::iter::from_fn(move || {
            let child = (next < end).then_some(next)?;
            next = self.end(child);
            Some(child)
        })
    }

    /// Returns the full path with a leading slash, as bytes: `/` for the root.
    #[must_use]
    pub fn path(&self, id: NodeId) -> Vec<u8> {
        let up = || std::iter::successors(Some(id), |at| self.parent(*at));
        let names = || {
            up().filter(|at| *at != NodeId::ROOT)
                .map(|at| self.name(at))
        };
        let len: usize = names().map(|name| 1 + name.len()).sum();
        let mut path = vec![b'/'; len.max(1)];
        let mut end = len;
        for name in names() {
            let start = end - name.len();
            path[start..end].copy_from_slice(name);
            end = start - 1;
        }
        path
    }

    /// Returns the node of a path like [`Self::path`]; a missing leading slash, doubled and trailing slashes are accepted.
    #[must_use]
    pub fn find(&self, path: &[u8]) -> Option<NodeId> {
        path.split(|&byte| byte == b'/')
            .filter(|part| !part.is_empty())
            .try_fold(NodeId::ROOT, |at, part| self.child(at, part))
    }

    /// Returns the child of a folder by its name: a binary search, since a folder can have a million children.
    #[must_use]
    pub fn child(&self, folder: NodeId, name: &[u8]) -> Option<NodeId> {
        let depth = self.depth(folder).saturating_add(1);
        let (mut low, mut high) = (folder.0 + 1, self.end(folder).0);
        while low < high {
            let mut child = NodeId(low + (high - low) / 2);
            while self.depth(child) > depth {
                child = NodeId(self.nodes[child.index()].parent);
            }
            match self.name(child).cmp(name) {
                Ordering::Equal => return Some(child),
                Ordering::Less => low = self.end(child).0,
                Ordering::Greater => high = child.0,
            }
        }
        None
    }
}
