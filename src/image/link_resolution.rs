//! Resolves hard links: from the target that a tar names to the content that was there when the link was made, through symbolic links as the kernel does.

use std::collections::HashMap;

use super::entry::{Entry, EntryKind, RareFields};
use super::ids::{ContentId, EntryId, LayerId, NodeId};
use super::layer::ChangeSet;
use super::path_components::components;
use super::timeline::Timeline;
use super::tree::Tree;

/// The most symbolic links on the way to the target of a hard link: Linux's limit.
const MOST_FOLLOWED: usize = 40;
/// The most components that are walked through symbolic links, for all hard links of an image together. No real image needs as many.
const STEPS: usize = 1 << 22;

/// A content with the path of its entry.
pub(super) type ContentPath = (ContentId, NodeId);

/// Resolves the hard links of an image, layer by layer.
pub(super) struct Resolver<'a> {
    tree: &'a Tree,
    entries: &'a [Entry],
    rare_fields: &'a [RareFields],
    timeline: &'a Timeline,
    /// For each layer so far its links, by link.
    resolved: Vec<Vec<(EntryId, ContentPath)>>,
    /// The components that may still be walked through symbolic links.
    steps: usize,
}

impl<'a> Resolver<'a> {
    /// Returns a resolver before the first layer.
    pub(super) fn new(
        tree: &'a Tree,
        (entries, rare_fields): (&'a [Entry], &'a [RareFields]),
        timeline: &'a Timeline,
    ) -> Self {
        Self {
            tree,
            entries,
            rare_fields,
            timeline,
            resolved: Vec::new(),
            steps: STEPS,
        }
    }

    /// Goes to the next layer, the lowest one at first.
    pub(super) fn begin_layer(&mut self) {
        self.resolved.push(Vec::new());
    }

    /// Resolves a link of the current layer. Its links are to be resolved in the order of the tar.
    pub(super) fn resolve(
        &mut self,
        partial: &mut PartialLayer<'_>,
        link: EntryId,
    ) -> Option<ContentPath> {
        let fields = self.entries[link.index()].rare_fields;
        let target = fields.map_or(&b""[..], |fields| &self.rare_fields[fields.index()].target);
        let found = self.content(partial, link, target)?;
        if let Some(resolved) = self.resolved.last_mut() {
            resolved.push((link, found));
        }
        Some(found)
    }

    /// Returns the content of every link that was resolved, by link.
    pub(super) fn into_contents(self) -> Vec<(EntryId, ContentId)> {
        let resolved = self.resolved.into_iter().flatten();
        let mut contents: Vec<_> = resolved
            .map(|(link, (content, _))| (link, content))
            .collect();
        contents.sort_unstable();
        contents
    }

    /// Returns the content at the target of a link when its layer had been applied up to the link.
    fn content(
        &mut self,
        partial: &mut PartialLayer<'_>,
        link: EntryId,
        target: &'a [u8],
    ) -> Option<ContentPath> {
        let mut parts = components(target).0;
        let mut each = parts.iter();
        let node = each.try_fold(NodeId::ROOT, |at, name| self.tree.child(at, name));
        // What has a content has no symbolic link above it.
        let found = node.and_then(|node| self.content_at(partial, link, node));
        found.or_else(|| {
            parts.reverse();
            let node = self.follow(partial, link, parts)?;
            self.content_at(partial, link, node)
        })
    }

    /// Returns the path that the kernel finds in a partly applied layer: it follows symbolic links (`path_resolution(7)`), but not at the end (`link(2)`).
    /// `parts` are the components, the last one first. `None` if the path has no symbolic link, more than [`MOST_FOLLOWED`], or is too long in total.
    fn follow(
        &mut self,
        partial: &mut PartialLayer<'_>,
        link: EntryId,
        mut parts: Vec<&'a [u8]>,
    ) -> Option<NodeId> {
        let (mut at, mut followed) = (NodeId::ROOT, 0);
        while let Some(name) = parts.pop() {
            self.steps = self.steps.checked_sub(1)?;
            if name == b".." {
                at = self.tree.parent(at).unwrap_or(NodeId::ROOT);
            }
            if matches!(name, b"" | b"." | b"..") {
                continue;
            }
            let child = self.tree.child(at, name)?;
            if parts.is_empty() {
                return Some(child).filter(|_| followed > 0);
            }
            let Some(target) = self.symlink(partial, link, child) else {
                at = child;
                continue;
            };
            followed += 1;
            if followed > MOST_FOLLOWED {
                return None;
            }
            if target.starts_with(b"/") {
                at = NodeId::ROOT;
            }
            parts.extend(target.split(|&byte| byte == b'/').rev());
        }
        None
    }

