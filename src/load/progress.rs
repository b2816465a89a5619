//! How far loading has come, as values, whoever tells: a source or an archive. Nothing is loaded or shown here.

use std::sync::Arc;

use crate::archive;
use crate::image::{Image, LayerHeading, LayerId};
use crate::source;

/// How far loading has come.
#[derive(Clone, Debug)]
pub enum Progress {
    /// What is being tried: `docker at unix:///var/run/docker.sock`.
    Connecting(String),
    /// The engine pulls the image; bytes so far over all layers, and the total when it is known.
    Pulling {
        /// Bytes downloaded so far.
        done: u64,
        /// Bytes to download, as far as the engine has said.
        total: u64,
        /// The engine's own word: `Downloading`, `Extracting`.
        status: String,
    },
    /// What is known of the layers, bottom first, before they are read.
    Headings(Vec<LayerHeading>),
    /// A layer is being read: stored bytes so far and in all.
    Layer {
        /// Which.
        layer: LayerId,
        /// Bytes read so far.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// Bytes of the whole stream, where layers cannot be told apart yet.
    Stream {
        /// Bytes read so far.
        done: u64,
        /// Bytes in all, when the engine says.
        total: Option<u64>,
    },
    /// Some layers are read and can be browsed while the others, empty here, are still to come.
    Partial(Arc<Image>),
}

impl Progress {
    /// Returns what an archive tells, of which `total` bytes are to come as a stream if somebody said so.
    pub(super) fn of(told: archive::Progress, total: Option<u64>) -> Self {
        match told {
            archive::Progress::Headings(headings) => Self::Headings(headings),
            archive::Progress::Layer { layer, done, total } => Self::Layer { layer, done, total },
            archive::Progress::Stream { done, total: own } => Self::Stream {
                done,
                total: own.or(total),
            },
            archive::Progress::Partial(image) => Self::Partial(image),
        }
    }
}

impl From<source::Event> for Progress {
    fn from(told: source::Event) -> Self {
        match told {
            source::Event::Connecting(place) => Self::Connecting(place),
            source::Event::Pulling {
                done,
                total,
                status,
            } => Self::Pulling {
                done,
                total,
                status,
            },
        }
    }
}
