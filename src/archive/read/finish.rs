//! The last step of every reader: builds the image from the listings of its layers. Reads nothing.

use std::sync::Arc;

use crate::archive::error::Error;
use crate::archive::manifest::candidate::Chosen;
use crate::archive::read::layer_checks::same_algorithm;
use crate::bytes::count;
use crate::image::{Budget, Image, Listing, Warning, assemble};

/// Builds the image from its listings, bottom first. With `verify`, layers without a digest to check become a warning.
pub(super) fn finish(
    chosen: Chosen,
    listings: Vec<Arc<Listing>>,
    verify: bool,
    budget: &Budget,
) -> Result<Image, Error> {
    let unverified = if verify {
        count_unverified(&chosen, &listings)
    } else {
        0
    };
    let largest = listings
        .iter()
        .zip(&chosen.layers)
        .max_by_key(|(listing, _)| listing.taken())
        .map(|(_, layer)| format!("the image, whose largest layer is {},", layer.name));
    let mut image = assemble(chosen.about, listings, budget).map_err(|error| {
        Error::too_large(largest.unwrap_or_else(|| "the image".to_owned()), error)
    })?;
    let unverified = (unverified > 0).then(|| {
        format!(
            "{} verified compressed only: the digest of the unpacked layer is unknown",
            count(unverified as u64, "layer was", "layers were")
        )
    });
    let texts = chosen.warnings.into_iter().chain(unverified);
    let warning = |text| Warning { layer: None, text };
    image.warnings.extend(texts.map(warning));
    Ok(image)
}

/// Counts the layers that could only be verified compressed.
fn count_unverified(chosen: &Chosen, listings: &[Arc<Listing>]) -> usize {
    let headings = chosen.about.headings.iter();
    headings
        .zip(listings)
        .filter_map(|(heading, listing)| Some((&heading.diff_id, listing.digests.as_ref()?)))
        .filter(|(expected, (_, found))| {
            !expected
                .as_ref()
                .is_some_and(|id| same_algorithm(id, found))
        })
        .count()
}
