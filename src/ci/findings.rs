//! What the rules on advice measure: the findings that are left when the accepted ones are taken out. A finding of thousands of paths is one finding, told at
//! its heaviest. What is found, and how much it matters, is `analysis::advice`'s.

use std::collections::BTreeSet;

use crate::analysis::findings::{self, Findings};
use crate::bytes::count;
use crate::ci::measure::{Measured, simple};
use crate::ci::rule_id::RuleId;
use crate::ci::rules::{Limit, Rule};
use crate::ci::scope::Scope;
use crate::ci::verdict::{Accepted, FindingDetails, Measure, RuleFinding};

/// Measures what advice finds.
///
/// # Errors
/// Why it cannot be measured.
pub(super) fn measure(rule: &Rule, scope: &Scope<'_>) -> Result<Measured, &'static str> {
    let sifted = scope.findings.as_ref();
    let left = &sifted.ok_or("findings were not looked for")?.left;
    let left = left.iter().filter(|(found, _)| concerns(rule, found));
    let left: Vec<&(findings::Finding, usize)> = left.collect();
    let ids: BTreeSet<_> = left.iter().map(|(found, _)| found.kind).collect();
    let ids: Vec<&str> = ids.into_iter().map(findings::FindingKind::id).collect();
    let (value, why) = match rule.id {
        RuleId::HighestSavingsBytes => (
            Measure::Bytes(Findings::together(left.iter().map(|(found, _)| found))),
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
    let sifted = scope.findings.iter();
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
        (RuleId::DenyFindings, Limit::FindingKinds(topics)) => topics.contains(&found.kind),
        (RuleId::DenyLevel, Limit::Severity(level)) => found.level >= *level,
        (RuleId::HighestSavingsBytes, Limit::Bytes(_)) => found.bytes > 0,
        _ => false,
    }
}

fn finding(found: &findings::Finding, accepted: usize) -> RuleFinding {
    let kind = found.kind;
    let paths = found.claims.len();
    let mut what = format!("{} [{}]", kind.title(), kind.id());
    if paths > 0 {
        what = format!("{what}, {}", count(paths as u64, "path", "paths"));
    }
    if accepted > 0 {
        what = format!("{what} ({accepted} more accepted)");
    }
    RuleFinding {
        node: found.claims.first().map(|claim| claim.node),
        bytes: found.bytes,
        stored_in: found.layer,
        hidden_by: None,
        hint: found.why.clone().into(),
        what: Some(what),
        details: Some(FindingDetails {
            kind,
            level: found.level,
            paths,
            fix: found.fix.clone(),
        }),
    }
}
