//! The entries to hash before duplicates can be found.

use std::collections::HashMap;

use super::checks::duplicates;
use super::finding::ClaimedEntry;
use crate::analysis::Analysis;
use crate::image::{EntryId, Image, LayerId, must_hash};

/// Returns the entries to hash before duplicates can be found: large files of equal size without a hash, by layer and offset.
#[must_use]
pub(crate) fn unhashed(image: &Image, analysis: &Analysis) -> Vec<(LayerId, EntryId)> {
    let mut by_size: HashMap<u64, Vec<ClaimedEntry>> = HashMap::new();
    duplicates::each(image, |claim| {
        by_size.entry(claim.bytes).or_default().push(claim);
    });
    let own = |claim: &ClaimedEntry| claim.layer.index() >= analysis.base.layers;
    let groups = by_size
        .into_values()
        .filter(|group| group.len() > 1 && group.iter().any(own));
    let unread = groups.flat_map(|group| {
        let entries = || group.iter().filter_map(|claim| claim.entry);
        let unread = must_hash(entries().map(|id| image.entry(id)));
        let places = group
            .iter()
            .filter_map(|claim| Some((claim.layer, claim.entry?)));
        let unread = places.filter(|&(_, id)| unread(image.entry(id)));
        unread.collect::<Vec<_>>()
    });
    let mut found: Vec<(LayerId, EntryId)> = unread.collect();
    found.sort_by_key(|&(layer, entry)| (layer, image.entry(entry).offset(), entry));
    found.dedup();
    found
}
