//! The contents that a query selects, and their sums for every folder. Computed once per query, linear in the image except for sorting the hidden
//! contents; no copy of the tree.

use std::collections::{HashMap, HashSet};

use crate::analysis::{Amount, Analysis, ContentAnalysis, HiddenKind};
use crate::image::{Image, NodeId};

use crate::query::condition::{Condition, Query};
use crate::query::content::{PathContent, contents};
use crate::query::predicate::Predicate;

/// The contents that a query selects.
#[derive(Clone, Debug)]
pub struct Selection {
    query: Query,
    /// By path, then by layer.
    contents: Vec<PathContent>,
    /// For each node the bytes at it and below it.
    sums: Vec<u64>,
    /// For each node how many contents are at it and below it.
    counts: Vec<u32>,
    /// The path of each hidden content, in the order of paths.
    hidden: Vec<NodeId>,
    /// The first selected name of each content with several visible names.
    firsts: HashMap<crate::image::ContentId, NodeId>,
    replaced: u64,
    /// Whether folders are among the contents.
    has_folders: bool,
}

impl Selection {
    /// Selects the contents of a query. Conditions on categories, packages and findings select nothing without a content analysis.
    #[must_use]
    pub fn of(
        image: &Image,
        analysis: &Analysis,
        content: Option<&ContentAnalysis>,
        query: &Query,
    ) -> Self {
        Self::counting(image, analysis, content, query, false)
    }

