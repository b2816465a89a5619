//! The packages installed in an image and the files they own.
//!
//! [`find`] builds [`Packages`] from the files that [`needed_files`](super::needed_files) lists. `formats` has one parser for each package format. This file
//! contains re-exports only.

mod builder;
pub(super) mod formats;
mod package;
#[cfg(feature = "cli")]
mod package_shares;
mod path_lookup;
mod search;

pub use package::PackageId;
pub use package::{Package, PackageKind, Packages};
#[cfg(feature = "cli")]
#[doc(hidden)]
pub use package_shares::{PackageShare, PackageShares};
pub use search::find;
