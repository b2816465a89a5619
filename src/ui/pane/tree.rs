//! The tree pane of one image: two states of its filesystem, or a query, and the outline of their paths. Changing the states takes several steps.
//! Nothing here draws.

use std::sync::Arc;

use crate::analysis::{EntryDifferences, Status};
use crate::compare::Sides;
use crate::image::{Entry, Image, LayerId, NodeId};
use crate::query::Selection;

use crate::ui::pane::filter::{Filter, StatusKind};
use crate::ui::pane::layer_comparison::{LayerComparison, LayerComparisonBuilder, LayerRange};
use crate::ui::pane::outline::Outline;
use crate::ui::pane::paths::Paths;

/// The order of siblings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TreeOrder {
    /// Largest first, then by name.
    #[default]
    Size,
    /// By name, in byte order.
    Name,
}

/// The tree pane's state.
#[derive(Clone, Debug)]
pub struct TreePane {
    /// The lines.
    pub lines: Outline<NodeId>,
    comparison: Arc<LayerComparison>,
    /// The next comparison; the pane shows the current one until it is complete.
    draft: Option<LayerComparisonBuilder>,
    sort: TreeOrder,
    /// What the query in front selects; where there is one, it decides which paths are listed and what they weigh.
    selection: Option<Arc<Selection>>,
}

/// The most files of a query whose folders are open at first.
const FEW: usize = 100;

/// The paths of one image for the outline: those of two states, or those that a query selects.
pub(crate) struct ImagePaths<'a> {
    image: &'a Image,
    comparison: &'a LayerComparison,
    sort: TreeOrder,
    selection: Option<&'a Selection>,
}

impl Paths for ImagePaths<'_> {
    type Id = NodeId;

    fn count(&self) -> usize {
        self.image.tree.len()
    }

    fn parent(&self, path: NodeId) -> Option<NodeId> {
        self.image.tree.parent(path)
    }

    fn end(&self, path: NodeId) -> NodeId {
        self.image.tree.end(path)
    }

    fn depth(&self, path: NodeId) -> u16 {
        self.image.tree.depth(path)
    }

    fn name(&self, path: NodeId) -> &[u8] {
        self.image.tree.name(path)
    }

    fn path(&self, path: NodeId) -> Vec<u8> {
        self.image.tree.path(path)
    }

    fn is_listed(&self, path: NodeId) -> bool {
        self.selection.is_some() || self.comparison.status(path) != Status::Absent
    }

    fn is_in_query(&self, path: NodeId) -> bool {
        self.selection
            .is_none_or(|selection| selection.count_below(path) > 0)
    }

    fn passes(&self, path: NodeId, filter: Filter) -> bool {
        if let Some(selection) = self.selection {
            return !selection.at(path).is_empty();
        }
        let status = self.comparison.status(path);
        let entry = self.comparison.entry(self.image, path);
        let is_dir = entry.is_some_and(Entry::is_dir);
        if is_dir && status == Status::Modified(EntryDifferences::BELOW) {
            return false;
        }
        StatusKind::of(status).is_some_and(|change| {
            let bytes = || self.comparison.weight(self.image, path);
            filter.passes(change, is_dir, if is_dir { 0 } else { bytes() })
        })
    }

    fn weight(&self, path: NodeId) -> u64 {
        match self.selection {
            Some(selection) => selection.bytes_below(path),
            None => self.comparison.weight(self.image, path),
        }
    }

    fn weight_of(&self, _: NodeId, selected: Sides<u64>) -> u64 {
        selected.after
    }

    fn bytes(&self, path: NodeId) -> Sides<u64> {
        let bytes = match self.selection {
            Some(selection) => selection.bytes_below(path),
            None => self.comparison.bytes(self.image, path),
        };
        Sides::new(0, bytes)
    }

    fn is_by_weight(&self) -> bool {
        self.sort == TreeOrder::Size
    }
}

impl TreePane {
    /// Returns the pane in its initial state.
    #[must_use]
    pub(crate) fn new(
        image: &Image,
        range: LayerRange,
        sort: TreeOrder,
        filter: Filter,
        folded: bool,
    ) -> Self {
        let mut pane = Self {
            lines: Outline::new(!folded, filter),
            comparison: Arc::new(LayerComparison::of(image, range)),
            draft: None,
            sort,
            selection: None,
        };
        pane.with(image, |lines, paths| {
            lines.refilter(paths);
            lines.finish(paths);
        });
        pane
    }

