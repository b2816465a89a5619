//! The verdict as text for people: a line for each rule, its first findings, and the totals.

use std::io::{self, Write};

use super::facts::ImageFacts;
use super::finding_text;
use super::styling::Styling;
use crate::ci::{RuleOutcome, RuleResult, Verdict};
use crate::escape;

/// The most findings listed of one rule.
const MOST: usize = 5;

pub(super) fn write(
    facts: &ImageFacts<'_>,
    verdict: &Verdict,
    styling: Styling,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "\n{}", styling.bold("Rules"))?;
    let mut shown_hints = Vec::new();
    for result in verdict.enabled() {
        let word = outcome(result.outcome, styling);
        let (name, value) = (result.id.name(), measured(facts, result));
        writeln!(out, "  {word}  {name:<26}{value}")?;
        // Hidden paths are in the table above; the paths of other rules are listed here.
        if !result.id.is_about_hidden() {
            violations(facts, result, &mut shown_hints, styling, out)?;
        }
        // Each hint is printed once, with the largest path that it concerns.
        let plain = result.violations.iter();
        for found in plain.filter(|found| found.details.is_none()) {
            if !shown_hints.contains(&&*found.hint) {
                shown_hints.push(&found.hint);
                let hint = format!("{}: {}", finding_text::path(facts, found), found.hint);
                writeln!(out, "        {}", styling.faint(&hint))?;
            }
        }
    }
    if !verdict.accepted.is_empty() {
        writeln!(out, "\n{}", styling.bold("Accepted"))?;
    }
    for accepted in &verdict.accepted {
        writeln!(out, "  {}", finding_text::accepted(facts, accepted))?;
    }
    totals(verdict, styling, out)
}

fn outcome(outcome: RuleOutcome, styling: Styling) -> String {
    match outcome {
        RuleOutcome::Passed => styling.good("PASS").to_string(),
        RuleOutcome::Failed => styling.bad("FAIL").to_string(),
        RuleOutcome::Warned => styling.warning("WARN").to_string(),
        RuleOutcome::Skipped => styling.faint("SKIP").to_string(),
        RuleOutcome::Unknown => styling.bad("UNKNOWN").to_string(),
    }
}

/// Writes the first paths that break a rule; a finding with its hint and fix, unless the hint was printed before.
fn violations<'a>(
    facts: &ImageFacts<'_>,
    result: &'a RuleResult,
    shown_hints: &mut Vec<&'a str>,
    styling: Styling,
    out: &mut impl Write,
) -> io::Result<()> {
    let (listed, left_out) = finding_text::listed(facts, result, MOST);
    for found in listed {
        let path = finding_text::path(facts, found);
        let sentence = finding_text::sentence(facts, found);
        writeln!(out, "        {path}: {sentence}")?;
        if found.details.is_some() && !shown_hints.contains(&&*found.hint) {
            shown_hints.push(&found.hint);
            let hint = escape::text(&found.hint);
            writeln!(out, "          {}", styling.faint(&hint))?;
            for line in finding_text::fix(found) {
                writeln!(out, "          {}", styling.faint(&line))?;
            }
        }
    }
    match left_out {
        Some(left_out) => writeln!(out, "        {left_out}"),
        None => Ok(()),
    }
}

/// Writes the result, and how many rules passed and failed.
fn totals(verdict: &Verdict, styling: Styling, out: &mut impl Write) -> io::Result<()> {
    let of = |outcome| {
        verdict
            .enabled()
            .filter(move |result| result.outcome == outcome)
    };
    let tally = [
        (RuleOutcome::Passed, "passed"),
        (RuleOutcome::Failed, "failed"),
        (RuleOutcome::Warned, "warned"),
        (RuleOutcome::Skipped, "skipped"),
        (RuleOutcome::Unknown, RuleOutcome::UNKNOWN),
    ]
    .into_iter()
    .map(|(outcome, word)| (of(outcome).count(), word))
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect::<Vec<_>>()
    .join(", ");
    let all = match (verdict.passed(), verdict.count(RuleOutcome::Failed)) {
        (true, _) => RuleOutcome::Passed,
        (false, 0) => RuleOutcome::Unknown,
        (false, _) => RuleOutcome::Failed,
    };
    writeln!(out, "\n{}  {tally}", outcome(all, styling))
}

fn measured(facts: &ImageFacts<'_>, result: &RuleResult) -> String {
    let [measured, limit] = finding_text::measured_and_limit(facts, result);
    match result.outcome {
        RuleOutcome::Skipped => format!("{:>10}", result.why),
        RuleOutcome::Unknown => format!("{}: {}", RuleOutcome::UNKNOWN, result.why),
        RuleOutcome::Passed | RuleOutcome::Failed | RuleOutcome::Warned => format!(
            "{measured:>10}  limit {limit}{}{}",
            if result.why.is_empty() { "" } else { ": " },
            result.why
        ),
    }
}
