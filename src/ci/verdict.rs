//! The verdict on an image: plain data from which every report is written. No text is laid out here and no number rounded.

use std::borrow::Cow;

use super::acceptance::Acceptance;
use super::configured_rules::RuleLevel;
use super::rule_table::RuleId;
use crate::analysis::findings::{self, FindingKind, Fix};
use crate::image::{LayerId, NodeId};

/// The verdict on one image.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// One result for each rule, in the order of [`RuleId::ALL`].
    pub results: Vec<RuleResult>,
    /// Accepted findings that a rule would report.
    pub accepted: Vec<Accepted>,
    /// Entries of `accept` that match nothing.
    pub unused_accepts: Vec<Acceptance>,
    /// Warnings about globs of rules that match no file; escaped.
    pub warnings: Vec<String>,
}

/// The result of one rule.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleResult {
    /// The rule.
    pub id: RuleId,
    /// Its outcome.
    pub outcome: RuleOutcome,
    /// Whether it was skipped because it is off.
    pub is_disabled: bool,
    /// Whether breaking it fails the run.
    pub level: RuleLevel,
    /// The measured value; `None` when it was not measured.
    pub measured: Option<Measure>,
    /// The limit.
    pub limit: Option<Measure>,
    /// The limit as written.
    pub written: String,
    /// Why it was skipped, what broke it, or how it was measured where that is not obvious.
    pub why: String,
    /// Every path that broke it, largest first; text reports list the first few.
    pub violations: Vec<Violation>,
}

/// The outcome of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleOutcome {
    /// Within its limit.
    Passed,
    /// Broken, and the run fails.
    Failed,
    /// Broken, and only reported.
    Warned,
    /// Not checked.
    Skipped,
    /// Cannot be checked: it depends on a layer that is missing from the archive or from the baseline's archive.
    Unknown,
}

impl RuleOutcome {
    /// What reports write for an unknown outcome.
    pub(crate) const UNKNOWN: &'static str = "cannot be checked";

    /// Returns its name in JSON and in the rows of many images.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Passed => "pass",
            Self::Failed => "fail",
            Self::Warned => "warn",
            Self::Skipped => "skip",
            Self::Unknown => "unknown",
        }
    }
}

/// A number with its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// A ratio.
    Ratio(f64),
    /// Bytes.
    Bytes(u64),
    /// A count.
    Count(u64),
}

/// One path that breaks a rule, or a finding with many paths or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The path, the largest of several; `None` when it is about the image.
    pub node: Option<NodeId>,
    /// Unpacked bytes.
    pub bytes: u64,
    /// The layer that stores it, or whose instruction to change; `None` if no layer is responsible.
    pub stored_in: Option<LayerId>,
    /// The layer whose instruction hid it, when it is hidden.
    pub hidden_by: Option<LayerId>,
    /// What to do, or why, one or two sentences; not escaped.
    pub hint: Cow<'static, str>,
    /// What was found, when the path alone does not show it; not escaped. `bytes` of 0 then have no meaning.
    pub what: Option<String>,
    /// The part of it that is the same in every run on the image; `None` for an analysis finding, whose kind is.
    pub subject: Option<String>,
    /// Details of an analysis finding.
    pub details: Option<FindingDetails>,
}

/// Details of an analysis finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingDetails {
    /// Its kind.
    pub kind: FindingKind,
    /// Its level.
    pub level: findings::FindingLevel,
    /// Number of its paths.
    pub paths: usize,
    /// The lines to write; not escaped.
    pub fix: Fix,
}

/// An accepted finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The first rule that would report it.
    pub rule: RuleId,
    /// The finding.
    pub finding: Violation,
    /// Why it is accepted; not escaped.
    pub reason: String,
}

impl Violation {
    /// Returns the layer whose instruction to change: the one that hid the bytes, else the one that stores them.
    #[must_use]
    pub(crate) fn responsible_layer(&self) -> Option<LayerId> {
        self.hidden_by.or(self.stored_in)
    }
}

impl Verdict {
    /// Returns whether every rule of level error could be checked, and none is broken.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.count(RuleOutcome::Failed) == 0 && self.unknown().next().is_none()
    }

    /// Returns the rules of level error that cannot be checked.
    pub(crate) fn unknown(&self) -> impl Iterator<Item = &RuleResult> {
        let of_error = |result: &&RuleResult| result.level == RuleLevel::Error;
        let is_unknown = |result: &&RuleResult| result.outcome == RuleOutcome::Unknown;
        self.results.iter().filter(of_error).filter(is_unknown)
    }

    /// Returns the results of the enabled rules.
    pub(crate) fn enabled(&self) -> impl Iterator<Item = &RuleResult> {
        self.results.iter().filter(|result| !result.is_disabled)
    }

    /// Returns the results of the enabled rules and of dive's three, as dive lists them.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &RuleResult> {
        let listed = |result: &&RuleResult| result.id.is_dives() || !result.is_disabled;
        self.results.iter().filter(listed)
    }

    /// Returns how many of [`Self::listed`] have an outcome.
    #[must_use]
    pub(crate) fn count(&self, outcome: RuleOutcome) -> usize {
        self.listed()
            .filter(|result| result.outcome == outcome)
            .count()
    }
}
