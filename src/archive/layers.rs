//! Where the layers of an archive that was read lie: in files, in what a packed file unpacks to, or in a stream that went by. Nothing is read here.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;

use super::blob::{Blob, ProgressCallback};
use crate::image::{Compression, LayerId};

/// The way back to the contents of an image's layers. Clones share the files.
#[derive(Clone, Debug)]
pub struct Layers {
    kept: Arc<[Option<(Blob, Compression)>]>,
    gone: Arc<[Option<Gone>]>,
    /// Who hears how much of a packed archive is read on the way to a layer.
    pub(super) told: Option<ProgressCallback>,
}

/// A layer's blob in a stream that went by.
#[derive(Debug)]
pub struct Gone {
    /// Its name.
    pub(super) name: String,
    /// How many blobs of that name came before it.
    pub(super) before: usize,
    /// Where it began, and how many bytes it had.
    pub(super) start: u64,
    pub(super) stored: u64,
    /// How it is packed.
    pub(super) compression: Compression,
}

impl Layers {
    /// `blobs` has an item a layer, bottom first.
    pub(super) fn new(blobs: Vec<Option<(Blob, Compression)>>) -> Self {
        Self {
            kept: blobs.into(),
            gone: Arc::default(),
            told: None,
        }
    }

    /// Of a stream that can be read again at any place. `blobs` has an item a layer, bottom first.
    pub(super) fn within(stream: &Blob, blobs: &[Option<Gone>]) -> Self {
        let find = |gone: &Gone| (stream.part(gone.start, gone.stored), gone.compression);
        Self::new(blobs.iter().map(|gone| gone.as_ref().map(find)).collect())
    }

    /// Of a stream that was not kept. `blobs` has an item a layer, bottom first.
    pub(super) fn gone(blobs: Vec<Option<Gone>>) -> Self {
        Self {
            kept: Arc::default(),
            gone: blobs.into(),
            told: None,
        }
    }

    /// Returns them so that somebody hears how much of a packed archive is read on the way to a layer.
    #[must_use]
    pub fn watched(self, told: ProgressCallback) -> Self {
        Self {
            told: Some(told),
            ..self
        }
    }

    /// Returns a layer's blob in the stream, when its contents went by and were not kept: [`read_again`](super::read_again) finds it.
    #[must_use]
    pub fn gone_by(&self, layer: LayerId) -> Option<&Gone> {
        self.gone.get(layer.index())?.as_ref()
    }

    /// Returns whether contents are at hand; else each question has the whole image come once more.
    #[must_use]
    pub fn are_kept(&self) -> bool {
        self.gone.is_empty()
    }

    /// Returns a layer's blob and how it is packed.
    pub(super) fn get(&self, layer: LayerId) -> Option<&(Blob, Compression)> {
        self.kept.get(layer.index())?.as_ref()
    }

    /// Returns where a layer stands among the others: who reads several in this order goes through a packed archive once.
    #[must_use]
    pub fn place(&self, layer: LayerId) -> u64 {
        self.get(layer).map_or(0, |(blob, _)| blob.start())
    }

    /// Returns on how many threads contents are read best: where each has to unpack what comes before, on one.
    #[must_use]
    pub fn threads(&self) -> NonZeroUsize {
        let packed = self.kept.iter().flatten().any(|(blob, _)| !blob.is_plain());
        let cores = || available_parallelism().unwrap_or(NonZeroUsize::MIN);
        if packed { NonZeroUsize::MIN } else { cores() }
    }
}
