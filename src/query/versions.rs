//! The versions of the paths of an image: what a container sees after a layer, or what some layers store; with what was deleted, if it is wanted. No
//! conditions on contents.

use crate::analysis::HiddenKind;
use crate::image::{EntryId, EntryKind, Event, Image, LayerId, NodeId, Snapshot};

use crate::query::content::PathContent;

/// The layers whose versions are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerSpan {
    /// The filesystem after a layer.
    UpTo(LayerId),
    /// What these layers store, both ends included.
    Only(LayerId, LayerId),
}

/// Access to the versions of paths.
#[derive(Clone, Copy, Debug)]
pub struct Versions<'a> {
    image: &'a Image,
    /// `None` for an image without layers.
    span: Option<LayerSpan>,
    /// Whether the last version of a deleted path counts.
    deleted: bool,
}

impl LayerSpan {
    /// Returns the last layer.
    #[must_use]
    pub const fn last(self) -> LayerId {
        match self {
            Self::UpTo(last) | Self::Only(_, last) => last,
        }
    }

    fn contains(self, layer: LayerId) -> bool {
        match self {
            Self::UpTo(last) => layer <= last,
            Self::Only(first, last) => first <= layer && layer <= last,
        }
    }
}

impl<'a> Versions<'a> {
    /// Returns the versions of a span, by default those of the finished image. With `deleted`, deleted paths have their last version: paths that do not
    /// exist any more after the span, or that its layers delete.
    #[must_use]
    pub fn new(image: &'a Image, span: Option<LayerSpan>, deleted: bool) -> Self {
        Self {
            image,
            span: span.or_else(|| image.top().map(LayerSpan::UpTo)),
            deleted,
        }
    }

    /// Returns the image.
    #[must_use]
    pub const fn image(&self) -> &'a Image {
        self.image
    }

    /// Returns whether every layer of the span is there, so that its sums are known.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let is_in_span = |layer| self.span.is_some_and(|span| span.contains(layer));
        !self.image.missing_layers().any(is_in_span)
    }

    /// Returns the span; `None` for an image without layers.
    #[must_use]
    pub(crate) const fn span(&self) -> Option<LayerSpan> {
        self.span
    }

    /// Returns the entry that paths are resolved by: the visible one after the span, else, if deleted paths count, the last one before.
    #[must_use]
    pub(crate) fn latest_entry(&self, node: NodeId) -> Option<EntryId> {
        let last = self.span?.last();
        let events = self.image.timeline.events(node);
        let before = &events[..events.partition_point(|event| event.layer <= last)];
        let event = before.last()?;
        let deleted = || before.iter().rev().find_map(|event| event.entry);
        event.entry.or_else(|| self.deleted.then(deleted).flatten())
    }

    /// Returns the last version of a path. A hard link has the content of the file it names.
    #[must_use]
    pub fn last(&self, node: NodeId) -> Option<PathContent> {
        let mut last = None;
        self.each_at(node, |content| last = Some(content));
        last
    }

    /// Returns every version, by path, then by layer. The bytes of a content with several visible names count at the first.
    #[must_use]
    pub fn all(&self) -> Vec<PathContent> {
        let mut all = Vec::new();
        let seen = match self.span {
            Some(LayerSpan::UpTo(last)) => Some(self.image.snapshot(Some(last))),
            _ => None,
        };
        for node in self.image.tree.ids() {
            self.each_at(node, |content| {
                let bytes = self.counted(&content, seen.as_ref());
                all.push(PathContent { bytes, ..content });
            });
        }
        all
    }

    /// Returns the bytes that count at a version's path.
    fn counted(&self, content: &PathContent, seen: Option<&Snapshot>) -> u64 {
        match seen {
            Some(seen) if content.hidden.is_none() => self.image.bytes_in(seen, content.node),
            // Stored or deleted files count their own bytes; a link has none.
            _ => content.bytes,
        }
    }

    /// Calls `each` with the versions of a path, the lowest layer first. The bytes are those that the layer stores for it.
    fn each_at(&self, node: NodeId, mut each: impl FnMut(PathContent)) {
        let Some(span) = self.span else {
            return;
        };
        let events = self.image.timeline.events(node);
        let inside = events.partition_point(|event| event.layer <= span.last());
        match span {
            LayerSpan::UpTo(_) => {
                let version = inside
                    .checked_sub(1)
                    .and_then(|at| self.version(node, events, at));
                version.into_iter().for_each(each);
            }
            LayerSpan::Only(..) => {
                for at in (0..inside).filter(|&at| span.contains(events[at].layer)) {
                    self.version(node, events, at)
                        .into_iter()
                        .for_each(&mut each);
                }
            }
        }
    }

    /// Returns the version that an event of a path leaves, or the one that it deletes.
    fn version(&self, node: NodeId, events: &[Event], at: usize) -> Option<PathContent> {
        let (event, hidden) = match events[at].entry {
            Some(_) => (events[at], None),
            None if self.deleted => (events[at.checked_sub(1)?], Some(HiddenKind::Deleted)),
            None => return None,
        };
        let id = event.entry?;
        let stored = (event.layer, id);
        let (layer, entry) = self.image.content(stored).unwrap_or(stored);
        Some(PathContent {
            bytes: self.image.entry(id).size,
            node,
            layer,
            entry,
            hidden,
        })
    }

    /// Returns the layer that deleted a path for good, up to the end of the span.
    #[must_use]
    pub(crate) fn deleted_by(&self, node: NodeId) -> Option<LayerId> {
        let last = self.span?.last();
        let events = self.image.timeline.events(node);
        let before = &events[..events.partition_point(|event| event.layer <= last)];
        let event = before.last().filter(|event| event.entry.is_none())?;
        Some(event.layer)
    }

    /// Returns whether a version is a folder.
    #[must_use]
    pub fn is_dir(&self, content: &PathContent) -> bool {
        self.image.entry(content.entry).kind() == EntryKind::Directory
    }
}
