//! The rules of `fleet`: the outcome of each rule for an image, as rows. `ci` judges; `fleet` is independent of the rules.

use crate::ci::{self, Measure, RuleResult, Rules};
use crate::fleet::{Judge, RuleRow};

/// The parts of one that a ratio is counted in.
const MILLION: f64 = 1e6;

/// Returns what judges an image by some rules.
pub(super) fn judge(rules: Rules) -> Box<Judge> {
    Box::new(move |name, image, analysis, content| {
        let findings = Some(&content.findings);
        let verdict = ci::judge(&rules, image, analysis, None, None, findings);
        let enabled = verdict.enabled();
        enabled.map(|result| row(name, result)).collect()
    })
}

fn row(image: &str, result: &RuleResult) -> RuleRow {
    let unit = result
        .measured
        .or(result.limit)
        .map(|measure| match measure {
            Measure::Ratio(_) => "millionths",
            Measure::Bytes(_) => "bytes",
            Measure::Count(_) => "count",
        });
    RuleRow {
        image: image.to_owned(),
        rule: result.id.name().to_owned(),
        outcome: result.outcome.id().to_owned(),
        measured: result.measured.map(number),
        limit: result.limit.map(number),
        unit: unit.map(str::to_owned),
    }
}

/// Returns a measure as databases have it.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a larger ratio is the largest number"
)]
fn number(measure: Measure) -> i64 {
    match measure {
        Measure::Ratio(ratio) => (ratio * MILLION).round() as i64,
        Measure::Bytes(number) | Measure::Count(number) => {
            i64::try_from(number).unwrap_or(i64::MAX)
        }
    }
}
