//! The lowest layers, handed out while the rest is still being read. How they are read is not known here.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Progress;
use crate::image::{Description, LayerHeading, Listing, assemble};

/// How often layers are handed out: each time costs as much as putting the image together.
const EVERY: Duration = Duration::from_millis(500);

/// What is listed so far.
pub(super) struct Early {
    about: Description,
    listings: Vec<Option<Arc<Listing>>>,
    last: Instant,
    given: usize,
}

impl Early {
    /// `about` describes the whole image, as far as it is known.
    pub(super) fn new(about: Description) -> Self {
        let listings = vec![None; about.headings.len()];
        Self {
            about,
            listings,
            last: Instant::now(),
            given: 0,
        }
    }

    /// Returns the layers that a listed tar may be, by its digest.
    pub(super) fn places(&self, diff_id: &str) -> Vec<usize> {
        let is = |heading: &LayerHeading| heading.diff_id.as_deref() == Some(diff_id);
        (0..self.about.headings.len())
            .filter(|&place| is(&self.about.headings[place]))
            .collect()
    }

    /// Takes a layer's listing.
    pub(super) fn add(&mut self, place: usize, listing: &Arc<Listing>) {
        self.listings[place] = Some(Arc::clone(listing));
    }

    /// Hands out the image of the lowest layers that are all listed, if they are more than last time and that was a while ago.
    pub(super) fn hand_out(&mut self, progress: &impl Fn(Progress)) {
        let lowest = self
            .listings
            .iter()
            .take_while(|listing| listing.is_some())
            .count();
        if lowest <= self.given || lowest == self.listings.len() || self.last.elapsed() < EVERY {
            return;
        }
        let listings = self.listings.iter().map_while(Clone::clone).collect();
        if let Ok(image) = assemble(self.about.clone(), listings) {
            progress(Progress::Partial(Arc::new(image)));
        }
        (self.given, self.last) = (lowest, Instant::now());
    }

    /// Returns all listings, once every layer has one.
    pub(super) fn into_listings(self) -> Vec<Arc<Listing>> {
        self.listings.into_iter().flatten().collect()
    }
}