    /// Runs a change of the lines with the paths they list.
    pub(crate) fn with<T>(
        &mut self,
        image: &Image,
        act: impl FnOnce(&mut Outline<NodeId>, &ImagePaths<'_>) -> T,
    ) -> T {
        let seen = ImagePaths {
            image,
            comparison: &self.comparison,
            sort: self.sort,
            selection: self.selection.as_deref(),
        };
        act(&mut self.lines, &seen)
    }

    /// Returns what is compared.
    #[must_use]
    pub const fn comparison(&self) -> &Arc<LayerComparison> {
        &self.comparison
    }

    /// Returns what the query in front selects.
    #[must_use]
    pub const fn selection(&self) -> Option<&Arc<Selection>> {
        self.selection.as_ref()
    }

    /// Returns the pane of a query: the finished image with what is selected, the largest file selected. Folders of few files are open.
    #[must_use]
    pub(crate) fn under(&self, image: &Image, selection: Arc<Selection>) -> Self {
        let range = LayerRange {
            before: image.top(),
            after: image.top(),
        };
        let largest = selection.largest().map(|content| content.node);
        let mut pane = Self {
            lines: self.lines.fresh_copy(selection.contents().len() <= FEW),
            comparison: Arc::clone(&self.comparison),
            draft: (self.comparison.range() != range).then(|| LayerComparisonBuilder::new(range)),
            sort: self.sort,
            selection: Some(selection),
        };
        pane.with(image, |lines, paths| {
            lines.go_to(paths, largest.unwrap_or(NodeId::ROOT));
        });
        pane
    }

    /// Leaves the query: the tree compares layers again once it is given their range.
    pub(crate) fn leave_query(&mut self) {
        self.selection = None;
    }

    /// Returns the record shown at a path: under a query that of the selected content, else the comparison's.
    #[must_use]
    pub(crate) fn entry<'a>(&self, image: &'a Image, node: NodeId) -> Option<&'a Entry> {
        let content = self
            .selection
            .as_ref()
            .and_then(|selection| selection.shown(node));
        match content {
            Some(content) => Some(image.entry(content.entry)),
            None => self.comparison.entry(image, node),
        }
    }

    /// Returns the path at which the content of a path counts, when that is another name of it.
    #[must_use]
    pub fn counted_at(&self, node: NodeId) -> Option<NodeId> {
        match &self.selection {
            Some(selection) => selection.counted_at(node),
            None => self.comparison.counted_at(node),
        }
    }

    /// Returns whether a path is a folder where it is shown; a folder of hidden files that is gone is one too.
    #[must_use]
    pub(crate) fn is_dir(&self, image: &Image, node: NodeId) -> bool {
        match &self.selection {
            Some(selection) => match selection.shown(node) {
                Some(content) => image.entry(content.entry).is_dir(),
                None => true,
            },
            None => self.comparison.is_dir(image, node),
        }
    }

    /// Returns the bytes of all listed paths: those that filter and find select, else those of the query or of the later state.
    #[must_use]
    pub(crate) fn listed_bytes(&self) -> u64 {
        let selected = self.lines.selected_bytes(NodeId::ROOT);
        selected.map_or_else(|| self.all_bytes(), |bytes| bytes.after)
    }

    /// Returns the bytes of the query or of the later state.
    fn all_bytes(&self) -> u64 {
        match &self.selection {
            Some(selection) => selection.bytes(),
            None => self.comparison.total_bytes(),
        }
    }

    /// Returns the order of siblings.
    #[must_use]
    pub(crate) const fn sort(&self) -> TreeOrder {
        self.sort
    }

    /// Uses the other order.
    pub(crate) fn toggle_sort(&mut self, image: &Image) {
        self.sort = match self.sort {
            TreeOrder::Size => TreeOrder::Name,
            TreeOrder::Name => TreeOrder::Size,
        };
        self.with(image, |lines, _| lines.rederive());
    }

    /// Starts to compare two other states; folds, filter and the selected path stay.
    pub(crate) fn compare(&mut self, image: &Image, range: LayerRange) {
        if self.selection.is_some() {
            // A query covers all layers of the image.
            return;
        }
        let draft = self.draft.as_ref();
        if draft.map_or(self.comparison.range(), LayerComparisonBuilder::range) == range {
            return;
        }
        if self.comparison.range() == range {
            // Back before the other one was ready.
            self.draft = None;
            self.with(image, |lines, paths| lines.refilter(paths));
        } else {
            self.draft = Some(LayerComparisonBuilder::new(range));
        }
    }

    /// Replaces the image by one with more layers; folds and the selected path stay if the image has them.
    pub(crate) fn replace(&mut self, from: &Image, to: &Image, range: LayerRange) {
        let same = |node| to.tree.find(&from.tree.path(node));
        let selected = self.lines.selected().and_then(|row| same(row.path));
        self.lines.carry(to.tree.len(), same);
        self.comparison = Arc::new(LayerComparison::of(to, range));
        self.draft = None;
        self.with(to, |lines, paths| {
            lines.refilter(paths);
            lines.finish(paths);
            if let Some(node) = selected {
                lines.select(paths, node);
            }
        });
    }

    /// Ends the find, sets a filter and goes to a path, which is selected once its line exists.
    pub(crate) fn go_to(&mut self, image: &Image, node: NodeId, filter: Filter) {
        let waits = self.draft.is_some();
        self.with(image, |lines, paths| {
            if waits {
                lines.set_goal(paths, node, filter);
            } else {
                lines.go_to_with_filter(paths, node, filter);
            }
        });
    }

    /// Continues the work that takes several steps.
    pub(crate) fn resume(&mut self, image: &Image) {
        let Some(draft) = self.draft.take() else {
            return self.with(image, |lines, paths| lines.resume(paths));
        };
        match draft.step(image, Some(&self.comparison)) {
            Ok(comparison) => {
                self.comparison = Arc::new(comparison);
                self.with(image, |lines, paths| {
                    lines.refilter(paths);
                    lines.first_lines(paths);
                });
            }
            Err(more) => self.draft = Some(more),
        }
    }

    /// Returns whether work is left.
    #[must_use]
    pub(crate) fn has_work(&self) -> bool {
        self.draft.is_some() || self.lines.has_work()
    }

    /// Returns the last layer that has a path which neither state has.
    #[must_use]
    pub fn layer_outside_range(&self, image: &Image, node: NodeId) -> Option<LayerId> {
        if self.selection.is_some() || self.comparison.shown(node).is_some() {
            return None;
        }
        let events = image.timeline.events(node);
        let last = events.iter().rev().find(|event| event.entry.is_some());
        last.map(|event| event.layer)
    }
}
