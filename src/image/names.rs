//! Contents and their names. A content is what one regular-file entry of one layer stores; its names are the entry's own path and every hard link that
//! resolves to it, in the same layer or in a later one. A content is visible while one of its names is visible. It counts at the first visible name
//! in the tree's order, and is hidden when the last name is removed. Links are resolved once, when the image is assembled; an image without hard links has no
//! names here.

use std::collections::HashMap;

use super::budget::Account;
use super::entry::{Entry, EntryKind, RareFields};
use super::ids::{EntryId, LayerId, NodeId, TooLarge};
use super::layer::{ChangeSet, Layer};
use super::path_components::components;
use super::timeline::Timeline;
use super::tree::Tree;

/// Bytes of memory per hard link: itself, its content and two names, in lists that grow to twice what is needed, and what is visible of them.
const EACH_LINK: u64 = 160;

/// The most symbolic links on the way to the target of a hard link: Linux's limit.
const MOST_FOLLOWED: usize = 40;
/// The most components that are walked through symbolic links, for all hard links of an image together. No real image needs as many.
const STEPS: usize = 1 << 22;

/// Identifies a content: the layer that stores it, and its entry there.
pub type ContentId = (LayerId, EntryId);

/// A name of a content that has hard links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    content: ContentId,
    node: NodeId,
    /// The layer and the entry that made the name.
    layer: LayerId,
    entry: EntryId,
}

impl Name {
    fn is_visible(&self, timeline: &Timeline, layer: LayerId) -> bool {
        timeline.stored_entry(self.node, layer) == Some((self.layer, self.entry))
    }
}

/// The hard links of an image.
#[derive(Debug, Default)]
pub(super) struct HardLinks {
    /// The content of every link that resolves, by link.
    contents: Vec<(EntryId, ContentId)>,
    /// Every name of each content with hard links, by content, then in the tree's order, then by the layer that made it: one for every layer that stores
    /// the link.
    names: Vec<Name>,
    /// For each entry whether it is such a content or one of its links, so that a look-up of any other is one step; empty when there are none.
    linked: Vec<bool>,
}

/// The removal of the last name of a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Removal {
    /// The name; of several that one layer removed, the entry's own path, else the first.
    pub node: NodeId,
    /// The layer that removed it; the layer of the content when it was never visible.
    pub layer: LayerId,
    /// What that layer left at the name.
    pub after: Option<EntryId>,
}

/// The visible names of contents with several names, after one layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(Vec<VisibleName>);

/// A visible name of a content with hard links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct VisibleName {
    pub(super) node: NodeId,
    pub(super) content: ContentId,
    /// The first visible name, at which the content counts.
    pub(super) first: NodeId,
}

impl Names {
    pub(super) fn get(&self, node: NodeId) -> Option<&VisibleName> {
        let at = self.0.binary_search_by_key(&node, |name| name.node).ok()?;
        Some(&self.0[at])
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (ContentId, NodeId)> + '_ {
        self.0.iter().map(|name| (name.content, name.node))
    }

    /// Returns the path at which the content of a path counts, when that is another one.
    #[must_use]
    pub fn counted_at(&self, node: NodeId) -> Option<NodeId> {
        let first = self.get(node)?.first;
        (first != node).then_some(first)
    }
}

impl HardLinks {
    /// Resolves every hard link, in the order of the layers and tars, to the content that its target had then, through symbolic links as the kernel does.
    /// Whiteouts hide a target from their place in the tar on, opaque markers from the start. `linked` is whether a layer has hard links.
    ///
    /// # Errors
    /// [`TooLarge`] when the budget has no memory for them.
    pub(super) fn resolve(
        tree: &Tree,
        (entries, rare_fields): (&[Entry], &[RareFields]),
        layers: &[Layer],
        timeline: &Timeline,
        linked: &[bool],
        account: &mut Account,
    ) -> Result<Self, TooLarge> {
        let mut resolver = Resolver {
            tree,
            entries,
            rare_fields,
            timeline,
            resolved: Vec::with_capacity(layers.len()),
            steps: STEPS,
        };
        let is_link = |id: &EntryId| entries[id.index()].kind() == EntryKind::HardLink;
        let mut names = Vec::new();
        for ((layer, changes), &linked) in (0..)
            .map(LayerId)
            .zip(layers.iter().map(|layer| &layer.changes))
            .zip(linked)
        {
            resolver.resolved.push(Vec::new());
            if !linked {
                continue;
            }
            let all = changes.entries.iter().chain(&changes.replaced);
            let number = all.clone().filter(|(_, id)| is_link(id)).count();
            account.take(number as u64 * EACH_LINK)?;
            let mut links: Vec<(EntryId, NodeId)> = all
                .filter(|(_, id)| is_link(id))
                .map(|&(node, id)| (id, node))
                .collect();
            links.sort_unstable();
            let mut partial = PartialLayer::new(tree, entries, layer, changes);
            for (id, node) in links {
                let fields = entries[id.index()].rare_fields;
                let target = fields.map_or(&b""[..], |fields| &rare_fields[fields.index()].target);
                let Some(found) = resolver.content(&mut partial, id, target) else {
                    continue;
                };
                if let Some(resolved) = resolver.resolved.last_mut() {
                    resolved.push((id, found));
                }
                let (content, own) = found;
                if timeline.stored_entry(node, layer) == Some((layer, id)) {
                    names.push(Name {
                        content,
                        node,
                        layer,
                        entry: id,
                    });
                    names.push(Name {
                        content,
                        node: own,
                        layer: content.0,
                        entry: content.1,
                    });
                }
            }
        }
        names.sort_unstable();
        names.dedup();
        names.shrink_to_fit();
        let mut by_link: Vec<_> = resolver
            .resolved
            .into_iter()
            .flatten()
            .map(|(link, (content, _))| (link, content))
            .collect();
        by_link.sort_unstable();
        let mut has_links = Vec::new();
        if !by_link.is_empty() {
            has_links = account.filled(false, entries.len())?;
        }
        for (link, content) in &by_link {
            has_links[link.index()] = true;
            has_links[content.1.index()] = true;
        }
        Ok(Self {
            contents: by_link,
            names,
            linked: has_links,
        })
    }

