//! Bytes in, image out: finds the image inside an archive and lists what its layers hold.
//!
//! Two ways in, one way out. A seekable [`Input`] (file or folder) is indexed by its headers, then its layers are read in parallel; a stream is
//! read once, as it comes. Both end in the same listings. The only room that knows tar, gzip and zstd; it opens no sockets and draws nothing.
//! This file holds re-exports only.

mod blob;
mod byte_source;
mod cancel;
mod clean;
mod compression;
mod content;
mod counted;
mod documents;
mod error;
mod fault;
mod gunzip;
mod hash;
mod header;
mod layer;
mod layers;
mod manifest;
mod overlap;
mod packed;
mod packing;
mod pax;
mod read;
mod scan;
mod sparse;
mod spool;
mod store;
mod verify;

pub use blob::{Input, ProgressCallback};
pub use cancel::Cancel;
pub use content::Piece;
pub use counted::Counted;
pub use error::{Error, Place};
pub(crate) use hash::ContentHash;
pub use header::Modified;
pub use layers::{Gone, Layers};
pub use manifest::{Choice, Layout};
pub use packing::speed;
pub use read::{Archive, Options, Progress, read, read_again};
