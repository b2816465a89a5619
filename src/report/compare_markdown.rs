//! A comparison as Markdown, for the comment of a pull request: numbers, a waterfall by category, findings, layers, folders, configuration, and the files in a
//! closed element, largest changes first. Names are HTML code elements, so that none of them can be markup, a mention or a link.

use std::cmp::Reverse;
use std::io::{self, Write};

use super::comment::Comment;
use super::compare_text::{sameness, warning_lines};
use super::facts::ComparisonFacts;
use super::finding_changes;
use super::markdown::{self, code, plain};
use super::vulnerabilities;
use crate::analysis::{Category, seconds, unread_sentences};
use crate::bytes::{count, human, part_percent, ratio, thousands};
use crate::compare::{CategoryDelta, LayerPair, LayerRelation, PathChange, Side, Sides};
use crate::escape;
use crate::image::LayerId;

/// The most rows of a table other than the files.
const MOST: usize = 30;
/// The most categories listed for one layer.
const MOST_CATEGORIES: usize = 3;

pub(super) fn write(facts: &ComparisonFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut text = Comment::new();
    add(facts, &mut text);
    for line in markdown::warnings(&warning_lines(facts)) {
        text.line(&line);
    }
    text.write(out)
}

/// Adds a comparison to a comment.
pub(super) fn add(facts: &ComparisonFacts<'_>, text: &mut Comment) {
    head(facts, text);
    waterfall(facts, text);
    finding_changes::markdown(facts, text);
    layers(facts, text);
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
    folder_deltas(facts, text);
    config(facts, text);
    changes(facts, text);
}

fn head(facts: &ComparisonFacts<'_>, text: &mut Comment) {
    let comparison = facts.comparison;
    let names = facts
        .images
        .map(|image| code(&escape::text(&image.about.reference)));
    let sizes = comparison.analyses.as_ref().map(|analysis| analysis.size);
    let (delta, _) = facts.sum_delta(sizes);
    text.line(&format!("## {} → {}: {delta}\n", names.before, names.after));
    if let Some(sameness) = sameness(comparison.sameness) {
        text.line(&format!("{sameness}\n"));
    }
    for side in Side::BOTH {
        for unread in unread_sentences(facts.images.get(side)) {
            text.line(&format!("{}: {unread}.\n", side.name()));
        }
    }
    numbers(facts, text);
    let (bytes, note) = facts.download();
    text.line(&format!(
        "Files: {}. Download on a machine that has the image before: {bytes} in {}; {note}.\n",
        facts.counts(),
        count(comparison.layers.transfer.layers as u64, "layer", "layers"),
    ));
}

/// Adds a row for each number of the two images.
fn numbers(facts: &ComparisonFacts<'_>, text: &mut Comment) {
    let comparison = facts.comparison;
    let analyses = comparison.analyses.as_ref();
    let sizes = analyses.map(|analysis| analysis.size);
    text.line("| | before | after | Δ | |");
    text.line("| --- | ---: | ---: | ---: | --- |");
    let row = |name: &str, bytes: Sides<u64>, (delta, ratio): (String, String)| {
        let (before, after) = (
            facts.sum(Side::Before, bytes),
            facts.sum(Side::After, bytes),
        );
        format!("| {name} | {before} | {after} | {delta} | {ratio} |")
    };
    text.line(&row("size", sizes, facts.sum_delta(sizes)));
    if let Sides {
        before: Some(before),
        after: Some(after),
    } = facts.images.map(crate::image::Image::compressed_size)
    {
        text.line(&format!(
            "| compressed size | {} | {} | {} | {} |",
            human(before, facts.units),
            human(after, facts.units),
            facts.signed(i128::from(after) - i128::from(before)),
            ratio(before, after),
        ));
    }
    let visible = analyses.map(|analysis| analysis.visible);
    text.line(&row("visible", visible, facts.visible_delta(visible)));
    let hidden = analyses.map(|analysis| analysis.hidden.bytes());
    text.line(&row("hidden", hidden, facts.visible_delta(hidden)));
    let score = |side: Side| part_percent(comparison.analyses.get(side).efficiency.score);
    text.line(&format!(
        "| dive's efficiency{} | {} | {} | | |",
        comparison.scope(),
        score(Side::Before),
        score(Side::After)
    ));
    if let Some((what, times)) = comparison.times(facts.images) {
        let Sides { before, after } = times.map(|time| seconds(time.as_secs_f64()));
        text.line(&format!("| {} | {before} | {after} | | |", what.label()));
    }
    let layers = &comparison.layers;
    text.line(&format!(
        "| layers | {} | {} | | {} shared |\n",
        facts.images.before.layers.len(),
        facts.images.after.layers.len(),
        layers.shared,
    ));
}

