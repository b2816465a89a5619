//! What each rule measures, and every path it is about, heaviest first. Comparing with the limit is `judge`'s.

use super::rule_id::RuleId;
use super::rules::{Limit, Rule};
use super::scope::Scope;
use super::verdict::{Measure, RuleFinding};
use super::vulnerabilities;
use crate::analysis::HiddenKind;
use crate::image::{EntryId, LayerId, NodeId};

/// What a rule measured.
pub(super) struct Measured {
    pub(super) value: Measure,
    /// The limit, when the rule has several.
    pub(super) limit: Option<Measure>,
    pub(super) why: String,
    pub(super) findings: Vec<RuleFinding>,
    /// Bytes wasted, to hold against the floor.
    pub(super) wasted: u64,
}

/// Measures what a rule is about.
///
/// # Errors
/// Why it cannot be measured.
pub(super) fn measure(rule: &Rule, scope: &Scope<'_>) -> Result<Measured, &'static str> {
    let analysis = scope.analysis;
    let layers = scope.image.layers.get(scope.from..).unwrap_or_default();
    Ok(match (rule.id, &rule.limit) {
        (_, Limit::Off) => return Err("disabled"),
        (RuleId::LowestEfficiency, _) => {
            let (least, total, wasted) = scope.dives();
            let efficiency = if total == 0 { 1.0 } else { ratio(least, total) };
            wasteful(
                scope,
                Measure::Ratio(efficiency),
                wasted,
                "the same paths are stored again and again",
            )
        }
        (RuleId::HighestWastedBytes, _) => {
            let (_, _, wasted) = scope.dives();
            wasteful(
                scope,
                Measure::Bytes(wasted),
                wasted,
                "too many bytes stand in paths stored more than once",
            )
        }
        (RuleId::HighestUserWastedPercent, _) => {
            let (_, _, wasted) = scope.dives();
            let value = Measure::Ratio(ratio(wasted, analysis.efficiency.user_bytes));
            wasteful(
                scope,
                value,
                wasted,
                "too much of what stands above the first layer is stored more than once",
            )
        }
        (RuleId::HighestHiddenBytes, _) => {
            let bytes = scope.hidden_bytes();
            wasteful(
                scope,
                Measure::Bytes(bytes),
                bytes,
                "too many bytes are shipped that no container sees",
            )
        }
        (RuleId::HighestHiddenPercent, _) => {
            let bytes = scope.hidden_bytes();
            let value = Measure::Ratio(ratio(bytes, scope.size()));
            wasteful(
                scope,
                value,
                bytes,
                "too much is shipped that no container sees",
            )
        }
        (RuleId::HighestImageSize, _) => simple(
            Measure::Bytes(scope.size()),
            "the layers are too large, unpacked",
        ),
        (RuleId::HighestCompressedSize, _) => {
            let stored = layers
                .iter()
                .map(|layer| layer.heading.compressed)
                .sum::<Option<u64>>();
            simple(
                Measure::Bytes(stored.ok_or("the packed size is not known")?),
                "the layers are too large, packed",
            )
        }
        (RuleId::HighestLayerCount, _) => simple(
            Measure::Count(layers.len() as u64),
            "there are too many layers",
        ),
        (RuleId::LargestNewFile, &Limit::Bytes(limit)) => largest(scope, limit),
        (RuleId::Deny, Limit::Globs(globs)) => banned(scope, globs),
        (RuleId::Budget, Limit::Budgets(globs, limits)) => budget(scope, globs, limits),
        (
            RuleId::HighestGrowthBytes
            | RuleId::HighestGrowthPercent
            | RuleId::HighestLayerGrowth
            | RuleId::HighestHiddenGrowth
            | RuleId::DenyNew,
            limit,
        ) => super::growth::measure(rule.id, limit, scope)?,
        (
            RuleId::HighestCritical
            | RuleId::HighestHigh
            | RuleId::HighestMedium
            | RuleId::HighestLow,
            _,
        ) => vulnerabilities::measure(rule.id, scope)?,
        (RuleId::DenyFindings | RuleId::DenyLevel | RuleId::HighestSavingsBytes, _) => {
            crate::ci::findings::measure(rule, scope)?
        }
        (RuleId::LargestNewFile | RuleId::Deny | RuleId::Budget, _) => return Err("disabled"),
    })
}

pub(super) fn simple(value: Measure, why: &str) -> Measured {
    Measured {
        value,
        limit: None,
        why: why.to_owned(),
        findings: Vec::new(),
        wasted: 0,
    }
}

fn wasteful(scope: &Scope<'_>, value: Measure, wasted: u64, why: &str) -> Measured {
    Measured {
        wasted,
        findings: scope
            .hidden()
            .map(|row| RuleFinding {
                node: Some(row.node),
                bytes: row.bytes,
                stored_in: Some(row.stored_in),
                hidden_by: Some(row.hidden_by),
                hint: hint(row.how).into(),
                what: None,
                details: None,
            })
            .collect(),
        ..simple(value, why)
    }
}

fn largest(scope: &Scope<'_>, limit: u64) -> Measured {
    let own = || scope.files(scope.analysis.base.layers);
    let size = |entry| scope.image.entry(entry).size;
    let most = own().map(|(_, _, entry)| size(entry)).max().unwrap_or(0);
    let over = own().filter(|(_, _, entry)| size(*entry) > limit);
    Measured {
        findings: heaviest(scope, over, "Leave it out, or fetch it where it is needed."),
        ..simple(Measure::Bytes(most), "a file of your layers is too large")
    }
}

/// Counts what the layers ship that matches.
fn banned(scope: &Scope<'_>, globs: &super::Globs) -> Measured {
    let banned = globs.matches(scope.image);
    let found = scope
        .files(scope.from)
        .filter(|(_, node, _)| banned[node.index()]);
    let found: Vec<_> = found.collect();
    Measured {
        findings: heaviest(
            scope,
            found.iter().copied(),
            "Keep it out: name it in .dockerignore, or remove it in the RUN that makes it.",
        ),
        ..simple(
            Measure::Count(found.len() as u64),
            "banned paths are shipped",
        )
    }
}

/// Holds each glob's bytes against its budget; the one most over it speaks for the rule.
fn budget(scope: &Scope<'_>, globs: &super::Globs, limits: &[u64]) -> Measured {
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); scope.image.tree.len()];
    globs.each(scope.image, |node, places| {
        members[node.index()] = places.to_vec();
    });
    let mut spent = vec![0_u64; limits.len()];
    for (_, node, entry) in scope.files(scope.from) {
        for &place in &members[node.index()] {
            spent[place] = spent[place].saturating_add(scope.image.entry(entry).size);
        }
    }
    let over = |place: usize| spent[place].saturating_sub(limits[place]);
    let worst = (0..limits.len()).max_by_key(|&place| (over(place), spent[place]));
    let Some(worst) = worst else {
        return simple(Measure::Bytes(0), "");
    };
    let broken: Vec<String> = (0..limits.len())
        .filter(|&place| over(place) > 0)
        .map(|place| format!("`{}`", crate::escape::text(&globs.written()[place])))
        .collect();
    let found = scope.files(scope.from);
    let found =
        found.filter(|(_, node, _)| members[node.index()].iter().any(|&place| over(place) > 0));
    Measured {
        limit: Some(Measure::Bytes(limits[worst])),
        findings: heaviest(
            scope,
            found,
            "Leave out what is not needed, or raise the budget.",
        ),
        ..simple(
            Measure::Bytes(spent[worst]),
            &format!("over budget: {}", broken.join(", ")),
        )
    }
}

