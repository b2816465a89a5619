//! Layers' indexes, and what the content analysis needs of their files, kept between runs by the digests of the blobs. Both are written only after the blob's
//! bytes were hashed and matched, so that no crafted image can put a wrong one here. Also tables of contents, and what archives that are read as one stream
//! have beside their layers. Independent of sources and screens. Re-exports only.

mod checksummed_file;
mod data;
mod entry;
mod folder;
mod index;
mod stream;
mod trusted;
mod verified_places;

pub use entry::{Cached, CachedKind};
pub use folder::Cache;
pub(crate) use folder::{DEFAULT_LIMIT, default_folder};
