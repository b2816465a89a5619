//! What reading some of an image's files tells, and how far that has come: what is installed, what the bytes are for, whose they are. Worked out behind
//! the screen once the image is there; no key waits for it, and nothing here draws.

use std::sync::Arc;

use crate::analysis::findings::Finding;
use crate::analysis::packages::{Ownership, PackageId, Shares};
use crate::analysis::{Analysis, Base, ContentAnalysis};
use crate::compare::{ContentChanges, Side, Sides};
use crate::image::{Image, Kind, LayerId, NodeId};
use crate::load::{Cancel, Error, Loaded};
use crate::pair::{self, Pair};

use crate::ui::loaded::file_group::{FileGroup, GroupPlace};

/// How far it has come.
#[derive(Clone, Debug)]
pub enum LoadState {
    /// So many of so many files are read.
    Reading(usize, usize),
    /// It is told.
    Ready(Arc<ContentSummary>),
    /// Why it cannot be told.
    Failed(String),
}

/// What is told of an image.
#[derive(Clone, Debug)]
pub struct ContentSummary {
    /// What is installed, what the bytes are for, what can go.
    pub content_analysis: ContentAnalysis,
    /// FileGroup the bytes are.
    pub shares: Shares,
    base: Base,
    /// For each package its largest file.
    largest: Vec<Option<NodeId>>,
    /// For each finding the paths it speaks of, sorted.
    claimed: Vec<Vec<NodeId>>,
}

/// What is told of two images.
#[derive(Clone, Debug)]
pub struct ContentComparison {
    /// Of each.
    pub sides: Sides<ContentSummary>,
    /// Why they differ.
    pub why: ContentChanges,
    /// How many files run as their owner or their group.
    pub setuid: Sides<usize>,
}

impl LoadState {
    /// Returns what is told, once it is.
    #[must_use]
    pub fn ready(&self) -> Option<&ContentSummary> {
        match self {
            Self::Ready(content) => Some(content),
            Self::Reading(..) | Self::Failed(_) => None,
        }
    }
}

impl ContentSummary {
    /// Adds up what a content_analysis tells of the image that `analysis` is of.
    #[must_use]
    pub fn new(image: &Image, analysis: &Analysis, content_analysis: ContentAnalysis) -> Self {
        Self {
            shares: content_analysis.packages.shares(image, &analysis.base),
            base: analysis.base.clone(),
            largest: largest(image, &content_analysis),
            claimed: content_analysis.findings.list.iter().map(claimed).collect(),
            content_analysis,
        }
    }

    /// Reads what has to be read. Tells `progress` how many of how many files are read.
    ///
    /// # Errors
    /// [`Error`] when a layer cannot be read, or the user cancelled.
    pub fn of(
        loaded: &Loaded,
        analysis: &Analysis,
        cancel: &Cancel,
        progress: impl Fn(usize, usize) + Sync,
    ) -> Result<Self, Error> {
        let content_analysis = loaded.content_analysis(analysis, cancel, progress)?;
        Ok(Self::new(&loaded.image, analysis, content_analysis))
    }

    /// Returns the largest file of a package, the first of equals.
    #[must_use]
    pub fn largest(&self, id: PackageId) -> Option<NodeId> {
        self.largest.get(id.index()).copied().flatten()
    }

    /// Returns where a group of files is shown: at the layer that contains all of it, else in the final filesystem. None when it has no file.
    #[must_use]
    pub fn place(&self, group: FileGroup, top: LayerId) -> Option<GroupPlace> {
        let at_top = |largest: Option<NodeId>| {
            Some(GroupPlace {
                layer: top,
                largest: largest?,
                in_one_layer: false,
            })
        };
        match group {
            FileGroup::Finding(at) => {
                let claims = &self.content_analysis.findings.list.get(at)?.claims;
                let largest = claims.first()?;
                if claims.iter().any(|claim| claim.layer != largest.layer) {
                    return at_top(Some(largest.node));
                }
                Some(GroupPlace {
                    layer: largest.layer,
                    largest: largest.node,
                    in_one_layer: true,
                })
            }
            FileGroup::Package(id) => Some(GroupPlace {
                layer: self.content_analysis.packages.get(id).layer,
                largest: self.largest(id)?,
                in_one_layer: true,
            }),
            FileGroup::Packages => at_top(self.shares.packages.largest),
            FileGroup::OwnLayers => at_top(self.shares.own_layers.largest),
            FileGroup::BaseLayers => at_top(self.shares.base_layers.largest),
        }
    }

