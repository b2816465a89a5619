//! The same content at several paths of the finished image. Which contents are equal is the hashes' word; hard and symbolic links store nothing and are no
//! copies.

use std::collections::HashMap;
use std::num::NonZeroU64;

use crate::analysis::findings::finding::{Claim, Finding, Fix};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::FindingKind;
use crate::analysis::findings::quoting::quoted;
use crate::image::{Image, Kind};

/// Smaller files are not looked at, in bytes.
const SMALLEST: u64 = 64 << 10;
/// Less than this in all is not worth a line, in bytes.
const LEAST: u64 = 256 << 10;
/// The most links that are written out.
const MOST_LINKS: usize = 6;

/// Tells of each file of the finished image that is worth being looked at.
pub(in crate::analysis::findings) fn each(image: &Image, mut tell: impl FnMut(Claim)) {
    for node in image.tree.ids() {
        let Some(event) = image.timeline.of(node).last() else {
            continue;
        };
        let Some(entry) = event.entry else { continue };
        let about = image.entry(entry);
        if about.kind() == Kind::File && about.size >= SMALLEST {
            tell(Claim {
                node,
                entry: Some(entry),
                layer: event.layer,
                bytes: about.size,
            });
        }
    }
}

/// Finds copies that your layers brought, one finding for all.
pub(in crate::analysis::findings) fn find(case: &ImageContext<'_>) -> Vec<Finding> {
    let mut twins: HashMap<(u64, NonZeroU64), Vec<Claim>> = HashMap::new();
    each(case.image, |claim| {
        if let Some(hash) = claim.entry.and_then(|entry| case.hash(entry)) {
            twins.entry((claim.bytes, hash)).or_default().push(claim);
        }
    });
    let mut claims = Vec::new();
    let mut links = Vec::new();
    let mut groups: Vec<Vec<Claim>> = twins
        .into_values()
        .filter(|twins| twins.len() > 1)
        .collect();
    groups.sort_by_key(|twins| (std::cmp::Reverse(twins[0].bytes), twins[0].node));
    for twins in groups {
        // One stays: what is not yours to move before what is.
        let kept = twins
            .iter()
            .position(|claim| !may_go(case, claim))
            .unwrap_or(0);
        for (at, twin) in twins.iter().enumerate() {
            if at != kept && may_go(case, twin) {
                claims.push(*twin);
                let [from, to] = [twins[kept].node, twin.node].map(|node| quoted(&case.path(node)));
                links.push(format!("ln -sf {from} {to}"));
            }
        }
    }
    let bytes: u64 = claims.iter().map(|claim| claim.bytes).sum();
    if bytes < LEAST {
        return Vec::new();
    }
    let why = format!(
        "{} hold byte for byte what stands at another path.",
        crate::bytes::count(claims.len() as u64, "file", "files")
    );
    let more = links.len().saturating_sub(MOST_LINKS);
    links.truncate(MOST_LINKS);
    links.insert(
        0,
        "Store it once, and link to it where it is stored:".to_owned(),
    );
    if more > 0 {
        links.push(format!("and {more} more"));
    }
    let layer = claims
        .iter()
        .max_by_key(|claim| claim.bytes)
        .map(|claim| claim.layer);
    vec![Finding::new(
        FindingKind::Duplicates,
        layer,
        claims,
        why,
        Fix::Words(links),
    )]
}

/// Returns whether a copy is yours to leave out.
fn may_go(case: &ImageContext<'_>, claim: &Claim) -> bool {
    case.is_own(claim.layer) && !case.is_system(claim.node)
}
