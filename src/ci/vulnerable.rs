//! What the rules on vulnerabilities measure: how many of a severity a scan report names in the layers that count. The scanner is believed.

use super::id::Id;
use super::measure::{Measured, simple};
use super::scope::Scope;
use super::verdict::{Finding, Measure};
use crate::escape;
use crate::image::NodeId;
use crate::scan::{Found, Severity};

/// Counts the vulnerabilities of the severity that a rule is about.
///
/// # Errors
/// Why they cannot be counted.
pub(super) fn measure(id: Id, scope: &Scope<'_>) -> Result<Measured, &'static str> {
    let severity = match id {
        Id::HighestCritical => Severity::Critical,
        Id::HighestHigh => Severity::High,
        Id::HighestMedium => Severity::Medium,
        _ => Severity::Low,
    };
    let all = scope.vulnerabilities.ok_or("no scan report was given")?;
    let counts = |found: &&Found| found.layer.is_none_or(|layer| layer.index() >= scope.from);
    let counted: Vec<&Found> = all.of(severity).filter(counts).collect();
    let nowhere = counted.iter().filter(|found| found.layer.is_none());
    let nowhere: Vec<String> = nowhere
        .map(|found| escape::text(&found.phrase()).into_owned())
        .collect();
    let mut why = format!("too many vulnerabilities are {}", severity.name());
    if !nowhere.is_empty() {
        let more = nowhere.len().saturating_sub(5);
        why = format!("{why}; {}", nowhere[..nowhere.len() - more].join("; "));
        if more > 0 {
            why = format!("{why}; and {more} more in no known layer");
        }
    }
    Ok(Measured {
        findings: counted.iter().filter_map(|found| finding(found)).collect(),
        ..simple(Measure::Count(counted.len() as u64), &why)
    })
}

fn finding(found: &Found) -> Option<Finding> {
    Some(Finding {
        node: found.node.unwrap_or(NodeId::ROOT),
        bytes: 0,
        stored_in: found.layer?,
        buried_by: None,
        advice: match (found.said.fixed.is_empty(), found.inherited) {
            (true, _) => {
                "No version mends it yet: leave the package out, or let the rule only warn."
            }
            (false, Some(true)) => {
                "Build on a newer base, or upgrade the package in a layer of yours."
            }
            (false, _) => "Upgrade the package.",
        },
        what: Some(found.phrase()),
    })
}
