//! Paths as a process in a container resolves them: links in folders are followed, `..` never leaves the root (`path_resolution(7)`). What is visible is the
//! caller's decision.

use super::container_image::Image;
#[cfg(feature = "cli")]
use super::entry::Entry;
use super::entry::EntryKind;
use super::ids::{EntryId, NodeId};

/// The most links that are followed, as on Linux.
const MOST_LINKS: usize = 40;

/// Whether a link at the end of a path is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LastLink {
    /// It is: the path means what the link points to.
    Followed,
    /// It is not: the path means the link itself.
    Kept,
}

/// Why a path cannot be resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unresolved {
    /// A name on the way does not exist in this folder.
    Missing(NodeId),
    /// There are more than 40 links on the way: they form a loop.
    Loop,
}

impl Image {
    /// Returns the node of a path that starts at `from`, or at the root if it has a leading slash. `visible` returns the visible entry at a node.
    ///
    /// # Errors
    /// [`Unresolved`] when it does not exist, or leads in circles.
    pub(crate) fn resolve_path(
        &self,
        from: NodeId,
        path: &[u8],
        last: LastLink,
        visible: impl Fn(NodeId) -> Option<EntryId>,
    ) -> Result<NodeId, Unresolved> {
        let parts = |path| -> Vec<&[u8]> {
            <[u8]>::split(path, |&byte| byte == b'/')
                .rev()
                .filter(|part| !part.is_empty())
                .collect()
        };
        let start = |path: &[u8], from| match path.first() {
            Some(b'/') => NodeId::ROOT,
            _ => from,
        };
        let mut at = start(path, from);
        // What is left of the path, the next name last.
        let mut left = parts(path);
        let mut links = 0;
        while let Some(part) = left.pop() {
            match part {
                b"." => continue,
                b".." => {
                    at = self.tree.parent(at).unwrap_or(NodeId::ROOT);
                    continue;
                }
                _ => {}
            }
            let child = self.tree.child(at, part);
            let found = child.and_then(|child| Some((child, self.entry(visible(child)?))));
            let (child, entry) = found.ok_or(Unresolved::Missing(at))?;
            let is_end = left.is_empty() && last == LastLink::Kept;
            if entry.kind() != EntryKind::Symlink || is_end {
                at = child;
                continue;
            }
            links += 1;
            if links > MOST_LINKS {
                return Err(Unresolved::Loop);
            }
            let target = self.target(entry).unwrap_or_default();
            at = start(target, at);
            left.extend(parts(target));
        }
        Ok(at)
    }
}

#[cfg(feature = "cli")]
impl Image {
    /// Returns the node that a symbolic link at `from` points to, relative to its folder unless the target starts with a slash. `..` never leaves the root.
    /// One step only: the caller follows a link to a link.
    #[must_use]
    pub(crate) fn resolve(&self, from: NodeId, entry: &Entry) -> Option<NodeId> {
        let target = self.target(entry)?;
        let start = if target.starts_with(b"/") {
            NodeId::ROOT
        } else {
            self.tree.parent(from)?
        };
        target
            .split(|&byte| byte == b'/')
            .try_fold(start, |at, part| match part {
                b"" | b"." => Some(at),
                b".." => Some(self.tree.parent(at).unwrap_or(NodeId::ROOT)),
                name => self.tree.child(at, name),
            })
    }
}
