//! The verdict for people, below the summary: a line a rule, the first paths that broke it, the tally. What could be saved is `text`'s.

use std::io::{self, Write};

use super::finding;
use super::format::Facts;
use super::paint::Paint;
use crate::ci::{Outcome, RuleResult, Verdict};
use crate::escape;

/// How many paths of a broken rule are listed.
const MOST: usize = 5;

pub(super) fn write(
    facts: &Facts<'_>,
    verdict: &Verdict,
    paint: Paint,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "\n{}", paint.bold("Rules"))?;
    let mut advised = Vec::new();
    for ruling in verdict.enabled() {
        let word = match ruling.outcome {
            Outcome::Passed => paint.good("PASS").to_string(),
            Outcome::Failed => paint.bad("FAIL").to_string(),
            Outcome::Warned => paint.odd("WARN").to_string(),
            Outcome::Skipped => paint.faint("SKIP").to_string(),
        };
        writeln!(
            out,
            "  {word}  {:<26}{}",
            ruling.id.name(),
            measured(facts, ruling)
        )?;
        // Waste stands in the table above; paths that break a rule of their own are told here.
        if !ruling.id.is_about_waste() {
            let (listed, left_out) = finding::listed(facts, ruling, MOST);
            for found in listed {
                let path = finding::path(facts, found);
                writeln!(out, "        {path}: {}", finding::sentence(facts, found))?;
                if found.details.is_some() && !advised.contains(&&found.hint) {
                    advised.push(&found.hint);
                    let advice = escape::text(&found.hint);
                    writeln!(out, "          {}", paint.faint(&advice))?;
                    for line in finding::fix(found) {
                        writeln!(out, "          {}", paint.faint(&line))?;
                    }
                }
            }
            if let Some(left_out) = left_out {
                writeln!(out, "        {left_out}")?;
            }
        }
        // What to do is said once, that for the heaviest path first.
        let plain = ruling.findings.iter();
        for found in plain.filter(|found| found.details.is_none()) {
            if !advised.contains(&&found.hint) {
                advised.push(&found.hint);
                writeln!(out, "        {}", paint.faint(&found.hint))?;
            }
        }
    }
    if !verdict.accepted.is_empty() {
        writeln!(out, "\n{}", paint.bold("Accepted"))?;
    }
    for accepted in &verdict.accepted {
        writeln!(out, "  {}", finding::accepted(facts, accepted))?;
    }
    let tally = [
        (Outcome::Passed, "passed"),
        (Outcome::Failed, "failed"),
        (Outcome::Warned, "warned"),
        (Outcome::Skipped, "skipped"),
    ]
    .into_iter()
    .map(|(standing, word)| (verdict.count(standing), word))
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect::<Vec<_>>()
    .join(", ");
    let word = if verdict.passed() {
        paint.good("PASS").to_string()
    } else {
        paint.bad("FAIL").to_string()
    };
    writeln!(out, "\n{word}  {tally}")
}

fn measured(facts: &Facts<'_>, ruling: &RuleResult) -> String {
    let shown = |measure| finding::shown(facts, measure);
    match ruling.outcome {
        Outcome::Skipped => format!("{:>10}", ruling.why),
        Outcome::Passed => format!(
            "{:>10}  limit {}",
            shown(ruling.measured),
            escape::text(&ruling.written)
        ),
        Outcome::Failed | Outcome::Warned => format!(
            "{:>10}  limit {}: {}",
            shown(ruling.measured),
            escape::text(&ruling.written),
            ruling.why
        ),
    }
}
