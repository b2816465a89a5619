//! How far loading has come, put together from its progress. No clock: the time passed comes with the news.

use std::time::Duration;

use crate::image::{Image, LayerHeading};
use crate::load::Progress;

/// How far one layer has come, in stored bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Bytes read.
    pub done: u64,
    /// Bytes in all; 0 while unknown.
    pub total: u64,
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
    pub layers: Vec<Read>,
    /// How far a pull or a stream as a whole has come.
    pub whole: Option<Read>,
    /// Whether the user gave it up and browses what had come.
    pub given_up: bool,
    /// The time since loading began.
    pub elapsed: Duration,
}

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
        if self.given_up {
            return;
        }
        self.elapsed = elapsed;
        match progress {
            Progress::Connecting(what) => self.doing = format!("connecting to {what}"),
            Progress::Pulling {
                done,
                total,
                status,
            } => {
                self.doing = format!("pulling: {status}");
                self.whole = Some(Read { done, total });
            }
            Progress::Headings(headings) => {
                // An engine packs the whole image before it sends the first byte; that may take a while.
                "waiting for the first bytes".clone_into(&mut self.doing);
                self.whole = None;
                self.layers = headings
                    .iter()
                    .map(|heading| Read {
                        done: 0,
                        total: heading.stored.unwrap_or(0),
                    })
                    .collect();
                self.headings = headings;
            }
            Progress::Layer { layer, done, total } => {
                "reading layers".clone_into(&mut self.doing);
                if self.layers.len() <= layer.index() && layer.index() < 1 << 16 {
                    self.layers.resize(layer.index() + 1, Read::default());
                }
                if let Some(read) = self.layers.get_mut(layer.index()) {
                    *read = Read { done, total };
                }
            }
            Progress::Stream { done, total } => {
                let what = if self.headings.is_empty() {
                    "reading"
                } else {
                    "reading layers"
                };
                what.clone_into(&mut self.doing);
                self.whole = Some(Read {
                    done,
                    total: total.unwrap_or(0),
                });
            }
            Progress::Partial(_) => {}
        }
    }

    /// Marks the layers of a partial image as read.
    pub fn arrived(&mut self, image: &Image) {
        for read in self.layers.iter_mut().take(image.layers.len()) {
            read.total = read.total.max(read.done).max(1);
            read.done = read.total;
        }
    }

    /// Returns how far it has come as a whole: the stream where there is one, else the sum over the layers.
    #[must_use]
    pub fn sum(&self) -> Read {
        self.whole.unwrap_or_else(|| {
            let add = |sum: Read, read: &Read| Read {
                done: sum.done.saturating_add(read.done),
                total: sum.total.saturating_add(read.total),
            };
            self.layers.iter().fold(Read::default(), add)
        })
    }

    /// Returns bytes a second so far; nothing in the first moments.
    #[must_use]
    pub fn rate(&self) -> Option<u64> {
        let millis = u64::try_from(self.elapsed.as_millis()).ok()?;
        (millis >= 200).then(|| self.sum().done.saturating_mul(1000) / millis)
    }

    /// Returns the seconds still to go at the rate so far, when they can be guessed.
    #[must_use]
    pub fn seconds_left(&self) -> Option<u64> {
        let Read { done, total } = self.sum();
        let rate = self.rate().filter(|&rate| rate > 0)?;
        (total > done).then(|| (total - done).div_ceil(rate))
    }
}
