//! Answers as text: one file a format, each a function of [`Facts`] or [`Compared`] over `impl Write`. Everything is computed before the first byte is written.
//!
//! No format judges, measures or loads anything. This file holds re-exports only.

mod advice;
mod codequality;
mod compare_json;
mod compare_markdown;
mod compare_text;
mod comparison;
mod dive;
mod dockerfile;
mod finding;
mod format;
mod github;
mod go;
mod go_sort;
mod json;
mod json_verdict;
mod junit;
mod listing;
mod made;
mod markdown;
mod paint;
mod progress;
mod sarif;
mod story_json;
mod target;
mod text;
mod text_verdict;
mod transfer;
mod vulnerable;

pub use comparison::Compared;
pub use dockerfile::Dockerfile;
pub use format::{Facts, Format, Report, write, write_comparison};
pub use progress::ProgressLine;
pub use target::{Target, settle};
pub use transfer::{Deliveries, Delivery, method};
