//! The content analysis as screens use it, and its progress: packages, categories, owners, findings. Computed on a background thread once the image
//! is loaded.

use std::sync::Arc;

use crate::analysis::findings::{Finding, Saving, savings};
use crate::analysis::packages::{Ownership, PackageId, Shares};
use crate::analysis::{Analysis, Base, Category, ContentAnalysis};
use crate::compare::{ContentChanges, Side, Sides};
use crate::image::{Image, Kind, LayerId, NodeId};
use crate::load::{Cancel, Error, Loaded};
use crate::pair::{self, Pair};

use crate::ui::loaded::file_group::{FileGroup, GroupPlace};

/// The state of the content analysis.
#[derive(Clone, Debug)]
pub enum LoadState {
    /// So many of so many files are read.
    Reading(usize, usize),
    /// It is complete.
    Ready(Arc<ContentSummary>),
    /// It failed; the error.
    Failed(String),
}

/// The content analysis of an image, with the sums that screens show.
#[derive(Clone, Debug)]
pub struct ContentSummary {
    /// Packages, categories and findings.
    pub content_analysis: ContentAnalysis,
    /// The bytes of packages and of unowned files.
    pub shares: Shares,
    /// The savings, cumulative.
    pub savings: Vec<Saving>,
    base: Base,
    /// The largest visible file of each category.
    largest_of_category: [Option<NodeId>; Category::ALL.len()],
    /// The largest file of each package.
    largest: Vec<Option<NodeId>>,
    /// The sorted paths of each finding.
    claimed: Vec<Vec<NodeId>>,
}

/// The content analysis of two images.
#[derive(Clone, Debug)]
pub struct ContentComparison {
    /// The content analysis of either image.
    pub sides: Sides<ContentSummary>,
    /// Why the images differ.
    pub why: ContentChanges,
    /// The number of setuid and setgid files.
    pub setuid: Sides<usize>,
}

impl LoadState {
    /// Returns the content analysis, once it is complete.
    #[must_use]
    pub fn ready(&self) -> Option<&ContentSummary> {
        match self {
            Self::Ready(content) => Some(content),
            Self::Reading(..) | Self::Failed(_) => None,
        }
    }
}

impl ContentSummary {
    /// Adds the sums of a content analysis; `analysis` is of the same image.
    #[must_use]
    pub fn new(image: &Image, analysis: &Analysis, content_analysis: ContentAnalysis) -> Self {
        Self {
            shares: content_analysis.packages.shares(image, &analysis.base),
            savings: savings(&content_analysis.findings.list, analysis.size),
            base: analysis.base.clone(),
            largest_of_category: largest_of_category(image, &content_analysis),
            largest: largest(image, &content_analysis),
            claimed: content_analysis.findings.list.iter().map(claimed).collect(),
            content_analysis,
        }
    }

    /// Analyses an image. Calls `progress` with the number of files read, and of all.
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

    /// Returns the largest file of a package; of equal ones the first.
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
            FileGroup::Category(category) => at_top(self.largest_of_category[category as usize]),
            FileGroup::Packages => at_top(self.shares.packages.largest),
            FileGroup::OwnLayers => at_top(self.shares.own_layers.largest),
            FileGroup::BaseLayers => at_top(self.shares.base_layers.largest),
        }
    }

    /// Returns whether a path is in a group.
    #[must_use]
    pub fn has(&self, image: &Image, group: FileGroup, node: NodeId) -> bool {
        let belongs = || self.belongs(image, node);
        match group {
            FileGroup::Package(id) => belongs() == Some(Ownership::Package(id)),
            FileGroup::Packages => matches!(belongs(), Some(Ownership::Package(_))),
            FileGroup::Category(category) => {
                belongs().is_some() && self.content_analysis.categories.category(node) == category
            }
            FileGroup::OwnLayers => belongs() == Some(Ownership::OwnLayers),
            FileGroup::BaseLayers => belongs() == Some(Ownership::BaseLayers),
            FileGroup::Finding(at) => {
                let claimed = self.claimed.get(at);
                claimed.is_some_and(|nodes| nodes.binary_search(&node).is_ok())
            }
        }
    }

    /// Returns the owner of a path; `None` where the final filesystem has no such path.
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
    /// Analyses both images of a pair.
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

    /// Compares the content analyses of two images.
    #[must_use]
    pub fn new(images: Sides<&Image>, sides: Sides<ContentSummary>) -> Self {
        Self {
            why: ContentChanges::of(sides.as_ref().map(|content| &content.content_analysis)),
            setuid: images.map(setuid),
            sides,
        }
    }

    /// Returns the number of packages of either image.
    #[must_use]
    pub fn packages(&self) -> Sides<usize> {
        let count = |content: &ContentSummary| content.content_analysis.packages.list.len();
        self.sides.as_ref().map(count)
    }
}

/// Returns the sorted paths of a finding.
fn claimed(finding: &Finding) -> Vec<NodeId> {
    let mut nodes: Vec<NodeId> = finding.claims.iter().map(|claim| claim.node).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// Returns the largest file of each package; of equal ones the first. One pass over the paths.
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

/// Returns for each category its largest visible file, the first of equals. One pass over the paths.
fn largest_of_category(
    image: &Image,
    content_analysis: &ContentAnalysis,
) -> [Option<NodeId>; Category::ALL.len()] {
    let (mut largest, mut most) = ([None; Category::ALL.len()], [0; Category::ALL.len()]);
    let visible = |node| {
        let entry = image.entry(image.timeline.at(node, image.top()?)?);
        (!entry.is_dir()).then_some(entry.size)
    };
    for node in image.tree.ids() {
        let Some(size) = visible(node) else { continue };
        let at = content_analysis.categories.category(node) as usize;
        if largest[at].is_none() || size > most[at] {
            (largest[at], most[at]) = (Some(node), size);
        }
    }
    largest
}

/// Returns the number of setuid and setgid files in the final filesystem.
fn setuid(image: &Image) -> usize {
    let seen = image.snapshot(image.top());
    let entries = image.tree.ids().filter_map(|node| seen.get(node));
    let entries = entries.map(|id| image.entry(id));
    let runs_as = entries.filter(|entry| {
        matches!(entry.kind(), Kind::File | Kind::HardLink) && entry.permissions() & 0o6000 != 0
    });
    runs_as.count()
}
