//! dive-rs explores, compares and judges container images.
//!
//! Data flows one way: bytes come in through `source` and `archive`, become an [`image`] value, [`analysis`] asks it questions, [`ci`] judges,
//! and `ui` and [`report`] show the answers. ARCHITECTURE.md draws the map.

pub mod analysis;
pub mod archive;
mod argument;
mod build;
pub mod bytes;
pub mod ci;
pub mod cli;
pub mod compare;
pub mod config;
mod demo;
mod dockerfile;
pub mod escape;
mod extract;
pub mod failure;
pub mod image;
pub mod load;
mod logging;
pub mod pair;
pub mod report;
mod run;
pub mod scan;
pub mod source;
mod suggest;
mod threads;
pub mod ui;

pub use run::run;
