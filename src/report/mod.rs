//! Answers as text: one file a format, each a function of [`Facts`] over `impl Write`. Everything is computed before the first byte is written.
//!
//! No format judges, measures or loads anything. This file holds re-exports only.

mod dive;
mod dockerfile;
mod finding;
mod format;
mod github;
mod go;
mod json;
mod junit;
mod listing;
mod markdown;
mod paint;
mod progress;
mod sarif;
mod target;
mod text;

pub use dockerfile::Dockerfile;
pub use format::{Facts, Format, Report, write};
pub use progress::ProgressLine;
pub use target::Target;
