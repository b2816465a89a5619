//! The image of the layers that are listed so far, sent while the others are still being read. Reads nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::archive::read::options::ReadProgress;
use crate::image::{Budget, Description, LayerHeading, Listing, assemble_some};

/// The time before the first partial image: an image that is read by then is never shown in part.
const FIRST_AFTER: Duration = Duration::from_millis(500);
/// A partial image is built again after this many times the time that the last one took, so building takes at most a tenth of the time.
const PAUSE: u32 = 10;
/// A partial image takes as much memory as the image: none is built once a quarter of the limit is taken.
const MEMORY_PARTS: u64 = 4;

/// The layers that are listed so far.
pub(super) struct PartialImage {
    about: Description,
    known: LayersKnown,
    listings: Vec<Option<Arc<Listing>>>,
    listed: usize,
    /// When the image may be sent again.
    next: Instant,
    /// How many layers the image had that was sent last.
    sent: usize,
    budget: Budget,
}

/// From where it is known which layers there are.
#[derive(PartialEq, Eq)]
enum LayersKnown {
    /// It is not known yet.
    Not,
    /// From the sender of the stream or from the manifest.
    Given,
    /// From the only config so far, which may be another image's.
    FromConfig,
    /// Unknown until the manifest is read, since there are several configs.
    Ambiguous,
}

impl PartialImage {
    /// `about` describes the image as far as it is known.
    pub(super) fn new(about: Description, budget: &Budget) -> Self {
        let listings = vec![None; about.headings.len()];
        let known = if listings.is_empty() {
            LayersKnown::Not
        } else {
            LayersKnown::Given
        };
        Self {
            about,
            known,
            listings,
            listed: 0,
            next: Instant::now() + FIRST_AFTER,
            sent: 0,
            budget: budget.clone(),
        }
    }

    /// Returns whether a config can change what is known of the layers.
    pub(super) fn config_may_help(&self) -> bool {
        matches!(self.known, LayersKnown::Not | LayersKnown::FromConfig)
    }

    /// Takes a config from the stream; returns whether it changes what is known of the layers. A single config counts; of several, none does.
    pub(super) fn add_config(&mut self, config: Description) -> bool {
        match self.known {
            LayersKnown::Given | LayersKnown::Ambiguous => return false,
            LayersKnown::FromConfig if self.about.id == config.id => return false,
            LayersKnown::Not => {
                self.known = LayersKnown::FromConfig;
                let (reference, origin) = (&mut self.about.reference, &mut self.about.origin);
                self.about = Description {
                    reference: std::mem::take(reference),
                    selected_by: std::mem::take(&mut self.about.selected_by),
                    origin: std::mem::take(origin),
                    layout: self.about.layout,
                    tags: std::mem::take(&mut self.about.tags),
                    ..config
                };
            }
            LayersKnown::FromConfig => {
                self.known = LayersKnown::Ambiguous;
                self.about.headings.clear();
            }
        }
        self.listings = vec![None; self.about.headings.len()];
        (self.listed, self.sent) = (0, 0);
        true
    }

    /// Returns what is known of the layers, bottom first; empty while it is unknown which there are.
    pub(super) fn headings(&self) -> &[LayerHeading] {
        &self.about.headings
    }

    /// Returns the indexes of the layers with a digest.
    pub(super) fn layers_with(&self, diff_id: &str) -> Vec<usize> {
        let is = |heading: &LayerHeading| heading.diff_id.as_deref() == Some(diff_id);
        (0..self.about.headings.len())
            .filter(|&index| is(&self.about.headings[index]))
            .collect()
    }

    /// Returns the index of the layer that a blob of so many bytes probably is, before it is read: the one whose digest is in its name, the only one left,
    /// or the one left whose expected size is nearest. The digest shows later whether that is right.
    pub(super) fn guess_layer(&self, name: &str, bytes: u64) -> Option<usize> {
        let hex = name.rsplit('/').next().unwrap_or(name);
        let hex = hex.strip_suffix(".tar").unwrap_or(hex);
        let named = self.layers_with(&format!("sha256:{hex}")).first().copied();
        named.or_else(|| {
            let left = (0..self.listings.len()).filter(|&at| self.listings[at].is_none());
            let left: Vec<usize> = left.collect();
            if let [only] = left[..] {
                return Some(only);
            }
            let distance =
                |&at: &usize| Some((self.about.headings[at].expected?.abs_diff(bytes), at));
            let near: Option<Vec<(u64, usize)>> = left.iter().map(distance).collect();
            near?.into_iter().min().map(|(_, at)| at)
        })
    }

    /// Adds a layer's listing.
    pub(super) fn add(&mut self, index: usize, listing: &Arc<Listing>) {
        let before = self.listings[index].replace(Arc::clone(listing));
        self.listed += usize::from(before.is_none());
    }

    /// Returns the time until the image may be sent; `None` if there are no new layers.
    pub(super) fn due(&self) -> Option<Duration> {
        let is_new = self.listed > self.sent && self.listed < self.listings.len();
        let has_room = self.budget.taken() <= self.budget.limit() / MEMORY_PARTS;
        (is_new && has_room).then(|| self.next.saturating_duration_since(Instant::now()))
    }

