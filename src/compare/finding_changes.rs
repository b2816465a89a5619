//! The findings of two images, compared: those that only one has, and the savings that both have with different bytes. Finds nothing itself and words nothing.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::layer_alignment::LayerAlignment;
use super::side::{Side, Sides};
use crate::analysis::findings::{Finding, FindingKind, FindingLevel};
use crate::image::{Image, LayerId};

/// The differences of the findings of two images, as indexes in their lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingChanges {
    /// The findings that only one image has: those of level error first, then by bytes, most first, then by level.
    pub only: Sides<Vec<usize>>,
    /// The savings that both images have with different bytes, the largest difference first.
    pub changed: Vec<Sides<usize>>,
}

/// A finding in which two images differ.
#[derive(Clone, Copy, Debug)]
pub enum FindingChange<'a> {
    /// One that only the image of this side has, with its index in that image's list.
    Only(Side, usize, &'a Finding),
    /// A saving that both images have with different bytes, with its indexes in their lists.
    Changed(Sides<usize>, Sides<&'a Finding>),
}

impl FindingChanges {
    /// Returns every difference in the order in which people read them: what only the image after has, what only the one before has, then what changed.
    /// `findings` are the lists that were compared.
    pub fn each<'a>(
        &'a self,
        findings: Sides<&'a [Finding]>,
    ) -> impl Iterator<Item = FindingChange<'a>> {
        let only = [Side::After, Side::Before]
            .into_iter()
            .flat_map(move |side| {
                let list = *findings.get(side);
                let only = self.only.get(side).iter();
                only.map(move |&at| FindingChange::Only(side, at, &list[at]))
            });
        let changed = self.changed.iter().map(move |&at| {
            let pair = Sides::new(&findings.before[at.before], &findings.after[at.after]);
            FindingChange::Changed(at, pair)
        });
        only.chain(changed)
    }

    /// Compares the findings of two images. Those of level error are the same if all their paths are; others if they are of one kind, those of aligned layers
    /// first, then in their order.
    #[must_use]
    pub fn of(images: Sides<&Image>, layers: &LayerAlignment, findings: Sides<&[Finding]>) -> Self {
        let pairs = pairs(layers, findings);
        let only = |side: Side| {
            let list = *findings.get(side);
            let is_at_both = |at: usize| match list[at].level {
                FindingLevel::Error => {
                    let own = paths(images.get(side), &list[at]);
                    let others = findings.get(side.other()).iter();
                    let mut same = others.filter(|other| other.kind == list[at].kind);
                    same.any(|other| own.is_subset(&paths(images.get(side.other()), other)))
                }
                _ => pairs.iter().any(|pair| *pair.get(side) == at),
            };
            let mut only: Vec<usize> = (0..list.len()).filter(|&at| !is_at_both(at)).collect();
            only.sort_by_key(|&at| {
                let finding = &list[at];
                let is_error = finding.level == FindingLevel::Error;
                Reverse((is_error, finding.bytes, finding.level))
            });
            only
        };
        let bytes = |pair: &Sides<usize>| {
            let before = findings.before[pair.before].bytes;
            Sides::new(before, findings.after[pair.after].bytes)
        };
        let mut changed = pairs.clone();
        changed.retain(|pair| {
            let Sides { before, after } = bytes(pair);
            before.min(after) > 0 && before != after
        });
        changed.sort_by_key(|pair| {
            let Sides { before, after } = bytes(pair);
            Reverse(before.abs_diff(after))
        });
        Self {
            only: Sides::new(only(Side::Before), only(Side::After)),
            changed,
        }
    }
}

/// Returns the findings that both images have: of each kind those of aligned layers, then the others in their order.
fn pairs(layers: &LayerAlignment, findings: Sides<&[Finding]>) -> Vec<Sides<usize>> {
    let of = |side: Side, kind: FindingKind| -> Vec<(usize, Option<LayerId>)> {
        let all = findings.get(side).iter().enumerate();
        let same = all.filter(|(_, finding)| finding.kind == kind);
        same.map(|(at, finding)| (at, finding.layer)).collect()
    };
    let aligned = layers.pairs.iter();
    let aligned = aligned.filter(|pair| pair.before.is_some() && pair.after.is_some());
    let mut pairs = Vec::new();
    for kind in FindingKind::ALL {
        let (mut before, mut after) = (of(Side::Before, kind), of(Side::After, kind));
        for layers in aligned.clone() {
            let from = before.iter().position(|(_, layer)| *layer == layers.before);
            let to = after.iter().position(|(_, layer)| *layer == layers.after);
            if let (Some(from), Some(to)) = (from, to) {
                pairs.push(Sides::new(before.remove(from).0, after.remove(to).0));
            }
        }
        let rest = before.into_iter().zip(after);
        pairs.extend(rest.map(|(from, to)| Sides::new(from.0, to.0)));
    }
    pairs
}

/// Returns the paths of a finding.
fn paths(image: &Image, finding: &Finding) -> BTreeSet<Vec<u8>> {
    let claims = finding.claims.iter();
    claims.map(|claim| image.tree.path(claim.node)).collect()
}
