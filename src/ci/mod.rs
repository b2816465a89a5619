//! The judge: rules and an analysis in, a [`Verdict`] out. What the rules are and where they were written is `rules` and `file`; what they say
//! of an image is `judge`.
//!
//! A verdict is plain data that names findings, never a rendered line: `report` writes every format from it. This file holds re-exports only.

mod accept;
mod baseline;
mod file;
mod findings;
mod globs;
mod growth;
mod id;
mod judge;
mod measure;
mod rules;
mod scope;
mod short;
mod verdict;
mod vulnerable;
mod words;

pub use accept::Acceptance;
pub use baseline::Baseline;
pub use globs::Globs;
pub use id::Id;
pub use judge::judge;
pub use rules::{DEFAULT_FILE, Level, Limit, Rule, Rules, Typed};
pub use verdict::{Accepted, Advised, Finding, Measure, Ruling, Standing, Verdict};
pub use words::{bytes, nearest};
