//! Contents and their names. A content is what one regular-file entry of one layer stores; its names are the entry's own path and every hard link that
//! resolves to it, in the same layer or in a later one. A content is visible while one of its names is visible. It counts at the first visible name
//! in the tree's order, and is hidden when the last name is removed. Links are resolved once, when the image is assembled; an image without hard links has no
//! names here.

use super::budget::Account;
use super::entry::{Entry, EntryKind, RareFields};
use super::ids::{ContentId, EntryId, LayerId, NodeId, TooLarge};
use super::layer::{ChangeSet, Layer};
use super::link_resolution::{PartialLayer, Resolver};
use super::timeline::Timeline;
use super::tree::Tree;

/// Bytes of memory per hard link: itself, its content and two names, in lists that grow to twice what is needed, and what is visible of them.
const EACH_LINK: u64 = 160;

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
        let mut resolver = Resolver::new(tree, (entries, rare_fields), timeline);
        let mut names = Vec::new();
        for ((layer, changes), &linked) in (0..)
            .map(LayerId)
            .zip(layers.iter().map(|layer| &layer.changes))
            .zip(linked)
        {
            resolver.begin_layer();
            if !linked {
                continue;
            }
            let links = links_of(changes, entries, account)?;
            let mut partial = PartialLayer::new(tree, entries, layer, changes);
            for (id, node) in links {
                let Some((content, own)) = resolver.resolve(&mut partial, id) else {
                    continue;
                };
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
        let by_link = resolver.into_contents();
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

/// Returns the hard links of a layer in the order of its tar, each with its path.
fn links_of(
    changes: &ChangeSet,
    entries: &[Entry],
    account: &mut Account,
) -> Result<Vec<(EntryId, NodeId)>, TooLarge> {
    let is_link = |id: &EntryId| entries[id.index()].kind() == EntryKind::HardLink;
    let all = changes.entries.iter().chain(&changes.replaced);
    let number = all.clone().filter(|(_, id)| is_link(id)).count();
    account.take(number as u64 * EACH_LINK)?;
    let mut links: Vec<(EntryId, NodeId)> = all
        .filter(|(_, id)| is_link(id))
        .map(|&(node, id)| (id, node))
        .collect();
    links.sort_unstable();
    Ok(links)
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
