//! Two states of the filesystem, the status of every path between them and the size of every folder. Computed when the layers change, never while
//! drawing.

use crate::analysis::{self, Status};
use crate::image::{Entry, EntryId, Image, LayerId, NodeId, Snapshot};

/// Which two states are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerRange {
    /// The earlier state: after this layer, or before the first one.
    pub before: Option<LayerId>,
    /// The later state: after this layer; nothing when the image has no layers.
    pub after: Option<LayerId>,
}

/// Two states of one image's filesystem, compared.
#[derive(Debug)]
pub struct LayerComparison {
    range: LayerRange,
    before: Snapshot,
    after: Snapshot,
    statuses: Vec<Status>,
    sizes: Vec<u64>,
}

/// A comparison in progress, one linear pass per step, so that no key waits for it.
#[derive(Clone, Debug)]
pub(crate) struct LayerComparisonBuilder {
    range: LayerRange,
    before: Option<Snapshot>,
    after: Option<Snapshot>,
    statuses: Option<Vec<Status>>,
}

impl LayerComparisonBuilder {
    /// Starts one.
    #[must_use]
    pub(crate) const fn new(range: LayerRange) -> Self {
        Self {
            range,
            before: None,
            after: None,
            statuses: None,
        }
    }

    /// Returns which states are compared.
    #[must_use]
    pub(crate) const fn range(&self) -> LayerRange {
        self.range
    }

    /// Makes one more pass; `last`, over the same image, lends its states where they are the same.
    ///
    /// # Errors
    /// The draft itself, while there is more to do.
    #[expect(
        clippy::result_large_err,
        reason = "the draft is the next step's input"
    )]
    pub(crate) fn step(
        mut self,
        image: &Image,
        last: Option<&LayerComparison>,
    ) -> Result<LayerComparison, Self> {
        let state = |layer: Option<LayerId>| match last {
            Some(last) if last.range.after == layer => last.after.clone(),
            Some(last) if last.range.before == layer => last.before.clone(),
            _ => image.snapshot(layer),
        };
        let Some(before) = self.before.take() else {
            self.before = Some(state(self.range.before));
            return Err(self);
        };
        let Some(after) = self.after.take() else {
            self.before = Some(before);
            self.after = Some(state(self.range.after));
            return Err(self);
        };
        let Some(statuses) = self.statuses.take() else {
            self.statuses = Some(analysis::diff(image, &before, &after));
            (self.before, self.after) = (Some(before), Some(after));
            return Err(self);
        };
        Ok(LayerComparison {
            range: self.range,
            sizes: analysis::sizes(image, &after),
            before,
            after,
            statuses,
        })
    }
}

impl LayerComparison {
    /// Compares, at once. A few linear passes.
    #[must_use]
    pub(crate) fn of(image: &Image, range: LayerRange) -> Self {
        let mut draft = LayerComparisonBuilder::new(range);
        loop {
            match draft.step(image, None) {
                Ok(done) => return done,
                Err(more) => draft = more,
            }
        }
    }

    /// Returns which states are compared.
    #[must_use]
    pub const fn range(&self) -> LayerRange {
        self.range
    }

    /// Returns a path's status.
    #[must_use]
    pub(crate) fn status(&self, node: NodeId) -> Status {
        self.statuses[node.index()]
    }

    /// Returns the record to show of a path: the later state's, or the earlier one's when it was removed.
    #[must_use]
    pub(crate) fn shown(&self, node: NodeId) -> Option<EntryId> {
        self.after.get(node).or_else(|| self.before.get(node))
    }

    /// Returns the record to show of a path with its layer: where its content can be read.
    #[must_use]
    pub(crate) fn source(&self, image: &Image, node: NodeId) -> Option<(LayerId, EntryId)> {
        let at = |state: &Snapshot, layer: Option<LayerId>| {
            let entry = state.get(node)?;
            Some((image.timeline.origin(node, layer?)?, entry))
        };
        at(&self.after, self.range.after).or_else(|| at(&self.before, self.range.before))
    }

    /// Returns the record of a path in the earlier state with its layer.
    #[must_use]
    pub(crate) fn earlier(&self, image: &Image, node: NodeId) -> Option<(LayerId, EntryId)> {
        let entry = self.before.get(node)?;
        let layer = image.timeline.origin(node, self.range.before?)?;
        Some((layer, entry))
    }

    /// Returns the layer that removed a path which the later state has no more.
    #[must_use]
    pub(crate) fn removed_by(&self, image: &Image, node: NodeId) -> Option<LayerId> {
        let after = self.range.after?;
        let mut events = image.timeline.events(node).iter().rev();
        let last = events.find(|event| event.layer <= after)?;
        last.entry.is_none().then_some(last.layer)
    }

    /// Returns whether a path is a folder in the state that shows it.
    #[must_use]
    pub(crate) fn is_dir(&self, image: &Image, node: NodeId) -> bool {
        self.shown(node)
            .is_some_and(|entry| image.entry(entry).is_dir())
    }

    /// Returns the unpacked bytes at a path and below it in the later state; of a removed path, what it held in the earlier one.
    #[must_use]
    pub(crate) fn weight(&self, image: &Image, node: NodeId) -> u64 {
        if self.status(node) != Status::Removed {
            return self.sizes[node.index()];
        }
        let below = (node.0..image.tree.end(node).0).map(NodeId);
        below
            .map(|node| image.bytes_in(&self.before, node))
            .fold(0, u64::saturating_add)
    }

    /// Returns the unpacked bytes at a path and below it in the later state; of a removed path, those at it in the earlier one.
    #[must_use]
    pub(crate) fn bytes(&self, image: &Image, node: NodeId) -> u64 {
        match self.status(node) {
            Status::Removed => image.bytes_in(&self.before, node),
            _ => self.sizes[node.index()],
        }
    }

    /// Returns the path at which the content of a path counts in the state that shows it, when that is another name of it.
    #[must_use]
    pub fn counted_at(&self, node: NodeId) -> Option<NodeId> {
        let state = match self.after.get(node) {
            Some(_) => &self.after,
            None => &self.before,
        };
        state.names().counted_at(node)
    }

    /// Returns the unpacked bytes of the later state.
    #[must_use]
    pub(crate) fn total_bytes(&self) -> u64 {
        self.sizes[NodeId::ROOT.index()]
    }

    /// Returns the record shown at a path; of a hard link that of the file it names.
    #[must_use]
    pub fn entry<'a>(&self, image: &'a Image, node: NodeId) -> Option<&'a Entry> {
        self.shown(node).map(|entry| image.file_entry(entry))
    }
}