/// Adds the categories that differ as a waterfall: each row has the size of the image with all differences so far.
fn waterfall(facts: &ComparisonFacts<'_>, text: &mut Comment) {
    let Some((_, why)) = facts.why else { return };
    let analyses = facts.comparison.analyses.as_ref();
    let sizes = analyses.map(|analysis| analysis.size);
    // Sums with all differences so far have parts of both images.
    let incomplete = analyses.before.missing.is_empty();
    let incomplete = if incomplete {
        Side::After
    } else {
        Side::Before
    };
    text.line("| Category | Δ | Running total |\n| --- | ---: | ---: |");
    let before = facts.sum(Side::Before, sizes);
    text.line(&format!("| before | | {before} |"));
    let mut sum = i128::from(sizes.before);
    let differing = why.categories.iter();
    let differing = differing.filter(|category| category.delta() != 0);
    let row = |category: &CategoryDelta| {
        sum += category.delta();
        let (delta, _) = facts.sum_delta(category.bytes);
        let size = u64::try_from(sum).unwrap_or(0);
        let size = analyses.get(incomplete).sum(size, facts.units);
        format!("| {} | {delta} | {size} |", category.category.name())
    };
    text.rows(("category", "categories"), differing.map(row));
    let after = facts.sum(Side::After, sizes);
    text.line(&format!("| **after** | | **{after}** |\n"));
}

/// Adds the layers that differ, and for each the categories whose bytes differ most.
fn layers(facts: &ComparisonFacts<'_>, text: &mut Comment) {
    let pairs = &facts.comparison.layers.pairs;
    let differing = pairs
        .iter()
        .filter(|pair| pair.relation != LayerRelation::Same);
    let differing: Vec<&LayerPair> = differing.collect();
    if differing.is_empty() {
        return;
    }
    let timed = differing.iter().any(|pair| !time(facts, pair).is_empty());
    let (head, line) = if timed {
        (" Time |", " --- |")
    } else {
        ("", "")
    };
    text.line(&format!(
        "| Layer | Δ |{head} Instruction | By category |\n| --- | ---: |{line} --- | --- |"
    ));
    let rows = differing.iter().take(MOST);
    text.rows(
        ("layer", "layers"),
        rows.map(|pair| layer_row(facts, pair, timed)),
    );
    if differing.len() > MOST {
        text.line(&format!("| and {} more | | | |", differing.len() - MOST));
    }
    text.line("");
}

/// Returns the times of both layers of a pair, as far as they are known: `built in 3 s → built in 12 s`.
fn time(facts: &ComparisonFacts<'_>, pair: &LayerPair) -> String {
    let of = |side: Side, layer: Option<LayerId>| {
        let analysis = facts.comparison.analyses.get(side);
        analysis.time(facts.images.get(side), layer?)
    };
    let times = [of(Side::Before, pair.before), of(Side::After, pair.after)];
    let times = times.into_iter().flatten().map(|time| time.to_string());
    times.collect::<Vec<_>>().join(" → ")
}

fn layer_row(facts: &ComparisonFacts<'_>, pair: &LayerPair, timed: bool) -> String {
    let ids = Sides::new(pair.before, pair.after);
    let bytes = |side: Side| {
        let id = *ids.get(side);
        id.map_or(0, |id| facts.images.get(side).layer(id).size)
    };
    let delta = i128::from(bytes(Side::After)) - i128::from(bytes(Side::Before));
    let number = |id: LayerId| id.index() + 1;
    let is_missing = Side::BOTH.into_iter().any(|side| {
        let layer = ids.get(side).map(|id| facts.images.get(side).layer(id));
        layer.is_some_and(|layer| layer.missing)
    });
    let delta = if is_missing {
        "unknown".to_owned()
    } else {
        facts.signed(delta)
    };
    let name = match (pair.before, pair.after) {
        (Some(before), Some(after)) => format!("{} → {} rebuilt", number(before), number(after)),
        (Some(before), None) => format!("{} removed", number(before)),
        (None, Some(after)) => format!("{} added", number(after)),
        (None, None) => String::new(),
    };
    let side = if pair.after.is_some() {
        Side::After
    } else {
        Side::Before
    };
    let base = &facts.comparison.analyses.get(side).base;
    let instruction = ids.get(side).map_or_else(String::new, |id| {
        code(&escape::text(&base.instruction(facts.images.get(side), id)))
    });
    let time = if timed {
        format!(" {} |", time(facts, pair))
    } else {
        String::new()
    };
    format!(
        "| {name} | {delta} |{time} {instruction} | {} |",
        categories(facts, ids)
    )
}

