//! Two images → one aligned tree → the same diff: which path stands beside which, what changed, what merely moved, which layers are shared.
//!
//! Asking takes two steps, because reading is not done here: a [`PendingComparison`] aligns the trees and names the contents that must be read before two files can
//! be told apart ([`PendingComparison::unread`]); with their hashes it becomes a [`Comparison`], in which everything is computed. Imports the model and the analysis
//! of one image, nothing else; no files, no clocks, no drawing. This file holds re-exports only.

mod aligned_tree;
mod common_subsequence;
mod comparison;
mod content_changes;
mod file_diff;
mod folder_deltas;
mod layer_alignment;
mod metadata;
mod moved_folders;
mod moves;
mod package_changes;
mod pending;
mod side;
mod statuses;
mod version_order;

pub use aligned_tree::{AlignedTree, RowId, align};
pub use comparison::{Change, Comparison, FileCounts};
pub use content_changes::{CategoryDelta, ContentChanges};
pub use file_diff::{DiffLine, DiffLineKind, FileDiff, TextDiff, diff_files};
pub use folder_deltas::{FolderDelta, folder_deltas};
pub use layer_alignment::{Download, LayerAlignment, LayerPair, LayerRelation};
pub use metadata::{HistoryPair, MetadataField, history, metadata};
pub use moves::Moves;
pub use package_changes::{PackageChange, PackageChanges, PackageStep, package_changes};
pub use pending::{Hashes, PendingComparison, UnhashedEntries};
pub use side::{Side, Sides};
pub use version_order::compare_versions;
