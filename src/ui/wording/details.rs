//! The details of a layer or a path, in one image or in two, as the text of a viewer. The viewer escapes it. No colours, no widths.

use crate::analysis::{Amount, Status};
use crate::bytes::{Units, count, human};
use crate::compare::{RowId, Side};
use crate::escape;
use crate::image::{EntryId, EntryKind, Event, Image, LayerId, NodeId, date_and_time};

use crate::ui::compare::Compare;
use crate::ui::loaded::summary::{ExploreSummary, status_word};
use crate::ui::model::explore::Explore;
use crate::ui::pane::stores_below;
use crate::ui::wording::categories;
use crate::ui::wording::facts;

/// Returns the title and the text of a layer's details: its instruction as the build history has it, then its facts.
#[must_use]
pub(in crate::ui) fn layer(explore: &Explore, layer: LayerId, units: Units) -> (String, String) {
    let heading = &explore.image.layer(layer).heading;
    let instruction = heading.described.as_ref().unwrap_or(&heading.instruction);
    let instruction = match instruction.trim() {
        "" => explore
            .summary
            .analysis
            .base
            .instruction(&explore.image, layer),
        instruction => instruction.to_owned(),
    };
    let facts = facts::layer_lines(explore, layer, units).join("\n");
    let title = format!("Layer {}", layer.0 + 1);
    (title, format!("{instruction}\n\n{facts}\n"))
}

/// The title of a path's details; the path itself is their first line.
const PATH: &str = "Path";

/// Returns the title and the text of a path's details: status, entry, owner and category.
#[must_use]
pub(in crate::ui) fn path(explore: &Explore, node: NodeId, units: Units) -> (String, String) {
    let (image, comparison) = (&explore.image, explore.tree.comparison());
    let summary = &*explore.summary;
    let path = escape::name(&image.tree.path(node)).into_owned();
    let mut lines = vec![path, String::new()];
    let mut fact = |label: &str, text: String| lines.push(facts::labelled(label, &text));
    if let Some(content) = explore.selected_content().filter(|it| it.node == node) {
        let layer = |by| facts::layer_text(image, summary, by);
        let hidden = facts::hidden_by(image, content, layer);
        let status = hidden.map_or_else(|| "visible".to_owned(), |how| format!("hidden: {how}"));
        fact("status", status);
        let bytes = image.entry(content.entry).size;
        entry_facts(
            (image, summary),
            (content.layer, content.entry),
            Amount::Known(bytes),
            units,
            &mut fact,
        );
        let first = explore.selection().and_then(|it| it.counted_at(node));
        counted_at(image, first, &mut fact);
        if content.hidden.is_none() {
            for (label, text) in categories::package_lines(explore.content.ready(), image, node) {
                fact(label, text);
            }
        }
        lines.extend(history(image, summary, node, units));
        return (PATH.to_owned(), lines.join("\n"));
    }
    let status = comparison.status(node);
    let mut word = status_word(status).to_owned();
    if let Status::Modified(what) = status {
        word = format!("{word}: {}", what.list());
    }
    let change = match status {
        Status::Removed => {
            let by = comparison.removed_by(image, node);
            by.map(|layer| (word.clone(), layer))
        }
        Status::Absent => absent_since(explore, node),
        _ => None,
    };
    let word = change.map_or_else(
        || word,
        |(word, layer)| format!("{word} in {}", facts::layer_text(image, summary, layer)),
    );
    fact("status", word);
    let last = |at: LayerId| image.timeline.at(node, at).map(|entry| (at, entry));
    let layer_outside_range = explore.tree.layer_outside_range(image, node).and_then(last);
    if let Some(found) = comparison.source(image, node).or(layer_outside_range) {
        let found = image.content(found).unwrap_or(found);
        let bytes = explore.folder_sum(comparison.weight(image, node));
        entry_facts((image, summary), found, bytes, units, &mut fact);
    }
    counted_at(image, explore.tree.counted_at(node), &mut fact);
    for (label, text) in categories::package_lines(explore.content.ready(), image, node) {
        fact(label, text);
    }
    lines.extend(history(image, &explore.summary, node, units));
    (PATH.to_owned(), lines.join("\n"))
}

