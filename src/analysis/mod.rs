//! The analysis of one image: differences between snapshots, sizes, hidden bytes, base layers; and, from file contents, packages, categories and findings.
//!
//! Pure functions over an immutable [`Image`](crate::image::Image); nothing here reads a file, draws or prints. Re-exports only.

mod amount;
mod base;
mod categories;
mod content_analysis;
mod diff;
mod efficiency;
pub mod findings;
mod hidden;
mod image_analysis;
mod layer_changes;
mod layer_time;
mod link_speed;
mod main_program;
pub mod needed_files;
pub mod packages;
mod program_summary;
mod sizes;
mod transfer;
#[cfg(feature = "cli")]
mod unread_layers;

pub use amount::Amount;
pub use base::{Base, BaseHint, BaseReason, UnresolvedBase};
pub use categories::{Categories, Category, CategoryBytes};
pub use content_analysis::ContentAnalysis;
pub use diff::{EntryDifferences, Status, compare_entries, diff};
pub use efficiency::{Efficiency, RepeatedPath, efficiency};
pub use hidden::{Hidden, HiddenBytes, HiddenKind, LayerHidden, hidden_bytes};
pub use image_analysis::Analysis;
pub(crate) use image_analysis::KNOWN_LAYERS;
pub use layer_changes::{LayerChanges, layer_changes};
pub use layer_time::LayerTime;
pub use link_speed::{LinkSpeed, LinkSpeedError, seconds};
pub use program_summary::ProgramSummary;
pub use sizes::{sizes, visible_bytes};
#[cfg(feature = "cli")]
pub(crate) use transfer::CONCURRENT_DOWNLOADS;
pub use transfer::{LayerTransfer, MachineSpeed, Transfer};
#[cfg(feature = "cli")]
pub(crate) use unread_layers::{
    NOT_READ, layer_bytes, layer_size, missing_sentence, table_layers_text, unread_sentences,
};
