//! What can go and what is dangerous, in words for people and in keys for programs. What is found is `analysis::advice`'s; names are made safe here.

use std::io::{self, Write};

use serde::Serialize;

use crate::analysis::findings::{Finding, FindingLevel, Findings, Fix};
use crate::bytes::{count, human};
use crate::escape;
use crate::report::format::Facts;
use crate::report::paint::Paint;

/// The most paths that programs are told of one finding.
const MOST_PATHS: usize = 100;

/// Writes every finding with its reason and the lines to write.
pub(super) fn text(facts: &Facts<'_>, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let Some(content_analysis) = facts.content_analysis else {
        return Ok(());
    };
    let findings = &content_analysis.findings;
    if findings.list.is_empty() {
        return writeln!(out, "\n{}", paint.bold("What can go: nothing worth a line"));
    }
    let head = format!("What can go: {}", total(facts, findings));
    writeln!(out, "\n{}", paint.bold(&head))?;
    for finding in &findings.list {
        let saved = match finding.bytes {
            0 => String::new(),
            bytes => human(bytes, facts.units),
        };
        let title = format!("{} [{}]", finding.kind.title(), finding.kind.id());
        let title = match finding.level {
            FindingLevel::Error => paint.bad(&title).to_string(),
            FindingLevel::Warning => paint.odd(&title).to_string(),
            FindingLevel::Note => title,
        };
        writeln!(out, "  {saved:>10}  {title}{}", place(facts, finding))?;
        writeln!(out, "  {:>10}  {}", "", escape::text(&finding.why))?;
        writeln!(out, "  {:>10}  {}:", "", paint.faint(finding.fix.place()))?;
        for line in finding.fix.lines() {
            writeln!(out, "  {:>10}    {}", "", escape::text(line))?;
        }
    }
    Ok(())
}

/// Returns what all advice together saves: `could be 6.7 MB, 1.4 GB less`.
pub(super) fn total(facts: &Facts<'_>, findings: &Findings) -> String {
    let left = facts.analysis.size.saturating_sub(findings.bytes);
    let number = count(findings.list.len() as u64, "finding", "findings");
    match findings.bytes {
        0 => number,
        bytes => format!(
            "the image could be {}, {} less; {number}",
            human(left, facts.units),
            human(bytes, facts.units)
        ),
    }
}

/// Returns where a finding's instruction stands: the layer, and the line of the Dockerfile where that is known.
fn place(facts: &Facts<'_>, finding: &Finding) -> String {
    let Some(layer) = finding.layer else {
        return String::new();
    };
    let line = facts.dockerfile.and_then(|file| {
        let lines = file.find(facts.image, layer)?;
        let path = file.path.to_string_lossy();
        Some(format!(", {}:{}", escape::text(&path), lines.first))
    });
    format!(
        " · layer {}{}: {}",
        layer.index() + 1,
        line.unwrap_or_default(),
        crate::report::finding::instruction(facts, layer)
    )
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FindingKeys {
    id: &'static str,
    level: &'static str,
    bytes: u64,
    layer: Option<usize>,
    paths: Vec<String>,
    path_count: usize,
    why: String,
    fix: FixKeys,
}

#[derive(Serialize)]
pub(super) struct FixKeys {
    place: &'static str,
    lines: Vec<String>,
}

impl FixKeys {
    pub(super) fn of(fix: &Fix) -> Self {
        Self {
            place: fix.id(),
            lines: fix.lines().to_vec(),
        }
    }
}

/// Returns the keys of all findings.
pub(super) fn keys(facts: &Facts<'_>, findings: &Findings) -> Vec<FindingKeys> {
    let one = |finding: &Finding| {
        let claims = finding.claims.iter().take(MOST_PATHS);
        let path = |node| crate::report::json::text(facts.image.tree.path(node)).0;
        FindingKeys {
            id: finding.kind.id(),
            level: finding.level.name(),
            bytes: finding.bytes,
            layer: finding.layer.map(crate::image::LayerId::index),
            paths: claims.map(|claim| path(claim.node)).collect(),
            path_count: finding.claims.len(),
            why: finding.why.clone(),
            fix: FixKeys::of(&finding.fix),
        }
    };
    findings.list.iter().map(one).collect()
}
