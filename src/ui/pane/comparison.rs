//! What the tree shows: two states of the filesystem, the status of every path between them and what every folder weighs. Derived once a choice
//! of layers, never while drawing; which rows are in view is `tree`'s.

use crate::analysis::{self, Status};
use crate::image::{Entry, EntryId, Image, LayerId, NodeId, Snapshot};

/// Which two states are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// The earlier state: after this layer, or before the first one.
    pub before: Option<LayerId>,
    /// The later state: after this layer; nothing when the image has no layers.
    pub after: Option<LayerId>,
}

/// Two states of one image's filesystem, compared.
#[derive(Debug)]
pub struct Comparison {
    range: Range,
    before: Snapshot,
    after: Snapshot,
    statuses: Vec<Status>,
    sizes: Vec<u64>,
}

impl Comparison {
    /// Compares. A few linear passes; `last` lends its states where they are the same.
    #[must_use]
    pub fn of(image: &Image, range: Range, last: Option<Self>) -> Self {
        let mut lent: [Option<(Option<LayerId>, Snapshot)>; 2] = [None, None];
        if let Some(last) = last.filter(|last| last.statuses.len() == image.tree.len()) {
            lent = [
                Some((last.range.before, last.before)),
                Some((last.range.after, last.after)),
            ];
        }
        let mut state = |layer: Option<LayerId>| {
            let same = lent
                .iter_mut()
                .find(|lent| lent.as_ref().is_some_and(|(of, _)| *of == layer));
            match same.and_then(Option::take) {
                Some((_, snapshot)) => snapshot,
                None => image.snapshot(layer),
            }
        };
        let (before, after) = (state(range.before), state(range.after));
        Self {
            statuses: analysis::diff(image, &before, &after),
            sizes: analysis::sizes(image, &after),
            range,
            before,
            after,
        }
    }

    /// Returns a comparison of nothing, to stand in while the next one is made.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            range: Range::default(),
            before: Snapshot::empty(0),
            after: Snapshot::empty(0),
            statuses: Vec::new(),
            sizes: Vec::new(),
        }
    }

    /// Returns which states are compared.
    #[must_use]
    pub const fn range(&self) -> Range {
        self.range
    }

    /// Returns a path's status.
    #[must_use]
    pub fn status(&self, node: NodeId) -> Status {
        self.statuses[node.index()]
    }

    /// Returns the record to show of a path: the later state's, or the earlier one's when it was removed.
    #[must_use]
    pub fn shown(&self, node: NodeId) -> Option<EntryId> {
        self.after.get(node).or_else(|| self.before.get(node))
    }

    /// Returns the record to show of a path with its layer: where its content can be read.
    #[must_use]
    pub fn source(&self, image: &Image, node: NodeId) -> Option<(LayerId, EntryId)> {
        let at = |state: &Snapshot, layer: Option<LayerId>| {
            let entry = state.get(node)?;
            Some((image.timeline.origin(node, layer?)?, entry))
        };
        at(&self.after, self.range.after).or_else(|| at(&self.before, self.range.before))
    }

    /// Returns whether a path is a folder in the state that shows it.
    #[must_use]
    pub fn is_dir(&self, image: &Image, node: NodeId) -> bool {
        self.shown(node)
            .is_some_and(|entry| image.entry(entry).is_dir())
    }

    /// Returns the unpacked bytes at a path and below it in the later state; of a removed path, what it held in the earlier one.
    #[must_use]
    pub fn weight(&self, image: &Image, node: NodeId) -> u64 {
        if self.status(node) != Status::Removed {
            return self.sizes[node.index()];
        }
        let held = &self.before.entries()[node.index()..image.tree.end(node).index()];
        held.iter()
            .flatten()
            .map(|&entry| image.entry(entry).size)
            .fold(0, u64::saturating_add)
    }

    /// Returns the unpacked bytes of the later state as a whole.
    #[must_use]
    pub fn whole(&self) -> u64 {
        self.sizes[NodeId::ROOT.index()]
    }

    /// Returns the record shown at a path.
    #[must_use]
    pub fn entry<'a>(&self, image: &'a Image, node: NodeId) -> Option<&'a Entry> {
        self.shown(node).map(|entry| image.entry(entry))
    }
}
