//! Checks an image against rules: strict comparisons, as in dive, and the paths that broke a rule. Pure: no reading, no writing.

use super::baseline::Baseline;
use super::configured_rules::{Limit, Rule, RuleLevel, Rules};
use super::measure::{Measured, Unmeasured, measure};
use super::rule_table::RuleId;
use super::scope::Scope;
use super::verdict::{Measure, RuleOutcome, RuleResult, Verdict};
use crate::analysis::findings::Findings;
use crate::analysis::{Analysis, NOT_READ};
use crate::ci::findings;
use crate::image::{Image, LayerId};
use crate::scan::Vulnerabilities;

/// Checks an image. `findings` may be left out when no rule reads them.
#[must_use]
pub fn judge(
    rules: &Rules,
    image: &Image,
    analysis: &Analysis,
    baseline: Option<&Baseline>,
    vulnerabilities: Option<&Vulnerabilities>,
    findings: Option<&Findings>,
) -> Verdict {
    let scope = Scope::of(rules, image, analysis, baseline, vulnerabilities, findings);
    let mut warnings = Vec::new();
    let results = rules
        .all
        .iter()
        .map(|rule| match measure(rule, &scope) {
            Ok(mut measured) => {
                warnings.append(&mut measured.warnings);
                result(rule, rules, measured, missing(rule.id, &scope))
            }
            Err(Unmeasured::Disabled) => RuleResult {
                is_disabled: true,
                ..without_value(rule, RuleOutcome::Skipped, "disabled")
            },
            Err(Unmeasured::Skipped(why)) => without_value(rule, RuleOutcome::Skipped, why),
            Err(Unmeasured::Unknown(why)) => without_value(rule, RuleOutcome::Unknown, why),
        })
        .collect();
    let unused = scope.findings.iter().flat_map(|filtered| &filtered.unused);
    Verdict {
        results,
        accepted: findings::accepted(&rules.all, &scope),
        unused_accepts: unused.map(|&one| one.clone()).collect(),
        warnings,
    }
}

/// Returns which layer is not in the archive, if it counts for a rule: what is measured is then a lower bound.
fn missing(rule: RuleId, scope: &Scope<'_>) -> Option<String> {
    let from = match rule {
        RuleId::HighestLayerCount
        | RuleId::HighestLayerGrowth
        | RuleId::HighestCritical
        | RuleId::HighestHigh
        | RuleId::HighestMedium
        | RuleId::HighestLow => return None,
        RuleId::LargestNewFile => scope.analysis.base.layers,
        RuleId::HighestImageSize
        | RuleId::HighestCompressedSize
        | RuleId::HighestHiddenBytes
        | RuleId::HighestHiddenPercent
        | RuleId::Deny
        | RuleId::Budget
        | RuleId::DenyFindings
        | RuleId::DenyLevel
        | RuleId::HighestSavingsBytes => scope.from,
        RuleId::LowestEfficiency
        | RuleId::HighestWastedBytes
        | RuleId::HighestUserWastedPercent
        | RuleId::HighestGrowthBytes
        | RuleId::HighestGrowthPercent
        | RuleId::HighestHiddenGrowth
        | RuleId::DenyNew => 0,
    };
    let is_known = |layer: LayerId| {
        rule == RuleId::HighestCompressedSize
            && scope.image.layer(layer).heading.compressed.is_some()
    };
    let mut missing = scope.analysis.missing.iter().copied();
    let missing = missing.find(|layer| layer.index() >= from && !is_known(*layer))?;
    Some(if scope.analysis.shallow {
        NOT_READ.to_owned()
    } else {
        format!("layer {} is not in the archive", missing.index() + 1)
    })
}

fn result(rule: &Rule, rules: &Rules, measured: Measured, missing: Option<String>) -> RuleResult {
    let Measured {
        value,
        limit,
        why,
        note,
        violations,
        wasted,
        warnings: _,
    } = measured;
    let limit = limit.or_else(|| measure_of(&rule.limit));
    let exceeded = match (value, limit) {
        (Measure::Ratio(value), Some(Measure::Ratio(limit)))
            if rule.id == RuleId::LowestEfficiency =>
        {
            value < limit
        }
        (Measure::Ratio(value), Some(Measure::Ratio(limit))) => value > limit,
        (Measure::Bytes(value), Some(Measure::Bytes(limit)))
        | (Measure::Count(value), Some(Measure::Count(limit))) => value > limit,
        _ => false,
    };
    let below_floor = matches!(value, Measure::Ratio(_))
        && rule.id != RuleId::HighestGrowthPercent
        && wasted < rules.floor;
    // Layers can only add to sums and counts, so one that is exceeded without them stays exceeded; a share can fall.
    let grows = !matches!(value, Measure::Ratio(_)) || rule.id == RuleId::HighestGrowthPercent;
    if let Some(why) = missing.filter(|_| !(exceeded && grows)) {
        return without_value(rule, RuleOutcome::Unknown, &why);
    }
    let outcome = match (exceeded, rule.level) {
        (false, _) => RuleOutcome::Passed,
        (true, _) if below_floor => RuleOutcome::Skipped,
        (true, RuleLevel::Error) => RuleOutcome::Failed,
        (true, RuleLevel::Warn) => RuleOutcome::Warned,
    };
    let reported = matches!(outcome, RuleOutcome::Failed | RuleOutcome::Warned);
    RuleResult {
        id: rule.id,
        outcome,
        is_disabled: false,
        level: rule.level,
        measured: Some(value),
        limit,
        written: rule.written.clone(),
        why: match outcome {
            RuleOutcome::Passed => note,
            RuleOutcome::Skipped if rule.id == RuleId::HighestHiddenPercent => {
                "fewer bytes are hidden than `floor`".to_owned()
            }
            RuleOutcome::Skipped => "fewer bytes are wasted than `floor`".to_owned(),
            _ if note.is_empty() => why,
            RuleOutcome::Failed | RuleOutcome::Warned | RuleOutcome::Unknown => {
                format!("{why}; {note}")
            }
        },
        violations: if reported { violations } else { Vec::new() },
    }
}

fn without_value(rule: &Rule, outcome: RuleOutcome, why: &str) -> RuleResult {
    RuleResult {
        id: rule.id,
        outcome,
        is_disabled: false,
        level: rule.level,
        measured: None,
        limit: measure_of(&rule.limit),
        written: rule.written.clone(),
        why: why.to_owned(),
        violations: Vec::new(),
    }
}

fn measure_of(limit: &Limit) -> Option<Measure> {
    match *limit {
        Limit::Off | Limit::Budgets(..) => None,
        Limit::Ratio(ratio) => Some(Measure::Ratio(ratio)),
        Limit::Bytes(bytes) => Some(Measure::Bytes(bytes)),
        Limit::Count(count) => Some(Measure::Count(count)),
        Limit::Globs(_) | Limit::FindingKinds(_) | Limit::FindingLevel(_) => {
            Some(Measure::Count(0))
        }
    }
}
