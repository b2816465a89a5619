//! What is installed in an image, where its records stand and which bytes it owns.
//!
//! [`find`] makes [`Packages`] of what was read of the files that [`reading`](super::reading) names. Each kind of record has a file of its own, a pure
//! parser. This file holds re-exports only.

mod apk;
mod claims;
mod dpkg;
mod find;
mod gem;
pub(super) mod go;
pub(super) mod jar;
mod npm;
mod paths;
mod python;
mod rpm;
mod rust;
mod shares;
mod value;

pub use find::find;
pub use shares::{Share, Shares};
pub use value::{Belongs, Package, PackageId, PackageKind, Packages};
