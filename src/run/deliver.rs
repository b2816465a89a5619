//! Carries out the wish to know what moving images takes: loads what the nodes have, then asks. The order is all there is here.

use std::collections::HashSet;

use super::load_watched;
use crate::analysis::Transfer;
use crate::cli::TransferWish;
use crate::compare::Sides;
use crate::failure::Failure;
use crate::load::{self, Cancel, Loaded};
use crate::pair::Pair;
use crate::report::{Deliveries, Delivery, ProgressLine};

/// Moving one image to where others already are.
pub(super) fn one(
    wish: &TransferWish,
    loaded: &Loaded,
    line: &ProgressLine,
) -> Result<Delivery, Failure> {
    let mut held = HashSet::new();
    for request in &wish.have {
        held.extend(load::identities(&load_watched(request, line)?.image));
    }
    Ok(Delivery {
        transfer: loaded.transfer(&held, &Cancel::default()),
        links: wish.links.clone(),
        nodes: wish.nodes,
        have: wish.held(),
    })
}

/// Moving two images, and the second to where the first is.
pub(super) fn both(wish: &TransferWish, pair: &Pair) -> Deliveries {
    let packed = pair
        .loaded
        .as_ref()
        .map(|loaded| loaded.packed(&Cancel::default()));
    let (images, speed) = (pair.images(), load::speed());
    let held = load::identities(images.before);
    let nothing = HashSet::new();
    Deliveries {
        fresh: Sides::new(
            Transfer::of(images.before, &packed.before, &nothing, speed),
            Transfer::of(images.after, &packed.after, &nothing, speed),
        ),
        update: Transfer::of(images.after, &packed.after, &held, speed),
        links: wish.links.clone(),
        nodes: wish.nodes,
    }
}
