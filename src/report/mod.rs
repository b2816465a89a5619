//! Reports: one file per format, each a function of [`Facts`] that writes to an `impl Write`. JSON is computed while it is written.
//!
//! `facts` is the data, `format` the list of formats and the dispatcher, `destination` the place a report is written to. No format checks rules or loads
//! anything. Re-exports only.

mod badge;
mod categories;
mod change_keys;
mod changes;
mod codequality;
mod colours;
mod comment;
mod compare_json;
mod compare_markdown;
mod compare_text;
mod content_json;
mod destination;
mod dive;
mod facts;
mod finding_changes;
mod finding_text;
mod fleet;
mod folded;
mod format;
mod github;
mod html;
mod json;
mod json_string;
mod json_verdict;
mod junit;
mod layer_changes;
mod listing;
mod markdown;
mod ncdu;
mod ndjson;
mod progress;
mod sarif;
mod savings;
mod selected;
mod source;
mod styling;
mod svg;
mod text;
mod text_verdict;
mod times;
mod transfer;
mod vulnerabilities;
mod xml;

pub use destination::Destination;
pub(crate) use destination::settle;
pub use facts::{ComparisonFacts, Facts, ImageFacts};
pub(crate) use fleet::{
    FleetFormat, write_parquet, write_plan_line, write_row, write_summary, write_tagged_row,
};
pub use format::{Format, Report, write};
pub use listing::{DuList, LsList, Sizes};
pub(crate) use listing::{write_du, write_ls};
pub(crate) use progress::ProgressLine;
pub(crate) use text::warning_lines;
pub(crate) use transfer::method;
pub use transfer::{ImageTransfer, PairTransfer};
