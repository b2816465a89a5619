//! What is read of an image's files to tell what it is made of: which files, and how much of each.
//!
//! Asking takes two steps, because reading is not done here: [`needed_files`] names the few files that must be read, by their paths alone; whoever can read
//! hands each to [`NeededFile::extract`]. What came is for [`packages`](super::packages) and [`advice`](crate::analysis::findings) to understand. This file holds re-exports
//! only.

pub(super) mod elf;
mod known_paths;
mod needed_file;
pub(super) mod secret_patterns;

pub use needed_file::{Extracted, NeededFile, ReadExtent, needed_files};
pub(super) use needed_file::{ExtractedContent, FileKind};
