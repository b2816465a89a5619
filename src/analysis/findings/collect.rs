//! Runs all checks, sorts their findings, and adds up the savings so that no byte counts twice.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::num::NonZeroU64;

use crate::analysis::findings::checks::{
    build_tools, development_files, documents, duplicates, hidden, leftover_caches, permissions,
    recommended_packages, secrets, smaller_base, unstripped,
};
use crate::analysis::findings::finding::{Finding, Findings};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::needed_files::{ExtractedData, NeededFile};
use crate::analysis::packages::Packages;
use crate::analysis::{Analysis, Categories};
use crate::image::{EntryId, Image, LayerId};

impl Findings {
    /// Runs all checks. `extracted` has the result for each of `files`, in order; `hashes` has the contents of `unhashed`.
    #[must_use]
    pub fn of(
        image: &Image,
        analysis: &Analysis,
        (packages, categories): (&Packages, &Categories),
        (files, extracted): (&[NeededFile], &[Option<ExtractedData>]),
        hashes: &HashMap<EntryId, NonZeroU64>,
    ) -> Self {
        let read = files.iter().zip(extracted);
        let read = read.filter_map(|(file, extracted)| Some((file, extracted.as_ref()?)));
        let context = ImageContext::new(image, analysis, (packages, categories), read, hashes);
        let mut findings = Vec::new();
        let has_links = image.visible_names().next().is_some();
        let checks: [fn(&ImageContext<'_>) -> Vec<Finding>; 11] = [
            secrets::find,
            smaller_base::find,
            build_tools::find,
            leftover_caches::find,
            recommended_packages::find,
            hidden::find,
            development_files::find,
            duplicates::find,
            unstripped::find,
            documents::find,
            permissions::find,
        ];
        for find in checks {
            let found = find(&context).into_iter();
            findings.extend(found.filter_map(|finding| {
                if finding.bytes == 0 || !has_links {
                    return Some(finding);
                }
                // What is left are contents, each at the path that has its bytes.
                let keeps_a_name = context.keeps_a_name(&finding.claims);
                let left = finding.without(|claim| claim.bytes == 0 || keeps_a_name(claim))?;
                Some(left.renamed(|claim| context.reachable(claim)))
            }));
        }
        findings.sort_by_key(|finding: &Finding| {
            let dangerous = finding.level == crate::analysis::findings::FindingLevel::Error;
            (
                Reverse((dangerous, finding.bytes, finding.level)),
                finding.kind,
                finding.layer,
            )
        });
        let bytes = Self::saved_bytes(&findings);
        Self {
            list: findings,
            bytes,
        }
    }

    /// Returns the bytes that fixing some findings saves: each entry once with its largest claim, minus the costs.
    #[must_use]
    pub(crate) fn saved_bytes<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> u64 {
        let mut most = hashbrown::HashMap::<(LayerId, EntryId), u64>::new();
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
}