    /// Sends the image of the layers that are listed, if that is due.
    pub(super) fn send_if_due(&mut self, progress: &dyn Fn(ReadProgress)) {
        if self.due() != Some(Duration::ZERO) {
            return;
        }
        let start = Instant::now();
        self.sent = self.listed;
        if let Ok(image) = assemble_some(self.about.clone(), self.listings.clone(), &self.budget) {
            progress(ReadProgress::Partial(Arc::new(image)));
        }
        let now = Instant::now();
        self.next = now + (now - start) * PAUSE;
    }

    /// Returns all listings, once every layer has one.
    pub(super) fn into_listings(self) -> Vec<Arc<Listing>> {
        self.listings.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use super::PartialImage;
    use crate::archive::read::options::ReadProgress;
    use crate::image::{Budget, Compression, Description, LayerHeading, Listing};

    fn three() -> PartialImage {
        expecting([None; 3])
    }

    /// Three layers with expected sizes.
    fn expecting(expected: [Option<u64>; 3]) -> PartialImage {
        let heading = |(diff_id, expected): (&str, Option<u64>)| LayerHeading {
            diff_id: Some(diff_id.to_owned()),
            expected,
            ..LayerHeading::default()
        };
        let layers = ["sha256:a", "sha256:b", "sha256:c"].into_iter();
        PartialImage::new(
            Description {
                headings: layers.zip(expected).map(heading).collect(),
                ..Description::default()
            },
            &Budget::default(),
        )
    }

    #[test]
    fn listed_layers_are_sent_once() {
        let mut partial = three();
        let sent = RefCell::new(Vec::new());
        let take = |progress| {
            if let ReadProgress::Partial(image) = progress {
                let read = image.layers.iter().map(|layer| layer.read);
                sent.borrow_mut().push(read.collect::<Vec<_>>());
            }
        };
        let listing = Arc::new(Listing::new(Compression::None));
        assert_eq!(partial.due(), None, "nothing is there");
        partial.add(2, &listing);
        assert!(partial.due().is_some_and(|wait| wait > Duration::ZERO));
        partial.send_if_due(&take);
        assert!(sent.borrow().is_empty(), "too soon");
        partial.next = Instant::now();
        partial.send_if_due(&take);
        partial.send_if_due(&take);
        assert_eq!(*sent.borrow(), [[false, false, true]]);
        assert_eq!(partial.due(), None, "nothing new");
        partial.add(0, &listing);
        partial.next = Instant::now();
        partial.send_if_due(&take);
        assert_eq!(sent.borrow()[1], [true, false, true]);
        partial.add(1, &listing);
        assert_eq!(partial.due(), None, "the whole image follows");
        assert_eq!(partial.into_listings().len(), 3);
    }

    #[test]
    fn one_config_defines_the_layers_and_two_do_not() {
        let config = |id: &str| Description {
            id: Some(id.to_owned()),
            ..three().about
        };
        assert!(!three().add_config(config("one")), "they are known");
        let mut partial = PartialImage::new(
            Description {
                reference: "the archive".to_owned(),
                ..Description::default()
            },
            &Budget::default(),
        );
        assert!(partial.add_config(config("one")));
        assert_eq!(partial.headings().len(), 3);
        assert_eq!(partial.about.reference, "the archive");
        partial.add(0, &Arc::new(Listing::new(Compression::None)));
        assert!(!partial.add_config(config("one")), "the same config again");
        assert!(partial.due().is_some());
        assert!(partial.add_config(config("two")));
        assert!(partial.headings().is_empty() && partial.due().is_none());
        assert!(!partial.add_config(config("one")), "one of several");
    }

    #[test]
    fn a_blob_is_guessed_by_its_name_or_as_the_last_one() {
        let mut partial = three();
        assert_eq!(partial.guess_layer("blobs/sha256/b", 7), Some(1));
        assert_eq!(partial.guess_layer("b.tar", 7), Some(1));
        assert_eq!(partial.guess_layer("0123/layer.tar", 7), None);
        let listing = Arc::new(Listing::new(Compression::None));
        partial.add(0, &listing);
        partial.add(2, &listing);
        assert_eq!(partial.guess_layer("0123/layer.tar", 7), Some(1));
    }

    #[test]
    fn a_blob_without_a_digest_in_its_name_is_guessed_by_its_size() {
        let mut partial = expecting([Some(190_000_000), Some(1_200_000_000), Some(700)]);
        assert_eq!(
            partial.guess_layer("0123/layer.tar", 1_210_000_000),
            Some(1)
        );
        assert_eq!(partial.guess_layer("0123/layer.tar", 3072), Some(2));
        // A layer that is listed is not guessed again.
        partial.add(1, &Arc::new(Listing::new(Compression::None)));
        assert_eq!(
            partial.guess_layer("0123/layer.tar", 1_210_000_000),
            Some(0)
        );
        // Some sizes are unknown.
        let partial = expecting([Some(7), None, None]);
        assert_eq!(partial.guess_layer("0123/layer.tar", 7), None);
    }
}
