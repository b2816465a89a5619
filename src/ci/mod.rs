//! CI gate: rules and an analysis in, a [`Verdict`] out. `rule_table` lists the rules, `rules_file` and `configured_rules` parse them, `measure` and its siblings compute
//! their values, `judge` compares.
//!
//! A verdict is plain data, never rendered text: `report` writes every format from it. Re-exports only.

mod acceptance;
mod baseline;
mod configured_rules;
mod findings;
mod glob_uses;
mod growth;
mod judge;
mod measure;
mod rule_table;
mod rules_file;
mod scope;
mod value_error;
mod values;
mod verdict;
mod vulnerabilities;

pub use acceptance::Acceptance;
pub use baseline::Baseline;
pub(crate) use configured_rules::DEFAULT_FILE;
pub use configured_rules::{Limit, Rule, RuleLevel, RuleOptions, Rules};
pub use judge::judge;
pub use rule_table::RuleId;
pub(crate) use values::bytes;
pub use verdict::{Accepted, FindingDetails, Measure, RuleOutcome, RuleResult, Verdict, Violation};
