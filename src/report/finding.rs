//! A finding in words, the same in every format that has sentences.

use std::collections::HashMap;

use super::format::Facts;
use crate::analysis::findings::Fix;
use crate::bytes::human;
use crate::ci::{Accepted, FindingDetails, Measure, RuleFinding, RuleId, RuleResult};
use crate::escape;
use crate::image::LayerId;

/// Columns an instruction may take in a sentence.
const INSTRUCTION: usize = 120;

/// Returns the first `most` findings of a rule, and what is said of the rest: `and 14 more, 1.2 MB`.
pub(super) fn listed<'a>(
    facts: &Facts<'_>,
    ruling: &'a RuleResult,
    most: usize,
) -> (&'a [RuleFinding], Option<String>) {
    let all = &ruling.findings;
    let (listed, rest) = all.split_at(most.min(all.len()));
    let said = || format!("and {} more{}", rest.len(), weight(facts, rest));
    (listed, (!rest.is_empty()).then(said))
}

/// Returns the bytes of some findings together after a comma; nothing of those that may speak of the same bytes, or of none.
pub(super) fn weight(facts: &Facts<'_>, findings: &[RuleFinding]) -> String {
    if findings.iter().all(|found| found.what.is_some()) {
        return String::new();
    }
    let bytes = findings.iter().map(|found| found.bytes);
    let bytes = bytes.fold(0, u64::saturating_add);
    format!(", {}", human(bytes, facts.units))
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
pub(super) fn broken(facts: &Facts<'_>, ruling: &RuleResult) -> String {
    format!(
        "{}, limit {}: {}",
        shown(facts, ruling.measured),
        escape::text(&ruling.written),
        ruling.why
    )
}

/// Returns a finding's path, made safe.
pub(super) fn path(facts: &Facts<'_>, finding: &RuleFinding) -> String {
    let Some(node) = finding.node else {
        return "the image".to_owned();
    };
    match &*facts.image.tree.path(node) {
        b"" => "/".to_owned(),
        path => escape::name(path).into_owned(),
    }
}

/// Returns a finding as one sentence after its path: size, who stores it, who buried it.
pub(super) fn sentence(facts: &Facts<'_>, finding: &RuleFinding) -> String {
    let layer = |layer: LayerId| {
        let instruction = instruction(facts, layer);
        format!("layer {} ({instruction})", layer.index() + 1)
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
        Some(by) => format!("{stored}, buried by {}", layer(by)),
        None => stored,
    }
}

/// Returns a finding's bytes, where they say something.
pub(super) fn size(facts: &Facts<'_>, finding: &RuleFinding) -> Option<String> {
    let says = finding.what.is_none() || finding.bytes > 0;
    says.then(|| human(finding.bytes, facts.units))
}

/// Returns a finding as a whole line: its path, the sentence, and what to do. The lines of a Dockerfile that go with it are [`fix`]'s.
pub(super) fn line(facts: &Facts<'_>, finding: &RuleFinding) -> String {
    let (path, sentence) = (path(facts, finding), sentence(facts, finding));
    format!("{path}: {sentence}. {}", escape::text(&finding.hint))
}

/// Returns the lines to write, made safe, below one that says where; none where there are none.
pub(super) fn fix(finding: &RuleFinding) -> Vec<String> {
    let Some(FindingDetails { fix, .. }) = &finding.details else {
        return Vec::new();
    };
    let place = match fix {
        Fix::Words(_) => "What to do:".to_owned(),
        fix => format!("Write {}:", fix.place()),
    };
    let lines = fix.lines().iter();
    let lines = lines.map(|line| format!("  {}", escape::text(line)));
    [place].into_iter().chain(lines).collect()
}

/// Returns a finding as [`line`] has it, and the lines to write below.
pub(super) fn lines(facts: &Facts<'_>, finding: &RuleFinding) -> String {
    let mut lines = vec![line(facts, finding)];
    lines.extend(fix(finding));
    lines.join("\n")
}

/// Returns an accepted finding as a whole line: what it is, and why it may be.
pub(super) fn accepted(facts: &Facts<'_>, accepted: &Accepted) -> String {
    let (path, sentence) = (
        path(facts, &accepted.finding),
        sentence(facts, &accepted.finding),
    );
    format!(
        "{path}: {sentence}. Accepted: {}",
        escape::text(&accepted.reason)
    )
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
        rule: RuleId,
        found: Option<&RuleFinding>,
    ) -> (String, usize) {
        // Which of its paths is the heaviest changes.
        let told = found.filter(|found| found.details.is_none());
        let path = told.map_or_else(String::new, |found| path(facts, found));
        let stored = found.and_then(|found| found.stored_in);
        let stored = stored.map(|layer| facts.image.layer(layer));
        let instruction = stored.map_or("", |layer| layer.heading.instruction.as_str());
        // A version that mends it may come; it is the same finding still.
        let what = found.and_then(|found| match (&found.details, &found.what) {
            (Some(details), _) => Some(details.kind.id()),
            (None, what) => what.as_ref()?.split(", ").next(),
        });
        let what = what.map_or(String::new(), |what| format!("\n{what}"));
        let print = format!("{}\n{path}\n{instruction}{what}", rule.name());
        let time = self.0.entry(print.clone()).or_default();
        *time += 1;
        (print, *time)
    }
}
