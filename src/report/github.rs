//! The verdict as a GitHub job's annotations: workflow commands on standard output, ten errors and ten warnings at the most, which is what GitHub
//! shows of one step. Everything from the image is escaped, so that no name can be a command.

use std::io::{self, Write};

use super::finding;
use super::format::Facts;
use crate::ci::{Finding, Ruling, Standing};

/// Annotations of one kind GitHub shows for a step.
const MOST: usize = 10;

pub(super) fn write(facts: &Facts<'_>, out: &mut impl Write) -> io::Result<()> {
    let Some(verdict) = facts.verdict else {
        return Ok(());
    };
    for (standing, word) in [(Standing::Failed, "error"), (Standing::Warned, "warning")] {
        let broken: Vec<&Ruling> = verdict
            .asked()
            .filter(|ruling| ruling.standing == standing)
            .collect();
        // Every rule is told before any of them tells its paths.
        let rules = broken.iter().map(|ruling| (*ruling, None));
        let paths = broken
            .iter()
            .flat_map(|ruling| ruling.findings.iter().map(|found| (*ruling, Some(found))));
        for (ruling, found) in rules.chain(paths).take(MOST) {
            annotate(facts, word, ruling, found, out)?;
        }
    }
    Ok(())
}

fn annotate(
    facts: &Facts<'_>,
    word: &str,
    ruling: &Ruling,
    found: Option<&Finding>,
    out: &mut impl Write,
) -> io::Result<()> {
    let text = match found {
        None => finding::broken(facts, ruling),
        Some(found) => format!(
            "{}: {}. {}",
            finding::path(facts, found),
            finding::sentence(facts, found),
            found.advice
        ),
    };
    write!(
        out,
        "::{word} title={}",
        property(&format!("dive-rs {}", ruling.id.name()))
    )?;
    if let Some(file) = facts.dockerfile {
        write!(out, ",file={}", property(&file.path.to_string_lossy()))?;
        let instruction = found.map(|found| {
            facts
                .image
                .layer(found.blame())
                .heading
                .instruction
                .as_str()
        });
        if let Some(lines) = instruction.and_then(|instruction| file.find(instruction)) {
            write!(out, ",line={},endLine={}", lines.first, lines.last)?;
        }
    }
    writeln!(out, "::{}", escaped(&text))
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}
