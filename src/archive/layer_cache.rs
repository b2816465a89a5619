//! The interface of a cache for layers' indexes, tables of contents and what archives have beside layers. Stores nothing itself.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::archive::compression::gzip::checkpoint::Checkpoint;
use crate::archive::digest::{named, sha256};
use crate::archive::input::file_identity::BlobPlace;
use crate::image::Listing;

/// Returns the name of what has no digest of its own, of a kind: `KIND:HEX`, where the number stands for all that distinguishes it.
pub(super) fn name_of(kind: &str, what: impl fmt::Display) -> String {
    named(&format!("{kind}:"), &sha256(what.to_string().as_bytes()))
}

/// What is kept of a layer so that its blob need not be read again.
#[derive(Debug)]
pub struct LayerIndex {
    /// What its tar lists, with the digests of blob and tar, or without where the tar was not hashed.
    pub listing: Listing,
    /// The checkpoints of its gzip stream; empty for other compressions, or where the blob was read as a stream.
    pub checkpoints: Vec<Checkpoint>,
}

/// What is kept of an archive that was read as one stream, beside the indexes of its layers, so that the stream need not be read again.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamIndex {
    /// Its JSON documents by name.
    pub documents: Vec<(String, Vec<u8>)>,
    /// The first bytes of the files that are neither documents nor layers, by name.
    pub others: Vec<(String, Vec<u8>)>,
    /// Its links: the name of each, the name that it points to, and its target as written.
    pub links: Vec<(String, String, String)>,
    /// The files that are layers.
    pub layers: Vec<StreamedFile>,
}

/// A file of a stream that is a layer.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamedFile {
    /// Its name in the archive.
    pub name: String,
    /// The name under which its index is kept.
    pub index: String,
    /// Its offset in the decompressed stream, in bytes.
    pub start: u64,
    /// Its length in bytes.
    pub stored: u64,
    /// The number of files of the same name before it.
    pub before: usize,
}

/// Layers' indexes by the digests of their blobs.
pub trait LayerCache: Send + Sync + fmt::Debug {
    /// Returns the index of a blob; `None` if there is none, or a damaged one.
    fn get(&self, digest: &str) -> Option<LayerIndex>;

    /// Returns how many bytes the blob of a kept index has; `None` as for [`Self::get`].
    fn length(&self, digest: &str) -> Option<u64>;

    /// Keeps the index of a blob with so many bytes, which were hashed and have this digest.
    fn put(&self, digest: &str, length: u64, listing: &Listing, checkpoints: &[Checkpoint]);

    /// Returns what is kept of a stream under a name, with the checkpoints of its gzip stream; `None` if there is none, or a damaged one.
    fn stream(&self, name: &str) -> Option<(StreamIndex, Vec<Checkpoint>)>;

    /// Keeps the index of a stream. The name must identify its bytes.
    fn put_stream(&self, name: &str, index: &StreamIndex, checkpoints: &[Checkpoint]);

    /// Returns what should be a table of contents with this digest, as [`Self::put_table`] received it. Its reader compares the digest.
    fn table(&self, digest: &str) -> Option<Vec<u8>>;

    /// Keeps a table of contents whose bytes have this digest.
    fn put_table(&self, digest: &str, bytes: &[u8]);

    /// Returns whether the bytes at a place were hashed before and have this digest.
    fn is_verified(&self, digest: &str, place: &BlobPlace) -> bool;

    /// Notes that the bytes at a place were hashed and have this digest.
    fn set_verified(&self, digest: &str, place: &BlobPlace);
}
