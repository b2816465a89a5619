//! The locations of an archive's layers: in a file, at an offset of a compressed file, or in a stream that was read. Reads nothing.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;

use crate::archive::compression::gzip::checkpoint::Checkpoint;
use crate::archive::compression::seekable::SeekableDecompressor;
use crate::archive::input::blob::{Blob, ProgressCallback};
use crate::archive::layer::expected_contents::ExpectedContents;
use crate::image::{Compression, LayerId};

/// The blobs of an image's layers, bottom first. Clones share the files.
#[derive(Clone, Debug)]
pub struct LayerBlobs {
    kept: Arc<[Option<LayerBlob>]>,
    streamed: Arc<[Option<StreamedBlob>]>,
    /// Whether the stream was not read, since a cache has listed its layers.
    is_unread: bool,
    /// Follows how much of a compressed archive is read on the way to a layer.
    pub(super) callback: Option<ProgressCallback>,
}

/// A layer's blob that can be read at any offset.
#[derive(Debug)]
pub(crate) struct LayerBlob {
    pub(crate) blob: Blob,
    pub(crate) compression: Compression,
    /// Its decompressed bytes, when it has checkpoints.
    checkpointed: Option<CheckpointedBytes>,
    /// The contents of its files as a plain tar, when a table of contents has listed it.
    contents: Option<Blob>,
    /// The name under which a cache keeps its index.
    cache_name: Option<Arc<str>>,
    /// What its files contained when they were listed, where its bytes may come from elsewhere again.
    pub(super) expected: Option<ExpectedContents>,
}

/// Decompressed bytes, and the offsets at which decompression can begin.
#[derive(Debug)]
struct CheckpointedBytes {
    bytes: Blob,
    checkpoints: Arc<[Checkpoint]>,
}

impl LayerBlob {
    pub(crate) const fn new(blob: Blob, compression: Compression) -> Self {
        Self {
            blob,
            compression,
            checkpointed: None,
            contents: None,
            cache_name: None,
            expected: None,
        }
    }

    /// Returns the same blob with the checkpoints of its gzip stream, which are in order.
    pub(crate) fn with_checkpoints(self, checkpoints: Arc<[Checkpoint]>) -> Self {
        if self.compression != Compression::Gzip || checkpoints.is_empty() {
            return self;
        }
        let shared = Arc::clone(&checkpoints);
        let bytes = SeekableDecompressor::new(self.blob.clone(), self.compression, shared);
        let bytes = Blob::new(bytes, u64::MAX);
        Self {
            checkpointed: Some(CheckpointedBytes { bytes, checkpoints }),
            ..self
        }
    }

    /// Returns the same blob with the contents of its files as a plain tar.
    pub(crate) fn with_contents(self, contents: Option<Blob>) -> Self {
        Self { contents, ..self }
    }

    /// Returns the tar with its files, if it can be read without decompressing the layer from its start: a plain layer, or what its table of contents
    /// leads to.
    pub(crate) fn tar(&self) -> Option<&Blob> {
        let is_plain = self.compression == Compression::None;
        self.contents.as_ref().or(is_plain.then_some(&self.blob))
    }

    /// Returns the tar of [`Self::tar`] if reading at any offset of it is cheap: a table of contents leads to its files, or the
    /// bytes before the offset need no decompression.
    pub(crate) fn seekable_tar(&self) -> Option<&Blob> {
        let is_seekable = self.contents.is_some() || self.blob.is_plain();
        self.tar().filter(|_| is_seekable)
    }

    /// Returns the same blob; a cache keeps what is known of it under a name.
    pub(crate) fn with_cache_name(self, name: Option<Arc<str>>) -> Self {
        Self {
            cache_name: name,
            ..self
        }
    }

    /// Returns the same blob; its files are compared with what they contained.
    pub(crate) fn with_expected(self, expected: Option<ExpectedContents>) -> Self {
        Self { expected, ..self }
    }

