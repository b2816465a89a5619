//! The verdict as Markdown, for the comment of a pull request or the summary of a job. Names from the image are HTML code elements, so that none of them can be markup, a
//! mention or a link.

use std::io::{self, Write};

use super::comment::Comment;
use super::facts::ImageFacts;
use super::listing::ListingRow;
use super::text::warning_lines;
use super::{compare_markdown, finding_text, selected, source, times, vulnerabilities};
use crate::analysis::table_layers_text;
use crate::bytes::{count, human};
use crate::ci::{Accepted, RuleOutcome, RuleResult, Verdict, Violation};
use crate::escape;
use crate::image::LayerId;

/// The most characters of a path, a limit or a reason.
const LONGEST: usize = 200;
/// The most characters of what to do about a finding, and of a warning.
const LONGEST_REASON: usize = 500;
/// The most lines of a Dockerfile listed of one finding.
const MOST_LINES: usize = 8;
/// The most paths listed of one rule.
const MOST: usize = 20;

pub(super) fn write(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut text = Vec::new();
    sections(facts, &mut text)?;
    if text.is_empty() {
        return Ok(());
    }
    let mut comment = Comment::new();
    let text = String::from_utf8_lossy(&text);
    comment.rows(("line", "lines"), text.lines().map(str::to_owned));
    selected(facts, &mut comment);
    if let Some(growth) = facts.growth {
        comment.line("");
        compare_markdown::add(growth, &mut comment);
    }
    comment.write(out)
}

fn sections(facts: &ImageFacts<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    let Some(verdict) = facts.verdict else {
        return Ok(());
    };
    head(facts, verdict, out)?;
    rules(facts, verdict, out)?;
    let broken = verdict.enabled();
    for result in broken.filter(|result| !result.violations.is_empty()) {
        violations(facts, result, out)?;
    }
    accepted(facts, &verdict.accepted, out)?;
    let lines = facts.vulnerabilities.into_iter();
    for line in lines.flat_map(vulnerabilities::markdown) {
        writeln!(out, "{line}")?;
    }
    if let Some(transfer) = facts.transfer {
        transfer.markdown(facts.units, out)?;
    }
    for line in warnings(&warning_lines(facts.image)) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Returns the lines of the section with the warnings; none without a warning.
pub(super) fn warnings(texts: &[String]) -> Vec<String> {
    let heading = (!texts.is_empty()).then(|| "\n### Warnings\n".to_owned());
    let items = texts
        .iter()
        .map(|text| format!("- {}", plain(&cut_at(text, LONGEST_REASON))));
    heading.into_iter().chain(items).collect()
}

/// Writes the result and the image's numbers.
fn head(facts: &ImageFacts<'_>, verdict: &Verdict, out: &mut impl Write) -> io::Result<()> {
    let ImageFacts {
        image,
        analysis,
        units,
        ..
    } = *facts;
    let compressed = image.compressed_size().filter(|_| analysis.shallow);
    let size = match compressed {
        Some(bytes) => format!("{} compressed", human(bytes, units)),
        None => analysis.sum(analysis.size, units),
    };
    let mark = match (verdict.passed(), verdict.count(RuleOutcome::Failed)) {
        (true, _) => "✅ passed".to_owned(),
        (false, 0) => format!("❔ {}", RuleOutcome::UNKNOWN),
        (false, _) => "❌ failed".to_owned(),
    };
    writeln!(
        out,
        "## {mark}: {}\n",
        code(&escape::text(&image.about.reference))
    )?;
    write!(
        out,
        "{} in {}, {} hidden; dive's efficiency {}{}",
        size,
        count(image.layers.len() as u64, "layer", "layers"),
        analysis.sum(analysis.hidden.bytes(), units),
        analysis.efficiency_text(),
        analysis.scope(),
    )?;
    for (name, time, note) in times::rows(image, analysis) {
        write!(out, "; {name} {time} {note}")?;
    }
    writeln!(out, "\n")?;
    if let Some(layers) = table_layers_text(image) {
        writeln!(out, "{layers} listed from tables of contents, not read\n")?;
    }
    Ok(())
}

/// Writes a row for each rule.
fn rules(facts: &ImageFacts<'_>, verdict: &Verdict, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "| | Rule | Measured | Limit | |")?;
    writeln!(out, "| --- | --- | ---: | ---: | --- |")?;
    for result in verdict.enabled() {
        let [measured, limit] = finding_text::measured_and_limit(facts, result);
        writeln!(
            out,
            "| {} | {} | {measured} | {} | {} |",
            mark_of(result),
            result.id.name(),
            plain(&cut(&limit)),
            plain(&cut(&result.why)),
        )?;
    }
    Ok(())
}

/// Writes a row for each accepted finding.
fn accepted(facts: &ImageFacts<'_>, all: &[Accepted], out: &mut impl Write) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### Accepted\n")?;
    writeln!(out, "| Rule | Path | What | Reason |")?;
    writeln!(out, "| --- | --- | --- | --- |")?;
    for Accepted {
        rule,
        finding,
        reason,
    } in all.iter().take(MOST)
    {
        let what = finding.what.as_deref().unwrap_or_default();
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            rule.name(),
            code(&finding_text::path(facts, finding)),
            plain(&cut(&escape::text(what))),
            plain(&cut(&escape::text(reason))),
        )?;
    }
    match all.len().saturating_sub(MOST) {
        0 => Ok(()),
        more => writeln!(out, "\nand {more} more"),
    }
}

