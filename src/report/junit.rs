//! The verdict as JUnit XML: a suite for the image, a test case for each rule. Written by hand, because the schema that Jenkins validates with
//! (`junit-10.xsd`) rejects an attribute that every library sets.

use std::io::{self, Write};

use super::facts::ImageFacts;
use super::finding_text;
use super::text::warning_lines;
use super::xml::Xml;
use crate::ci::{RuleOutcome, RuleResult};
use crate::escape;

/// The most paths listed of one rule.
const MOST: usize = 100;

pub(super) fn write(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let Some(verdict) = facts.verdict else {
        return Ok(());
    };
    let (tests, failures) = (verdict.listed().count(), verdict.count(RuleOutcome::Failed));
    let skipped = verdict.count(RuleOutcome::Skipped);
    let errors = verdict.count(RuleOutcome::Unknown);
    let image = escape::text(&facts.image.about.reference);
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="dive-rs" tests="{tests}" failures="{failures}" errors="{errors}">"#
    )?;
    writeln!(
        out,
        r#"  <testsuite name="{}" tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}">"#,
        Xml(&image)
    )?;
    for result in verdict.listed() {
        case(facts, result, out)?;
    }
    let accepted = verdict.accepted.iter();
    let accepted = accepted.map(|accepted| finding_text::accepted(facts, accepted));
    let warnings = warning_lines(facts.image).into_iter();
    let warnings = warnings.map(|warning| format!("warning: {warning}"));
    let lines: Vec<String> = accepted.chain(warnings).collect();
    if !lines.is_empty() {
        let lines = lines.join("\n");
        writeln!(out, "    <system-out>{}</system-out>", Xml(&lines))?;
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}

fn case(facts: &ImageFacts<'_>, result: &RuleResult, out: &mut impl Write) -> io::Result<()> {
    let name = result.id.name();
    write!(out, r#"    <testcase name="{name}" classname="dive-rs""#)?;
    match result.outcome {
        RuleOutcome::Passed => return writeln!(out, "/>"),
        RuleOutcome::Skipped => {
            writeln!(out, ">\n      <skipped message=\"{}\"/>", Xml(&result.why))?;
        }
        RuleOutcome::Unknown => writeln!(
            out,
            ">\n      <error type=\"{name}\" message=\"{}\"/>",
            Xml(&finding_text::broken(facts, result)),
        )?,
        RuleOutcome::Failed => writeln!(
            out,
            ">\n      <failure type=\"{name}\" message=\"{}\">{}</failure>",
            Xml(&finding_text::broken(facts, result)),
            Xml(&lines(facts, result))
        )?,
        // JUnit has no warnings: the case passes, with the warning as its output.
        RuleOutcome::Warned => writeln!(
            out,
            ">\n      <system-out>warning: {}\n{}</system-out>",
            Xml(&finding_text::broken(facts, result)),
            Xml(&lines(facts, result))
        )?,
    }
    writeln!(out, "    </testcase>")
}

/// Returns the findings of a rule, one per line.
fn lines(facts: &ImageFacts<'_>, result: &RuleResult) -> String {
    let (listed, left_out) = finding_text::listed(facts, result, MOST);
    let lines = listed.iter().map(|found| finding_text::lines(facts, found));
    lines.chain(left_out).collect::<Vec<_>>().join("\n")
}
