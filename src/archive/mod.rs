//! Reads an image archive: finds the image in it and lists the files of its layers.
//!
//! A seekable [`Input`] (a file or a folder) is indexed by its headers, then its layers are read in parallel; a stream is read once, front to back.
//! Both produce the same listings. This is the only module that parses tar and the layers' gzip and zstd. It opens no sockets and draws nothing.
//! Re-exports only. From the bottom to the top:
//!
//! - `input`: bytes at any offset, bytes in order, read-ahead, counting.
//! - `tar`: headers of all dialects, and the content behind them.
//! - `compression`: detection, gzip on several cores, zstd, access at any offset of a compressed file.
//! - `layer`: the listing of one layer, and the way back to its files' contents.
//! - `fetch`: documents and blobs that are fetched by digest, as from a registry.
//! - `store`, `documents`, `manifest`: the files of an archive by name, and the image that its JSON describes.
//! - `table`: tables of contents, which list a layer without its bytes.
//! - `read`: all of it put together, for seekable archives and for streams.

mod cancel;
mod compression;
mod content_hash;
mod diagnose;
mod digest;
mod documents;
mod error;
mod fetch;
mod first_bytes;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod input;
mod json_error;
mod layer;
mod layer_cache;
mod manifest;
mod read;
mod safe_names;
mod shared_error;
mod store;
mod table;
mod tar;

pub use cancel::Cancel;
pub use compression::gzip::checkpoint::Checkpoint;
pub(crate) use content_hash::ContentHash;
#[cfg(feature = "cli")]
pub(crate) use digest::digest_from_name;
pub use error::{Error, Position};
pub use fetch::interface::{BlobBytes, DocumentKind, Fetch, FetchError, FetchErrorKind};
pub use fetch::shared::SharedBlobs;
pub use first_bytes::FirstBytes;
#[cfg(all(test, unix, feature = "cli"))]
pub(crate) use input::blob::Blob;
pub use input::blob::Input;
#[cfg(feature = "cli")]
pub(crate) use input::blob::ProgressCallback;
#[cfg(feature = "cli")]
pub(crate) use input::counting_reader::CountingReader;
pub use input::file_identity::BlobPlace;
pub use input::read_at::ReadAt;
pub use json_error::JsonError;
pub use layer::blobs::LayerBlobs;
#[doc(hidden)]
pub use layer::blobs::StreamedBlob;
#[cfg(feature = "cli")]
pub(crate) use layer::compressed_size::compression_speed;
pub use layer_cache::{LayerCache, LayerIndex, StreamIndex, StreamedFile};
pub use manifest::choice::{Choice, ListedImage};
#[doc(hidden)]
pub use read::copied::copy_layers;
pub use read::open::read;
pub use read::options::{Archive, LayerReading, ReadOptions, ReadProgress};
#[doc(hidden)]
pub use read::reread::reread;
pub use shared_error::SharedError;
pub use tar::content::Piece;
pub use tar::modified::ModifiedTime;