/// Returns why no compared layer has a path: the word for what the last layer up to them did, or the first one after them, and that layer.
fn absent_since(explore: &Explore, node: NodeId) -> Option<(String, LayerId)> {
    let removed = explore.tree.comparison().removed_by(&explore.image, node);
    let removed = removed.map(|layer| (Status::Removed, layer));
    let mut events = explore.image.timeline.events(node).iter();
    let added = || Some((Status::Added, events.next()?.layer));
    let (status, layer) = removed.or_else(added)?;
    Some((status_word(status).to_owned(), layer))
}

/// Returns the title and the text of a path's details in the finished image, whichever layer is selected.
#[must_use]
pub(in crate::ui) fn visible(explore: &Explore, node: NodeId, units: Units) -> (String, String) {
    let image = &explore.image;
    let path = escape::name(&image.tree.path(node)).into_owned();
    let mut lines = vec![path, String::new()];
    let mut fact = |label: &str, text: String| lines.push(facts::labelled(label, &text));
    if let Some((seen, top)) = image.visible(node).zip(image.top()) {
        fact("status", "visible".to_owned());
        let bytes = explore
            .summary
            .analysis
            .amount(image.visible_size(node, top));
        let place = (seen.layer, seen.entry);
        entry_facts((image, &explore.summary), place, bytes, units, &mut fact);
        counted_at(image, seen.counted_at, &mut fact);
    }
    for (label, text) in categories::package_lines(explore.content.ready(), image, node) {
        fact(label, text);
    }
    lines.extend(history(image, &explore.summary, node, units));
    (PATH.to_owned(), lines.join("\n"))
}

/// The most versions of a path that its details list.
const MOST_VERSIONS: usize = 50;

/// Returns the versions of a path, one line per layer, for a path that more than one layer changed.
fn history(image: &Image, summary: &ExploreSummary, node: NodeId, units: Units) -> Vec<String> {
    let events = image.timeline.events(node);
    if events.len() < 2 {
        return Vec::new();
    }
    let line = |(at, event): (usize, &Event)| {
        let before = at.checked_sub(1).and_then(|at| events[at].entry);
        let word = match Status::between(image, before, event.entry) {
            Status::Modified(what) => what.list(),
            Status::Unmodified if stores_below(image, node, event.layer) => {
                "modified below".to_owned()
            }
            Status::Unmodified => "re-stored: the same content again".to_owned(),
            status => status_word(status).to_owned(),
        };
        let size = event
            .entry
            .map(|entry| human(image.file_entry(entry).size, units));
        let size = size.unwrap_or_default();
        let label = format!("layer {}", event.layer.0 + 1);
        let by = facts::instruction_in(image, summary, event.layer);
        facts::labelled(&label, &format!("{size:<8}  {word}  {by}"))
    };
    let lines = events.iter().enumerate().map(line);
    let head = [String::new(), "history".to_owned()].into_iter();
    head.chain(lines.take(MOST_VERSIONS)).collect()
}

/// Returns the title and the text of the hidden versions of a path, lowest layer first.
#[must_use]
pub(in crate::ui) fn hidden(explore: &Explore, node: NodeId, units: Units) -> (String, String) {
    let image = &explore.image;
    let mut lines = vec![escape::name(&image.tree.path(node)).into_owned()];
    let entries = explore.summary.analysis.hidden.entries.iter();
    let mut versions: Vec<_> = entries.filter(|version| version.node == node).collect();
    versions.sort_by_key(|version| (version.stored_in, version.entry));
    for version in versions {
        lines.push(String::new());
        let mut fact = |label: &str, text: String| lines.push(facts::labelled(label, &text));
        let word = facts::hidden_kind(version.how).1;
        let by = facts::layer_text(image, &explore.summary, version.hidden_by);
        fact("status", format!("hidden: {word} in {by}"));
        let found = (version.stored_in, version.entry);
        let bytes = Amount::Known(version.bytes);
        let of = (&**image, &*explore.summary);
        entry_facts(of, found, bytes, units, &mut fact);
    }
    (PATH.to_owned(), lines.join("\n"))
}