    /// Returns the target of a symbolic link that is at a path in a partly applied layer.
    fn symlink(
        &self,
        partial: &mut PartialLayer<'_>,
        link: EntryId,
        node: NodeId,
    ) -> Option<&'a [u8]> {
        let is_symlink = |id: EntryId| self.entries[id.index()].kind() == EntryKind::Symlink;
        // Only for symbolic links: paths below a folder are not visited.
        let newest = partial.own(node, link).or_else(|| {
            let below = partial.layer.0.checked_sub(1).map(LayerId)?;
            self.timeline.at(node, below)
        });
        newest.filter(|id| is_symlink(*id))?;
        let (_, id) = self.entry_at(partial, link, node)?;
        let fields = self.entries[id.index()].rare_fields?;
        Some(&self.rare_fields[fields.index()].target)
    }

    /// Returns the entry at a path when its layer had been applied up to a link.
    fn entry_at(
        &self,
        partial: &mut PartialLayer<'_>,
        link: EntryId,
        node: NodeId,
    ) -> Option<(LayerId, EntryId)> {
        if let Some(id) = partial.own(node, link) {
            let stays = !partial.is_replaced(node, Some(id), link);
            return stays.then_some((partial.layer, id));
        }
        let below = partial.layer.0.checked_sub(1).map(LayerId)?;
        let stays = !partial.is_hidden(node, link) && !partial.is_replaced(node, None, link);
        self.timeline.stored_entry(node, below).filter(|_| stays)
    }

    /// Returns the content at a path when its layer had been applied up to a link.
    fn content_at(
        &self,
        partial: &mut PartialLayer<'_>,
        link: EntryId,
        node: NodeId,
    ) -> Option<ContentPath> {
        let (layer, id) = self.entry_at(partial, link, node)?;
        match self.entries[id.index()].kind() {
            EntryKind::File => Some(((layer, id), node)),
            EntryKind::HardLink => {
                let links = &self.resolved[layer.index()];
                let at = links.binary_search_by_key(&id, |(link, _)| *link).ok()?;
                Some(links[at].1)
            }
            _ => None,
        }
    }
}

/// A layer of whose tar only the entries before another one are applied.
pub(super) struct PartialLayer<'a> {
    tree: &'a Tree,
    layer: LayerId,
    changes: &'a ChangeSet,
    /// Its entries that are not folders and have paths below them.
    blocking: Vec<(NodeId, EntryId)>,
    /// For a path with others below it, the entries of the layer there, in tar order.
    below: HashMap<NodeId, Vec<EntryId>>,
}

impl<'a> PartialLayer<'a> {
    /// Returns the layer before its first entry.
    pub(super) fn new(
        tree: &'a Tree,
        entries: &[Entry],
        layer: LayerId,
        changes: &'a ChangeSet,
    ) -> Self {
        let all = changes.entries.iter().chain(&changes.replaced).copied();
        let is_blocking = |&(node, id): &(NodeId, EntryId)| {
            tree.end(node).0 > node.0 + 1 && !entries[id.index()].is_dir()
        };
        let mut blocking: Vec<_> = all.filter(is_blocking).collect();
        blocking.sort_unstable();
        Self {
            tree,
            layer,
            changes,
            blocking,
            below: HashMap::new(),
        }
    }

    /// Returns the last entry of the layer at a path, before an entry.
    fn own(&self, node: NodeId, before: EntryId) -> Option<EntryId> {
        let entries = &self.changes.entries;
        let at = entries
            .binary_search_by_key(&node, |(node, _)| *node)
            .ok()?;
        if entries[at].1 < before {
            return Some(entries[at].1);
        }
        last_before(&self.changes.replaced, node, before)
    }

    /// Returns whether an entry of the layer after `since` and before `until` replaced a file: one at a folder above it, or anything below it.
    fn is_replaced(&mut self, node: NodeId, since: Option<EntryId>, until: EntryId) -> bool {
        let later = |id: EntryId| since.is_none_or(|since| since < id);
        if !self.blocking.is_empty() {
            let mut above = ancestors(self.tree, node).skip(1);
            if above.any(|at| last_before(&self.blocking, at, until).is_some_and(later)) {
                return true;
            }
        }
        let (from, end) = (NodeId(node.0 + 1), self.tree.end(node));
        if from == end {
            return false;
        }
        let lists = [&self.changes.entries, &self.changes.replaced];
        let below = self.below.entry(node).or_insert_with(|| {
            let within = |list: &'a Vec<(NodeId, EntryId)>| {
                let from = list.partition_point(|(at, _)| *at < from);
                list[from..].iter().take_while(|(at, _)| *at < end)
            };
            let mut below: Vec<EntryId> = lists
                .into_iter()
                .flat_map(within)
                .map(|(_, id)| *id)
                .collect();
            below.sort_unstable();
            below
        });
        let last = below.partition_point(|id| *id < until).checked_sub(1);
        last.is_some_and(|last| later(below[last]))
    }

    /// Returns whether the layer hides a path of lower layers before an entry.
    fn is_hidden(&self, node: NodeId, before: EntryId) -> bool {
        let whiteout = |at| last_before(&self.changes.whiteouts, at, before).is_some();
        let opaque = |at| self.changes.opaque.binary_search(&at).is_ok();
        ancestors(self.tree, node).any(|at| whiteout(at) || at != node && opaque(at))
    }
}

/// Returns a path and the folders above it.
fn ancestors(tree: &Tree, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    std::iter::successors(Some(node), |at| tree.parent(*at))
}

/// Returns the last entry at a path before an entry, from a list sorted by path and entry.
fn last_before(sorted: &[(NodeId, EntryId)], node: NodeId, before: EntryId) -> Option<EntryId> {
    let at = sorted.partition_point(|&item| item < (node, before));
    let (found, id) = *sorted.get(at.checked_sub(1)?)?;
    (found == node).then_some(id)
}
