//! A finding as text, the same in every format with sentences.

use std::collections::HashMap;

use super::facts::ImageFacts;
use super::source;
use crate::analysis::findings::FixPlace;
use crate::bytes::{human, part_percent, part_percents};
use crate::ci::{Accepted, FindingDetails, Measure, RuleId, RuleOutcome, RuleResult, Violation};
use crate::escape;
use crate::image::{Image, LayerId, NodeId};

/// The most characters of an instruction in a sentence.
const INSTRUCTION: usize = 120;

/// Returns the first `most` findings of a rule, and a summary of the rest: `and 14 more, 1.2 MB`.
pub(super) fn listed<'a>(
    facts: &ImageFacts<'_>,
    result: &'a RuleResult,
    most: usize,
) -> (&'a [Violation], Option<String>) {
    let all = &result.violations;
    let (listed, rest) = all.split_at(most.min(all.len()));
    let summary = || format!("and {} more{}", rest.len(), total_size(facts, rest));
    (listed, (!rest.is_empty()).then(summary))
}

/// Returns the sum of the findings' bytes after a comma; empty for findings that may share bytes or have none.
pub(super) fn total_size(facts: &ImageFacts<'_>, findings: &[Violation]) -> String {
    if findings.iter().all(|found| found.what.is_some()) {
        return String::new();
    }
    let bytes = findings.iter().map(|found| found.bytes);
    let bytes = bytes.fold(0, u64::saturating_add);
    format!(", {}", human(bytes, facts.units))
}

/// Returns what a rule measured and its limit, for people and escaped: the limit as it is written, ratios in percent.
pub(super) fn measured_and_limit(facts: &ImageFacts<'_>, result: &RuleResult) -> [String; 2] {
    match (result.measured, result.limit) {
        (Some(Measure::Ratio(measured)), Some(Measure::Ratio(limit))) => {
            part_percents([measured, limit])
        }
        (measured, Some(Measure::Ratio(limit))) => {
            [measure_text(facts, measured), part_percent(limit)]
        }
        (measured, _) => {
            let written = escape::text(&result.written).into_owned();
            [measure_text(facts, measured), written]
        }
    }
}

fn measure_text(facts: &ImageFacts<'_>, measure: Option<Measure>) -> String {
    match measure {
        Some(Measure::Ratio(ratio)) => part_percent(ratio),
        Some(Measure::Bytes(bytes)) => human(bytes, facts.units),
        Some(Measure::Count(count)) => count.to_string(),
        None => String::new(),
    }
}

/// Returns why a rule failed: `1.2 MB, limit 1MB: the layers are too large, unpacked`.
pub(super) fn broken(facts: &ImageFacts<'_>, result: &RuleResult) -> String {
    if result.outcome == RuleOutcome::Unknown {
        return format!("{}: {}", RuleOutcome::UNKNOWN, result.why);
    }
    let [measured, limit] = measured_and_limit(facts, result);
    format!("{measured}, limit {limit}: {}", result.why)
}

/// Returns a finding's path, escaped.
pub(super) fn path(facts: &ImageFacts<'_>, finding: &Violation) -> String {
    finding.node.map_or_else(
        || "the image".to_owned(),
        |node| node_path(facts.image, node),
    )
}

/// Returns a path, escaped; of the root `/`.
pub(super) fn node_path(image: &Image, node: NodeId) -> String {
    match &*image.tree.path(node) {
        b"" => "/".to_owned(),
        path => escape::name(path).into_owned(),
    }
}

/// Returns the text after a finding's path: its size, the layer that stores it, and the layer that hides it.
pub(super) fn sentence(facts: &ImageFacts<'_>, finding: &Violation) -> String {
    let layer = |layer: LayerId| {
        let source = source::after_comma(facts.image, layer);
        let instruction = instruction(facts, layer);
        format!("layer {}{source} ({instruction})", layer.index() + 1)
    };
    let size = size(facts, finding);
    let stored = finding.stored_in.map(layer);
    if let Some(what) = &finding.what {
        let what = escape::text(what);
        let size = size.map_or_else(String::new, |size| format!(", {size}"));
        let stored = stored.map_or_else(String::new, |stored| format!("; {stored}"));
        return format!("{what}{size}{stored}");
    }
    let size = size.unwrap_or_default();
    let stored = stored.map_or(size.clone(), |stored| format!("{size} in {stored}"));
    match finding.hidden_by {
        by if by.is_some() && by == finding.stored_in => {
            format!("{stored}, replaced in the same layer")
        }
        Some(by) => format!("{stored}, hidden by {}", layer(by)),
        None => stored,
    }
}

