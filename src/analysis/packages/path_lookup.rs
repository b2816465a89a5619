//! Looks up the paths of package databases among the visible files. Links to folders (`/bin` → `/usr/bin`) are followed; the last name never is.

use hashbrown::HashMap;

use crate::image::{Image, LastLink, NodeId, Snapshot};

/// Looks up paths and caches folders, since the files of one folder are listed together.
pub(super) struct PathLookup<'a> {
    image: &'a Image,
    seen: &'a Snapshot,
    folders: HashMap<Vec<u8>, Option<NodeId>>,
}

impl<'a> PathLookup<'a> {
    pub(super) fn new(image: &'a Image, seen: &'a Snapshot) -> Self {
        Self {
            image,
            seen,
            folders: HashMap::new(),
        }
    }

    /// Returns the visible file at an absolute path.
    pub(super) fn file(&mut self, path: &[u8]) -> Option<NodeId> {
        self.file_from(NodeId::ROOT, path)
    }

    /// Returns the visible file at a path relative to a folder.
    pub(super) fn file_from(&mut self, start: NodeId, path: &[u8]) -> Option<NodeId> {
        let slash = path.iter().rposition(|&byte| byte == b'/');
        let (folder, name) = slash.map_or((&b""[..], path), |at| (&path[..at], &path[at + 1..]));
        let folder = if start == NodeId::ROOT {
            if !self.folders.contains_key(folder) {
                let found = self.walk(start, folder);
                self.folders.insert(folder.to_vec(), found);
            }
            (*self.folders.get(folder)?)?
        } else {
            self.walk(start, folder)?
        };
        let node = self.image.tree.child(folder, name)?;
        let entry = self.image.entry(self.seen.get(node)?);
        (!entry.is_dir()).then_some(node)
    }

    fn walk(&self, start: NodeId, path: &[u8]) -> Option<NodeId> {
        let seen = |node| self.seen.get(node);
        let node = self
            .image
            .resolve_path(start, path, LastLink::Followed, seen);
        node.ok()
    }
}
