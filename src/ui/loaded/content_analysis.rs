//! The content analysis as screens use it, and its progress: packages, categories, owners, findings. Computed on a background thread once the image
//! is loaded.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::analysis::findings::{Finding, FindingLevel, FixStep, Saving, savings};
use crate::analysis::packages::{PackageId, PackageShares};
use crate::analysis::{Analysis, Category, ContentAnalysis};
use crate::compare::{CategoryLayers, Comparison, ContentChanges, Side, Sides, changed_bytes};
use crate::failure::Failure;
use crate::image::{EntryId, EntryKind, Image, LayerId, NodeId};
use crate::load::{Cancel, Error, Loaded};
use crate::pair::{self, Pair};

/// The state of the content analysis.
#[derive(Clone, Debug)]
pub enum LoadState {
    /// So many of so many files are read.
    Reading(usize, usize),
    /// It is complete.
    Ready(Arc<ContentSummary>),
    /// It failed; the error.
    Failed(Arc<Failure>),
}

/// The content analysis of an image, with the sums that screens show.
#[derive(Clone, Debug)]
pub struct ContentSummary {
    /// Packages, categories and findings.
    pub content_analysis: ContentAnalysis,
    /// The bytes of packages and of unowned files.
    pub shares: PackageShares,
    /// The savings, cumulative.
    pub savings: Vec<Saving>,
    /// For each finding the bytes that it claims, by category and reason, most first.
    claimed: OnceLock<Vec<Vec<ClaimedBytes>>>,
    /// The lines of the Savings tab: findings of level error, then the savings in their order, then all others; what is part of a saving is directly below it.
    pub listed: Vec<ListedFinding>,
}

/// A finding on a line of the Savings tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedFinding {
    /// Its index.
    pub finding: usize,
    /// What it saves, if it does.
    pub saving: Option<Saving>,
}

/// Bytes that a finding claims, of one category and for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) struct ClaimedBytes {
    /// The category.
    pub(in crate::ui) category: Category,
    /// Why they are of this category.
    pub(in crate::ui) reason: &'static str,
    /// Unpacked bytes.
    pub(in crate::ui) bytes: u64,
}

