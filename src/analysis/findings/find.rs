//! All topics, one after the other, put in order and added up so that no byte counts twice. What a topic finds is its own file's.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::num::NonZeroU64;

use crate::analysis::findings::case::Case;
use crate::analysis::findings::value::{Advice, Claim, Finding};
use crate::analysis::findings::{
    access, base, builder, caches, copies, deleted, development, documents, recommended, secrets,
    symbols,
};
use crate::analysis::packages::Packages;
use crate::analysis::reading::{Taken, Wanted};
use crate::analysis::{Analysis, Categories};
use crate::image::{EntryId, Image, LayerId};

impl Advice {
    /// Finds what can go and what is dangerous. `taken` has what came of each of `wanted`, in its order; `hashes` the contents that [`unhashed`] named.
    #[must_use]
    pub fn of(
        image: &Image,
        analysis: &Analysis,
        told: (&Packages, &Categories),
        (wanted, taken): (&[Wanted], &[Option<Taken>]),
        hashes: &HashMap<EntryId, NonZeroU64>,
    ) -> Self {
        let read = wanted.iter().zip(taken);
        let read = read.filter_map(|(wanted, taken)| Some((wanted, taken.as_ref()?)));
        let case = Case::new(image, analysis, told, read, hashes);
        let mut findings = Vec::new();
        let topics: [fn(&Case<'_>) -> Vec<Finding>; 11] = [
            secrets::find,
            base::find,
            builder::find,
            caches::find,
            recommended::find,
            deleted::find,
            development::find,
            copies::find,
            symbols::find,
            documents::find,
            access::find,
        ];
        for find in topics {
            findings.extend(find(&case));
        }
        findings.sort_by_key(|finding: &Finding| {
            let dangerous = finding.level == crate::analysis::findings::Level::Error;
            (
                Reverse((dangerous, finding.bytes, finding.level)),
                finding.topic,
                finding.layer,
            )
        });
        let bytes = together(&findings);
        Self { findings, bytes }
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
    copies::each(image, |claim| {
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