/// Returns the title and the text of a path's details in both images.
#[must_use]
pub(in crate::ui) fn row(compare: &Compare, row: RowId, units: Units) -> (String, String) {
    let comparison = &compare.comparison;
    let path = escape::name(&comparison.path(compare.both(), row)).into_owned();
    let mut lines = vec![path, String::new(), compare.change_text(row)];
    for side in Side::BOTH {
        lines.extend([String::new(), side.name().to_owned()]);
        let image = &**compare.images.get(side);
        let node = compare.node_at(row, side);
        let shown = node.and_then(|node| image.visible(node));
        let summary = &**compare.summaries.get(side);
        let mut fact = |label: &str, text: String| lines.push(facts::labelled(label, &text));
        let selected = compare.selected_content(row, side);
        let hidden = selected.and_then(|content| {
            let by = |layer| facts::layer_text(image, summary, layer);
            Some((content, facts::hidden_by(image, content, by)?))
        });
        if let Some((content, how)) = &hidden {
            fact("status", format!("hidden: {how}"));
            let bytes = Amount::Known(image.entry(content.entry).size);
            let version = (content.layer, content.entry);
            entry_facts((image, summary), version, bytes, units, &mut fact);
            if shown.is_some() {
                fact("", String::new());
                fact("status", "visible".to_owned());
            }
        }
        match shown {
            Some(shown) => {
                let bytes = comparison.amount(side, comparison.sizes.get(side)[row.index()]);
                let of = (image, summary);
                entry_facts(of, (shown.layer, shown.entry), bytes, units, &mut fact);
                counted_at(image, shown.counted_at, &mut fact);
                let content_analysis = compare.content_analysis(side).map(|content| &**content);
                let lines =
                    node.map(|node| categories::package_lines(content_analysis, image, node));
                for (label, text) in lines.into_iter().flatten() {
                    fact(label, text);
                }
            }
            None if hidden.is_some() => {}
            None => {
                let moved = moved_facts(compare, (row, side), units, &mut fact);
                if moved.is_none() {
                    lines.push("absent".to_owned());
                }
            }
        }
    }
    (PATH.to_owned(), lines.join("\n"))
}

/// Adds the facts of a moved path on the side where it is at another path; `None` if it did not move.
fn moved_facts(
    compare: &Compare,
    (row, side): (RowId, Side),
    units: Units,
    mut fact: impl FnMut(&str, String),
) -> Option<()> {
    let counterpart = compare.comparison.moves.counterpart(row)?;
    let image = &**compare.images.get(side);
    let node = compare.comparison.rows.node(counterpart, side)?;
    let shown = image.visible(node)?;
    fact("path", escape::name(&image.tree.path(node)).into_owned());
    let of = (image, &**compare.summaries.get(side));
    let bytes = compare.comparison.sizes.get(side)[counterpart.index()];
    let bytes = compare.comparison.amount(side, bytes);
    entry_facts(of, (shown.layer, shown.entry), bytes, units, &mut fact);
    let content_analysis = compare.content_analysis(side).map(|content| &**content);
    for (label, text) in categories::package_lines(content_analysis, image, node) {
        fact(label, text);
    }
    Some(())
}

/// Adds the path at which the content of a path counts, when that is another name of it.
fn counted_at(image: &Image, first: Option<NodeId>, mut fact: impl FnMut(&str, String)) {
    if let Some(first) = first {
        let path = escape::name(&image.tree.path(first)).into_owned();
        fact("counted at", path);
    }
}

/// Adds the facts of a layer's entry for a path; `below` is the bytes of everything below it.
fn entry_facts(
    (image, summary): (&Image, &ExploreSummary),
    (layer, id): (LayerId, EntryId),
    below: Amount,
    units: Units,
    mut fact: impl FnMut(&str, String),
) {
    let entry = image.entry(id);
    let size = |bytes: Amount| {
        let exact = bytes.text(|bytes| count(bytes, "byte", "bytes"));
        format!("{exact}, {}", bytes.bytes(units))
    };
    fact("stored in", facts::layer_text(image, summary, layer));
    fact(
        "mode",
        format!("{} {:04o}", entry.symbolic_mode(), entry.permissions()),
    );
    fact("owner", format!("{}:{}", entry.uid, entry.gid));
    // Reproducible builds set 1970.
    if entry.modified > 0 {
        fact("modified", format!("{} UTC", date_and_time(entry.modified)));
    }
    if entry.kind() == EntryKind::File {
        fact("size", size(Amount::Known(entry.size)));
    } else if entry.is_dir() {
        fact("contains", size(below));
    }
    if let Some(target) = image.target(entry) {
        fact("points to", escape::name(target).into_owned());
    }
    let Some(fields) = image.rare_fields(entry) else {
        return;
    };
    if let Some((major, minor)) = fields.device {
        fact("device", format!("{major}, {minor}"));
    }
    for (name, value) in &fields.xattrs {
        fact(
            "attribute",
            format!("{} = {}", escape::name(name), escape::name(value)),
        );
    }
}