/// Returns the categories whose bytes in a pair of layers differ most: `docs +3.0 MB, application +1.0 MB`.
fn categories(facts: &ComparisonFacts<'_>, ids: Sides<Option<LayerId>>) -> String {
    let Some((contents, _)) = facts.why else {
        return String::new();
    };
    let bytes = |side: Side, category: Category| {
        let layers = &contents.get(side).categories.layers;
        let layer = ids.get(side).and_then(|id| layers.get(id.index()));
        i128::from(layer.map_or(0, |bytes| bytes[category as usize]))
    };
    let delta = |category| bytes(Side::After, category) - bytes(Side::Before, category);
    let mut deltas = Category::ALL.map(|category| (category, delta(category)));
    deltas.sort_by_key(|(_, delta)| Reverse(delta.unsigned_abs()));
    let shown = deltas.iter().filter(|(_, delta)| *delta != 0);
    let parts = shown
        .take(MOST_CATEGORIES)
        .map(|(category, delta)| format!("{} {}", category.name(), facts.signed(*delta)));
    parts.collect::<Vec<_>>().join(", ")
}

fn folder_deltas(facts: &ComparisonFacts<'_>, text: &mut Comment) {
    let folder_deltas = &facts.comparison.folder_deltas;
    if folder_deltas.is_empty() {
        return;
    }
    let delta = facts.comparison.delta_head();
    text.line(&format!("| {delta} | Folder |\n| ---: | --- |"));
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
            thousands((folder_deltas.len() - 10) as u64)
        ));
    }
    text.line("");
}

fn config(facts: &ComparisonFacts<'_>, text: &mut Comment) {
    let differing: Vec<_> = facts.comparison.differing_metadata().collect();
    if differing.is_empty() {
        return;
    }
    text.line("| Configuration | before | after |\n| --- | --- | --- |");
    for fact in differing.iter().take(MOST) {
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
    if differing.len() > MOST {
        text.line(&format!("| {} more | | |", differing.len() - MOST));
    }
    text.line("");
}

fn changes(facts: &ComparisonFacts<'_>, text: &mut Comment) {
    // As many as a comment has room for.
    let largest = facts.comparison.largest_changes(facts.images, usize::MAX);
    if largest.count == 0 {
        return;
    }
    let files = count(largest.count as u64, "file differs", "files differ");
    text.line(&format!(
        "<details><summary>{files}, largest difference first</summary>\n"
    ));
    let delta = facts.comparison.delta_head();
    text.line(&format!(
        "| {delta} | | Path | |\n| ---: | --- | --- | --- |"
    ));
    let listed = text.rows(
        ("file", "files"),
        largest.list.iter().map(|changed| row(facts, changed)),
    );
    let (more, delta) = largest.rest(listed);
    if more > 0 {
        let (more, delta) = (thousands(more as u64), facts.signed(delta));
        text.end_element(&format!("| {delta} | | in {more} more | |"));
    }
    text.end_element("\n</details>");
}

fn row(facts: &ComparisonFacts<'_>, changed: &PathChange) -> String {
    let path = |row| code(&escape::name(&facts.comparison.path(facts.images, row)));
    let from = changed.from.map(|from| format!("from {}", path(from)));
    let what = Some(changed.what.list()).filter(|what| !what.is_empty());
    let counted = facts.counted(changed, |path| code(&escape::name(path)));
    let notes: Vec<String> = from.into_iter().chain(what).chain(counted).collect();
    let notes = notes.join(", ");
    format!(
        "| {} | {} | {} | {notes} |",
        facts.signed(changed.delta()),
        changed.status.name(),
        path(changed.row),
    )
}