    /// Selects the contents of a query with their sizes, also those of a finding that saves fewer bytes or none.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn with_sizes(
        image: &Image,
        analysis: &Analysis,
        content: Option<&ContentAnalysis>,
        query: &Query,
    ) -> Self {
        Self::counting(image, analysis, content, query, true)
    }

    fn counting(
        image: &Image,
        analysis: &Analysis,
        content: Option<&ContentAnalysis>,
        query: &Query,
        counts_sizes: bool,
    ) -> Self {
        let predicate = Predicate::new(image, content, query, counts_sizes);
        let folders = predicate.selects_folders();
        let mut selected = Vec::new();
        // A content with several names counts at the first one that is selected.
        let shared: HashSet<_> = image.visible_names().map(|(content, _)| content).collect();
        let mut firsts = HashMap::new();
        contents(image, analysis, |content, record| {
            let content = match record {
                Some(_) => content,
                None => PathContent {
                    bytes: image.entry(content.entry).size,
                    ..content
                },
            };
            let is_listed = match record {
                Some(_) => !query.is_empty(),
                None => folders || !image.entry(content.entry).is_dir(),
            };
            if let Some(bytes) = is_listed
                .then(|| predicate.bytes(&content, record))
                .flatten()
            {
                let key = (content.layer, content.entry);
                let first = match record {
                    None if shared.contains(&key) => *firsts.entry(key).or_insert(content.node),
                    _ => content.node,
                };
                let bytes = if first == content.node { bytes } else { 0 };
                selected.push(PathContent { bytes, ..content });
            }
        });
        // Two sorted runs: a stable sort merges them.
        let hidden = selected.partition_point(|content: &PathContent| content.hidden.is_none());
        selected[hidden..].sort_unstable_by_key(PathContent::sort_key);
        if hidden < selected.len() {
            selected.sort_by_key(PathContent::sort_key);
        }
        let (sums, counts) = sums(image, &selected);
        let hidden = selected.iter().filter(|content| content.hidden.is_some());
        let hidden = hidden.map(|content| content.node).collect();
        let mut selected_entries = selected.iter().map(|content| content.entry);
        let has_folders = folders && selected_entries.any(|entry| image.entry(entry).is_dir());
        Self {
            has_folders,
            query: query.clone(),
            contents: selected,
            sums,
            counts,
            hidden,
            firsts,
            replaced: replaced(content, query),
        }
    }

    /// Returns the query.
    #[must_use]
    pub(crate) const fn query(&self) -> &Query {
        &self.query
    }

    /// Returns whether the query is about categories.
    #[must_use]
    pub(crate) fn is_by_category(&self) -> bool {
        let mut conditions = self.query.conditions.iter();
        conditions.any(|condition| matches!(condition, Condition::Category(_)))
    }

    /// Returns the contents by path, then by layer.
    #[must_use]
    pub fn contents(&self) -> &[PathContent] {
        &self.contents
    }

    /// Returns the bytes of all contents.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes_below(NodeId::ROOT)
    }

    /// Returns bytes that the query selects as an amount: a lower bound when a layer that the query may be about is missing.
    #[must_use]
    pub(crate) fn amount(&self, analysis: &Analysis, bytes: u64) -> Amount {
        let mut layers = 0..usize::MAX;
        for condition in &self.query.conditions {
            if let Condition::Layers(first, last) = condition {
                layers.start = layers.start.max(first.index());
                layers.end = layers.end.min(last.index() + 1);
            }
        }
        analysis.amount_of(layers, bytes)
    }

    /// Returns the bytes that the fix of a finding adds: the finding saves [`Self::bytes`] less these. 0 for every other query.
    #[must_use]
    pub const fn replaced(&self) -> u64 {
        self.replaced
    }

    /// Returns whether folders are among the contents: a finding may be about their permissions.
    #[must_use]
    pub const fn has_folders(&self) -> bool {
        self.has_folders
    }

    /// Returns the bytes at a node and below it.
    #[must_use]
    pub fn bytes_below(&self, node: NodeId) -> u64 {
        self.sums[node.index()]
    }

    /// Returns how many contents are at a node and below it.
    #[must_use]
    pub fn count_below(&self, node: NodeId) -> usize {
        self.counts[node.index()] as usize
    }

    /// Returns how many of the contents at a node and below it are hidden.
    #[must_use]
    pub(crate) fn hidden_below(&self, image: &Image, node: NodeId) -> usize {
        let end = image.tree.end(node);
        let from = self.hidden.partition_point(|&path| path < node);
        self.hidden[from..].partition_point(|&path| path < end)
    }

    /// Returns the contents at a node, lowest layer first.
    #[must_use]
    pub fn at(&self, node: NodeId) -> &[PathContent] {
        let from = self.contents.partition_point(|content| content.node < node);
        let rest = &self.contents[from..];
        &rest[..rest.partition_point(|content| content.node == node)]
    }

    /// Returns the content to show for a node: the visible one, else the one of the highest layer.
    #[must_use]
    pub(crate) fn shown(&self, node: NodeId) -> Option<PathContent> {
        let here = self.at(node);
        let visible = here.iter().find(|content| content.hidden.is_none());
        visible.or_else(|| here.last()).copied()
    }

    /// Returns how the content shown at a node was hidden; `None` for a visible one. Searches the hidden contents, of which there are few, before all of them.
    #[must_use]
    pub(crate) fn hidden_at(&self, node: NodeId) -> Option<HiddenKind> {
        self.hidden.binary_search(&node).ok()?;
        self.shown(node)?.hidden
    }

    /// Returns the path at which the content shown at a node counts, when that is another name of it.
    #[must_use]
    pub fn counted_at(&self, node: NodeId) -> Option<NodeId> {
        let shown = self.shown(node).filter(|shown| shown.hidden.is_none())?;
        let first = self.firsts.get(&(shown.layer, shown.entry))?;
        (*first != node).then_some(*first)
    }

    /// Returns the largest content, the first of equals.
    #[must_use]
    pub fn largest(&self) -> Option<PathContent> {
        let contents = self.contents.iter().rev();
        contents.max_by_key(|content| content.bytes).copied()
    }
}

/// Returns for every node the bytes and the number of contents at it and below it: one pass from the leaves up.
fn sums(image: &Image, contents: &[PathContent]) -> (Vec<u64>, Vec<u32>) {
    let mut sums = vec![0_u64; image.tree.len()];
    let mut counts = vec![0_u32; image.tree.len()];
    for content in contents {
        let at = content.node.index();
        sums[at] = sums[at].saturating_add(content.bytes);
        counts[at] = counts[at].saturating_add(1);
    }
    for node in image.tree.ids().rev() {
        if let Some(parent) = image.tree.parent(node) {
            let (at, up) = (node.index(), parent.index());
            sums[up] = sums[up].saturating_add(sums[at]);
            counts[up] = counts[up].saturating_add(counts[at]);
        }
    }
    (sums, counts)
}

fn replaced(content: Option<&ContentAnalysis>, query: &Query) -> u64 {
    let [Condition::Finding(at)] = query.conditions[..] else {
        return 0;
    };
    let finding = content.and_then(|content| content.findings.list.get(at));
    finding.map_or(0, |finding| finding.costs)
}
