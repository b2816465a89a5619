//! A comparison as Markdown, for a merge request's comment: at most 60 000 characters, the largest changes first, the rest counted. Names are HTML
//! code elements, so that none of them can be markup, a mention or a link.

use std::io::{self, Write};

use super::changes::{Changed, names};
use super::facts::ComparisonFacts;
use super::markdown::{code, plain};
use super::vulnerabilities;
use crate::bytes::{human, ratio};
use crate::compare::{Side, Sides};
use crate::escape;

/// The most characters of a comment, with some room to spare (GitHub's limit is 65 536).
const MOST: usize = 60_000;
/// The characters reserved for the last line, which counts the rest.
const LAST: usize = 200;

pub(super) fn write(facts: &ComparisonFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut text = Limited::default();
    head(facts, &mut text);
    for line in facts
        .vulnerabilities
        .into_iter()
        .flat_map(vulnerabilities::markdown_of_two)
    {
        text.line(&line);
    }
    for line in facts.transfer.iter().flat_map(|all| all.markdown()) {
        text.line(&line);
    }
    folder_deltas(facts, &mut text);
    config(facts, &mut text);
    changes(facts, &mut text);
    out.write_all(text.written.as_bytes())
}

/// Text with a limited number of characters.
#[derive(Default)]
struct Limited {
    written: String,
    characters: usize,
}

impl Limited {
    /// Adds a line and returns true, or returns false when there is no room for it.
    fn line(&mut self, line: &str) -> bool {
        let more = line.chars().count() + 1;
        if self.characters + more > MOST - LAST {
            return false;
        }
        self.last(line);
        true
    }

    /// Adds a line for which characters were reserved.
    fn last(&mut self, line: &str) {
        self.characters += line.chars().count() + 1;
        self.written.push_str(line);
        self.written.push('\n');
    }
}

fn head(facts: &ComparisonFacts<'_>, text: &mut Limited) {
    let comparison = facts.comparison;
    let names = facts
        .images
        .map(|image| code(&escape::text(&image.about.reference)));
    let sizes = comparison.analyses.as_ref().map(|analysis| analysis.size);
    let delta = facts.signed(comparison.size_delta());
    text.line(&format!("## {} → {}: {delta}\n", names.before, names.after));
    if comparison.one_image {
        text.line("Both are the same image.\n");
    }
    text.line("| | before | after | Δ | |");
    text.line("| --- | ---: | ---: | ---: | --- |");
    let mut row = |name: &str, bytes: Sides<u64>| {
        let delta = i128::from(bytes.after) - i128::from(bytes.before);
        text.line(&format!(
            "| {name} | {} | {} | {} | {} |",
            human(bytes.before, facts.units),
            human(bytes.after, facts.units),
            facts.signed(delta),
            ratio(bytes.before, bytes.after),
        ));
    };
    row("size", sizes);
    if let Sides {
        before: Some(before),
        after: Some(after),
    } = facts.images.map(crate::image::Image::compressed_size)
    {
        row("compressed size", Sides::new(before, after));
    }
    let analyses = comparison.analyses.as_ref();
    row("visible", analyses.map(|analysis| analysis.visible));
    row("hidden", analyses.map(|analysis| analysis.hidden.bytes()));
    let score = |side: Side| comparison.analyses.get(side).efficiency.score * 100.0;
    text.line(&format!(
        "| dive's efficiency | {:.2} % | {:.2} % | | |",
        score(Side::Before),
        score(Side::After)
    ));
    let (layers, counts) = (&comparison.layers, comparison.counts);
    text.line(&format!(
        "| layers | {} | {} | | {} shared |\n",
        facts.images.before.layers.len(),
        facts.images.after.layers.len(),
        layers.shared,
    ));
    let transfer = layers.transfer;
    text.line(&format!(
        "Files: {} added, {} removed, {} changed, {} moved, {} unchanged. A machine that has the first image downloads {}{}.\n",
        counts.added,
        counts.removed,
        counts.changed,
        counts.moved,
        counts.same,
        human(transfer.compressed.unwrap_or(transfer.unpacked), facts.units),
        if transfer.compressed.is_some() { "" } else { " (uncompressed)" },
    ));
}

fn folder_deltas(facts: &ComparisonFacts<'_>, text: &mut Limited) {
    let folder_deltas = &facts.comparison.folder_deltas;
    if folder_deltas.is_empty() {
        return;
    }
    text.line("| Δ | Folder |\n| ---: | --- |");
    for folder in folder_deltas.iter().take(10) {
        let path = facts.comparison.path(facts.images, folder.row);
        let delta = facts.signed(folder.delta());
        text.line(&format!("| {delta} | {} |", code(&escape::name(&path))));
    }
    if folder_deltas.len() > 10 {
        let rest: i128 = folder_deltas[10..]
            .iter()
            .map(crate::compare::FolderDelta::delta)
            .sum();
        let delta = facts.signed(rest);
        text.line(&format!(
            "| {delta} | in {} more |",
            folder_deltas.len() - 10
        ));
    }
    text.line("");
}

fn config(facts: &ComparisonFacts<'_>, text: &mut Limited) {
    let differing: Vec<_> = facts.comparison.differing_metadata().collect();
    if differing.is_empty() {
        return;
    }
    text.line("| Configuration | before | after |\n| --- | --- | --- |");
    for fact in differing.iter().take(30) {
        let name = format!("{} {}", fact.field, fact.key);
        let value = |side| {
            let value = fact.values.get(side).as_deref();
            value.map_or_else(String::new, |value| code(&escape::text(value)))
        };
        text.line(&format!(
            "| {} | {} | {} |",
            plain(&escape::text(name.trim_end())),
            value(Side::Before),
            value(Side::After)
        ));
    }
    if differing.len() > 30 {
        text.line(&format!("| {} more | | |", differing.len() - 30));
    }
    text.line("");
}

fn changes(facts: &ComparisonFacts<'_>, text: &mut Limited) {
    let all = facts.largest();
    if all.is_empty() {
        return;
    }
    text.line("<details><summary>Files, largest changes first</summary>\n");
    text.line("| Δ | | Path | |\n| ---: | --- | --- | --- |");
    let listed = all
        .iter()
        .take_while(|changed| text.line(&row(facts, changed)))
        .count();
    if listed < all.len() {
        let rest: i128 = all[listed..].iter().map(Changed::delta).sum();
        let delta = facts.signed(rest);
        text.last(&format!("| {delta} | | in {} more | |", all.len() - listed));
    }
    text.last("\n</details>");
}

fn row(facts: &ComparisonFacts<'_>, changed: &Changed) -> String {
    let path = |row| code(&escape::name(&facts.comparison.path(facts.images, row)));
    let from = changed.from.map(|from| format!("from {}", path(from)));
    let what = Some(names(changed.what)).filter(|what| !what.is_empty());
    let notes: Vec<String> = from.into_iter().chain(what).collect();
    let notes = notes.join(", ");
    format!(
        "| {} | {} | {} | {notes} |",
        facts.signed(changed.delta()),
        changed.status,
        path(changed.row),
    )
}
