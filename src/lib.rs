//! Reads container images layer by layer, finds the bytes that no container sees, and compares two images. The program `dive-rs` is built on it.
//!
//! An image is opened from an archive and is a value afterwards; every analysis is a function of it:
//!
//! ```
//! use dive_rs::analysis::{Analysis, BaseHint};
//! use dive_rs::archive::Choice;
//!
//! # fn main() -> Result<(), dive_rs::archive::Error> {
//! # let path = "assets/demo/images.tar.zst";
//! let choice = Choice { tag: Some("node-app:default".into()), ..Choice::default() };
//! let archive = dive_rs::open(path, choice)?;
//! let analysis = Analysis::of(&archive.image, &BaseHint::default());
//!
//! println!("{} bytes, {} of them hidden", analysis.size, analysis.hidden.bytes());
//! for hidden in &analysis.hidden.entries {
//!     let path = archive.image.tree.path(hidden.node);
//!     println!("{:>12}  {}", hidden.bytes, dive_rs::escape::name(&path));
//! }
//! # assert_eq!(analysis.size, analysis.visible + analysis.hidden.bytes());
//! # assert!(analysis.hidden.bytes() > 0);
//! # Ok(())
//! # }
//! ```
//!
//! Two images are compared path by path:
//!
//! ```
//! use dive_rs::archive::Choice;
//!
//! # fn main() -> Result<(), dive_rs::archive::Error> {
//! # let path = "assets/demo/images.tar.zst";
//! let tag = |tag: &str| Choice { tag: Some(tag.into()), ..Choice::default() };
//! let before = dive_rs::open(path, tag("node-app:default"))?;
//! let after = dive_rs::open(path, tag("node-app:slim"))?;
//! let comparison = dive_rs::compare_archives(&before, &after)?;
//!
//! let counts = comparison.counts;
//! println!("{} bytes", comparison.size_delta());
//! println!("{} added, {} removed, {} changed", counts.added, counts.removed, counts.changed);
//! # assert!(comparison.size_delta() < 0);
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//! Data flows one way: [`archive`] reads bytes into an [`image`], [`analysis`] measures it, [`compare`] aligns two. [`escape`] makes names safe to print,
//! [`bytes`] prints sizes. ARCHITECTURE.md has the map.
//!
//! # Features
//! `cli`, on by default, adds the program: engines, rules, reports and screens. Its modules are public for the program's own tests only and may change in
//! any release. A library needs `default-features = false`. Items of the other modules that only the program and its tests use are hidden from this
//! documentation.

pub mod analysis;
pub mod archive;
pub mod bytes;
pub mod compare;
pub mod escape;
pub mod image;

mod open;
mod threads;

pub use open::{compare_archives, open};

// The modules of the program. rustfmt does not find modules that a macro declares, so each has its attributes.
#[cfg(feature = "cli")]
mod argument;
#[cfg(feature = "cli")]
mod build;
#[cfg(feature = "cli")]
mod demo;
#[cfg(feature = "cli")]
mod dockerfile;
#[cfg(feature = "cli")]
mod extract;
#[cfg(feature = "cli")]
mod logging;
#[cfg(feature = "cli")]
mod run;
#[cfg(feature = "cli")]
mod small_file;
#[cfg(feature = "cli")]
mod suggest;
#[cfg(feature = "cli")]
mod treemap;
#[cfg(feature = "cli")]
mod user_folders;
#[cfg(feature = "cli")]
mod version;

// The modules of the program that its own tests use.
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cache;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod ci;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod config;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod docker_plugin;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod failure;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod fleet;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod load;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod pair;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod query;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod report;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod scan;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod source;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod syntax;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod ui;

#[cfg(feature = "cli")]
#[doc(hidden)]
pub use run::run;
