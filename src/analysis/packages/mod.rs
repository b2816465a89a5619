//! What is installed in an image, where its records stand and which bytes it owns.
//!
//! Asking takes two steps, because reading is not done here: [`wanted`] names the few files that must be read, by their paths alone; whoever can read
//! hands each to [`Wanted::take`], and [`find`] makes [`Packages`] of what came. Each kind of record has a file of its own, a pure parser. This file holds
//! re-exports only.

mod apk;
mod binary;
mod claims;
mod dpkg;
mod find;
mod gem;
mod go;
mod jar;
mod npm;
mod paths;
mod python;
mod rust;
mod shares;
mod value;
mod wanted;

pub use find::find;
pub use shares::{Share, Shares};
pub use value::{Belongs, Package, PackageId, PackageKind, Packages};
pub use wanted::{Part, Taken, Wanted, wanted};
