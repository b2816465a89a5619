//! The verdict as GitLab's code quality report: a JSON list of issues, each at a line of the Dockerfile when it is known, else at the image.
//! Only the keys that GitLab reads: description, `check_name`, fingerprint, severity, location.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_128;

use super::finding;
use super::format::Facts;
use crate::ci::{Finding, Ruling, Standing};
use crate::escape;

/// Issues of one rule: a merge request shows no more.
const MOST: usize = 1000;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

pub(super) fn write(facts: &Facts<'_>, out: &mut impl Write) -> io::Result<()> {
    let Some(verdict) = facts.verdict else {
        return Ok(());
    };
    let mut issues = Vec::new();
    // A path may break a rule in several layers; GitLab drops what has a fingerprint it knows.
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for ruling in verdict.asked() {
        let severity = match ruling.standing {
            Standing::Failed => "major",
            Standing::Warned => "minor",
            Standing::Passed | Standing::Skipped => continue,
        };
        let (listed, left_out) = finding::listed(facts, ruling, MOST);
        let broken = finding::broken(facts, ruling);
        let whole = match &left_out {
            Some(rest) => Some(format!("{broken}; {rest}")),
            None => listed.is_empty().then_some(broken),
        };
        let each = listed
            .iter()
            .map(|found| (finding::line(facts, found), Some(found)));
        for (description, found) in each.chain(whole.map(|whole| (whole, None))) {
            let print = print(facts, ruling, found);
            let times = seen.entry(print.clone()).or_default();
            *times += 1;
            issues.push(Issue {
                description,
                check_name: ruling.id.name(),
                fingerprint: format!("{:032x}", xxh3_128(format!("{print}\n{times}").as_bytes())),
                severity,
                location: location(facts, found),
            });
        }
    }
    serde_json::to_writer_pretty(&mut *out, &issues).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// Returns what makes an issue the same one in the next run: its rule, its path and the instruction that stores it, never a size.
fn print(facts: &Facts<'_>, ruling: &Ruling, found: Option<&Finding>) -> String {
    let rule = ruling.id.name();
    found.map_or_else(
        || rule.to_owned(),
        |found| {
            let stored = &facts.image.layer(found.stored_in).heading.instruction;
            format!("{rule}\n{}\n{stored}", finding::path(facts, found))
        },
    )
}

fn location(facts: &Facts<'_>, found: Option<&Finding>) -> Location {
    let Some(file) = facts.dockerfile else {
        let path = escape::text(&facts.image.about.reference).into_owned();
        return Location {
            path,
            lines: Lines { begin: 1, end: 1 },
        };
    };
    let lines = found.and_then(|found| file.find(facts.image, found.blame()));
    Location {
        path: escape::text(&file.path.to_string_lossy()).into_owned(),
        lines: lines.map_or(Lines { begin: 1, end: 1 }, |lines| Lines {
            begin: lines.first,
            end: lines.last,
        }),
    }
}