    /// Returns whether a path is one's.
    #[must_use]
    pub fn has(&self, image: &Image, group: FileGroup, node: NodeId) -> bool {
        let belongs = || self.belongs(image, node);
        match group {
            FileGroup::Package(id) => belongs() == Some(Ownership::Package(id)),
            FileGroup::Packages => matches!(belongs(), Some(Ownership::Package(_))),
            FileGroup::OwnLayers => belongs() == Some(Ownership::OwnLayers),
            FileGroup::BaseLayers => belongs() == Some(Ownership::BaseLayers),
            FileGroup::Finding(at) => {
                let claimed = self.claimed.get(at);
                claimed.is_some_and(|nodes| nodes.binary_search(&node).is_ok())
            }
        }
    }

    /// Returns whose the bytes at a path are; nothing where the finished image has no such path.
    #[must_use]
    pub fn belongs(&self, image: &Image, node: NodeId) -> Option<Ownership> {
        image.timeline.at(node, image.top()?)?;
        Some(
            self.content_analysis
                .packages
                .ownership(image, &self.base, node),
        )
    }
}

impl ContentComparison {
    /// Reads what has to be read of both images of a pair.
    ///
    /// # Errors
    /// [`pair::Error`] when a layer cannot be read, or the user cancelled.
    pub fn of(pair: &Pair, cancel: &Cancel) -> Result<Self, pair::Error> {
        let Sides { before, after } = pair.content_analyses(cancel)?;
        let content = |side: Side, content_analysis| {
            let analysis = pair.comparison.analyses.get(side);
            ContentSummary::new(&pair.loaded.get(side).image, analysis, content_analysis)
        };
        let (before, after) = (content(Side::Before, before), content(Side::After, after));
        Ok(Self::new(pair.images(), Sides::new(before, after)))
    }

    /// Compares what is told of two images.
    #[must_use]
    pub fn new(images: Sides<&Image>, sides: Sides<ContentSummary>) -> Self {
        Self {
            why: ContentChanges::of(sides.as_ref().map(|content| &content.content_analysis)),
            setuid: images.map(setuid),
            sides,
        }
    }

    /// Returns how many packages either has.
    #[must_use]
    pub fn packages(&self) -> Sides<usize> {
        let count = |content: &ContentSummary| content.content_analysis.packages.list.len();
        self.sides.as_ref().map(count)
    }
}

/// Returns the paths that a finding speaks of, sorted.
fn claimed(finding: &Finding) -> Vec<NodeId> {
    let mut nodes: Vec<NodeId> = finding.claims.iter().map(|claim| claim.node).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// Returns for each package its largest file, the first of equals. One pass over the paths.
fn largest(image: &Image, content_analysis: &ContentAnalysis) -> Vec<Option<NodeId>> {
    let packages = &content_analysis.packages;
    let mut largest = vec![None; packages.list.len()];
    let mut most = vec![0; largest.len()];
    for node in image.tree.ids() {
        let Some(at) = packages.owner(node).map(PackageId::index) else {
            continue;
        };
        let seen = image.top().and_then(|top| image.timeline.at(node, top));
        let size = seen.map_or(0, |id| image.entry(id).size);
        if largest[at].is_none() || size > most[at] {
            (largest[at], most[at]) = (Some(node), size);
        }
    }
    largest
}

/// Returns how many files of the finished image run as their owner or their group, whoever starts them.
fn setuid(image: &Image) -> usize {
    let seen = image.snapshot(image.top());
    let entries = image.tree.ids().filter_map(|node| seen.get(node));
    let entries = entries.map(|id| image.entry(id));
    let runs_as = entries.filter(|entry| {
        matches!(entry.kind(), Kind::File | Kind::HardLink) && entry.permissions() & 0o6000 != 0
    });
    runs_as.count()
}
