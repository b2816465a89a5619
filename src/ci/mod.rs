//! The judge: rules and an analysis in, a [`Verdict`] out. What the rules are and where they were written is `rules` and `file`; what they say
//! of an image is `judge`.
//!
//! A verdict is plain data that names findings, never a rendered line: `report` writes every format from it. This file holds re-exports only.

mod acceptance;
mod baseline;
mod findings;
mod growth;
mod judge;
mod measure;
mod rule_id;
mod rules;
mod rules_file;
mod scope;
mod small_file;
mod values;
mod verdict;
mod vulnerabilities;

pub use crate::query::Globs;
pub use acceptance::Acceptance;
pub use baseline::Baseline;
pub use judge::judge;
pub use rule_id::RuleId;
pub use rules::{DEFAULT_FILE, Limit, Rule, RuleLevel, RuleOptions, Rules};
pub use values::bytes;
pub use verdict::{Accepted, FindingDetails, Measure, Outcome, RuleFinding, RuleResult, Verdict};
