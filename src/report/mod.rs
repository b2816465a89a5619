//! Answers as text: one file a format, each a function of [`Facts`] over `impl Write`. Everything is computed before the first byte is written.
//!
//! No format judges, measures or loads anything. This file holds re-exports only.

mod dive;
mod format;
mod go;
mod json;
mod listing;
mod paint;
mod target;
mod text;

pub use format::{Facts, Format, Report, write};
pub use target::Target;