/// Adds the options of the query, the sum and the largest files to a comment.
fn selected(facts: &ImageFacts<'_>, comment: &mut Comment) {
    let Some(selection) = facts.selection else {
        return;
    };
    comment.line(&format!(
        "\n### Selected: {}\n",
        selected::head(facts, selection)
    ));
    if !facts.query.is_empty() {
        comment.line(&format!("{}\n", code(&escape::text(facts.query))));
    }
    comment.line("| Size | Layer | Path | |\n| ---: | ---: | --- | --- |");
    let (largest, more) = selected::largest(selection);
    for content in largest {
        let row = ListingRow::new(facts.image, *content);
        comment.line(&format!(
            "| {} | {} | {} |{} |",
            human(content.bytes, facts.units),
            content.layer.index() + 1,
            code(&row.path()),
            row.hidden_text(),
        ));
    }
    if more > 0 {
        comment.line(&format!("\nand {more} more"));
    }
}

/// Writes the paths that break a rule.
fn violations(facts: &ImageFacts<'_>, result: &RuleResult, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n### {}\n", result.id.name())?;
    writeln!(out, "{}\n", result.id.purpose())?;
    writeln!(out, "| Size | Path | Stored in | Hidden by | What to do |")?;
    writeln!(out, "| ---: | --- | --- | --- | --- |")?;
    let layer = |id: LayerId| {
        let instruction = code(&finding_text::instruction(facts, id));
        let source = source::text(facts.image, id).map(|source| format!(" {}", code(&source)));
        let source = source.unwrap_or_default();
        format!("{}{source} {instruction}", id.index() + 1)
    };
    let (listed, left_out) = finding_text::listed(facts, result, MOST);
    for found in listed {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            finding_text::size(facts, found).unwrap_or_default(),
            code(&finding_text::path(facts, found)),
            found.stored_in.map_or_else(String::new, layer),
            found.hidden_by.map_or_else(String::new, layer),
            what(found),
        )?;
    }
    match left_out {
        Some(left_out) => writeln!(out, "\n{left_out}"),
        None => Ok(()),
    }
}

/// Returns what was found, unless the path alone shows it, what to do, and the lines of the fix.
fn what(found: &Violation) -> String {
    let advice = match found.details {
        Some(_) => plain(&cut_at(&escape::text(&found.hint), LONGEST_REASON)),
        None => found.hint.to_string(),
    };
    let mut text = match &found.what {
        Some(what) => format!("{}. {advice}", plain(&cut(&escape::text(what)))),
        None => advice,
    };
    let lines = finding_text::fix(found);
    if let [place, lines @ ..] = &*lines {
        let listed = lines.iter().take(MOST_LINES);
        let listed = listed.map(|line| code(line.trim_start()));
        let more = (lines.len() > MOST_LINES).then(|| "…".to_owned());
        let lines = listed.chain(more).collect::<Vec<_>>().join("<br>");
        text = format!("{text} {place}<br>{lines}");
    }
    text
}

const fn mark_of(result: &RuleResult) -> &'static str {
    match result.outcome {
        RuleOutcome::Passed => "✅",
        RuleOutcome::Failed => "❌",
        RuleOutcome::Warned => "⚠️",
        RuleOutcome::Skipped => "➖",
        RuleOutcome::Unknown => "❔",
    }
}

pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", plain(&cut(text)))
}

/// Truncates a text, so that no path fills a comment.
fn cut(text: &str) -> String {
    cut_at(text, LONGEST)
}

/// Truncates a text to a number of characters.
pub(super) fn cut_at(text: &str, longest: usize) -> String {
    let mut cut: String = text.chars().take(longest).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

/// Writes every character with a meaning in Markdown or HTML as an entity.
pub(super) fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' | '<' | '>' | '"' | '\'' | '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '~' | '@'
            | '#' | '$' | ':' => {
                safe.push_str("&#");
                safe.push_str(&u32::from(character).to_string());
                safe.push(';');
            }
            other => safe.push(other),
        }
    }
    safe
}
