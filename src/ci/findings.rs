//! What the rules on advice measure: the findings that are left when the accepted ones are taken out. A finding of thousands of paths is one finding, told at
//! its heaviest. What is found, and how much it matters, is `analysis::advice`'s.

use std::collections::BTreeSet;

use crate::analysis::findings::{self, Advice};
use crate::bytes::count;
use crate::ci::id::Id;
use crate::ci::measure::{Measured, simple};
use crate::ci::rules::{Limit, Rule};
use crate::ci::scope::Scope;
use crate::ci::verdict::{Accepted, Advised, Finding, Measure};

/// Measures what advice finds.
///
/// # Errors
/// Why it cannot be measured.
pub(super) fn measure(rule: &Rule, scope: &Scope<'_>) -> Result<Measured, &'static str> {
    let sifted = scope.advice.as_ref();
    let left = &sifted.ok_or("findings were not looked for")?.left;
    let left = left.iter().filter(|(found, _)| concerns(rule, found));
    let left: Vec<&(findings::Finding, usize)> = left.collect();
    let ids: BTreeSet<_> = left.iter().map(|(found, _)| found.topic).collect();
    let ids: Vec<&str> = ids.into_iter().map(findings::Topic::id).collect();
    let (value, why) = match rule.id {
        Id::HighestSavingsBytes => (
            Measure::Bytes(Advice::together(left.iter().map(|(found, _)| found))),
            "too much could go",
        ),
        _ => (Measure::Count(left.len() as u64), "found"),
    };
    Ok(Measured {
        findings: left
            .iter()
            .map(|(found, accepted)| finding(found, *accepted))
            .collect(),
        ..simple(value, &format!("{why}: {}", ids.join(", ")))
    })
}

/// Returns what was accepted of what a rule would have told, each once, by the first of the rules.
pub(super) fn accepted(rules: &[Rule], scope: &Scope<'_>) -> Vec<Accepted> {
    let sifted = scope.advice.iter();
    let each = sifted.flat_map(|sifted| &sifted.accepted);
    let told = each.filter_map(|(found, acceptance)| {
        let rule = rules.iter().find(|rule| concerns(rule, found))?;
        Some(Accepted {
            rule: rule.id,
            finding: finding(found, 0),
            reason: acceptance.reason.clone(),
        })
    });
    told.collect()
}

/// Returns whether a finding has to do with a rule.
fn concerns(rule: &Rule, found: &findings::Finding) -> bool {
    match (rule.id, &rule.limit) {
        (Id::DenyFindings, Limit::Topics(topics)) => topics.contains(&found.topic),
        (Id::DenyLevel, Limit::Severity(level)) => found.level >= *level,
        (Id::HighestSavingsBytes, Limit::Bytes(_)) => found.bytes > 0,
        _ => false,
    }
}

fn finding(found: &findings::Finding, accepted: usize) -> Finding {
    let topic = found.topic;
    let paths = found.claims.len();
    let mut what = format!("{} [{}]", topic.title(), topic.id());
    if paths > 0 {
        what = format!("{what}, {}", count(paths as u64, "path", "paths"));
    }
    if accepted > 0 {
        what = format!("{what} ({accepted} more accepted)");
    }
    Finding {
        node: found.claims.first().map(|claim| claim.node),
        bytes: found.bytes,
        stored_in: found.layer,
        hidden_by: None,
        advice: found.why.clone().into(),
        what: Some(what),
        advised: Some(Advised {
            topic,
            level: found.level,
            paths,
            fix: found.fix.clone(),
        }),
    }
}
