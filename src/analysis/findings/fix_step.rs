//! A fix as the step after those before it. Two findings may each write a last stage: applied one after the other, the second changes lines of the stage
//! that the first adds. They may also change the same instruction: the second changes it as the first left it. [`Fix`] alone is complete without any
//! other.

use crate::analysis::findings::finding::{Finding, Fix, FixPlace};
use crate::analysis::findings::instruction_change::Instructions;
use crate::analysis::findings::kind::FindingKind;
use crate::analysis::findings::savings::Saving;

/// Where a fix is applied, and its lines. Not escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixStep {
    /// Where the lines go, for people.
    pub place: String,
    /// The lines.
    pub lines: Vec<String>,
}

impl FixStep {
    /// Returns the fix of a finding as the step after the savings before it; `savings` are in their order.
    #[must_use]
    pub fn of(findings: &[Finding], savings: &[Saving], at: usize) -> Option<Self> {
        let finding = findings.get(at)?;
        let place = savings.iter().position(|saving| saving.finding == at);
        let before = savings.iter().take(place.unwrap_or(0));
        let before: Vec<&Finding> = before
            .filter_map(|saving| findings.get(saving.finding))
            .collect();
        let place = finding.fix.place;
        let (lines, mut titles) = after_changes(&finding.fix, &before);
        let adds_stage = |finding: &&Finding| finding.fix.place == FixPlace::LastStage;
        let stage = before.iter().position(adds_stage);
        let Some(earlier) = stage.filter(|_| adds_stage(&finding)) else {
            return Some(Self {
                place: match &titles[..] {
                    [] => place.words().to_owned(),
                    titles => format!("{}, {}", place.words(), once_fixed(titles)),
                },
                lines,
            });
        };
        let (stage, before) = (before[earlier], &before[..earlier]);
        titles.retain(|title| *title != stage.kind.title());
        titles.insert(0, stage.kind.title());
        Some(Self {
            place: once_fixed(&titles),
            lines: match finding.kind {
                // The stage on a smaller base copies the program and what it needs.
                FindingKind::BuildTools => vec![NOTHING_MORE.to_owned()],
                _ => changes(&after_changes(&stage.fix, before).0, &lines),
            },
        })
    }
}

/// Returns which fixes come first, by title.
fn once_fixed(titles: &[&str]) -> String {
    let are = if titles.len() > 1 { "are" } else { "is" };
    format!("once “{}” {are} fixed", titles.join("” and “"))
}

/// Returns the lines of a fix, its instruction changed as the fixes of earlier findings left it, and the titles of those that changed it.
fn after_changes(fix: &Fix, before: &[&Finding]) -> (Vec<String>, Vec<&'static str>) {
    let Some(change) = fix.change() else {
        return (fix.lines(), Vec::new());
    };
    let after = |earlier: &[&Finding]| {
        let mut instructions = Instructions::default();
        for change in earlier.iter().filter_map(|finding| finding.fix.change()) {
            instructions.apply(change);
        }
        instructions.apply(change)
    };
    let (alone, changed) = (change.lines(), after(before));
    let mut titles: Vec<&'static str> = Vec::new();
    for earlier in before.iter().filter(|_| changed != alone) {
        let title = earlier.kind.title();
        if !titles.contains(&title) && after(&[*earlier]) != alone {
            titles.push(title);
        }
    }
    (fix.lines_with(changed), titles)
}

/// The line of a fix that an earlier one makes too.
const NOTHING_MORE: &str = "# nothing more to change: the last stage leaves these files out";

/// Returns the differences between two versions of the stages that a fix adds, each below a comment that says where it goes.
fn changes(before: &[String], after: &[String]) -> Vec<String> {
    let is_from = |line: &String| line.starts_with("FROM ");
    let is_lone = |line: &&String, others: &[String]| !others.contains(line);
    // Lines above FROM are about the build stage.
    let stage = |lines: &[String]| lines.iter().position(is_from).unwrap_or(0);
    let (build, last) = after.split_at(stage(after));
    let (_, last_before) = before.split_at(stage(before));
    let mut lines = Vec::new();
    let mut part = |comment: &str, part: Vec<String>| {
        if !part.is_empty() {
            lines.push(format!("# {comment}"));
            lines.extend(part);
        }
    };
    let changed = build.iter().filter(|line| is_lone(line, before));
    part(
        "in the build stage, instead of the line that builds the program:",
        changed.cloned().collect(),
    );
    if let (Some(after), Some(before)) = (last.first(), last_before.first())
        && after != before
    {
        let comment = format!("in the last stage, instead of {before}:");
        part(&comment, vec![after.clone()]);
    }
    let added = last.iter().skip(1);
    let added = added.filter(|line| is_lone(line, last_before));
    part("in the last stage, add:", added.cloned().collect());
    let removed = last_before.iter().skip(1);
    let removed = removed.filter(|line| is_lone(line, last));
    let removed = removed.map(|line| format!("#   {line}"));
    part("in the last stage, remove:", removed.collect());
    if lines.is_empty() {
        lines.push(NOTHING_MORE.to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::changes;

    #[test]
    fn the_lines_that_differ_are_named() {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let before = lines(
            "# the first line becomes: FROM debian AS build\nFROM debian\nCOPY --from=build /a /a\nUSER app\nCMD [\"/a\"]",
        );
        let after = lines(
            "# the first line becomes: FROM debian AS build\nRUN CGO_ENABLED=0 go build\nFROM scratch\nCOPY --from=build /c /c\nCOPY --from=build /a /a\nCMD [\"/a\"]",
        );
        let expected = "\
            # in the build stage, instead of the line that builds the program:\nRUN CGO_ENABLED=0 go build\n\
            # in the last stage, instead of FROM debian:\nFROM scratch\n\
            # in the last stage, add:\nCOPY --from=build /c /c\n\
            # in the last stage, remove:\n#   USER app";
        assert_eq!(changes(&before, &after), lines(expected));
        assert_eq!(changes(&before, &before).len(), 1);
    }
}