    /// Returns its decompressed bytes if that is the faster way to `offsets`, which are ascending: from the nearest checkpoints, on one core, less is
    /// decompressed than from the start, on `threads`.
    pub(super) fn checkpointed(
        &self,
        offsets: &[u64],
        threads: impl FnOnce() -> NonZeroUsize,
    ) -> Option<&Blob> {
        if self.contents.is_some() {
            return self.contents.as_ref();
        }
        let checkpointed = self.checkpointed.as_ref()?;
        let (mut at, mut skipped) = (0, 0);
        for &offset in offsets {
            let after = checkpointed
                .checkpoints
                .partition_point(|mark| mark.before <= offset);
            let mark = after
                .checked_sub(1)
                .map_or(0, |index| checkpointed.checkpoints[index].before);
            skipped += offset - mark.max(at);
            at = offset;
        }
        // Where jumps cost requests, what is fetched counts, not on how many cores it is decompressed.
        let threads = if self.blob.is_plain() {
            threads().get()
        } else {
            1
        };
        (skipped.saturating_mul(threads as u64) <= at).then_some(&checkpointed.bytes)
    }
}

/// A layer's blob in a stream that was not kept.
#[derive(Clone, Debug)]
pub struct StreamedBlob {
    /// Its name in the archive.
    pub(crate) name: String,
    /// The number of blobs of that name before it.
    pub(crate) before: usize,
    /// Its offset in the stream, and its length.
    pub(crate) start: u64,
    pub(crate) stored: u64,
    /// Its compression.
    pub(crate) compression: Compression,
    /// The name under which a cache keeps its index.
    pub(crate) cache_name: Option<Arc<str>>,
}

impl LayerBlobs {
    /// Returns the layers of a seekable archive. `blobs` has one item per layer, bottom first.
    pub(crate) fn new(blobs: Vec<Option<LayerBlob>>) -> Self {
        Self {
            kept: blobs.into(),
            streamed: Arc::default(),
            is_unread: false,
            callback: None,
        }
    }

    /// Returns the layers of a stream that can be read again in `copy`. `blobs` has one item per layer, bottom first.
    pub(crate) fn within(copy: &Blob, blobs: &[Option<StreamedBlob>]) -> Self {
        let find = |blob: &StreamedBlob| {
            LayerBlob::new(copy.part(blob.start, blob.stored), blob.compression)
                .with_cache_name(blob.cache_name.clone())
        };
        Self::new(blobs.iter().map(|blob| blob.as_ref().map(find)).collect())
    }

    /// Returns the layers of a stream that was not kept. `blobs` has one item per layer, bottom first.
    pub(crate) fn not_kept(blobs: Vec<Option<StreamedBlob>>) -> Self {
        Self {
            kept: Arc::default(),
            streamed: blobs.into(),
            is_unread: false,
            callback: None,
        }
    }

    /// Returns the same layers of a stream that was not even read, since a cache has listed them.
    pub(crate) fn unread(self) -> Self {
        Self {
            is_unread: true,
            ..self
        }
    }

    /// Returns whether nothing was read of the stream that has the layers: reading it once may keep them.
    #[must_use]
    pub fn are_unread(&self) -> bool {
        self.is_unread
    }

    /// Returns the same layers; `callback` follows how much of a compressed archive is read on the way to a layer.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn watched(self, callback: ProgressCallback) -> Self {
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

    /// Returns all blobs in a stream that was not kept, bottom first.
    pub(crate) fn all_streamed(&self) -> impl Iterator<Item = Option<&StreamedBlob>> {
        self.streamed.iter().map(Option::as_ref)
    }

    /// Returns whether contents can be read; if not, each read needs the same stream again.
    #[must_use]
    pub fn are_kept(&self) -> bool {
        self.streamed.is_empty()
    }

    /// Returns the name under which a cache keeps what is known of a layer.
    #[must_use]
    pub fn cache_name(&self, layer: LayerId) -> Option<&str> {
        let kept = self.get(layer).map(|layer| &layer.cache_name);
        kept.or_else(|| Some(&self.streamed(layer)?.cache_name))?
            .as_deref()
    }

    /// Returns a layer's blob.
    pub(crate) fn get(&self, layer: LayerId) -> Option<&LayerBlob> {
        self.kept.get(layer.index())?.as_ref()
    }

    /// Returns a layer's offset in the archive. Reading layers in this order decompresses a compressed archive only once.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn offset(&self, layer: LayerId) -> u64 {
        self.get(layer).map_or(0, |layer| layer.blob.start())
    }

    /// Returns the best number of threads to read contents: one if every read must decompress the bytes before it.
    #[must_use]
    pub(crate) fn threads(&self) -> NonZeroUsize {
        let mut kept = self.kept.iter().flatten();
        let compressed = kept.any(|layer| !layer.blob.is_plain());
        let cores = || available_parallelism().unwrap_or(NonZeroUsize::MIN);
        if compressed {
            NonZeroUsize::MIN
        } else {
            cores()
        }
    }
}
