//! The files whose contents the content analysis needs: which files, how much of each, and the data extracted from them.
//!
//! Nothing is read here: [`needed_files`] lists the files by path alone, the caller passes each to [`NeededFile::extract`]. Re-exports only.

pub(super) mod elf;
mod known_paths;
#[cfg(feature = "cli")]
mod layer_data;
mod needed_file;
pub(super) mod secret_patterns;

#[cfg(feature = "cli")]
pub(crate) use layer_data::LayerData;
pub(super) use needed_file::{ExtractedContent, FileKind};
pub use needed_file::{ExtractedData, NeededFile, needed_files};
#[cfg(feature = "cli")]
pub(crate) use needed_file::{ReadExtent, possible_files};
