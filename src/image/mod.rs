//! The model of an image that was read.
//!
//! An [`Image`] is an immutable value: every path once in a [`Tree`], every tar entry once as an [`Entry`], the changes of each layer as a [`ChangeSet`], and
//! the [`Timeline`] of each path's versions. `assemble` builds it from one `Listing` per layer; everything else only reads it.
//!
//! This module imports nothing of this crate and touches neither files, sockets, clocks nor terminals. Re-exports only.

mod archive_layout;
mod assemble;
mod budget;
mod build_times;
#[cfg(feature = "cli")]
mod compressed_as;
mod config;
mod container_image;
mod dockerfile;
mod entry;
mod ids;
mod instruction;
mod instructions;
mod layer;
mod layer_origin;
mod link_resolution;
mod listing;
mod named_base;
mod names;
mod naming;
mod path_components;
mod path_resolution;
mod path_set;
mod platform;
mod snapshot;
mod source_lines;
mod timeline;
mod timestamp;
mod tree;

pub use archive_layout::ArchiveLayout;
#[doc(hidden)]
pub use assemble::{assemble, assemble_some};
pub(crate) use budget::Account;
pub use budget::Budget;
pub use build_times::{BuildTimes, elapsed};
#[cfg(feature = "cli")]
pub(crate) use compressed_as::CompressedAs;
pub use config::{Config, HealthCheck, HistoryEntry};
pub use container_image::{Description, Image, Visible, Warning};
pub use dockerfile::Dockerfile;
pub use entry::{Entry, EntryKind};
pub use entry::{HeaderBlock, RareFields};
pub(crate) use entry::{hash_of_content, hash_of_digest, must_hash};
pub use ids::RareFieldsId;
pub use ids::{ContentId, EntryId, LayerId, NodeId, TooLarge};
pub(crate) use instruction::{
    instruction_text, plain_instruction, run_command, without_copied_digest,
};
#[cfg(feature = "cli")]
pub(crate) use instructions::Instructions;
pub use layer::{ChangeSet, Compression, Layer, LayerHeading};
pub(crate) use layer_origin::{NO_INSTRUCTION, described};
pub use listing::{Listing, Unreachable};
pub use named_base::{BaseLayers, NamedBase};
pub use names::Names;
pub use naming::Naming;
pub(crate) use path_components::components;
pub(crate) use path_resolution::LastLink;
#[cfg(feature = "cli")]
pub(crate) use path_resolution::Unresolved;
pub use path_set::PathSet;
pub use platform::Platform;
pub use snapshot::Snapshot;
pub use source_lines::SourceLines;
pub use timeline::{Event, Timeline};
pub(crate) use timestamp::nanoseconds_since_1970;
#[cfg(feature = "cli")]
pub(crate) use timestamp::{date_and_time, seconds_since_1970};
pub use tree::{Node, Tree};
