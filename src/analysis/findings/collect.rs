//! All topics, one after the other, put in order and added up so that no byte counts twice. What a topic finds is its own file's.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::num::NonZeroU64;

use crate::analysis::findings::checks::{
    build_tools, development_files, documents, duplicates, hidden, package_caches, permissions,
    recommended_packages, secrets, smaller_base, unstripped,
};
use crate::analysis::findings::finding::{Claim, Finding, Findings};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::needed_files::{Extracted, NeededFile};
use crate::analysis::packages::Packages;
use crate::analysis::{Analysis, Categories};
use crate::image::{EntryId, Image, LayerId};

impl Findings {
    /// Finds what can go and what is dangerous. `extracted` has what came of each of `file`, in its order; `hashes` the contents that [`unhashed`] named.
    #[must_use]
    pub fn of(
        image: &Image,
        analysis: &Analysis,
        told: (&Packages, &Categories),
        (file, extracted): (&[NeededFile], &[Option<Extracted>]),
        hashes: &HashMap<EntryId, NonZeroU64>,
    ) -> Self {
        let read = file.iter().zip(extracted);
        let read = read.filter_map(|(file, extracted)| Some((file, extracted.as_ref()?)));
        let case = ImageContext::new(image, analysis, told, read, hashes);
        let mut findings = Vec::new();
        let topics: [fn(&ImageContext<'_>) -> Vec<Finding>; 11] = [
            secrets::find,
            smaller_base::find,
            build_tools::find,
            package_caches::find,
            recommended_packages::find,
            hidden::find,
            development_files::find,
            duplicates::find,
            unstripped::find,
            documents::find,
            permissions::find,
        ];
        for find in topics {
            findings.extend(find(&case));
        }
        findings.sort_by_key(|finding: &Finding| {
            let dangerous = finding.level == crate::analysis::findings::FindingLevel::Error;
            (
                Reverse((dangerous, finding.bytes, finding.level)),
                finding.kind,
                finding.layer,
            )
        });
        let bytes = together(&findings);
        Self {
            list: findings,
            bytes,
        }
    }

    /// Returns the findings that match with their bytes counted once each, as [`Self::bytes`] does.
    #[must_use]
    pub fn together<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> u64 {
        together(findings)
    }
}

/// Adds up what findings claim, each record once, as much of it as the one that claims most; less what takes its place.
fn together<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> u64 {
    let mut most: HashMap<(LayerId, EntryId), u64> = HashMap::new();
    let mut costs = 0_u64;
    for finding in findings {
        costs = costs.saturating_add(finding.costs);
        for claim in &finding.claims {
            if let Some(entry) = claim.entry {
                let bytes = most.entry((claim.layer, entry)).or_default();
                *bytes = claim.bytes.max(*bytes);
            }
        }
    }
    let all = most.into_values().fold(0, u64::saturating_add);
    all.saturating_sub(costs)
}

/// Returns the records whose contents must be read to tell which files are the same: of equal size, large enough to be worth it, not hashed yet. Sorted
/// by layer, then by their place in it.
#[must_use]
pub fn unhashed(image: &Image, analysis: &Analysis) -> Vec<(LayerId, EntryId)> {
    let mut by_size: HashMap<u64, Vec<Claim>> = HashMap::new();
    duplicates::each(image, |claim| {
        by_size.entry(claim.bytes).or_default().push(claim);
    });
    let own = |claim: &Claim| claim.layer.index() >= analysis.base.layers;
    let twins = by_size
        .into_values()
        .filter(|twins| twins.len() > 1 && twins.iter().any(own));
    let unread = twins.flatten().filter_map(|claim| {
        let entry = claim.entry?;
        image
            .entry(entry)
            .hash
            .is_none()
            .then_some((claim.layer, entry))
    });
    let mut found: Vec<(LayerId, EntryId)> = unread.collect();
    found.sort_by_key(|&(layer, entry)| (layer, image.entry(entry).offset, entry));
    found.dedup();
    found
}
