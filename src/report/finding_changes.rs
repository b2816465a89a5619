//! The findings in which two images differ, as text, Markdown and JSON keys. Nothing is written without a content analysis. What is compared with what is
//! decided in `compare`.

use std::io::{self, Write};

use serde::Serialize;

use super::comment::Comment;
use super::facts::ComparisonFacts;
use super::markdown::plain;
use super::savings::{self, FindingKeys};
use super::styling::Styling;
use crate::analysis::findings::{self, Finding, FindingLevel};
use crate::bytes::human;
use crate::compare::{FindingChange, Side, Sides};
use crate::escape;
use crate::image::LayerId;

/// What happened to a finding.
#[derive(Clone, Copy)]
enum FindingStep {
    New,
    Resolved,
    Larger,
    Smaller,
}

impl FindingStep {
    const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Resolved => "resolved",
            Self::Larger => "larger",
            Self::Smaller => "smaller",
        }
    }
}

/// A line about a finding: what happened to it, and what it saves.
struct FindingLine<'a> {
    step: FindingStep,
    /// In bytes, or its level.
    weight: String,
    finding: &'a Finding,
    /// What it has in common with larger findings.
    overlap: Option<String>,
}

/// Returns a line for each finding that differs: the new ones, the resolved ones, then those that save more or less.
fn lines<'a>(facts: &ComparisonFacts<'a>) -> Vec<FindingLine<'a>> {
    let Some((contents, why)) = facts.why else {
        return Vec::new();
    };
    let lists = contents.map(|content| &content.findings.list[..]);
    let savings = |side: Side| {
        let size = facts.comparison.analyses.get(side).size;
        findings::savings(lists.get(side), size)
    };
    let savings = Sides::new(savings(Side::Before), savings(Side::After));
    let line = |change| match change {
        FindingChange::Only(side, at, finding) => FindingLine {
            step: match side {
                Side::After => FindingStep::New,
                Side::Before => FindingStep::Resolved,
            },
            weight: weight(facts, finding),
            finding,
            overlap: savings::overlap(lists.get(side), savings.get(side), at, facts.units),
        },
        FindingChange::Changed(_, Sides { before, after }) => {
            let [from, to] = [before, after].map(|finding| human(finding.bytes, facts.units));
            FindingLine {
                step: if after.bytes > before.bytes {
                    FindingStep::Larger
                } else {
                    FindingStep::Smaller
                },
                weight: format!("{from} → {to}"),
                finding: after,
                overlap: None,
            }
        }
    };
    why.findings.each(lists).map(line).collect()
}

/// Returns what a finding saves; of one of level error and of one that saves nothing, its level.
fn weight(facts: &ComparisonFacts<'_>, finding: &Finding) -> String {
    match (finding.level, finding.bytes) {
        (FindingLevel::Error, _) | (_, 0) => finding.level.name().to_owned(),
        (_, bytes) => human(bytes, facts.units),
    }
}

/// Writes every finding that differs, with its reason.
pub(super) fn text(
    facts: &ComparisonFacts<'_>,
    styling: Styling,
    out: &mut impl Write,
) -> io::Result<()> {
    let lines = lines(facts);
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", styling.bold("Findings"))?;
    for line in lines {
        let step = format!("{:<8}", line.step.name());
        let step = match (line.step, line.finding.level) {
            (FindingStep::New, FindingLevel::Error) => styling.bad(&step).to_string(),
            (FindingStep::New | FindingStep::Larger, _) => styling.warning(&step).to_string(),
            (FindingStep::Resolved | FindingStep::Smaller, _) => styling.good(&step).to_string(),
        };
        let kind = line.finding.kind;
        let overlap = line.overlap.map(|text| format!(", {text}"));
        writeln!(
            out,
            "  {step}  {:>10}  {} [{}]{}",
            line.weight,
            kind.title(),
            kind.id(),
            styling.faint(&overlap.unwrap_or_default()),
        )?;
        let why = escape::text(&line.finding.why);
        writeln!(out, "  {:8}  {:>10}  {why}", "", "")?;
    }
    Ok(())
}

/// Adds a table of the findings that differ.
pub(super) fn markdown(facts: &ComparisonFacts<'_>, text: &mut Comment) {
    let lines = lines(facts);
    if lines.is_empty() {
        return;
    }
    text.line("| Finding | | Saves | Why |\n| --- | --- | ---: | --- |");
    let row = |line: &FindingLine<'_>| {
        let title = line.finding.kind.title();
        let title = match (line.step, line.finding.level) {
            (FindingStep::New, FindingLevel::Error) => format!("**{title}**"),
            _ => title.to_owned(),
        };
        let overlap = line.overlap.as_ref().map(|text| format!(", {text}"));
        let why = plain(&escape::text(&line.finding.why));
        format!(
            "| {} | {title} | {}{} | {why} |",
            line.step.name(),
            line.weight,
            overlap.unwrap_or_default(),
        )
    };
    text.rows(("finding", "findings"), lines.iter().map(row));
    text.line("");
}

#[derive(Default, Serialize)]
pub(super) struct FindingChangesKeys<'a> {
    new: Vec<FindingKeys<'a>>,
    resolved: Vec<FindingKeys<'a>>,
    changed: Vec<ChangedFindingKeys>,
}

#[derive(Serialize)]
struct ChangedFindingKeys {
    id: &'static str,
    level: &'static str,
    before: SavedKeys,
    after: SavedKeys,
}

#[derive(Serialize)]
struct SavedKeys {
    bytes: u64,
    layer: Option<usize>,
}

/// Returns the keys of the findings that differ; `None` without a content analysis.
pub(super) fn keys<'a>(facts: &ComparisonFacts<'a>) -> Option<FindingChangesKeys<'a>> {
    let (contents, why) = facts.why?;
    let lists = contents.map(|content| &content.findings.list[..]);
    let saved = |finding: &Finding| SavedKeys {
        bytes: finding.bytes,
        layer: finding.layer.map(LayerId::index),
    };
    let mut keys = FindingChangesKeys::default();
    for change in why.findings.each(lists) {
        match change {
            FindingChange::Only(side, _, finding) => {
                let list = match side {
                    Side::After => &mut keys.new,
                    Side::Before => &mut keys.resolved,
                };
                list.push(savings::keys(facts.images.get(side), finding));
            }
            FindingChange::Changed(_, pair) => keys.changed.push(ChangedFindingKeys {
                id: pair.after.kind.id(),
                level: pair.after.level.name(),
                before: saved(pair.before),
                after: saved(pair.after),
            }),
        }
    }
    Some(keys)
}
