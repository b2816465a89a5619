//! Questions to one image: what changed between two snapshots, what weighs how much, what is shipped but never seen, where the base ends.
//!
//! Pure functions over a frozen [`Image`](crate::image::Image); nothing here reads a file, draws or prints. This file holds re-exports only.

pub mod advice;
mod base;
mod causes;
mod changes;
mod diff;
mod efficiency;
mod link;
pub mod packages;
pub mod reading;
mod size;
mod started;
mod story;
mod summary;
mod transfer;
mod waste;

pub use base::{Base, BaseHint, BaseReason, Unsettled};
pub use causes::{Cause, CauseBytes, Causes};
pub use changes::{LayerChanges, layer_changes};
pub use diff::{Status, What, compare_entries, diff};
pub use efficiency::{Efficiency, Inefficient, efficiency};
pub use link::{Link, seconds};
pub use size::{live_bytes, sizes};
pub use story::Story;
pub use summary::Analysis;
pub use transfer::{AT_ONCE, Parcel, Speed, Transfer};
pub use waste::{Burial, Buried, LayerWaste, Waste, waste};
