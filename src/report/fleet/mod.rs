//! Many images: their rows as JSON and Parquet, and the summary of them as text, Markdown, HTML and JSON. Computes nothing. Re-exports only.

mod html;
mod json;
mod markdown;
mod parquet;
mod rows;
mod summary;
mod text;

pub(crate) use parquet::write_parquet;
pub(crate) use rows::{write_plan_line, write_row, write_tagged_row};
pub(crate) use summary::{FleetFormat, write_summary};
