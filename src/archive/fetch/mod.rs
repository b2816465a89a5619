//! Documents and blobs fetched by digest from a registry: the interface that a registry implements, and its blobs read at any offset. Re-exports only.

mod blob_copy;
pub(super) mod fetched;
pub(super) mod interface;
mod kept_reader;
mod ranges;
pub(super) mod shared;
