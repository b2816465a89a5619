//! Measures every rule: its value, and the paths it is about, largest first. `judge` compares the value with the limit.

use super::configured_rules::{Limit, Rule};
use super::glob_uses::GlobUses;
use super::rule_table::RuleId;
use super::scope::{DiveSums, Scope};
use super::verdict::{Measure, Violation};
use super::vulnerabilities;
use crate::analysis::HiddenKind;
use crate::bytes::{count, part_percent};
use crate::image::{EntryId, LayerId, NodeId};
use crate::query::Globs;

/// The value of a rule and the paths behind it.
pub(super) struct Measured {
    pub(super) value: Measure,
    /// The limit, when the rule has several.
    pub(super) limit: Option<Measure>,
    pub(super) why: String,
    /// How it was measured, when that is not obvious; part of the result whatever the outcome is.
    pub(super) note: String,
    pub(super) violations: Vec<Violation>,
    /// Wasted bytes, compared with `floor`.
    pub(super) wasted: u64,
    /// Warnings about its globs; escaped.
    pub(super) warnings: Vec<String>,
}

/// Why a rule has no value.
pub(super) enum Unmeasured {
    /// It is off.
    Disabled,
    /// It lacks an input.
    Skipped(&'static str),
    /// It depends on something that is unknown.
    Unknown(&'static str),
}

impl From<&'static str> for Unmeasured {
    fn from(why: &'static str) -> Self {
        Self::Skipped(why)
    }
}

/// Measures one rule.
///
/// # Errors
/// [`Unmeasured`] if the rule is disabled or its value is unknown.
pub(super) fn measure(rule: &Rule, scope: &Scope<'_>) -> Result<Measured, Unmeasured> {
    let analysis = scope.analysis;
    let layers = scope.image.layers.get(scope.from..).unwrap_or_default();
    Ok(match (rule.id, &rule.limit) {
        (_, Limit::Off) => return Err(Unmeasured::Disabled),
        (RuleId::LowestEfficiency, _) => {
            let efficiency = |sums: DiveSums| match sums.total {
                0 => 1.0,
                total => ratio(sums.least, total),
            };
            dive_paths(
                scope,
                |sums| Measure::Ratio(efficiency(sums)),
                "the same paths are stored several times",
            )
        }
        (RuleId::HighestWastedBytes, _) => dive_paths(
            scope,
            |sums| Measure::Bytes(sums.wasted),
            "too many bytes are in paths stored more than once",
        ),
        (RuleId::HighestUserWastedPercent, _) => dive_paths(
            scope,
            |sums| Measure::Ratio(ratio(sums.wasted, analysis.efficiency.user_bytes)),
            "too many bytes above the first layer are in paths stored more than once",
        ),
        (RuleId::HighestHiddenBytes, _) => {
            let bytes = scope.hidden_bytes();
            all_hidden(
                scope,
                Measure::Bytes(bytes),
                bytes,
                "too many bytes are hidden",
            )
        }
        (RuleId::HighestHiddenPercent, _) => {
            let bytes = scope.hidden_bytes();
            let value = Measure::Ratio(ratio(bytes, scope.size()));
            all_hidden(
                scope,
                value,
                bytes,
                "too large a share of the bytes is hidden",
            )
        }
        (RuleId::HighestImageSize, _) => simple(
            Measure::Bytes(scope.size()),
            "the layers are too large, unpacked",
        ),
        (RuleId::HighestCompressedSize, _) => {
            let sizes = layers
                .iter()
                .filter(|layer| !layer.missing || layer.heading.compressed.is_some())
                .map(|layer| layer.heading.compressed);
            let bytes = sizes.sum::<Option<u64>>();
            simple(
                Measure::Bytes(bytes.ok_or("the compressed size is unknown")?),
                "the layers are too large, compressed",
            )
        }
        (RuleId::HighestLayerCount, _) => simple(
            Measure::Count(layers.len() as u64),
            "there are too many layers",
        ),
        (RuleId::LargestNewFile, &Limit::Bytes(limit)) => largest(scope, limit),
        (RuleId::Deny, Limit::Globs(globs)) => denied(scope, globs),
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
        (RuleId::LargestNewFile | RuleId::Deny | RuleId::Budget, _) => {
            return Err(Unmeasured::Disabled);
        }
    })
}

pub(super) fn simple(value: Measure, why: &str) -> Measured {
    Measured {
        value,
        limit: None,
        why: why.to_owned(),
        note: String::new(),
        violations: Vec::new(),
        wasted: 0,
        warnings: Vec::new(),
    }
}

/// Measures one of dive's numbers, which count paths. A content that a hard link still shows is wasted there, though nothing of it is hidden; the default
/// limits leave it out.
fn dive_paths(scope: &Scope<'_>, value: impl Fn(DiveSums) -> Measure, why: &str) -> Measured {
    let sums = scope.judged_sums();
    let mut measured = hidden_paths(scope, value(sums), sums.wasted, why);
    let analysis = scope.analysis;
    let dives = value(scope.dive_sums());
    if measured.value != dives
        && let Measure::Ratio(dives) = dives
    {
        measured.note = format!(
            "without files that other hard links keep; dive's value is {}",
            part_percent(dives)
        );
    } else if analysis.is_complete()
        && analysis.hidden.bytes() == 0
        && analysis
            .efficiency
            .inefficient
            .iter()
            .any(|row| row.still_shown)
    {
        measured.why.push_str(
            "; no byte is hidden, because other hard links keep the files (highestHiddenPercent)",
        );
    }
    measured
}

fn hidden_paths(scope: &Scope<'_>, value: Measure, wasted: u64, why: &str) -> Measured {
    Measured {
        wasted,
        violations: scope
            .hidden()
            .map(|row| Violation {
                node: Some(row.node),
                bytes: row.bytes,
                stored_in: Some(row.stored_in),
                hidden_by: Some(row.hidden_by),
                hint: hint(row.how).into(),
                what: None,
                subject: None,
                details: None,
            })
            .collect(),
        ..simple(value, why)
    }
}

/// Measures all hidden bytes, including those that no path reaches.
fn all_hidden(scope: &Scope<'_>, value: Measure, bytes: u64, why: &str) -> Measured {
    let unreachable = scope.unreachable().map(|(layer, unreachable)| {
        let what = format!(
            "{} with paths longer than any that Linux opens",
            count(unreachable.entries, "entry", "entries")
        );
        Violation {
            node: None,
            bytes: unreachable.bytes,
            stored_in: Some(layer),
            hidden_by: Some(layer),
            hint: "Remove them: no program can open a path this long.".into(),
            what: Some(what.clone()),
            subject: Some(what),
            details: None,
        }
    });
    let mut measured = hidden_paths(scope, value, bytes, why);
    measured.violations.extend(unreachable);
    let violations = &mut measured.violations;
    violations.sort_by_key(|found| std::cmp::Reverse(found.bytes));
    measured
}

fn largest(scope: &Scope<'_>, limit: u64) -> Measured {
    let own = || scope.files(scope.analysis.base.layers);
    let size = |entry| scope.image.entry(entry).size;
    let most = own().map(|(_, _, entry)| size(entry)).max().unwrap_or(0);
    let over = own().filter(|(_, _, entry)| size(*entry) > limit);
    Measured {
        violations: heaviest(
            scope,
            over,
            "Leave it out, or download it where it is needed.",
        ),
        ..simple(
            Measure::Bytes(most),
            "a file in the own layers is too large",
        )
    }
}

/// Counts the denied paths that layers store.
fn denied(scope: &Scope<'_>, globs: &Globs) -> Measured {
    let mut denied = vec![false; scope.image.tree.len()];
    let mut uses = GlobUses::of(scope, globs);
    globs.each(scope.image, |node, globs| {
        denied[node.index()] = true;
        uses.add(node, globs);
    });
    let found = scope
        .files(scope.from)
        .filter(|(_, node, _)| denied[node.index()]);
    let found: Vec<_> = found.collect();
    Measured {
        // A glob may match nothing. One that matches a folder but none of its files is a likely mistake.
        warnings: uses.only_folders(RuleId::Deny).collect(),
        violations: heaviest(
            scope,
            found.iter().copied(),
            "Keep it out: list it in .dockerignore, or remove it in the RUN that creates it.",
        ),
        ..simple(
            Measure::Count(found.len() as u64),
            "denied paths are stored",
        )
    }
}

/// Compares the bytes of each glob with its budget; the measured value is of the glob furthest over its budget.
fn budget(scope: &Scope<'_>, globs: &Globs, limits: &[u64]) -> Measured {
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); scope.image.tree.len()];
    let mut uses = GlobUses::of(scope, globs);
    globs.each(scope.image, |node, globs| {
        members[node.index()] = globs.to_vec();
        uses.add(node, globs);
    });
    let (folders, unused) = (
        uses.only_folders(RuleId::Budget),
        uses.unused(RuleId::Budget),
    );
    let warnings: Vec<String> = folders.chain(unused).collect();
    // A content counts once for a glob that matches any of its names.
    let matching = |(layer, node, entry): (LayerId, NodeId, EntryId)| {
        let names = scope
            .image
            .names((layer, entry))
            .filter(|name| *name != node);
        let mut globs = members[node.index()].clone();
        globs.extend(names.flat_map(|name| &members[name.index()]));
        globs.sort_unstable();
        globs.dedup();
        globs
    };
    let mut spent = vec![0_u64; limits.len()];
    for file in scope.files(scope.from) {
        for glob in matching(file) {
            spent[glob] = spent[glob].saturating_add(scope.image.entry(file.2).size);
        }
    }
    let over = |glob: usize| spent[glob].saturating_sub(limits[glob]);
    let worst = (0..limits.len()).max_by_key(|&glob| (over(glob), spent[glob]));
    let Some(worst) = worst else {
        return simple(Measure::Bytes(0), "");
    };
    let broken: Vec<String> = (0..limits.len())
        .filter(|&glob| over(glob) > 0)
        .map(|glob| format!("`{}`", crate::escape::text(&globs.written()[glob])))
        .collect();
    let found = scope.files(scope.from);
    let found = found.filter(|&file| matching(file).into_iter().any(|glob| over(glob) > 0));
    Measured {
        warnings,
        limit: Some(Measure::Bytes(limits[worst])),
        violations: heaviest(
            scope,
            found,
            "Omit what is not needed, or raise the budget.",
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
) -> Vec<Violation> {
    let mut all: Vec<_> = found.collect();
    all.sort_by_cached_key(|&(layer, node, entry)| {
        (
            std::cmp::Reverse(scope.bytes((layer, node, entry))),
            node,
            layer,
        )
    });
    all.into_iter()
        .map(|record| scope.finding(record, hint))
        .collect()
}

/// Returns a ratio that is never NaN or infinite: 0 for 0 ÷ 0, 1 for x ÷ 0.
#[expect(
    clippy::cast_precision_loss,
    reason = "dive divides integers as f64, once"
)]
pub(super) fn ratio(part: u64, total: u64) -> f64 {
    match (part, total) {
        (0, 0) => 0.0,
        (_, 0) => 1.0,
        (part, total) => part as f64 / total as f64,
    }
}

/// Returns how to avoid hidden bytes of a kind.
const fn hint(how: HiddenKind) -> &'static str {
    match how {
        HiddenKind::Overwritten => {
            "Write it once: make the final version in the instruction that first stores it."
        }
        HiddenKind::ReStored => {
            "Set mode and owner where it is first stored: COPY --chmod/--chown, or in the same RUN."
        }
        HiddenKind::Deleted => {
            "Remove it in the instruction that creates it, or build in another stage."
        }
    }
}
