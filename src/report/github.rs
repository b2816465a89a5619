//! The verdict as a GitHub job's annotations: workflow commands on standard output, at most ten errors and ten warnings, which is what GitHub shows of one
//! step. Everything from the image is escaped, so that no name can be a command.

use std::io::{self, Write};

use super::facts::ImageFacts;
use super::finding_text;
use super::source;
use crate::ci::{RuleId, RuleOutcome, RuleResult, Violation};
use crate::escape;

/// The most annotations of one kind that GitHub shows of a step.
const MOST: usize = 10;

pub(super) fn write(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let Some(verdict) = facts.verdict else {
        return Ok(());
    };
    for (outcome, word) in [
        (RuleOutcome::Failed, "error"),
        (RuleOutcome::Unknown, "error"),
        (RuleOutcome::Warned, "warning"),
    ] {
        let broken: Vec<&RuleResult> = verdict
            .listed()
            .filter(|result| result.outcome == outcome)
            .collect();
        // Every rule has an annotation before any of its paths has one. Paths share the remaining ones; the rule's annotation counts those without one.
        let (annotated, rest) = broken.split_at(MOST.min(broken.len()));
        let mut room = MOST - annotated.len();
        let mut paths = Vec::new();
        for (at, &result) in annotated.iter().enumerate() {
            let all = &result.violations;
            let share = room.div_ceil(annotated.len() - at);
            let (listed, left_out) = all.split_at(share.min(all.len()));
            room -= listed.len();
            paths.extend(listed.iter().map(|found| (result, found)));
            let mut text = finding_text::broken(facts, result);
            if !left_out.is_empty() {
                let (out, of) = (left_out.len(), all.len());
                let size = finding_text::total_size(facts, left_out);
                text = format!("{text} ({out} of {of} paths not listed{size})");
            }
            if at + 1 == MOST && !rest.is_empty() {
                let names: Vec<&str> = rest.iter().map(|result| result.id.name()).collect();
                text = format!("{text}; also broken: {}", names.join(", "));
            }
            annotate(facts, word, result.id, None, &text, out)?;
        }
        for (result, found) in paths {
            let text = finding_text::lines(facts, found);
            annotate(facts, word, result.id, Some(found), &text, out)?;
        }
    }
    for accepted in verdict.accepted.iter().take(MOST) {
        let (found, text) = (
            Some(&accepted.finding),
            finding_text::accepted(facts, accepted),
        );
        annotate(facts, "notice", accepted.rule, found, &text, out)?;
    }
    Ok(())
}

fn annotate(
    facts: &ImageFacts<'_>,
    word: &str,
    rule: RuleId,
    found: Option<&Violation>,
    text: &str,
    out: &mut impl Write,
) -> io::Result<()> {
    write!(
        out,
        "::{word} title={}",
        property(&format!("dive-rs {}", rule.name()))
    )?;
    let lines = found.and_then(|found| source::lines(facts.image, found.responsible_layer()?));
    if let Some(file) = source::file(facts.image, lines) {
        write!(out, ",file={}", property(&escape::text(file)))?;
    }
    if let Some(lines) = lines {
        write!(out, ",line={},endLine={}", lines.first, lines.last)?;
    }
    writeln!(out, "::{}", escaped(text))
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}
