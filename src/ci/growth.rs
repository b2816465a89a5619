//! Measures for the rules on growth: this image against its baseline. A smaller image has no growth.

use super::configured_rules::Limit;
use super::measure::{Measured, Unmeasured, heaviest, ratio, simple};
use super::rule_table::RuleId;
use super::scope::Scope;
use super::verdict::Measure;

/// Measures how much the image grew over its baseline.
///
/// # Errors
/// Why it has no value.
pub(super) fn measure(
    id: RuleId,
    limit: &Limit,
    scope: &Scope<'_>,
) -> Result<Measured, Unmeasured> {
    let baseline = scope.baseline.ok_or("no baseline")?;
    if baseline.is_at_least() && id != RuleId::HighestLayerGrowth {
        return Err(Unmeasured::Unknown(
            "a layer of the baseline is not in its archive",
        ));
    }
    let grown = scope.analysis.size.saturating_sub(baseline.size_bytes);
    Ok(match (id, limit) {
        (RuleId::HighestGrowthPercent, _) => {
            let value = Measure::Ratio(ratio(grown, baseline.size_bytes));
            simple(value, "the image grew too much over its baseline")
        }
        (RuleId::HighestLayerGrowth, _) => {
            let layers = scope.image.layers.len() as u64;
            let value = Measure::Count(layers.saturating_sub(baseline.layers));
            simple(value, "too many layers were added since the baseline")
        }
        (RuleId::HighestHiddenGrowth, _) => {
            let bytes = scope.analysis.hidden.bytes();
            let value = Measure::Bytes(bytes.saturating_sub(baseline.hidden_bytes));
            simple(value, "too many hidden bytes were added since the baseline")
        }
        (RuleId::DenyNew, Limit::Globs(globs)) => {
            let mut found = Vec::new();
            globs.each(scope.image, |node, _| {
                if let Some((layer, entry)) = scope.image.visible_entry(node)
                    && !scope.image.entry(entry).is_dir()
                    && !baseline.has(&scope.image.tree.path(node))
                {
                    found.push((layer, node, entry));
                }
            });
            Measured {
                violations: heaviest(
                    scope,
                    found.iter().copied(),
                    "Keep it out, or write a new baseline if it is intended.",
                ),
                ..simple(
                    Measure::Count(found.len() as u64),
                    "denied files were added since the baseline",
                )
            }
        }
        _ => simple(
            Measure::Bytes(grown),
            "the image grew too much over its baseline",
        ),
    })
}
