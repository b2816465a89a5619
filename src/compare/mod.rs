//! Two images → one aligned tree → the same diff: which path stands beside which, what changed, what merely moved, which layers are shared.
//!
//! Asking takes two steps, because reading is not done here: a [`Draft`] aligns the trees and names the contents that must be read before two files can
//! be told apart ([`Draft::unread`]); with their hashes it becomes a [`Comparison`], in which everything is computed. Imports the model and the analysis
//! of one image, nothing else; no files, no clocks, no drawing. This file holds re-exports only.

mod aligned;
mod contents;
mod draft;
mod folder_deltas;
mod folders;
mod layers;
mod meta;
mod moves;
mod packages;
mod sequence;
mod side;
mod statuses;
mod value;
mod version;
mod why;

pub use aligned::{Aligned, RowId, align};
pub use contents::{ContentDiff, Line, LineKind, TextDiff, diff_contents};
pub use draft::{Draft, Hashes, Unread};
pub use folder_deltas::{FolderDelta, folder_deltas};
pub use layers::{LayerPair, Layers, Relation, Transfer};
pub use meta::{Fact, HistoryPair, facts, history};
pub use moves::Moves;
pub use packages::{PackageChange, PackageChanges, PackageStep, package_changes};
pub use side::{Side, Sides};
pub use value::{Change, Comparison, Counts};
pub use version::compare_versions;
pub use why::{CategoryDelta, Why};
