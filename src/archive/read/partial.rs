//! The layers that are listed, handed out while the others are still being read. How they are read is not known here.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::archive::read::Progress;
use crate::image::{Description, LayerHeading, Listing, assemble_some};

/// How long nothing is handed out: what is read by then need not be shown in part.
const FIRST: Duration = Duration::from_millis(500);
/// Handing out costs as much as putting the image together; it may take one part in so many of the time.
const SHARE: u32 = 10;

/// What is listed so far.
pub(super) struct PartialImage {
    about: Description,
    said: Said,
    listings: Vec<Option<Arc<Listing>>>,
    listed: usize,
    /// When layers may be handed out again.
    next: Instant,
    given: usize,
}

/// Who said which layers there are.
#[derive(PartialEq, Eq)]
enum Said {
    /// Nobody yet.
    Nobody,
    /// Whoever knows.
    Known,
    /// The only config so far; it may not be the one that is meant.
    Config,
    /// Several configs, so that nothing is known before the manifest comes.
    Several,
}

impl PartialImage {
    /// `about` describes the whole image, as far as it is known.
    pub(super) fn new(about: Description) -> Self {
        let listings = vec![None; about.headings.len()];
        let said = if listings.is_empty() {
            Said::Nobody
        } else {
            Said::Known
        };
        Self {
            about,
            said,
            listings,
            listed: 0,
            next: Instant::now() + FIRST,
            given: 0,
        }
    }

    /// Returns whether a config can change what is known of the layers.
    pub(super) fn may_learn(&self) -> bool {
        matches!(self.said, Said::Nobody | Said::Config)
    }

    /// Takes what a config says that went by; returns whether that changed what is known of the layers. Of one config it is taken for true, of several
    /// none is.
    pub(super) fn learn(&mut self, config: Description) -> bool {
        match self.said {
            Said::Known | Said::Several => return false,
            Said::Config if self.about.id == config.id => return false,
            Said::Nobody => {
                self.said = Said::Config;
                let (reference, origin) = (&mut self.about.reference, &mut self.about.origin);
                self.about = Description {
                    reference: std::mem::take(reference),
                    origin: std::mem::take(origin),
                    tags: std::mem::take(&mut self.about.tags),
                    ..config
                };
            }
            Said::Config => {
                self.said = Said::Several;
                self.about.headings.clear();
            }
        }
        self.listings = vec![None; self.about.headings.len()];
        (self.listed, self.given) = (0, 0);
        true
    }

    /// Returns what is known of the layers, bottom first; nothing while nobody has said which there are.
    pub(super) fn headings(&self) -> &[LayerHeading] {
        &self.about.headings
    }

    /// Returns the layers that a listed tar may be, by its digest.
    pub(super) fn places(&self, diff_id: &str) -> Vec<usize> {
        let is = |heading: &LayerHeading| heading.diff_id.as_deref() == Some(diff_id);
        (0..self.about.headings.len())
            .filter(|&place| is(&self.about.headings[place]))
            .collect()
    }

    /// Returns the layer that a blob of so many bytes is before it has been read: its name is the digest of the unpacked tar, or no other layer is
    /// left, or it is of all that are left the nearest in size to what was told. The last is a guess; what it is, its digest tells afterwards.
    pub(super) fn place_of(&self, name: &str, bytes: u64) -> Option<usize> {
        let hex = name.rsplit('/').next().unwrap_or(name);
        let hex = hex.strip_suffix(".tar").unwrap_or(hex);
        let named = self.places(&format!("sha256:{hex}")).first().copied();
        named.or_else(|| {
            let left = (0..self.listings.len()).filter(|&at| self.listings[at].is_none());
            let left: Vec<usize> = left.collect();
            if let [only] = left[..] {
                return Some(only);
            }
            let told = |&at: &usize| Some((self.about.headings[at].expected?.abs_diff(bytes), at));
            let near: Option<Vec<(u64, usize)>> = left.iter().map(told).collect();
            near?.into_iter().min().map(|(_, at)| at)
        })
    }

    /// Takes a layer's listing.
    pub(super) fn add(&mut self, place: usize, listing: &Arc<Listing>) {
        let before = self.listings[place].replace(Arc::clone(listing));
        self.listed += usize::from(before.is_none());
    }

    /// Returns how long it is until layers that are listed and were not handed out may be; nothing when there are none.
    pub(super) fn due(&self) -> Option<Duration> {
        let some = self.listed > self.given && self.listed < self.listings.len();
        some.then(|| self.next.saturating_duration_since(Instant::now()))
    }

