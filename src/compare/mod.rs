//! Compares two images: one aligned tree, then its diff with changed, moved and equal paths, shared layers, packages and categories.
//!
//! [`compare_archives`](crate::compare_archives) compares two archives. Nothing is read here, so it takes two steps: `PendingComparison` aligns the trees and
//! lists the contents to read; with their hashes it becomes a [`Comparison`]. Re-exports only.

mod aligned_tree;
#[cfg(feature = "cli")]
mod build_time;
#[cfg(feature = "cli")]
mod changed_bytes;
mod changes;
mod common_subsequence;
mod comparison;
mod content_changes;
mod file_diff;
mod finding_changes;
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

pub use aligned_tree::{AlignedTree, RowId};
#[cfg(feature = "cli")]
pub(crate) use changed_bytes::{CategoryLayers, changed_bytes};
pub use changes::{LargestChanges, PathChange, PathStatus};
pub use comparison::{Comparison, FileCounts, RowChange, Sameness};
pub use content_changes::{CategoryDelta, ContentChanges};
pub use file_diff::DiffLine;
pub use file_diff::{DiffLineKind, FileDiff, TextDiff, diff_files};
pub use finding_changes::{FindingChange, FindingChanges};
pub use folder_deltas::{FolderDelta, LayerShare};
pub use layer_alignment::{Download, LayerAlignment, LayerPair, LayerRelation};
pub use metadata::{HistoryPair, MetadataField};
pub use moves::Moves;
pub use package_changes::PackageChange;
pub use package_changes::{PackageChanges, PackageStep, package_changes};
#[doc(hidden)]
pub use pending::{Hashes, PendingComparison};
pub use side::{Side, Sides};
