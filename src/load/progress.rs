//! Progress of loading, from the source and from the archive, as values. Loads and shows nothing.

use std::path::PathBuf;
use std::sync::Arc;

use crate::archive;
use crate::image::{Image, LayerHeading, LayerId};
use crate::source;

/// The progress of loading.
#[derive(Clone, Debug)]
pub enum Progress {
    /// The engine that is connected to: `docker at unix:///var/run/docker.sock`.
    Connecting(String),
    /// The pipe that nothing writes to yet.
    Waiting(PathBuf),
    /// The engine pulls the image; bytes so far over all layers, and the total when it is known.
    Pulling {
        /// Bytes downloaded so far.
        done: u64,
        /// Bytes to download, as far as known.
        total: u64,
        /// The engine's status: `Downloading`, `Extracting`.
        status: String,
    },
    /// What is known of the layers, bottom first, before they are read.
    Headings(Vec<LayerHeading>),
    /// A layer is being read, in compressed bytes.
    Layer {
        /// The index of the layer.
        layer: LayerId,
        /// Bytes read so far.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// The stream is being read, where it is not known yet which layer.
    Stream {
        /// Bytes read so far.
        done: u64,
        /// Bytes in all, if known.
        total: Option<u64>,
    },
    /// Some layers are read and can be browsed; the others are empty and still loading.
    Partial(Arc<Image>),
}

impl Progress {
    /// Converts the archive's progress; `total` is the number of bytes of its stream, if known.
    pub(super) fn of(step: archive::ReadProgress, total: Option<u64>) -> Self {
        match step {
            archive::ReadProgress::Headings(headings) => Self::Headings(headings),
            archive::ReadProgress::Layer { layer, done, total } => {
                Self::Layer { layer, done, total }
            }
            archive::ReadProgress::Stream { done, total: own } => Self::Stream {
                done,
                total: own.or(total),
            },
            archive::ReadProgress::Partial(image) => Self::Partial(image),
        }
    }
}

impl From<source::OpenEvent> for Progress {
    fn from(event: source::OpenEvent) -> Self {
        match event {
            source::OpenEvent::Connecting(place) => Self::Connecting(place),
            source::OpenEvent::Waiting(pipe) => Self::Waiting(pipe),
            source::OpenEvent::Pulling {
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
