//! The model: what an image *is*, once its bytes have been read.
//!
//! An [`Image`] is a frozen value: every path once in a [`Tree`], every tar record once as an [`Entry`], what each layer did to the paths as a
//! [`ChangeSet`], and for each path the [`Timeline`] of its versions. [`assemble`] makes it from one [`Listing`] a layer; everything else asks.
//!
//! This room imports nothing of ours and touches neither files, sockets, clocks nor terminals. This file holds re-exports only.

mod assemble;
mod config;
mod entry;
mod ids;
mod instruction;
mod layer;
mod listing;
mod named;
mod paths;
mod snapshot;
mod spelling;
mod timeline;
mod tree;
mod value;

pub use assemble::{assemble, assemble_some};
pub use config::{Config, Health, History, Platform};
pub use entry::{Entry, Extra, Kind};
pub use ids::{EntryId, ExtraId, LayerId, NodeId, TooLarge};
pub use instruction::{instruction_words, plain_instruction, run_command};
pub use layer::{ChangeSet, Compression, Layer, LayerHeading};
pub use listing::Listing;
pub use named::{BaseLayers, NamedBase};
pub use paths::PathSet;
pub use snapshot::Snapshot;
pub(crate) use spelling::components;
pub use timeline::{Event, Timeline};
pub use tree::{Node, Tree};
pub use value::{Description, Image, Warning};
