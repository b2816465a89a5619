//! Rules over an analysis: strict comparisons, as dive's, and the paths that broke them. Pure: nothing is read or written.

use super::rules::{Id, Level, Limit, Rule, Rules};
use super::verdict::{Finding, Measure, Ruling, Standing, Verdict};
use crate::analysis::{Analysis, Burial};

/// How many paths a broken rule names.
const MOST_FINDINGS: usize = 20;

/// Judges an image by its analysis.
#[must_use]
pub fn judge(rules: &Rules, analysis: &Analysis) -> Verdict {
    Verdict {
        rulings: rules
            .all
            .iter()
            .map(|rule| ruling(rule, analysis))
            .collect(),
    }
}

fn ruling(rule: &Rule, analysis: &Analysis) -> Ruling {
    let numbers = &analysis.efficiency;
    let (measured, broken, words) = match (rule.id, &rule.limit) {
        (Id::LowestEfficiency, &Limit::Ratio(limit)) => (
            Measure::Ratio(numbers.score),
            numbers.score < limit,
            "the same paths are stored again and again",
        ),
        (Id::HighestWastedBytes, &Limit::Bytes(limit)) => (
            Measure::Bytes(numbers.wasted_bytes),
            numbers.wasted_bytes > limit,
            "too many bytes stand in paths stored more than once",
        ),
        (Id::HighestUserWastedPercent, &Limit::Ratio(limit)) => (
            Measure::Ratio(numbers.user_wasted_percent),
            numbers.user_wasted_percent > limit,
            "too many bytes stand in paths stored more than once, for what the layers above the first add",
        ),
        _ => return skipped(rule),
    };
    let standing = match (broken, rule.level) {
        (false, _) => Standing::Passed,
        (true, Level::Error) => Standing::Failed,
        (true, Level::Warn) => Standing::Warned,
    };
    Ruling {
        id: rule.id,
        standing,
        level: rule.level,
        measured: Some(measured),
        limit: measure(&rule.limit),
        written: rule.written.clone(),
        why: if broken {
            words.to_owned()
        } else {
            String::new()
        },
        findings: if broken { buried(analysis) } else { Vec::new() },
    }
}

fn skipped(rule: &Rule) -> Ruling {
    Ruling {
        id: rule.id,
        standing: Standing::Skipped,
        level: rule.level,
        measured: None,
        limit: None,
        written: rule.written.clone(),
        why: "disabled".to_owned(),
        findings: Vec::new(),
    }
}

fn measure(limit: &Limit) -> Option<Measure> {
    match *limit {
        Limit::Off => None,
        Limit::Ratio(ratio) => Some(Measure::Ratio(ratio)),
        Limit::Bytes(bytes) => Some(Measure::Bytes(bytes)),
    }
}

/// The heaviest records that are shipped and not seen.
fn buried(analysis: &Analysis) -> Vec<Finding> {
    analysis
        .waste
        .buried
        .iter()
        .take(MOST_FINDINGS)
        .map(|row| Finding {
            node: row.node,
            bytes: row.bytes,
            stored_in: row.stored_in,
            buried_by: Some(row.buried_by),
            advice: advice(row.how),
        })
        .collect()
}

/// Returns what to do about bytes that were buried so.
#[must_use]
pub(super) const fn advice(how: Burial) -> &'static str {
    match how {
        Burial::Rewritten => {
            "Write it once: make the final version in the instruction that first stores it."
        }
        Burial::Touched => {
            "Set mode and owner where it is stored: COPY --chmod/--chown, or in the same RUN."
        }
        Burial::Removed => "Remove it in the instruction that makes it, or build in another stage.",
    }
}
