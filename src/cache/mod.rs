//! Layers' indexes kept between runs, by the digests of their blobs. An index is written only after the blob's bytes were hashed and matched, so that no
//! crafted image can put a wrong one here. Knows no source and no screen. Re-exports only.

mod folder;
mod index;

pub use folder::{Cache, Kept};
pub(crate) use folder::{DEFAULT_LIMIT, default_folder};
