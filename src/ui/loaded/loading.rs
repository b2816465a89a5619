//! The state of a load, built from its progress messages. No clock: every message has the time since the start.

use std::time::Duration;

use crate::image::{Image, LayerHeading};
use crate::load::Progress;

/// Progress in bytes, as the source sends them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByteProgress {
    /// Bytes read.
    pub done: u64,
    /// Total bytes; 0 while unknown.
    pub total: u64,
}

/// The progress of reading an image again for a request: the image is read again, or a compressed layer up to the requested file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RereadProgress {
    /// The bytes read.
    pub progress: ByteProgress,
    /// Whether the image's bytes are at hand; else the source sends them again.
    pub kept: bool,
}

/// A load in progress.
#[derive(Clone, Debug, Default)]
pub struct Loading {
    /// The reference of the image, as typed.
    pub reference: String,
    /// The current step, as text.
    pub doing: String,
    /// The headings of the layers, bottom first.
    pub headings: Vec<LayerHeading>,
    /// The progress of each layer.
    pub layers: Vec<ByteProgress>,
    /// The progress of a pull or of a stream.
    pub stream: Option<ByteProgress>,
    /// Whether the user cancelled it and explores the layers loaded so far.
    pub cancelled: bool,
    /// Which layers are loaded.
    pub browsable: Vec<bool>,
    /// The engine that sends the image, if one does.
    pub engine: Option<String>,
    /// The time since the start.
    pub elapsed: Duration,
    /// How often it changed: the words of its progress are out of date after each change.
    pub(crate) changes: u64,
    /// The time of the last progress message.
    last_progress: Duration,
    /// The time of the first bytes of the current step, and how many they were.
    first: Option<(Duration, u64)>,
}

/// The seconds without progress after which the screen shows how long.
const SILENCE: u64 = 2;

impl Loading {
    /// Returns a load without progress.
    #[must_use]
    pub fn new(reference: &str) -> Self {
        Self {
            reference: reference.to_owned(),
            doing: "opening".to_owned(),
            ..Self::default()
        }
    }

    /// Applies a progress message, `elapsed` after the start.
    pub fn apply(&mut self, progress: Progress, elapsed: Duration) {
        if self.cancelled {
            return;
        }
        self.changes += 1;
        (self.elapsed, self.last_progress) = (elapsed, elapsed);
        match progress {
            Progress::Connecting(what) => {
                self.engine = what.split(' ').next().map(str::to_owned);
                self.doing = format!("connecting to {what}");
            }
            Progress::Waiting(pipe) => {
                self.doing = format!("waiting for a program that writes to {}", pipe.display());
            }
            Progress::Pulling {
                done,
                total,
                status,
            } => {
                self.doing = format!("pulling: {status}");
                self.stream = Some(ByteProgress { done, total });
            }
            Progress::Headings(headings) => {
                if self.layers.is_empty() {
                    // An engine archives the image before it sends the first byte, which may take a while.
                    self.doing = match &self.engine {
                        Some(engine) => format!("waiting for {engine}"),
                        None => "reading layers".to_owned(),
                    };
                    (self.stream, self.first) = (None, None);
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
                self.stream = Some(ByteProgress {
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

    /// Returns the progress of layers whose headings arrived, possibly again: known progress stays.
    fn bars(&self, headings: &[LayerHeading]) -> Vec<ByteProgress> {
        let known = self.headings.iter().zip(&self.layers);
        let mut known = known.map(|(heading, read)| (&heading.diff_id, *read));
        let bar = |heading: &LayerHeading| {
            let before = known.next().filter(|(id, _)| **id == heading.diff_id);
            let total = heading.compressed.unwrap_or(0);
            before.map_or(ByteProgress { done: 0, total }, |(_, read)| read)
        };
        headings.iter().map(bar).collect()
    }

    /// Updates the elapsed time.
    pub const fn set_elapsed(&mut self, elapsed: Duration) {
        if !self.cancelled {
            self.changes += 1;
            self.elapsed = elapsed;
        }
    }

    /// Marks the layers that the image has loaded.
    pub(crate) fn arrived(&mut self, image: &Image) {
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

    /// Returns the seconds since the last progress, when there are at least [`SILENCE`].
    #[must_use]
    pub fn seconds_without_data(&self) -> Option<u64> {
        let seconds = self.elapsed.saturating_sub(self.last_progress).as_secs();
        (seconds >= SILENCE).then_some(seconds)
    }

    /// Returns the progress of the stream, or else the sum over the layers.
    #[must_use]
    pub(crate) fn sum(&self) -> ByteProgress {
        self.stream.unwrap_or_else(|| {
            let add = |sum: ByteProgress, read: &ByteProgress| ByteProgress {
                done: sum.done.saturating_add(read.done),
                total: sum.total.saturating_add(read.total),
            };
            let sum = self.layers.iter().fold(ByteProgress::default(), add);
            // The total is unknown as long as that of any layer is.
            let all_known = self.layers.iter().all(|read| read.total > 0);
            ByteProgress {
                total: if all_known { sum.total } else { 0 },
                ..sum
            }
        })
    }

    /// Returns the bytes per second since the first byte; `None` within the first 200 ms.
    #[must_use]
    pub fn rate(&self) -> Option<u64> {
        let (begun, before) = self.first?;
        let millis = u64::try_from(self.elapsed.saturating_sub(begun).as_millis()).ok()?;
        let done = self.sum().done.saturating_sub(before);
        (millis >= 200).then(|| done.saturating_mul(1000) / millis)
    }

    /// Returns the estimated seconds left at the rate so far.
    #[must_use]
    pub fn seconds_left(&self) -> Option<u64> {
        let ByteProgress { done, total } = self.sum();
        let rate = self.rate().filter(|&rate| rate > 0)?;
        (total > done).then(|| (total - done).div_ceil(rate))
    }
}
