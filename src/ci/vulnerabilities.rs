//! What the rules on vulnerabilities measure: how many of a severity a scan report names in the layers that count. The scanner is believed.

use super::measure::{Measured, simple};
use super::rule_id::RuleId;
use super::scope::Scope;
use super::verdict::{Measure, RuleFinding};
use crate::scan::{LocatedVulnerability, Severity};

/// Counts the vulnerabilities of the severity that a rule is about.
///
/// # Errors
/// Why they cannot be counted.
pub(super) fn measure(id: RuleId, scope: &Scope<'_>) -> Result<Measured, &'static str> {
    let severity = match id {
        RuleId::HighestCritical => Severity::Critical,
        RuleId::HighestHigh => Severity::High,
        RuleId::HighestMedium => Severity::Medium,
        _ => Severity::Low,
    };
    let all = scope.vulnerabilities.ok_or("no scan report was given")?;
    let counts =
        |found: &&LocatedVulnerability| found.layer.is_none_or(|layer| layer.index() >= scope.from);
    let counted: Vec<&LocatedVulnerability> = all.of(severity).filter(counts).collect();
    let why = format!("too many vulnerabilities are {}", severity.name());
    Ok(Measured {
        findings: counted.iter().map(|found| finding(found)).collect(),
        ..simple(Measure::Count(counted.len() as u64), &why)
    })
}

fn finding(found: &LocatedVulnerability) -> RuleFinding {
    RuleFinding {
        node: found.node,
        bytes: 0,
        stored_in: found.layer,
        hidden_by: None,
        hint: match (found.reported.fixed.is_empty(), found.in_base) {
            (true, _) => {
                "No version mends it yet: leave the package out, or let the rule only warn."
            }
            (false, Some(true)) => {
                "Build on a newer base, or upgrade the package in a layer of yours."
            }
            (false, _) => "Upgrade the package.",
        }
        .into(),
        what: Some(found.phrase()),
        details: None,
    }
}
