//! Rules over an image and its analysis: strict comparisons, as dive's, and the paths that broke them. Pure: nothing is read or written.

use super::baseline::Baseline;
use super::id::Id;
use super::measure::{Measured, measure};
use super::rules::{Level, Limit, Rule, Rules};
use super::scope::Scope;
use super::verdict::{Measure, Ruling, Standing, Verdict};
use crate::analysis::Analysis;
use crate::analysis::findings::Advice;
use crate::ci::findings;
use crate::image::Image;
use crate::scan::Vulnerabilities;

/// Judges an image. `advice` is what was found in it, where [`Rules::ask_advice`].
#[must_use]
pub fn judge(
    rules: &Rules,
    image: &Image,
    analysis: &Analysis,
    baseline: Option<&Baseline>,
    vulnerabilities: Option<&Vulnerabilities>,
    advice: Option<&Advice>,
) -> Verdict {
    let scope = Scope::of(rules, image, analysis, baseline, vulnerabilities, advice);
    let rulings = rules
        .all
        .iter()
        .map(|rule| match measure(rule, &scope) {
            Ok(measured) => ruling(rule, rules, measured),
            Err(why) => skipped(rule, why),
        })
        .collect();
    let stale = scope.advice.iter().flat_map(|sifted| &sifted.stale);
    Verdict {
        rulings,
        accepted: findings::accepted(&rules.all, &scope),
        stale: stale.map(|&one| one.clone()).collect(),
    }
}

fn ruling(rule: &Rule, rules: &Rules, measured: Measured) -> Ruling {
    let Measured {
        value,
        limit,
        why,
        findings,
        wasted,
    } = measured;
    let limit = limit.or_else(|| plain(&rule.limit));
    let broken = match (value, limit) {
        (Measure::Ratio(value), Some(Measure::Ratio(limit))) if rule.id == Id::LowestEfficiency => {
            value < limit
        }
        (Measure::Ratio(value), Some(Measure::Ratio(limit))) => value > limit,
        (Measure::Bytes(value), Some(Measure::Bytes(limit)))
        | (Measure::Count(value), Some(Measure::Count(limit))) => value > limit,
        _ => false,
    };
    let low = matches!(value, Measure::Ratio(_))
        && rule.id != Id::HighestGrowthPercent
        && wasted < rules.floor;
    let standing = match (broken, rule.level) {
        (false, _) => Standing::Passed,
        (true, _) if low => Standing::Skipped,
        (true, Level::Error) => Standing::Failed,
        (true, Level::Warn) => Standing::Warned,
    };
    let told = matches!(standing, Standing::Failed | Standing::Warned);
    Ruling {
        id: rule.id,
        standing,
        level: rule.level,
        measured: Some(value),
        limit,
        written: rule.written.clone(),
        why: match standing {
            Standing::Passed => String::new(),
            Standing::Skipped => "fewer bytes are wasted than the floor".to_owned(),
            Standing::Failed | Standing::Warned => why,
        },
        findings: if told { findings } else { Vec::new() },
    }
}

fn skipped(rule: &Rule, why: &str) -> Ruling {
    Ruling {
        id: rule.id,
        standing: Standing::Skipped,
        level: rule.level,
        measured: None,
        limit: plain(&rule.limit),
        written: rule.written.clone(),
        why: why.to_owned(),
        findings: Vec::new(),
    }
}

fn plain(limit: &Limit) -> Option<Measure> {
    match *limit {
        Limit::Off | Limit::Budgets(..) => None,
        Limit::Ratio(ratio) => Some(Measure::Ratio(ratio)),
        Limit::Bytes(bytes) => Some(Measure::Bytes(bytes)),
        Limit::Count(count) => Some(Measure::Count(count)),
        Limit::Globs(_) | Limit::Topics(_) | Limit::Severity(_) => Some(Measure::Count(0)),
    }
}
