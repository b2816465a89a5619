//! The packages installed in an image and the files they own.
//!
//! [`find`] builds [`Packages`] from the files that [`needed_files`](super::needed_files) lists. `formats` has one parser for each package format. This file
//! contains re-exports only.

mod builder;
pub(super) mod formats;
mod ownership;
mod package;
mod path_lookup;
mod search;

pub use ownership::{OwnerTotals, OwnershipTotals};
pub use package::PackageId;
pub use package::{Package, PackageKind, Packages};
pub use search::find;
