//! Questions to one image: what changed between two snapshots, what weighs how much, what is shipped but never seen, where the base ends.
//!
//! Pure functions over a frozen [`Image`](crate::image::Image); nothing here reads a file, draws or prints. This file holds re-exports only.

mod base;
mod categories;
mod changes;
mod content;
mod diff;
mod efficiency;
pub mod findings;
mod link;
pub mod packages;
pub mod reading;
mod size;
mod started;
mod summary;
mod transfer;
mod waste;

pub use base::{Base, BaseHint, BaseReason, Unsettled};
pub use categories::{Categories, Category, CategoryBytes};
pub use changes::{LayerChanges, layer_changes};
pub use content::ContentAnalysis;
pub use diff::{Status, What, compare_entries, diff};
pub use efficiency::{Efficiency, Inefficient, efficiency};
pub use link::{Link, seconds};
pub use size::{sizes, visible_bytes};
pub use summary::Analysis;
pub use transfer::{AT_ONCE, Parcel, Speed, Transfer};
pub use waste::{Hidden, HiddenKind, LayerWaste, Waste, waste};
