//! Answers as text: one file a format, each a function of [`Facts`] or [`Compared`] over `impl Write`. Everything is computed before the first byte is written.
//!
//! No format judges, measures or loads anything. This file holds re-exports only.

mod categories;
mod codequality;
mod compare_json;
mod compare_markdown;
mod compare_text;
mod comparison;
mod content_json;
mod dive;
mod finding;
mod format;
mod github;
mod html;
mod json;
mod json_string;
mod json_verdict;
mod junit;
mod listing;
mod markdown;
mod paint;
mod progress;
mod sarif;
mod savings;
mod target;
mod text;
mod text_verdict;
mod transfer;
mod vulnerable;

pub use crate::dockerfile::Dockerfile;
pub use comparison::Compared;
pub use format::{Facts, Format, Report, write, write_comparison};
pub use progress::ProgressLine;
pub use target::{Target, settle};
pub use transfer::{Deliveries, Delivery, method};
