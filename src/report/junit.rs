//! The verdict as JUnit XML: a suite for the image, a test case for each rule. Written by hand, because the schema that Jenkins validates with
//! (`junit-10.xsd`) rejects an attribute that every library sets.

use std::fmt;
use std::io::{self, Write};

use super::facts::ImageFacts;
use super::finding_text;
use crate::ci::{Outcome, RuleResult};
use crate::escape;

/// The most paths listed of one rule.
const MOST: usize = 100;

pub(super) fn write(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let Some(verdict) = facts.verdict else {
        return Ok(());
    };
    let (tests, failures) = (verdict.enabled().count(), verdict.count(Outcome::Failed));
    let skipped = verdict.count(Outcome::Skipped);
    let image = escape::text(&facts.image.about.reference);
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="dive-rs" tests="{tests}" failures="{failures}" errors="0">"#
    )?;
    writeln!(
        out,
        r#"  <testsuite name="{}" tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}">"#,
        Xml(&image)
    )?;
    for ruling in verdict.enabled() {
        case(facts, ruling, out)?;
    }
    if !verdict.accepted.is_empty() {
        let accepted = verdict.accepted.iter();
        let accepted = accepted.map(|accepted| finding_text::accepted(facts, accepted));
        let accepted = accepted.collect::<Vec<_>>().join("\n");
        writeln!(out, "    <system-out>{}</system-out>", Xml(&accepted))?;
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}

fn case(facts: &ImageFacts<'_>, ruling: &RuleResult, out: &mut impl Write) -> io::Result<()> {
    let name = ruling.id.name();
    write!(out, r#"    <testcase name="{name}" classname="dive-rs""#)?;
    match ruling.outcome {
        Outcome::Passed => return writeln!(out, "/>"),
        Outcome::Skipped => {
            writeln!(out, ">\n      <skipped message=\"{}\"/>", Xml(&ruling.why))?;
        }
        Outcome::Failed => writeln!(
            out,
            ">\n      <failure type=\"{name}\" message=\"{}\">{}</failure>",
            Xml(&finding_text::broken(facts, ruling)),
            Xml(&lines(facts, ruling))
        )?,
        // JUnit has no warnings: the case passes, with the warning as its output.
        Outcome::Warned => writeln!(
            out,
            ">\n      <system-out>warning: {}\n{}</system-out>",
            Xml(&finding_text::broken(facts, ruling)),
            Xml(&lines(facts, ruling))
        )?,
    }
    writeln!(out, "    </testcase>")
}

/// Returns the findings of a rule, one a line.
fn lines(facts: &ImageFacts<'_>, ruling: &RuleResult) -> String {
    let (listed, left_out) = finding_text::listed(facts, ruling, MOST);
    let lines = listed.iter().map(|found| finding_text::lines(facts, found));
    lines.chain(left_out).collect::<Vec<_>>().join("\n")
}

/// Text escaped for XML 1.0, in an element or in double quotes; characters that XML does not allow become U+FFFD.
struct Xml<'a>(&'a str);

impl fmt::Display for Xml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;"),
                '<' => f.write_str("&lt;"),
                // `]]>` is not allowed in text.
                '>' => f.write_str("&gt;"),
                '"' => f.write_str("&quot;"),
                '\n' | '\t' => f.write_char(character),
                '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}'),
                other => f.write_char(other),
            }?;
        }
        Ok(())
    }
}
