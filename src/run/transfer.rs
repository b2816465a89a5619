//! The transfer step: what moving one image takes, or two. Nothing is loaded here but the images that nodes already have.

use std::collections::HashSet;

use super::load::Loader;
use crate::analysis::Transfer;
use crate::cli::TransferOption;
use crate::compare::Sides;
use crate::failure::Failure;
use crate::load::{self, Cancel, Loaded};
use crate::pair::Pair;
use crate::report::{ImageTransfer, PairTransfer};

/// Returns the transfer of one image to nodes that may have others.
pub(super) fn of_image(
    option: Option<&TransferOption>,
    loaded: &Loaded,
    images: &Loader<'_>,
) -> Result<Option<ImageTransfer>, Failure> {
    let Some(option) = option else {
        return Ok(None);
    };
    let present = images.layer_identities(&option.have)?;
    Ok(Some(ImageTransfer {
        transfer: loaded.transfer(
            &present,
            load::speed(option.measure_speed),
            &Cancel::default(),
        ),
        links: option.links.clone(),
        nodes: option.nodes,
        have: option.names_of_present_images(),
    }))
}

/// Returns the transfer of either image, and of the second to nodes that have the first.
pub(super) fn of_pair(option: &TransferOption, pair: &Pair) -> PairTransfer {
    let layer_sizes = pair
        .loaded
        .as_ref()
        .map(|loaded| loaded.compressed_sizes(&Cancel::default()));
    let (images, speed) = (pair.images(), load::speed(option.measure_speed));
    let present = load::identities(images.before);
    let nothing = HashSet::new();
    PairTransfer {
        fresh: Sides::new(
            Transfer::of(images.before, &layer_sizes.before, &nothing, speed),
            Transfer::of(images.after, &layer_sizes.after, &nothing, speed),
        ),
        update: Transfer::of(images.after, &layer_sizes.after, &present, speed),
        links: option.links.clone(),
        nodes: option.nodes,
    }
}
