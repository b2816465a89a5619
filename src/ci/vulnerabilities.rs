//! Measures for the rules on vulnerabilities: how many of a severity a scan report lists in the layers that count.

use super::measure::{Measured, simple};
use super::rule_table::RuleId;
use super::scope::Scope;
use super::verdict::{Measure, Violation};
use crate::scan::{LocatedVulnerability, Severity};

/// Counts the vulnerabilities of a rule's severity.
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
    let all = scope.vulnerabilities.ok_or("no scan report")?;
    let counts =
        |found: &&LocatedVulnerability| found.layer.is_none_or(|layer| layer.index() >= scope.from);
    let counted: Vec<&LocatedVulnerability> = all.of(severity).filter(counts).collect();
    let why = format!("too many vulnerabilities are {}", severity.name());
    Ok(Measured {
        violations: counted.iter().map(|found| finding(found)).collect(),
        ..simple(Measure::Count(counted.len() as u64), &why)
    })
}

fn finding(found: &LocatedVulnerability) -> Violation {
    Violation {
        node: found.node,
        bytes: 0,
        stored_in: found.layer,
        hidden_by: None,
        hint: match (found.reported.fixed.is_empty(), found.in_base) {
            (true, _) => "No fixed version exists: remove the package, or add the rule to `warn`.",
            (false, Some(true)) => {
                "Use a newer base image, or upgrade the package in an own layer."
            }
            (false, _) => "Upgrade the package.",
        }
        .into(),
        what: Some(found.phrase()),
        subject: Some(found.subject()),
        details: None,
    }
}