pub(super) fn heaviest(
    scope: &Scope<'_>,
    found: impl Iterator<Item = (LayerId, NodeId, EntryId)>,
    hint: &'static str,
) -> Vec<RuleFinding> {
    let mut all: Vec<_> = found.collect();
    all.sort_by_key(|&(layer, node, entry)| {
        (
            std::cmp::Reverse(scope.image.entry(entry).size),
            node,
            layer,
        )
    });
    all.into_iter()
        .map(|place| scope.finding(place, hint))
        .collect()
}

/// A ratio that never is NaN or infinite: 0 for 0 ÷ 0, 1 for x ÷ 0.
#[expect(
    clippy::cast_precision_loss,
    reason = "dive divides integers as f64, once"
)]
pub(super) fn ratio(part: u64, whole: u64) -> f64 {
    match (part, whole) {
        (0, 0) => 0.0,
        (_, 0) => 1.0,
        (part, whole) => part as f64 / whole as f64,
    }
}

/// Returns what to do about bytes that were buried so.
const fn hint(how: HiddenKind) -> &'static str {
    match how {
        HiddenKind::Overwritten => {
            "Write it once: make the final version in the instruction that first stores it."
        }
        HiddenKind::ReStored => {
            "Set mode and owner where it is stored: COPY --chmod/--chown, or in the same RUN."
        }
        HiddenKind::Deleted => {
            "Remove it in the instruction that makes it, or build in another stage."
        }
    }
}