    /// Hands out the image of the layers that are listed, if that is due.
    pub(super) fn hand_out(&mut self, progress: &impl Fn(Progress)) {
        if self.due() != Some(Duration::ZERO) {
            return;
        }
        let begun = Instant::now();
        self.given = self.listed;
        if let Ok(image) = assemble_some(self.about.clone(), self.listings.clone()) {
            progress(Progress::Partial(Arc::new(image)));
        }
        let now = Instant::now();
        self.next = now + (now - begun) * SHARE;
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
    use crate::archive::read::Progress;
    use crate::image::{Compression, Description, LayerHeading, Listing};

    fn three() -> PartialImage {
        told([None; 3])
    }

    /// Three layers of which so much was told.
    fn told(expected: [Option<u64>; 3]) -> PartialImage {
        let heading = |(diff_id, expected): (&str, Option<u64>)| LayerHeading {
            instruction: String::new(),
            diff_id: Some(diff_id.to_owned()),
            compressed: None,
            expected,
        };
        let layers = ["sha256:a", "sha256:b", "sha256:c"].into_iter();
        PartialImage::new(Description {
            headings: layers.zip(expected).map(heading).collect(),
            ..Description::default()
        })
    }

    #[test]
    fn what_is_listed_is_handed_out_once_whatever_is_missing() {
        let mut early = three();
        let given = RefCell::new(Vec::new());
        let take = |progress| {
            if let Progress::Partial(image) = progress {
                let read = image.layers.iter().map(|layer| layer.read);
                given.borrow_mut().push(read.collect::<Vec<_>>());
            }
        };
        let listing = Arc::new(Listing::new(Compression::None));
        assert_eq!(early.due(), None, "nothing is there");
        early.add(2, &listing);
        assert!(early.due().is_some_and(|wait| wait > Duration::ZERO));
        early.hand_out(&take);
        assert!(given.borrow().is_empty(), "too soon");
        early.next = Instant::now();
        early.hand_out(&take);
        early.hand_out(&take);
        assert_eq!(*given.borrow(), [[false, false, true]]);
        assert_eq!(early.due(), None, "nothing new");
        early.add(0, &listing);
        early.next = Instant::now();
        early.hand_out(&take);
        assert_eq!(given.borrow()[1], [true, false, true]);
        early.add(1, &listing);
        assert_eq!(early.due(), None, "the whole image follows");
        assert_eq!(early.into_listings().len(), 3);
    }

    #[test]
    fn one_config_tells_the_layers_and_two_do_not() {
        let config = |id: &str| Description {
            id: Some(id.to_owned()),
            ..three().about
        };
        assert!(!three().learn(config("one")), "they are known");
        let mut early = PartialImage::new(Description {
            reference: "the archive".to_owned(),
            ..Description::default()
        });
        assert!(early.learn(config("one")));
        assert_eq!(early.headings().len(), 3);
        assert_eq!(early.about.reference, "the archive");
        early.add(0, &Arc::new(Listing::new(Compression::None)));
        assert!(!early.learn(config("one")), "it says the same again");
        assert!(early.due().is_some());
        assert!(early.learn(config("two")));
        assert!(early.headings().is_empty() && early.due().is_none());
        assert!(!early.learn(config("one")), "one of several");
    }

    #[test]
    fn a_blob_is_known_by_its_name_or_as_the_last_one() {
        let mut early = three();
        assert_eq!(early.place_of("blobs/sha256/b", 7), Some(1));
        assert_eq!(early.place_of("b.tar", 7), Some(1));
        assert_eq!(early.place_of("0123/layer.tar", 7), None);
        let listing = Arc::new(Listing::new(Compression::None));
        early.add(0, &listing);
        early.add(2, &listing);
        assert_eq!(early.place_of("0123/layer.tar", 7), Some(1));
    }

    #[test]
    fn a_blob_without_a_name_is_taken_for_the_one_of_its_size() {
        let mut early = told([Some(190_000_000), Some(1_200_000_000), Some(700)]);
        assert_eq!(early.place_of("0123/layer.tar", 1_210_000_000), Some(1));
        assert_eq!(early.place_of("0123/layer.tar", 3072), Some(2));
        // One that has come is another's no more.
        early.add(1, &Arc::new(Listing::new(Compression::None)));
        assert_eq!(early.place_of("0123/layer.tar", 1_210_000_000), Some(0));
        // Of some nobody knows how large they are.
        let early = told([Some(7), None, None]);
        assert_eq!(early.place_of("0123/layer.tar", 7), None);
    }
}
