//! The verdict as GitLab's code quality report: a JSON list of issues, each at a line of the Dockerfile where it is known, else at the image. Only the
//! keys that GitLab reads: description, `check_name`, fingerprint, severity, location.

use std::io::{self, Write};

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_128;

use super::facts::ImageFacts;
use super::finding_text::{self, Fingerprints};
use super::json_string::write_pretty;
use super::source;
use crate::ci::{RuleId, RuleOutcome, Violation};
use crate::escape;

/// The most issues of one rule; a merge request shows no more.
const MOST: usize = 1000;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: IssueLocation,
}

#[derive(Serialize)]
struct IssueLocation {
    path: String,
    lines: LineSpan,
}

#[derive(Serialize)]
struct LineSpan {
    begin: usize,
    end: usize,
}

pub(super) fn write(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let Some(verdict) = facts.verdict else {
        return Ok(());
    };
    let mut issues = Vec::new();
    let mut fingerprints = Fingerprints::default();
    let mut issue =
        |facts, (rule, severity): (RuleId, _), description, found: Option<&Violation>| {
            let (fingerprint, repetition) = fingerprints.of(facts, rule, found);
            Issue {
                description,
                check_name: rule.name(),
                fingerprint: format!(
                    "{:032x}",
                    xxh3_128(format!("{fingerprint}\n{repetition}").as_bytes())
                ),
                severity,
                location: location(facts, found),
            }
        };
    for result in verdict.listed() {
        let severity = match result.outcome {
            RuleOutcome::Failed => "major",
            RuleOutcome::Warned => "minor",
            RuleOutcome::Unknown => "info",
            RuleOutcome::Passed | RuleOutcome::Skipped => continue,
        };
        let (listed, left_out) = finding_text::listed(facts, result, MOST);
        let broken = finding_text::broken(facts, result);
        let of_rule = match &left_out {
            Some(rest) => Some(format!("{broken}; {rest}")),
            None => listed.is_empty().then_some(broken),
        };
        let each = listed
            .iter()
            .map(|found| (described(facts, found), Some(found)));
        for (description, found) in each.chain(of_rule.map(|text| (text, None))) {
            issues.push(issue(facts, (result.id, severity), description, found));
        }
    }
    for accepted in &verdict.accepted {
        let (rule, text) = (
            (accepted.rule, "info"),
            finding_text::accepted(facts, accepted),
        );
        issues.push(issue(facts, rule, text, Some(&accepted.finding)));
    }
    write_pretty(&mut *out, &issues)?;
    out.write_all(b"\n")
}

/// Returns a finding on one line, with the lines of its fix.
fn described(facts: &ImageFacts<'_>, found: &Violation) -> String {
    let mut text = finding_text::line(facts, found);
    for line in finding_text::fix(found) {
        text.push(' ');
        // All lines are joined to one, so that a trailing backslash continues nothing.
        text.push_str(line.trim().trim_end_matches(" \\"));
    }
    text
}

fn location(facts: &ImageFacts<'_>, found: Option<&Violation>) -> IssueLocation {
    let image = facts.image;
    let lines = found.and_then(|found| source::lines(image, found.responsible_layer()?));
    let path = source::file(image, lines).unwrap_or(&image.about.reference);
    IssueLocation {
        path: escape::text(path).into_owned(),
        lines: lines.map_or(LineSpan { begin: 1, end: 1 }, |lines| LineSpan {
            begin: lines.first,
            end: lines.last,
        }),
    }
}
