//! Duplicate files: equal content at several visible paths, by hash. Other names of one content store nothing and do not count.

use std::collections::HashMap;
use std::num::NonZeroU64;

use crate::analysis::findings::finding::{ClaimedEntry, Finding, Fix, FixPlace};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::FindingKind;
use crate::analysis::findings::quoting::quoted;
use crate::image::Image;

/// The smallest file to compare, in bytes.
const SMALLEST: u64 = 64 << 10;
/// The least bytes in total for a finding.
const LEAST: u64 = 256 << 10;
/// The most `ln` commands to list.
const MOST_LINKS: usize = 6;

/// Calls `visit` with each visible file that is large enough.
pub(in crate::analysis::findings) fn each(image: &Image, mut visit: impl FnMut(ClaimedEntry)) {
    for node in image.tree.ids() {
        let seen = image.visible(node);
        if let Some(seen) = seen.filter(|seen| seen.bytes >= SMALLEST) {
            visit(ClaimedEntry {
                node,
                entry: Some(seen.entry),
                layer: seen.layer,
                bytes: seen.bytes,
            });
        }
    }
}

/// Returns one finding for all duplicates in own layers.
pub(in crate::analysis::findings) fn find(context: &ImageContext<'_>) -> Vec<Finding> {
    let mut copies: HashMap<(u64, NonZeroU64), Vec<ClaimedEntry>> = HashMap::new();
    each(context.image, |claim| {
        if let Some(hash) = claim.entry.and_then(|entry| context.hash(entry)) {
            copies.entry((claim.bytes, hash)).or_default().push(claim);
        }
    });
    let mut claims = Vec::new();
    let mut links = Vec::new();
    let mut groups: Vec<Vec<ClaimedEntry>> = copies
        .into_values()
        .filter(|copies| copies.len() > 1)
        .collect();
    groups.sort_by_key(|copies| (std::cmp::Reverse(copies[0].bytes), copies[0].node));
    for copies in groups {
        // One copy stays, preferably one that cannot be removed.
        let kept = copies
            .iter()
            .position(|claim| !may_go(context, claim))
            .unwrap_or(0);
        for (at, copy) in copies.iter().enumerate() {
            if at != kept && may_go(context, copy) {
                claims.push(*copy);
                let [from, to] =
                    [copies[kept].node, copy.node].map(|node| quoted(&context.path(node)));
                links.push(format!("ln -sf {from} {to}"));
            }
        }
    }
    let bytes: u64 = claims.iter().map(|claim| claim.bytes).sum();
    if bytes < LEAST {
        return Vec::new();
    }
    let why = format!(
        "{} have the same content as a file at another path.",
        crate::bytes::count(claims.len() as u64, "file", "files")
    );
    let more = links.len().saturating_sub(MOST_LINKS);
    links.truncate(MOST_LINKS);
    links.insert(
        0,
        "Store the content once, and create links in the same instruction:".to_owned(),
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
        Fix::new(FixPlace::Text, links),
    )]
}

/// Returns whether a copy can be removed: in an own layer, without a package.
fn may_go(context: &ImageContext<'_>, claim: &ClaimedEntry) -> bool {
    context.is_own(claim.layer) && !context.is_system(claim.node)
}
