//! Where the layers of an archive are: in files, at offsets of a compressed file, or in a stream that is gone. Reads nothing.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;

use crate::archive::input::blob::{Blob, ProgressCallback};
use crate::image::{Compression, LayerId};

/// The blobs of an image's layers, bottom first. Clones share the files.
#[derive(Clone, Debug)]
pub struct LayerBlobs {
    kept: Arc<[Option<(Blob, Compression)>]>,
    streamed: Arc<[Option<StreamedBlob>]>,
    /// Follows how much of a compressed archive is read on the way to a layer.
    pub(super) callback: Option<ProgressCallback>,
}

/// A layer's blob in a stream that was not kept.
#[derive(Debug)]
pub struct StreamedBlob {
    /// Its name in the archive.
    pub(crate) name: String,
    /// How many blobs of that name came before it.
    pub(crate) before: usize,
    /// Its offset in the stream, and its length.
    pub(crate) start: u64,
    pub(crate) stored: u64,
    /// Its compression.
    pub(crate) compression: Compression,
}

impl LayerBlobs {
    /// Returns the layers of a seekable archive. `blobs` has one item per layer, bottom first.
    pub(crate) fn new(blobs: Vec<Option<(Blob, Compression)>>) -> Self {
        Self {
            kept: blobs.into(),
            streamed: Arc::default(),
            callback: None,
        }
    }

    /// Returns the layers of a stream that can be read again in `copy`. `blobs` has one item per layer, bottom first.
    pub(crate) fn within(copy: &Blob, blobs: &[Option<StreamedBlob>]) -> Self {
        let find = |blob: &StreamedBlob| (copy.part(blob.start, blob.stored), blob.compression);
        Self::new(blobs.iter().map(|blob| blob.as_ref().map(find)).collect())
    }

    /// Returns the layers of a stream that was not kept. `blobs` has one item per layer, bottom first.
    pub(crate) fn not_kept(blobs: Vec<Option<StreamedBlob>>) -> Self {
        Self {
            kept: Arc::default(),
            streamed: blobs.into(),
            callback: None,
        }
    }

    /// Returns the same layers; `callback` follows how much of a compressed archive is read on the way to a layer.
    #[must_use]
    pub fn watched(self, callback: ProgressCallback) -> Self {
        Self {
            callback: Some(callback),
            ..self
        }
    }

    /// Returns a layer's blob in the stream, if the stream was not kept: [`reread`](crate::archive::reread) finds it in the same stream.
    #[must_use]
    pub fn streamed(&self, layer: LayerId) -> Option<&StreamedBlob> {
        self.streamed.get(layer.index())?.as_ref()
    }

    /// Returns whether contents can be read; if not, each read needs the same stream again.
    #[must_use]
    pub fn are_kept(&self) -> bool {
        self.streamed.is_empty()
    }

    /// Returns a layer's blob and its compression.
    pub(crate) fn get(&self, layer: LayerId) -> Option<&(Blob, Compression)> {
        self.kept.get(layer.index())?.as_ref()
    }

    /// Returns a layer's offset in the archive. Reading layers in this order decompresses a compressed archive only once.
    #[must_use]
    pub fn offset(&self, layer: LayerId) -> u64 {
        self.get(layer).map_or(0, |(blob, _)| blob.start())
    }

    /// Returns the best number of threads to read contents: one where every read must decompress what comes before.
    #[must_use]
    pub(crate) fn threads(&self) -> NonZeroUsize {
        let compressed = self.kept.iter().flatten().any(|(blob, _)| !blob.is_plain());
        let cores = || available_parallelism().unwrap_or(NonZeroUsize::MIN);
        if compressed {
            NonZeroUsize::MIN
        } else {
            cores()
        }
    }
}