    /// Returns whether an entry is a content with hard links or one of its links.
    pub(super) fn is_linked(&self, entry: EntryId) -> bool {
        self.linked.get(entry.index()).is_some_and(|linked| *linked)
    }

    /// Returns the content of a hard link that resolves.
    pub(super) fn content(&self, link: EntryId) -> Option<ContentId> {
        if !self.is_linked(link) {
            return None;
        }
        let at = self.contents.binary_search_by_key(&link, |(id, _)| *id);
        Some(self.contents[at.ok()?].1)
    }

    /// Returns the names of a content with hard links; none of any other.
    fn of(&self, content: ContentId) -> &[Name] {
        if !self.is_linked(content.1) {
            return &[];
        }
        let from = self.names.partition_point(|name| name.content < content);
        let rest = &self.names[from..];
        &rest[..rest.partition_point(|name| name.content == content)]
    }

    /// Returns the paths of a content with hard links, in the tree's order, each once; none of any other.
    pub(super) fn paths(&self, content: ContentId) -> impl Iterator<Item = NodeId> + '_ {
        // A path is listed for every layer that stores the link there.
        let by_path = self.of(content).chunk_by(|a, b| a.node == b.node);
        by_path.filter_map(|names| Some(names.first()?.node))
    }

    /// Returns the paths at which a content with hard links is visible after a layer, in the tree's order; none of any other.
    pub(super) fn visible_paths(
        &self,
        timeline: &Timeline,
        content: ContentId,
        layer: LayerId,
    ) -> impl Iterator<Item = NodeId> {
        let names = self.of(content).iter();
        let visible = names.filter(move |name| name.is_visible(timeline, layer));
        visible.map(|name| name.node)
    }

    /// Returns the visible names after a layer of the contents with hard links.
    pub(super) fn names_after(&self, timeline: &Timeline, layer: LayerId) -> Names {
        let mut shown = Vec::new();
        for names in self.names.chunk_by(|a, b| a.content == b.content) {
            let mut first = None;
            for name in names {
                if name.is_visible(timeline, layer) {
                    shown.push(VisibleName {
                        node: name.node,
                        content: name.content,
                        first: *first.get_or_insert(name.node),
                    });
                }
            }
        }
        shown.sort_unstable_by_key(|name| name.node);
        Names(shown)
    }

    /// Returns how the last name of a content was removed; `None` while one is visible. `own` is the path of its entry.
    pub(super) fn removal(
        &self,
        timeline: &Timeline,
        content: ContentId,
        own: NodeId,
    ) -> Option<Removal> {
        let mut last = removal(timeline, own, content)?;
        for name in self.of(content) {
            let other = removal(timeline, name.node, (name.layer, name.entry))?;
            if (other.layer, other.node == own) > (last.layer, last.node == own) {
                last = other;
            }
        }
        Some(last)
    }
}

/// Returns the removal of one name, which an entry of a layer made.
fn removal(timeline: &Timeline, node: NodeId, (layer, entry): ContentId) -> Option<Removal> {
    let events = timeline.events(node);
    // One event for each layer, oldest first; a path may have as many as there are layers.
    let shown = events
        .binary_search_by_key(&layer, |event| event.layer)
        .ok()
        .filter(|&at| events[at].entry == Some(entry));
    let Some(at) = shown else {
        return Some(Removal {
            node,
            layer,
            after: timeline.at(node, layer),
        });
    };
    events.get(at + 1).map(|next| Removal {
        node,
        layer: next.layer,
        after: next.entry,
    })
}

/// A content with the path of its entry.
type ContentPath = (ContentId, NodeId);

struct Resolver<'a> {
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
struct PartialLayer<'a> {
    tree: &'a Tree,
    layer: LayerId,
    changes: &'a ChangeSet,
    /// Its entries that are not folders and have paths below them.
    blocking: Vec<(NodeId, EntryId)>,
    /// For a path with others below it, the entries of the layer there, in tar order.
    below: HashMap<NodeId, Vec<EntryId>>,
}

impl<'a> PartialLayer<'a> {
    fn new(tree: &'a Tree, entries: &[Entry], layer: LayerId, changes: &'a ChangeSet) -> Self {
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
