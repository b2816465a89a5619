//! The cumulative savings of an image: the order in which findings are fixed, the bytes that each saves after those before it, and the resulting size.

use std::cmp::Reverse;

use hashbrown::HashMap;

use crate::analysis::findings::finding::Finding;
use crate::bytes::{Units, human};
use crate::image::{EntryId, LayerId};

/// A finding among the savings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saving {
    /// The index of the finding.
    pub finding: usize,
    /// Unpacked bytes that it saves after the savings before it; for a finding contained in another one, the bytes that it saves alone.
    pub bytes: u64,
    /// The resulting size of the image, in unpacked bytes.
    pub then: u64,
    /// The index of the finding that contains it, when it saves nothing more than that one.
    pub within: Option<usize>,
}

/// What a saving has in common with larger ones, which the sum of all savings counts once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlap<'a> {
    /// It saves nothing more than this finding.
    Within(&'a Finding),
    /// Larger findings also save so many of its unpacked bytes.
    Shared(u64),
}

impl Saving {
    /// Returns the saving of a finding; `None` if it saves nothing.
    #[must_use]
    pub fn of(savings: &[Self], finding: usize) -> Option<&Self> {
        savings.iter().find(|saving| saving.finding == finding)
    }

    /// Returns what it has in common with larger savings of the same list; `None` if that is nothing.
    #[must_use]
    pub fn overlap<'a>(&self, findings: &'a [Finding]) -> Option<Overlap<'a>> {
        if let Some(other) = self.within {
            return Some(Overlap::Within(findings.get(other)?));
        }
        let shared = findings.get(self.finding)?.bytes.saturating_sub(self.bytes);
        (shared > 0).then_some(Overlap::Shared(shared))
    }
}

impl Overlap<'_> {
    /// Returns it in words: `part of build tools`.
    #[must_use]
    pub fn text(self, units: Units) -> String {
        match self {
            Self::Within(other) => format!("part of {}", other.kind.title()),
            Self::Shared(bytes) => {
                format!("{} of it are part of larger findings", human(bytes, units))
            }
        }
    }
}

/// The claims of a finding beyond those before it.
struct SavingStep {
    finding: usize,
    /// Bytes claimed by no finding before.
    more: u64,
    costs: u64,
    within: Option<usize>,
}

/// Returns the savings of an image of `size` bytes, the largest finding first, a contained one directly below the one that contains it. The last size
/// is the size of the image after all of them: `size` less [`Findings::bytes`](super::Findings::bytes).
#[must_use]
pub fn savings(findings: &[Finding], size: u64) -> Vec<Saving> {
    let mut order: Vec<usize> = (0..findings.len())
        .filter(|&at| {
            findings[at]
                .claims
                .iter()
                .any(|claim| claim.entry.is_some())
        })
        .filter(|&at| findings[at].bytes > 0 || findings[at].costs > 0)
        .collect();
    order.sort_by_key(|&at| Reverse(findings[at].bytes));
    let steps = steps(findings, &order);
    let (mut claimed, mut costs, mut before) = (0_u64, 0_u64, size);
    let mut savings = Vec::with_capacity(steps.len());
    for step in steps.iter().filter(|step| step.within.is_none()) {
        let inside = || {
            let all = steps.iter();
            all.filter(|other| other.within == Some(step.finding))
        };
        claimed = claimed.saturating_add(step.more);
        costs = inside().fold(costs.saturating_add(step.costs), |sum, other| {
            sum.saturating_add(other.costs)
        });
        let then = size.saturating_sub(claimed.saturating_sub(costs));
        savings.push(Saving {
            finding: step.finding,
            bytes: before.saturating_sub(then),
            then,
            within: None,
        });
        savings.extend(inside().map(|other| Saving {
            finding: other.finding,
            bytes: findings[other.finding].bytes,
            then,
            within: Some(step.finding),
        }));
        before = then;
    }
    savings
}

/// Returns the claims of each finding beyond those before it, in this order.
fn steps(findings: &[Finding], order: &[usize]) -> Vec<SavingStep> {
    // For each record the most that is claimed so far, and the finding that claimed it first.
    let mut most: HashMap<(LayerId, EntryId), (u64, usize)> = HashMap::new();
    let mut steps: Vec<SavingStep> = Vec::with_capacity(order.len());
    for &at in order {
        let (mut more, mut shared) = (0_u64, HashMap::<usize, u64>::new());
        for claim in &findings[at].claims {
            let Some(entry) = claim.entry else { continue };
            let known = most.entry((claim.layer, entry)).or_insert((0, at));
            if known.1 != at {
                let bytes = shared.entry(known.1).or_default();
                *bytes = bytes.saturating_add(claim.bytes);
            }
            more = more.saturating_add(claim.bytes.saturating_sub(known.0));
            known.0 = known.0.max(claim.bytes);
        }
        let most_shared = shared.into_iter();
        let container = most_shared.max_by_key(|&(other, bytes)| (bytes, Reverse(other)));
        steps.push(SavingStep {
            finding: at,
            more,
            costs: findings[at].costs,
            within: container.filter(|_| more == 0).map(|(other, _)| other),
        });
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::{Saving, savings};
    use crate::analysis::findings::{ClaimedEntry, Finding, FindingKind, Findings, Fix};
    use crate::image::{EntryId, LayerId, NodeId};
    use proptest::prelude::*;

    fn finding(kind: FindingKind, costs: u64, claims: &[(u32, u64)]) -> Finding {
        let claims = claims.iter().map(|&(entry, bytes)| ClaimedEntry {
            node: NodeId::ROOT,
            entry: EntryId::at(entry as usize).ok(),
            layer: LayerId(0),
            bytes,
        });
        let fix = Fix::text("");
        Finding::new(kind, None, claims.collect(), String::new(), fix).costing(costs)
    }

    #[test]
    fn a_contained_saving_follows_the_one_that_contains_it() {
        let list = [
            finding(FindingKind::SmallerBase, 0, &[(3, 200)]),
            finding(FindingKind::LeftoverCaches, 0, &[(1, 300)]),
            finding(FindingKind::BuildTools, 0, &[(1, 300), (2, 700)]),
        ];
        let saving = |finding, bytes, then, within| Saving {
            finding,
            bytes,
            then,
            within,
        };
        assert_eq!(
            savings(&list, 1250),
            [
                saving(2, 1000, 250, None),
                saving(1, 300, 250, Some(2)),
                saving(0, 200, 50, None),
            ]
        );
    }

    proptest! {
        /// The sizes fall from row to row to the size after all findings, every finding is listed once, and contained ones change no size.
        #[test]
        fn the_last_size_is_the_size_after_all_findings(
            lists in prop::collection::vec(prop::collection::vec((0_u32..12, 1_u64..100), 1..6), 0..8),
        ) {
            let list: Vec<Finding> = lists
                .iter()
                .map(|claims| {
                    let mut claims = claims.clone();
                    claims.sort_unstable();
                    claims.dedup_by_key(|claim| claim.0);
                    finding(FindingKind::Duplicates, 0, &claims)
                })
                .collect();
            let size = 10_000;
            let rows = savings(&list, size);
            let last = rows.last().map_or(size, |row| row.then);
            prop_assert_eq!(last, size - Findings::saved_bytes(&list));
            prop_assert_eq!(rows.len(), list.len());
            let counted = rows.iter().filter(|row| row.within.is_none());
            prop_assert_eq!(counted.map(|row| row.bytes).sum::<u64>(), size - last);
            prop_assert!(rows.windows(2).all(|pair| pair[1].then <= pair[0].then));
        }
    }
}