/// The content analysis of two images.
#[derive(Clone, Debug)]
pub struct ContentComparison {
    /// The content analysis of either image.
    pub sides: Sides<Arc<ContentSummary>>,
    /// Why the images differ.
    pub why: ContentChanges,
    /// The number of setuid and setgid files.
    pub setuid: Sides<usize>,
    /// What each layer of either image stores and the other image lacks, by category.
    pub(in crate::ui) changed: Sides<CategoryLayers>,
    /// The largest file of each package of either image.
    largest: Sides<Vec<Option<NodeId>>>,
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
        let claimed = claimed(analysis, &content_analysis);
        Self {
            claimed: OnceLock::from(claimed),
            ..Self::of_pair(image, analysis, content_analysis)
        }
    }

    /// Adds the sums that a comparison shows; those that only the screens of one image show are computed once they are.
    fn of_pair(image: &Image, analysis: &Analysis, content_analysis: ContentAnalysis) -> Self {
        let savings = savings(&content_analysis.findings.list, analysis.size);
        Self {
            claimed: OnceLock::new(),
            shares: content_analysis.packages.shares(image),
            listed: listed(&content_analysis.findings.list, &savings),
            savings,
            content_analysis,
        }
    }

    /// Returns for each finding the bytes that it claims, by category and reason, most first; `analysis` is of the same image.
    #[must_use]
    pub(in crate::ui) fn claimed(&self, analysis: &Analysis) -> &[Vec<ClaimedBytes>] {
        self.claimed
            .get_or_init(|| claimed(analysis, &self.content_analysis))
    }

    /// Returns the bytes of a category that a finding claims.
    #[must_use]
    pub(in crate::ui) fn claims(
        &self,
        analysis: &Analysis,
        finding: usize,
        category: Category,
    ) -> u64 {
        let claimed = self.claimed(analysis).get(finding).into_iter().flatten();
        let of_it = claimed.filter(|it| it.category == category);
        of_it.map(|it| it.bytes).fold(0, u64::saturating_add)
    }

    /// Returns the first line of the Savings tab whose saving removes bytes of a category.
    #[must_use]
    pub(in crate::ui) fn line_of_saving(
        &self,
        analysis: &Analysis,
        category: Category,
    ) -> Option<usize> {
        let mut lines = self.listed.iter();
        lines.position(|line| {
            line.saving.is_some() && self.claims(analysis, line.finding, category) > 0
        })
    }

    /// Returns the fix of a finding, as the step after those of the savings before it.
    #[must_use]
    pub(in crate::ui) fn fix(&self, finding: usize) -> Option<FixStep> {
        let findings = &self.content_analysis.findings.list;
        FixStep::of(findings, &self.savings, finding)
    }

    /// Returns the place, from 1, of a finding among the savings that are part of no other.
    #[must_use]
    pub(in crate::ui) fn rank(&self, finding: usize) -> usize {
        let mut counted = self.savings.iter().filter(|one| one.within.is_none());
        let place = counted.position(|one| one.finding == finding);
        place.map_or(0, |at| at + 1)
    }

    /// Analyses an image. Calls `progress` with the number of files read, and of all.
    ///
    /// # Errors
    /// [`Error`] when a layer cannot be read, or the user cancelled.
    pub(crate) fn of(
        loaded: &Loaded,
        analysis: &Analysis,
        cancel: &Cancel,
        progress: impl Fn(usize, usize) + Sync,
    ) -> Result<Self, Error> {
        let content_analysis = loaded.content_analysis(analysis, cancel, progress)?;
        Ok(Self::new(&loaded.image, analysis, content_analysis))
    }
}

impl ContentComparison {
    /// Analyses both images of a pair.
    ///
    /// # Errors
    /// [`pair::Error`] when a layer cannot be read, or the user cancelled.
    pub(crate) fn of(pair: &Pair, cancel: &Cancel) -> Result<Self, pair::Error> {
        let Sides { before, after } = pair.content_analyses(cancel)?;
        let content = |side: Side, content_analysis| {
            let analysis = pair.comparison.analyses.get(side);
            ContentSummary::of_pair(&pair.loaded.get(side).image, analysis, content_analysis)
        };
        let (before, after) = (content(Side::Before, before), content(Side::After, after));
        let sides = Sides::new(before, after);
        Ok(Self::new(&pair.comparison, pair.images(), sides))
    }

    /// Compares the content analyses of two compared images.
    #[must_use]
    pub fn new(
        comparison: &Comparison,
        images: Sides<&Image>,
        sides: Sides<ContentSummary>,
    ) -> Self {
        let contents = sides.as_ref().map(|content| &content.content_analysis);
        Self {
            why: ContentChanges::of(comparison, images, contents),
            changed: changed_bytes(comparison, images, contents),
            setuid: images.map(setuid),
            largest: Sides::new(
                largest(images.before, &sides.before.content_analysis),
                largest(images.after, &sides.after.content_analysis),
            ),
            sides: sides.map(Arc::new),
        }
    }

    /// Returns the content analysis in the other order; `comparison` and `images` are in that order.
    #[must_use]
    pub(in crate::ui) fn swapped(&self, comparison: &Comparison, images: Sides<&Image>) -> Self {
        let sides = self.sides.clone().swapped();
        let contents = sides.as_ref().map(|content| &content.content_analysis);
        Self {
            why: ContentChanges::of(comparison, images, contents),
            changed: self.changed.clone().swapped(),
            setuid: self.setuid.swapped(),
            largest: self.largest.clone().swapped(),
            sides,
        }
    }

