//! What the judge found: plain data, so that every report is written from one value. No text is laid out here and no number rounded.

use super::id::Id;
use super::rules::Level;
use crate::image::{LayerId, NodeId};

/// The judgement of one image.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// One a rule, in the order of [`Id::ALL`].
    pub rulings: Vec<Ruling>,
}

/// What one rule says of the image.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruling {
    /// The rule.
    pub id: Id,
    /// How it stands.
    pub standing: Standing,
    /// What breaking it means.
    pub level: Level,
    /// What was measured; nothing when it was not.
    pub measured: Option<Measure>,
    /// What is allowed.
    pub limit: Option<Measure>,
    /// The limit as it was written.
    pub written: String,
    /// Why it was skipped, or what broke it, in words.
    pub why: String,
    /// Every path that broke it, worst first; a report for people lists the first of them.
    pub findings: Vec<Finding>,
}

/// How a rule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
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

/// One path that has to do with a broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The path.
    pub node: NodeId,
    /// Unpacked bytes.
    pub bytes: u64,
    /// The layer that stores them.
    pub stored_in: LayerId,
    /// The layer whose instruction hid them, when they are hidden.
    pub buried_by: Option<LayerId>,
    /// What to do, in one sentence.
    pub advice: &'static str,
    /// What is found, where the path alone does not say it; not made safe. Bytes say nothing then.
    pub what: Option<String>,
}

impl Finding {
    /// Returns the layer whose instruction is to be changed: the one that buried the bytes, else the one that stores them.
    #[must_use]
    pub fn blame(&self) -> LayerId {
        self.buried_by.unwrap_or(self.stored_in)
    }
}

impl Verdict {
    /// Returns whether no rule of level error is broken.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.count(Standing::Failed) == 0
    }

    /// Returns the rules worth listing: dive's three, and every other that was asked for.
    pub fn asked(&self) -> impl Iterator<Item = &Ruling> {
        let asked = |ruling: &&Ruling| ruling.id.is_dives() || ruling.why != "disabled";
        self.rulings.iter().filter(asked)
    }

    /// Returns how many of [`Self::asked`] stand so.
    #[must_use]
    pub fn count(&self, standing: Standing) -> usize {
        self.asked()
            .filter(|ruling| ruling.standing == standing)
            .count()
    }
}
