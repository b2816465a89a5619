//! How far loading has come, put together from its progress. No clock: the time
//! passed comes with the news.

use std::time::Duration;

use crate::image::{Image, LayerHeading};
use crate::load::Progress;

/// How far one layer has come, in stored bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByteProgress {
    /// Bytes read.
    pub done: u64,
    /// Bytes in all; 0 while unknown.
    pub total: u64,
}

/// The progress of reading an image again for a request: the image is read once more, or a compressed layer up to the requested file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RereadProgress {
    /// The bytes read.
    pub progress: ByteProgress,
    /// Whether the image's bytes are at hand; else the source sends them again.
    pub kept: bool,
}

/// A load that is going on.
#[derive(Clone, Debug, Default)]
pub struct Loading {
    /// The image as the user named it.
    pub reference: String,
    /// What is being done, in words.
    pub doing: String,
    /// What is known of the layers, bottom first.
    pub headings: Vec<LayerHeading>,
    /// How far each layer has come.
    pub layers: Vec<ByteProgress>,
    /// How far a pull or a stream as a whole has come.
    pub whole: Option<ByteProgress>,
    /// Whether the user gave it up and browses what had come.
    pub cancelled: bool,
    /// Which layers can be browsed.
    pub browsable: Vec<bool>,
    /// The engine that sends the image, where one does.
    pub engine: Option<String>,
    /// The time since loading began.
    pub elapsed: Duration,
    /// When something was last heard of it.
    heard: Duration,
    /// When the first bytes of what is coming now came, and how many those were.
    first: Option<(Duration, u64)>,
}

/// After how long of hearing nothing that is said, in seconds.
const SILENCE: u64 = 2;

impl Loading {
    /// Returns a load of which nothing is known yet.
    #[must_use]
    pub fn new(reference: &str) -> Self {
        Self {
            reference: reference.to_owned(),
            doing: "opening".to_owned(),
            ..Self::default()
        }
    }

    /// Takes news, `elapsed` after loading began.
    pub fn take(&mut self, progress: Progress, elapsed: Duration) {
        if self.cancelled {
            return;
        }
        (self.elapsed, self.heard) = (elapsed, elapsed);
        match progress {
            Progress::Connecting(what) => {
                self.engine = what.split(' ').next().map(str::to_owned);
                self.doing = format!("connecting to {what}");
            }
            Progress::Pulling {
                done,
                total,
                status,
            } => {
                self.doing = format!("pulling: {status}");
                self.whole = Some(ByteProgress { done, total });
            }
            Progress::Headings(headings) => {
                if self.layers.is_empty() {
                    // An engine packs the whole image before it sends the first byte; that may take a while.
                    self.doing = match &self.engine {
                        Some(engine) => format!("waiting for {engine}"),
                        None => "reading layers".to_owned(),
                    };
                    (self.whole, self.first) = (None, None);
                }
                self.layers = self.bars(&headings);
                self.headings = headings;
            }
            Progress::Layer { layer, done, total } => {
                "reading layers".clone_into(&mut self.doing);
                if self.layers.len() <= layer.index() && layer.index() < 1 << 16 {
                    self.layers
                        .resize(layer.index() + 1, ByteProgress::default());
                }
                if let Some(read) = self.layers.get_mut(layer.index()) {
                    *read = ByteProgress { done, total };
                }
            }
            Progress::Stream { done, total } => {
                let what = if self.layers.is_empty() {
                    "reading"
                } else {
                    "reading layers"
                };
                what.clone_into(&mut self.doing);
                self.whole = Some(ByteProgress {
                    done,
                    total: total.unwrap_or(0),
                });
            }
            Progress::Partial(_) => {}
        }
        let done = self.sum().done;
        if self.first.is_none() && done > 0 {
            self.first = Some((elapsed, done));
        }
    }

    /// Returns the bars of layers that are told, or told again: what is known of one stays.
    fn bars(&self, headings: &[LayerHeading]) -> Vec<ByteProgress> {
        let told = self.headings.iter().zip(&self.layers);
        let mut told = told.map(|(heading, read)| (&heading.diff_id, *read));
        let bar = |heading: &LayerHeading| {
            let before = told.next().filter(|(id, _)| **id == heading.diff_id);
            let total = heading.compressed.unwrap_or(0);
            before.map_or(ByteProgress { done: 0, total }, |(_, read)| read)
        };
        headings.iter().map(bar).collect()
    }

    /// Takes notice that time has passed.
    pub const fn pass(&mut self, elapsed: Duration) {
        if !self.cancelled {
            self.elapsed = elapsed;
        }
    }

    /// Marks the layers that an image has as read.
    pub fn arrived(&mut self, image: &Image) {
        self.browsable = image.layers.iter().map(|layer| layer.read).collect();
        for (read, _) in self
            .layers
            .iter_mut()
            .zip(&image.layers)
            .filter(|(_, layer)| layer.read)
        {
            read.total = read.total.max(read.done).max(1);
            read.done = read.total;
        }
    }

    /// Returns whether a layer can be browsed.
    #[must_use]
    pub fn has(&self, at: usize) -> bool {
        self.browsable.get(at).copied().unwrap_or(false)
    }

    /// Returns for how many seconds nothing has been heard, when that is worth saying.
    #[must_use]
    pub fn silent(&self) -> Option<u64> {
        let seconds = self.elapsed.saturating_sub(self.heard).as_secs();
        (seconds >= SILENCE).then_some(seconds)
    }

    /// Returns how far it has come as a whole: the stream where there is one, else the sum over the layers.
    #[must_use]
    pub fn sum(&self) -> ByteProgress {
        self.whole.unwrap_or_else(|| {
            let add = |sum: ByteProgress, read: &ByteProgress| ByteProgress {
                done: sum.done.saturating_add(read.done),
                total: sum.total.saturating_add(read.total),
            };
            let sum = self.layers.iter().fold(ByteProgress::default(), add);
            // As long as nothing is known of one, nothing is known of the whole.
            let known = self.layers.iter().all(|read| read.total > 0);
            ByteProgress {
                total: if known { sum.total } else { 0 },
                ..sum
            }
        })
    }

    /// Returns bytes a second since the first came; nothing in the first moments.
    #[must_use]
    pub fn rate(&self) -> Option<u64> {
        let (begun, before) = self.first?;
        let millis = u64::try_from(self.elapsed.saturating_sub(begun).as_millis()).ok()?;
        let done = self.sum().done.saturating_sub(before);
        (millis >= 200).then(|| done.saturating_mul(1000) / millis)
    }

    /// Returns the seconds still to go at the rate so far, when they can be guessed.
    #[must_use]
    pub fn seconds_left(&self) -> Option<u64> {
        let ByteProgress { done, total } = self.sum();
        let rate = self.rate().filter(|&rate| rate > 0)?;
        (total > done).then(|| (total - done).div_ceil(rate))
    }
}
