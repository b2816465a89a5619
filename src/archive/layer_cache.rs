//! The interface of a cache for layers' indexes and tables of contents. Stores nothing itself.

use std::fmt;

use crate::archive::compression::gzip::checkpoint::Checkpoint;
use crate::archive::input::file_identity::BlobPlace;
use crate::image::Listing;

/// What is kept of a layer so that its blob need not be read again.
#[derive(Debug)]
pub struct LayerIndex {
    /// What its tar lists, with the digests of blob and tar, or without where the tar was not hashed.
    pub listing: Listing,
    /// The checkpoints of its gzip stream; empty for other compressions, or where the blob was read as a stream.
    pub checkpoints: Vec<Checkpoint>,
}

/// Layers' indexes by the digests of their blobs.
pub trait LayerCache: Send + Sync + fmt::Debug {
    /// Returns the index of a blob; nothing where there is none, or a damaged one.
    fn get(&self, digest: &str) -> Option<LayerIndex>;

    /// Keeps the index of a blob whose bytes were hashed and have this digest.
    fn put(&self, digest: &str, index: &LayerIndex);

    /// Returns what should be a table of contents with this digest, as [`Self::put_table`] received it. Its reader compares the digest.
    fn table(&self, digest: &str) -> Option<Vec<u8>>;

    /// Keeps a table of contents whose bytes have this digest.
    fn put_table(&self, digest: &str, bytes: &[u8]);

    /// Returns whether the bytes at a place were hashed before and have this digest.
    fn is_verified(&self, digest: &str, place: &BlobPlace) -> bool;

    /// Notes that the bytes at a place were hashed and have this digest.
    fn set_verified(&self, digest: &str, place: &BlobPlace);
}
