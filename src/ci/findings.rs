//! Measures for the rules on findings: the findings that are not accepted. A finding with thousands of paths counts as one, shown at its largest path. The
//! findings themselves come from `analysis::findings`.

use std::collections::BTreeSet;

use crate::analysis::findings::{self, Findings};
use crate::bytes::count;
use crate::ci::configured_rules::{Limit, Rule};
use crate::ci::measure::{Measured, simple};
use crate::ci::rule_table::RuleId;
use crate::ci::scope::Scope;
use crate::ci::verdict::{Accepted, FindingDetails, Measure, Violation};

/// Measures the findings.
///
/// # Errors
/// Why it cannot be measured.
pub(super) fn measure(rule: &Rule, scope: &Scope<'_>) -> Result<Measured, &'static str> {
    let filtered = scope.findings.as_ref();
    let left = &filtered.ok_or("findings were not computed")?.left;
    let left = left.iter().filter(|(found, _)| rule_matches(rule, found));
    let left: Vec<&(findings::Finding, usize)> = left.collect();
    let ids: BTreeSet<_> = left.iter().map(|(found, _)| found.kind).collect();
    let ids: Vec<&str> = ids.into_iter().map(findings::FindingKind::id).collect();
    let (value, why) = match rule.id {
        RuleId::HighestSavingsBytes => (
            Measure::Bytes(Findings::saved_bytes(left.iter().map(|(found, _)| found))),
            "too much could be saved",
        ),
        _ => (Measure::Count(left.len() as u64), "found"),
    };
    Ok(Measured {
        violations: left
            .iter()
            .map(|(found, accepted)| finding(found, *accepted))
            .collect(),
        ..simple(value, &format!("{why}: {}", ids.join(", ")))
    })
}

/// Returns the accepted findings that a rule would report, each once, with the first such rule.
pub(super) fn accepted(rules: &[Rule], scope: &Scope<'_>) -> Vec<Accepted> {
    let filtered = scope.findings.iter();
    let each = filtered.flat_map(|filtered| &filtered.accepted);
    let reported = each.filter_map(|(found, acceptance)| {
        let rule = rules.iter().find(|rule| rule_matches(rule, found))?;
        Some(Accepted {
            rule: rule.id,
            finding: finding(found, 0),
            reason: acceptance.reason.clone(),
        })
    });
    reported.collect()
}

/// Returns whether a rule is about a finding.
fn rule_matches(rule: &Rule, found: &findings::Finding) -> bool {
    match (rule.id, &rule.limit) {
        (RuleId::DenyFindings, Limit::FindingKinds(kinds)) => kinds.contains(&found.kind),
        (RuleId::DenyLevel, Limit::FindingLevel(level)) => found.level >= *level,
        (RuleId::HighestSavingsBytes, Limit::Bytes(_)) => found.bytes > 0,
        _ => false,
    }
}

fn finding(found: &findings::Finding, accepted: usize) -> Violation {
    let kind = found.kind;
    let paths = found.claims.len();
    let mut what = format!("{} [{}]", kind.title(), kind.id());
    if paths > 0 {
        what = format!("{what}, {}", count(paths as u64, "path", "paths"));
    }
    if accepted > 0 {
        what = format!("{what} ({accepted} more accepted)");
    }
    Violation {
        node: found.claims.first().map(|claim| claim.node),
        bytes: found.bytes,
        stored_in: found.layer,
        hidden_by: None,
        hint: found.why.clone().into(),
        what: Some(what),
        subject: None,
        details: Some(FindingDetails {
            kind,
            level: found.level,
            paths,
            fix: found.fix.clone(),
        }),
    }
}
