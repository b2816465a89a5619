//! dive 0.13.1's CI text, line for line, for scripts that parse it: without colours, and with names escaped. Its quirks are kept on purpose; text for
//! people is in `text`.

pub(super) mod file_list;
pub(super) mod go_format;
mod go_sort;

use std::io::{self, Write};

use super::facts::ImageFacts;
use crate::analysis::RepeatedPath;
use crate::ci::{Measure, RuleId, RuleOutcome, RuleResult, Verdict};
use crate::escape;
use crate::image::NodeId;

pub(super) fn write(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    match facts.rules.and_then(|rules| rules.file.as_deref()) {
        Some(file) => {
            let file = file.to_string_lossy();
            writeln!(out, "  Using CI config: {}", escape::text(&file))?;
        }
        None => writeln!(out, "  Using default CI config")?,
    }
    writeln!(out, "Image Source: {}", escape::text(facts.source))?;
    let (resolver, _) = facts.source.split_once("://").unwrap_or_default();
    let resolver = if resolver == "docker" {
        "docker-engine"
    } else {
        resolver
    };
    writeln!(
        out,
        "Extracting image from {resolver}... (this can take a while for large images)"
    )?;
    writeln!(out, "Analyzing image...")?;

    let numbers = &facts.analysis.efficiency;
    let wasted = numbers.wasted_bytes;
    writeln!(out, "  efficiency: {:.4} %", numbers.score * 100.0)?;
    writeln!(
        out,
        "  wastedBytes: {wasted} bytes ({})",
        go_format::human(wasted)
    )?;
    writeln!(
        out,
        "  userWastedPercent: {:.4} %",
        numbers.user_wasted_ratio * 100.0
    )?;
    writeln!(out, "Inefficient Files:")?;
    writeln!(out, "Count  Wasted Space  File Path")?;
    if numbers.inefficient.is_empty() {
        writeln!(out, "None")?;
    }
    for row in rows(facts) {
        let path = facts.image.tree.path(row.node);
        let size = go_format::human(row.total);
        writeln!(out, "{:>5}  {size:>12}  {}", row.count, escape::name(&path))?;
    }
    match facts.verdict {
        Some(verdict) => results(verdict, out),
        None => Ok(()),
    }
}

/// Returns the rows in dive's order: by the first repetition of each path, sorted by size with Go's unstable sort, then reversed.
fn rows<'a>(facts: &ImageFacts<'a>) -> Vec<&'a RepeatedPath> {
    let image = facts.image;
    let mut copies = vec![0_u32; image.tree.len()];
    let mut repeated_at = vec![u32::MAX; image.tree.len()];
    let mut time = 0;
    for layer in image.layer_ids() {
        let mut before: Option<NodeId> = None;
        for listed in file_list::listed(image, layer) {
            // A folder follows its content; only leaves are counted.
            let is_leaf = before.is_none_or(|before| !image.tree.contains(listed.node, before));
            before = Some(listed.node);
            let at = listed.node.index();
            copies[at] += u32::from(is_leaf || listed.whiteout);
            if copies[at] == 2 && repeated_at[at] == u32::MAX {
                repeated_at[at] = time;
                time += 1;
            }
        }
    }
    let mut rows: Vec<&RepeatedPath> = facts.analysis.efficiency.inefficient.iter().collect();
    rows.sort_by_key(|row| repeated_at[row.node.index()]);
    go_sort::sort(&mut rows, |a, b| a.total < b.total);
    rows.reverse();
    rows
}

fn results(verdict: &Verdict, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "Results:")?;
    // dive sorts its rules by name. Rules of our own are sorted in, so that the last line matches the exit code.
    let mut results: Vec<&RuleResult> = verdict.listed().collect();
    results.sort_by_key(|result| result.id.name());
    for result in &results {
        let name = result.id.name();
        match result.outcome {
            RuleOutcome::Passed => writeln!(out, "  PASS: {name}")?,
            RuleOutcome::Skipped if result.is_disabled => {
                writeln!(out, "  SKIP: {name}: rule disabled")?;
            }
            RuleOutcome::Skipped => writeln!(out, "  SKIP: {name}: {}", result.why)?,
            RuleOutcome::Unknown => {
                let unknown = RuleOutcome::UNKNOWN;
                writeln!(out, "  SKIP: {name}: {unknown}: {}", result.why)?;
            }
            RuleOutcome::Failed => writeln!(out, "  FAIL: {name}: {}", reason(result))?,
            RuleOutcome::Warned => writeln!(out, "  WARN: {name}: {}", reason(result))?,
        }
    }
    let count = |outcome| verdict.count(outcome);
    let failed = count(RuleOutcome::Failed);
    // dive prints an empty line after its last one.
    writeln!(
        out,
        "Result:{} [Total:{}] [Passed:{}] [Failed:{failed}] [Warn:{}] [Skipped:{}]\n",
        if verdict.passed() { "PASS" } else { "FAIL" },
        results.len(),
        count(RuleOutcome::Passed),
        count(RuleOutcome::Warned),
        count(RuleOutcome::Skipped) + count(RuleOutcome::Unknown),
    )
}

fn reason(result: &RuleResult) -> String {
    let shown = |measure: Option<Measure>| match measure {
        Some(Measure::Ratio(ratio)) => go_format::float(ratio),
        Some(Measure::Bytes(number) | Measure::Count(number)) => number.to_string(),
        None => String::new(),
    };
    let (measured, limit) = (shown(result.measured), shown(result.limit));
    match result.id {
        RuleId::LowestEfficiency => {
            format!("image efficiency is too low (efficiency={measured} < threshold={limit})")
        }
        RuleId::HighestWastedBytes => {
            format!("too many bytes wasted (wasted-bytes={measured} > threshold={limit})")
        }
        RuleId::HighestUserWastedPercent => format!(
            "too many bytes wasted, relative to the user bytes added (%-user-wasted-bytes={measured} > threshold={limit})"
        ),
        _ if result.limit.is_none() => format!("{} ({measured})", escape::text(&result.why)),
        _ => format!(
            "{} ({measured} > threshold={limit})",
            escape::text(&result.why)
        ),
    }
}
