//! What is installed in an image, where its records stand and which bytes it owns.
//!
//! [`find`] makes [`Packages`] of what was read of the files that [`needed_files`](super::needed_files) names. Each kind of record has a file of its own, a pure
//! parser. This file holds re-exports only.

mod builder;
pub(super) mod formats;
mod ownership;
mod package;
mod path_lookup;
mod search;

pub use ownership::{Share, Shares};
pub use package::{Ownership, Package, PackageId, PackageKind, Packages};
pub use search::find;
