//! What listing a layer returns. Lists nothing.

use crate::archive::compression::gzip::checkpoint::Checkpoint;
use crate::archive::input::blob::Blob;
use crate::archive::layer_cache::LayerIndex;
use crate::image::Listing;

/// A layer that was listed.
pub(super) struct ListedLayer {
    pub(super) listing: Listing,
    /// The checkpoints of its gzip stream, in order.
    pub(super) checkpoints: Vec<Checkpoint>,
    /// The contents of its files as a plain tar, when a table of contents has listed it.
    pub(super) contents: Option<Blob>,
    /// The name under which a cache keeps its index, that of its bytes, which were hashed; or the data of its files alone, that of its table of contents.
    pub(super) cache_name: Option<String>,
}

impl ListedLayer {
    /// Returns a listing whose index a cache keeps.
    pub(super) fn kept(index: LayerIndex, name: &str) -> Self {
        Self {
            listing: index.listing,
            checkpoints: index.checkpoints,
            contents: None,
            cache_name: Some(name.to_owned()),
        }
    }

    /// Returns a listing that is not kept in the cache.
    pub(super) fn once(listing: Listing) -> Self {
        Self {
            listing,
            checkpoints: Vec::new(),
            contents: None,
            cache_name: None,
        }
    }
}