/// Returns a finding's size; `None` for a finding that is not about bytes.
pub(super) fn size(facts: &ImageFacts<'_>, finding: &Violation) -> Option<String> {
    let has_size = finding.what.is_none() || finding.bytes > 0;
    has_size.then(|| human(finding.bytes, facts.units))
}

/// Returns a finding as one line: its path, its sentence, and what to do. The lines of its fix are in [`fix`].
pub(super) fn line(facts: &ImageFacts<'_>, finding: &Violation) -> String {
    let (path, sentence) = (path(facts, finding), sentence(facts, finding));
    format!("{path}: {sentence}. {}", escape::text(&finding.hint))
}

/// Returns the lines of a finding's fix, escaped, below a line with their place; empty when it has none.
pub(super) fn fix(finding: &Violation) -> Vec<String> {
    let Some(FindingDetails { fix, .. }) = &finding.details else {
        return Vec::new();
    };
    let place = match fix.place {
        FixPlace::Text => "What to do:".to_owned(),
        place => format!("Write {}:", place.words()),
    };
    let lines = fix.lines().into_iter();
    let lines = lines.map(|line| format!("  {}", escape::text(&line)));
    [place].into_iter().chain(lines).collect()
}

/// Returns a finding as [`line`] does, with the lines of its fix below.
pub(super) fn lines(facts: &ImageFacts<'_>, finding: &Violation) -> String {
    let mut lines = vec![line(facts, finding)];
    lines.extend(fix(finding));
    lines.join("\n")
}

/// Returns an accepted finding as one line, with the reason why it is accepted.
pub(super) fn accepted(facts: &ImageFacts<'_>, accepted: &Accepted) -> String {
    let (path, sentence) = (
        path(facts, &accepted.finding),
        sentence(facts, &accepted.finding),
    );
    format!(
        "{path}: {sentence}. Accepted: {}",
        escape::text(&accepted.reason)
    )
}

/// Returns a layer's instruction on one line, escaped and truncated.
pub(super) fn instruction(facts: &ImageFacts<'_>, layer: LayerId) -> String {
    let text = facts.analysis.base.instruction(facts.image, layer);
    let text = escape::text(&text);
    match text.char_indices().nth(INSTRUCTION) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

/// Identifies findings across runs: by rule, path and the instruction that stores it, never by size.
#[derive(Default)]
pub(super) struct Fingerprints(HashMap<String, usize>);

impl Fingerprints {
    /// Returns a finding's fingerprint, and how often it occurred so far: one path can fail a rule in several layers of one instruction.
    pub(super) fn of(
        &mut self,
        facts: &ImageFacts<'_>,
        rule: RuleId,
        found: Option<&Violation>,
    ) -> (String, usize) {
        // Which of its paths is the largest may change between runs.
        let plain = found.filter(|found| found.details.is_none());
        let path = plain.map_or_else(String::new, |found| path(facts, found));
        let stored = found.and_then(|found| found.stored_in);
        let stored = stored.map(|layer| facts.image.layer(layer));
        let instruction = stored.map_or("", |layer| layer.heading.instruction.as_str());
        // A fixed version may appear later; the finding stays the same.
        let what = found.and_then(|found| match &found.details {
            Some(details) => Some(details.kind.id()),
            None => found.subject.as_deref(),
        });
        let what = what.map_or(String::new(), |what| format!("\n{what}"));
        let fingerprint = format!("{}\n{path}\n{instruction}{what}", rule.name());
        let repetition = self.0.entry(fingerprint.clone()).or_default();
        *repetition += 1;
        (fingerprint, *repetition)
    }
}
