//! What the judge found: plain data, so that every report is written from one value. No text is laid out here and no number rounded.

use std::borrow::Cow;

use super::acceptance::Acceptance;
use super::rule_id::RuleId;
use super::rules::RuleLevel;
use crate::analysis::findings::{self, FindingKind, Fix};
use crate::image::{LayerId, NodeId};

/// The judgement of one image.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// One a rule, in the order of [`RuleId::ALL`].
    pub results: Vec<RuleResult>,
    /// What advice found and the rules file accepts, where a rule would have told it.
    pub accepted: Vec<Accepted>,
    /// What the rules file accepts and nothing has.
    pub stale: Vec<Acceptance>,
}

/// What one rule says of the image.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleResult {
    /// The rule.
    pub id: RuleId,
    /// How it stands.
    pub outcome: Outcome,
    /// What breaking it means.
    pub level: RuleLevel,
    /// What was measured; nothing when it was not.
    pub measured: Option<Measure>,
    /// What is allowed.
    pub limit: Option<Measure>,
    /// The limit as it was written.
    pub written: String,
    /// Why it was skipped, or what broke it, in words.
    pub why: String,
    /// Every path that broke it, worst first; a report for people lists the first of them.
    pub findings: Vec<RuleFinding>,
}

/// How a rule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Kept.
    Passed,
    /// Broken, and the run fails.
    Failed,
    /// Broken, and only told.
    Warned,
    /// Not asked.
    Skipped,
}

/// A number with its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// A ratio.
    Ratio(f64),
    /// Bytes.
    Bytes(u64),
    /// A number of things.
    Count(u64),
}

/// One path that has to do with a broken rule; of what has many paths or none, what there is to say of all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFinding {
    /// The path, of several the heaviest; nothing when it is the image as a whole.
    pub node: Option<NodeId>,
    /// Unpacked bytes.
    pub bytes: u64,
    /// The layer that stores them, or whose instruction is to be changed; nothing when no layer is to blame.
    pub stored_in: Option<LayerId>,
    /// The layer whose instruction hid them, when they are hidden.
    pub hidden_by: Option<LayerId>,
    /// What to do, or why, in a sentence or two; not made safe.
    pub hint: Cow<'static, str>,
    /// What is found, where the path alone does not say it; not made safe. No bytes say nothing then.
    pub what: Option<String>,
    /// The piece of advice that it is.
    pub details: Option<FindingDetails>,
}

/// What a piece of advice says beside its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingDetails {
    /// What it is about.
    pub kind: FindingKind,
    /// How much it matters.
    pub level: findings::FindingLevel,
    /// How many records it speaks of.
    pub paths: usize,
    /// The lines to write; not made safe.
    pub fix: Fix,
}

/// A finding that breaks no rule, since it is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The first rule that would have told it.
    pub rule: RuleId,
    /// What was found.
    pub finding: RuleFinding,
    /// Why it may be; not made safe.
    pub reason: String,
}

impl RuleFinding {
    /// Returns the layer whose instruction is to be changed: the one that buried the bytes, else the one that stores them.
    #[must_use]
    pub fn blame(&self) -> Option<LayerId> {
        self.hidden_by.or(self.stored_in)
    }
}

impl Verdict {
    /// Returns whether no rule of level error is broken.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.count(Outcome::Failed) == 0
    }

    /// Returns the rules worth listing: dive's three, and every other that was asked for.
    pub fn enabled(&self) -> impl Iterator<Item = &RuleResult> {
        let enabled = |result: &&RuleResult| result.id.is_dives() || result.why != "disabled";
        self.results.iter().filter(enabled)
    }

    /// Returns how many of [`Self::enabled`] stand so.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        self.enabled()
            .filter(|result| result.outcome == outcome)
            .count()
    }
}
