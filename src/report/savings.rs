//! Savings: the findings of the content analysis as text and as JSON keys. Names are escaped here.

use std::io::{self, Write};

use serde::Serialize;

use crate::analysis::findings::{Finding, FindingLevel, Findings, Fix, FixStep, Saving, savings};
use crate::bytes::{Units, count, human};
use crate::escape;
use crate::image::{Image, LayerId};
use crate::report::facts::ImageFacts;
use crate::report::finding_text;
use crate::report::source::{self, SourceKeys};
use crate::report::styling::Styling;

/// The most paths of one finding in JSON.
const MOST_PATHS: usize = 100;

/// Writes every finding with its reason and the lines of its fix.
pub(super) fn text(
    facts: &ImageFacts<'_>,
    styling: Styling,
    out: &mut impl Write,
) -> io::Result<()> {
    let Some(content_analysis) = facts.content_analysis else {
        return Ok(());
    };
    let findings = &content_analysis.findings;
    if findings.list.is_empty() {
        let head = match facts.analysis.incomplete() {
            Some(missing) => format!("Savings: none in the known layers; {missing}"),
            None => "Savings: none".to_owned(),
        };
        return writeln!(out, "\n{}", styling.bold(&head));
    }
    let head = format!("Savings: {}", total(facts, findings));
    writeln!(out, "\n{}", styling.bold(&head))?;
    let counted = savings(&findings.list, facts.analysis.size);
    for (at, finding) in findings.list.iter().enumerate() {
        let saved = match finding.bytes {
            0 => String::new(),
            bytes => human(bytes, facts.units),
        };
        let title = format!("{} [{}]", finding.kind.title(), finding.kind.id());
        let title = match finding.level {
            FindingLevel::Error => styling.bad(&title).to_string(),
            FindingLevel::Warning => styling.warning(&title).to_string(),
            FindingLevel::Note => title,
        };
        writeln!(out, "  {saved:>10}  {title}{}", layer_text(facts, finding))?;
        if let Some(note) = overlap(&findings.list, &counted, at, facts.units) {
            writeln!(out, "  {:>10}  {}", "", styling.faint(&note))?;
        }
        writeln!(out, "  {:>10}  {}", "", escape::text(&finding.why))?;
        let Some(step) = FixStep::of(&findings.list, &counted, at) else {
            continue;
        };
        writeln!(out, "  {:>10}  {}:", "", styling.faint(&step.place))?;
        for line in &step.lines {
            writeln!(out, "  {:>10}    {}", "", escape::text(line))?;
        }
    }
    Ok(())
}

/// Returns what a finding of an image shares with its larger savings, which the total counts once; `None` if it shares nothing.
pub(super) fn overlap(
    findings: &[Finding],
    counted: &[Saving],
    at: usize,
    units: Units,
) -> Option<String> {
    let saving = Saving::of(counted, at)?;
    Some(saving.overlap(findings)?.text(units))
}

/// Returns the savings of all findings together: `1.4 GB from 2 of 3 findings, after all fixes 6.7 MB`. Security findings save nothing.
pub(super) fn total(facts: &ImageFacts<'_>, all: &Findings) -> String {
    let left = facts.analysis.size.saturating_sub(all.bytes);
    let findings = count(all.list.len() as u64, "finding", "findings");
    match all.bytes {
        0 => format!("none; {findings}"),
        bytes => format!(
            "{} from {} of {findings}, after all fixes {}",
            human(bytes, facts.units),
            all.list.iter().filter(|finding| finding.bytes > 0).count(),
            facts.analysis.sum(left, facts.units)
        ),
    }
}

/// Returns the place of a finding's instruction: its layer, and the line of the Dockerfile where it is known.
fn layer_text(facts: &ImageFacts<'_>, finding: &Finding) -> String {
    let Some(layer) = finding.layer else {
        return String::new();
    };
    let source = source::after_comma(facts.image, layer);
    let instruction = finding_text::instruction(facts, layer);
    format!(" · layer {}{source}: {instruction}", layer.index() + 1)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FindingKeys<'a> {
    id: &'static str,
    level: &'static str,
    bytes: u64,
    layer: Option<usize>,
    source: Option<SourceKeys<'a>>,
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
            place: fix.place.id(),
            lines: fix.lines(),
        }
    }
}

/// Returns the keys of a finding of an image.
pub(super) fn keys<'a>(image: &'a Image, finding: &Finding) -> FindingKeys<'a> {
    let claims = finding.claims.iter().take(MOST_PATHS);
    let path = |node| crate::report::json_string::text(image.tree.path(node)).0;
    FindingKeys {
        id: finding.kind.id(),
        level: finding.level.name(),
        bytes: finding.bytes,
        layer: finding.layer.map(LayerId::index),
        source: finding.layer.and_then(|layer| source::keys(image, layer)),
        paths: claims.map(|claim| path(claim.node)).collect(),
        path_count: finding.claims.len(),
        why: finding.why.clone(),
        fix: FixKeys::of(&finding.fix),
    }
}
