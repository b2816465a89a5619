//! What reading takes and returns: options, progress, the archive. Reads nothing.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::Arc;

use crate::archive::fetch::shared::SharedBlobs;
use crate::archive::layer::blobs::LayerBlobs;
use crate::archive::layer_cache::LayerCache;
use crate::archive::manifest::choice::Choice;
use crate::image::{Budget, Description, Image, LayerHeading, LayerId};

/// How to read an archive.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch")]
pub struct ReadOptions {
    /// The image as the user wrote it, for its title.
    pub reference: String,
    /// Which image of the archive.
    pub choice: Choice,
    /// Whether every digest is checked; reads every byte.
    pub verify: bool,
    /// Whether manifest and config only are read.
    pub shallow: bool,
    /// Whether [`ReadProgress::Partial`] is sent while layers are still being read.
    pub partial: bool,
    /// What the sender of a stream has described of the image: its layers, before the manifest is read, and its names if the archive has none.
    /// Empty if there is no description.
    pub expected: Description,
    /// The digest by which the sender of a stream identifies the image: only what follows from that digest is read, and a cache recognizes the stream. A stream
    /// of another image is taken as it is, and not kept.
    pub sender_id: Option<String>,
    /// Whether contents are read later: a stream is copied to disk, if there is room, and what is fetched again is compared with what was listed.
    pub keep: bool,
    /// Whether versions of one path with the same size are compared, which reads them.
    pub hash_versions: bool,
    /// Whether the provenance is read where that takes requests of its own; never when `shallow`.
    pub provenance: bool,
    /// How layers of a registry are read.
    pub layers: LayerReading,
    /// The blobs of the images that are read with it, each fetched once; `None` for an image that is read alone.
    pub shared: Option<SharedBlobs>,
    /// Where indexes of layers are kept.
    pub cache: Option<Arc<dyn LayerCache>>,
    /// The memory that indexes may take; images that are read together share it.
    pub budget: Budget,
    /// On how many cores.
    pub threads: NonZeroUsize,
}

/// How layers of a registry are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LayerReading {
    /// As far as this image needs: a table of contents can replace a layer's bytes.
    #[default]
    Needed,
    /// Completely, so that the cache has what any image with these layers needs.
    Complete,
    /// These layers alone, by their digests, as with [`Self::Complete`]: the image is one without the others.
    Only(Arc<HashSet<String>>),
}

impl LayerReading {
    /// Returns whether the cache has what any image needs of a layer after it was read.
    #[must_use]
    pub(crate) fn completes_layers(&self) -> bool {
        *self != Self::Needed
    }
}

impl ReadOptions {
    /// Returns whether a table of contents replaces a layer's bytes.
    pub(super) fn trusts_tables(&self) -> bool {
        !self.verify && !self.layers.completes_layers()
    }
}

/// How much has been read.
#[derive(Clone, Debug)]
pub enum ReadProgress {
    /// What is known of the layers before they are read, bottom first.
    Headings(Vec<LayerHeading>),
    /// A layer, in compressed bytes.
    Layer {
        /// The index of the layer.
        layer: LayerId,
        /// Bytes read so far.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// A stream or a compressed archive.
    Stream {
        /// Bytes read so far: of a file, its own; of a stream, decompressed.
        done: u64,
        /// Bytes in all, if known.
        total: Option<u64>,
    },
    /// The image with the layers that are read; the others are empty.
    Partial(Arc<Image>),
}

/// An archive that was read.
#[derive(Debug)]
pub struct Archive {
    /// The image.
    pub image: Image,
    /// Where its layers are, to read files' contents.
    pub layers: LayerBlobs,
}

/// Reports how much of a layer is read, if it is known which layer it is.
pub(super) fn report_layer(
    index: Option<usize>,
    done: u64,
    total: u64,
    progress: &dyn Fn(ReadProgress),
) {
    if let Some(layer) = index.and_then(|index| u32::try_from(index).ok()) {
        let layer = LayerId(layer);
        progress(ReadProgress::Layer { layer, done, total });
    }
}