    /// Returns the largest file of a package of one image; of equal ones the first.
    #[must_use]
    pub fn largest(&self, side: Side, id: PackageId) -> Option<NodeId> {
        let largest = self.largest.get(side).get(id.index());
        largest.copied().flatten()
    }

    /// Returns the number of packages of either image.
    #[must_use]
    pub fn packages(&self) -> Sides<usize> {
        let count = |content: &Arc<ContentSummary>| content.content_analysis.packages.list.len();
        self.sides.as_ref().map(count)
    }
}

/// Returns for each finding the bytes that it claims, by category and reason. One pass over all claims.
fn claimed(analysis: &Analysis, content: &ContentAnalysis) -> Vec<Vec<ClaimedBytes>> {
    let hidden = analysis.hidden.entries.iter().enumerate();
    let hidden = hidden.map(|(at, record)| ((record.stored_in, record.entry), at));
    let hidden: HashMap<(LayerId, EntryId), usize> = hidden.collect();
    let categories = &content.categories;
    let of_finding = |finding: &Finding| {
        let mut sums: Vec<ClaimedBytes> = Vec::new();
        for claim in &finding.claims {
            let Some(entry) = claim.entry.filter(|_| claim.bytes > 0) else {
                continue;
            };
            let (category, reason) = match hidden.get(&(claim.layer, entry)) {
                Some(&record) => (
                    categories.hidden_category(record),
                    categories.hidden_reason(record),
                ),
                None => (
                    categories.category(claim.node),
                    categories.reason(claim.node),
                ),
            };
            let same = |sum: &&mut ClaimedBytes| (sum.category, sum.reason) == (category, reason);
            match sums.iter_mut().find(same) {
                Some(sum) => sum.bytes = sum.bytes.saturating_add(claim.bytes),
                None => sums.push(ClaimedBytes {
                    category,
                    reason,
                    bytes: claim.bytes,
                }),
            }
        }
        sums.sort_by_key(|sum| Reverse(sum.bytes));
        sums
    };
    let findings = content.findings.list.iter();
    findings.map(of_finding).collect()
}

/// Returns the findings in the order of the Savings tab.
fn listed(findings: &[Finding], savings: &[Saving]) -> Vec<ListedFinding> {
    // What each finding saves, and its place among the savings.
    let mut places = vec![None; findings.len()];
    for (place, saving) in savings.iter().enumerate() {
        places[saving.finding] = Some((place, *saving));
    }
    let within = |at: usize| places[at].and_then(|(_, saving)| saving.within);
    let is_dangerous = |at: usize| findings[at].level == FindingLevel::Error;
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|&at| {
        let place = places[at].map_or(savings.len(), |(place, _)| place);
        (!is_dangerous(within(at).unwrap_or(at)), place)
    });
    let lines = order.into_iter().map(|finding| ListedFinding {
        finding,
        saving: places[finding].map(|(_, saving)| saving),
    });
    lines.collect()
}

/// Returns the largest file of each package; of equal ones the first. One pass over the paths.
fn largest(image: &Image, content_analysis: &ContentAnalysis) -> Vec<Option<NodeId>> {
    let packages = &content_analysis.packages;
    let mut largest = vec![None; packages.list.len()];
    let mut most = vec![0; largest.len()];
    for node in image.tree.ids() {
        let Some(at) = packages.package_of(node).map(PackageId::index) else {
            continue;
        };
        let size = image.visible(node).map_or(0, |shown| shown.bytes);
        if largest[at].is_none() || size > most[at] {
            (largest[at], most[at]) = (Some(node), size);
        }
    }
    largest
}

/// Returns the number of setuid and setgid paths in the final filesystem.
fn setuid(image: &Image) -> usize {
    let shown = image.tree.ids().filter_map(|node| image.visible(node));
    let entries = shown.map(|shown| image.entry(shown.entry));
    let runs_as = entries
        .filter(|entry| entry.kind() == EntryKind::File && entry.permissions() & 0o6000 != 0);
    runs_as.count()
}
