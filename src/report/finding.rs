//! A finding in words, the same in every format that has sentences.

use std::collections::HashMap;

use super::format::Facts;
use crate::bytes::human;
use crate::ci::{Finding, Measure, Ruling};
use crate::escape;
use crate::image::LayerId;

/// Columns an instruction may take in a sentence.
const INSTRUCTION: usize = 120;

/// Returns the first `most` findings of a rule, and what is said of the rest: `and 14 more, 1.2 MB`.
pub(super) fn listed<'a>(
    facts: &Facts<'_>,
    ruling: &'a Ruling,
    most: usize,
) -> (&'a [Finding], Option<String>) {
    let all = &ruling.findings;
    let (listed, rest) = all.split_at(most.min(all.len()));
    let said = || {
        if rest.iter().all(|found| found.what.is_some()) {
            return format!("and {} more", rest.len());
        }
        format!("and {} more, {}", rest.len(), weight(facts, rest))
    };
    (listed, (!rest.is_empty()).then(said))
}

/// Returns the bytes of some findings together.
pub(super) fn weight(facts: &Facts<'_>, findings: &[Finding]) -> String {
    let bytes = findings.iter().map(|found| found.bytes);
    human(bytes.fold(0, u64::saturating_add), facts.units)
}

/// Returns a measure for people.
pub(super) fn shown(facts: &Facts<'_>, measure: Option<Measure>) -> String {
    match measure {
        Some(Measure::Ratio(ratio)) => format!("{:.2} %", ratio * 100.0),
        Some(Measure::Bytes(bytes)) => human(bytes, facts.units),
        Some(Measure::Count(count)) => count.to_string(),
        None => String::new(),
    }
}

/// Returns what broke a rule: `1.2 MB, limit 1MB: the layers are too large, unpacked`.
pub(super) fn broken(facts: &Facts<'_>, ruling: &Ruling) -> String {
    format!(
        "{}, limit {}: {}",
        shown(facts, ruling.measured),
        escape::text(&ruling.written),
        ruling.why
    )
}

/// Returns a finding's path, made safe.
pub(super) fn path(facts: &Facts<'_>, finding: &Finding) -> String {
    match &*facts.image.tree.path(finding.node) {
        b"" => "/".to_owned(),
        path => escape::name(path).into_owned(),
    }
}

/// Returns a finding as one sentence after its path: size, who stores it, who buried it.
pub(super) fn sentence(facts: &Facts<'_>, finding: &Finding) -> String {
    if let Some(what) = &finding.what {
        return format!(
            "{}; layer {} ({})",
            escape::text(what),
            finding.stored_in.index() + 1,
            instruction(facts, finding.stored_in)
        );
    }
    let stored = format!(
        "{} in layer {} ({})",
        human(finding.bytes, facts.units),
        finding.stored_in.index() + 1,
        instruction(facts, finding.stored_in)
    );
    match finding.buried_by {
        Some(layer) if layer == finding.stored_in => {
            format!("{stored}, replaced in the same layer")
        }
        Some(layer) => format!(
            "{stored}, buried by layer {} ({})",
            layer.index() + 1,
            instruction(facts, layer)
        ),
        None => stored,
    }
}

/// Returns a finding as a whole line: its path, the sentence, and what to do.
pub(super) fn line(facts: &Facts<'_>, finding: &Finding) -> String {
    let (path, sentence) = (path(facts, finding), sentence(facts, finding));
    format!("{path}: {sentence}. {}", finding.advice)
}

/// Returns a layer's instruction on one line, made safe and cut to what a line holds.
pub(super) fn instruction(facts: &Facts<'_>, layer: LayerId) -> String {
    let words = facts.analysis.base.instruction(facts.image, layer);
    let words = escape::text(&words);
    match words.char_indices().nth(INSTRUCTION) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words.into_owned(),
    }
}

/// What makes a finding the same one in the next run: its rule, its path and the instruction that stores it, never a size.
#[derive(Default)]
pub(super) struct Prints(HashMap<String, usize>);

impl Prints {
    /// Returns a finding's print, and how often it came so far: a path may break a rule in several layers that one instruction made.
    pub(super) fn of(
        &mut self,
        facts: &Facts<'_>,
        ruling: &Ruling,
        found: Option<&Finding>,
    ) -> (String, usize) {
        let path = found.map_or_else(String::new, |found| path(facts, found));
        let stored = found.map(|found| facts.image.layer(found.stored_in));
        let instruction = stored.map_or("", |layer| layer.heading.instruction.as_str());
        // A version that mends it may come; it is the same finding still.
        let what = found.and_then(|found| found.what.as_deref());
        let what = what.map_or(String::new(), |what| {
            format!("\n{}", what.split(", ").next().unwrap_or_default())
        });
        let print = format!("{}\n{path}\n{instruction}{what}", ruling.id.name());
        let time = self.0.entry(print.clone()).or_default();
        *time += 1;
        (print, *time)
    }
}
