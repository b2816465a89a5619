//! Which folders are open. Knows nodes, not rows; survives every change of layer because it never looks at one.

use std::collections::BTreeSet;

use crate::image::{Image, NodeId};

/// The folds: a rule and its exceptions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folds {
    open: bool,
    except: BTreeSet<NodeId>,
}

impl Folds {
    /// Returns whether a folder is open.
    #[must_use]
    pub fn is_open(&self, node: NodeId) -> bool {
        self.open != self.except.contains(&node)
    }

    /// Opens or closes a folder.
    pub fn set(&mut self, node: NodeId, open: bool) {
        if self.open == open {
            self.except.remove(&node);
        } else {
            self.except.insert(node);
        }
    }

    /// Opens or closes all folders.
    pub fn set_all(&mut self, open: bool) {
        self.open = open;
        self.except.clear();
    }

    /// Returns whether folders are open unless said otherwise.
    #[must_use]
    pub const fn all_open(&self) -> bool {
        self.open
    }

    /// Opens every folder above a path.
    pub fn reveal(&mut self, image: &Image, node: NodeId) {
        let mut at = node;
        while let Some(parent) = image.tree.parent(at) {
            self.set(parent, true);
            at = parent;
        }
    }

    /// Returns the same folds over another image's tree, path by path; paths it does not have are forgotten.
    #[must_use]
    pub fn carry(&self, from: &Image, to: &Image) -> Self {
        let same = |node: &NodeId| to.tree.find(&from.tree.path(*node));
        Self {
            open: self.open,
            except: self.except.iter().filter_map(same).collect(),
        }
    }
}
