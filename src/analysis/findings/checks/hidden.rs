//! Hidden bytes as findings: deleted, re-stored and overwritten files, grouped by the two layers involved. `analysis::hidden` finds the bytes.

use crate::analysis::findings::copy_change::CopyChange;
use crate::analysis::findings::dockerignore::keep_out;
use crate::analysis::findings::finding::{ClaimedEntry, Finding, Fix};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::{FindingKind, FindingLevel};
use crate::analysis::findings::quoting::quoted;
use crate::analysis::findings::run_change::{RunChange, RunEdit};
use crate::analysis::{Hidden, HiddenKind};
use crate::image::{Entry, LayerId, NodeId};

/// The least bytes between two layers for a finding.
const LEAST: u64 = 64 << 10;
/// As [`LEAST`], for bytes of base layers, where the only fix is another base.
const LEAST_OF_BASE: u64 = 1 << 20;
/// The most paths in one command.
const MOST_PATHS: usize = 8;
/// Added when other layers are between the two.
const NEEDED: &str = "# if an instruction in between needs it, merge all of them into one";

/// Returns one finding for each pair of layers and kind of hiding.
pub(in crate::analysis::findings) fn find(context: &ImageContext<'_>) -> Vec<Finding> {
    let mut rows: Vec<&Hidden> = context.analysis.hidden.entries.iter().collect();
    rows.sort_by_key(|row| (row.stored_in, row.hidden_by, row.how, row.node));
    let groups = rows.chunk_by(|one, other| {
        (one.stored_in, one.hidden_by, one.how) == (other.stored_in, other.hidden_by, other.how)
    });
    groups.filter_map(|rows| finding(context, rows)).collect()
}

fn finding(context: &ImageContext<'_>, rows: &[&Hidden]) -> Option<Finding> {
    let Hidden {
        stored_in,
        hidden_by,
        how,
        ..
    } = **rows.first()?;
    let bytes = rows
        .iter()
        .map(|row| row.bytes)
        .fold(0, u64::saturating_add);
    let in_base = !context.is_own(stored_in);
    let least = match (in_base, how) {
        (false, _) => LEAST,
        (true, HiddenKind::Deleted) => LEAST_OF_BASE,
        // Package managers always overwrite files of the base.
        (true, _) => return None,
    };
    if bytes < least || stored_in == hidden_by || !context.is_own(hidden_by) {
        return None;
    }
    let claim = |row: &&Hidden| ClaimedEntry {
        node: row.node,
        entry: Some(row.entry),
        layer: row.stored_in,
        bytes: row.bytes,
    };
    let claims: Vec<ClaimedEntry> = rows.iter().map(claim).collect();
    let (kind, why) = kind(how, stored_in, hidden_by);
    let fix = match how {
        _ if in_base => Fix::text("A base layer stores it: keep it, or choose a base without it."),
        HiddenKind::Deleted => removal(context, stored_in, hidden_by, rows),
        HiddenKind::ReStored => touch(context, stored_in, hidden_by),
        HiddenKind::Overwritten => joined(context, stored_in, hidden_by),
    };
    let finding = Finding::new(
        kind,
        Some(if in_base { hidden_by } else { stored_in }),
        claims,
        why,
        fix,
    );
    Some(if in_base {
        finding.at(FindingLevel::Note)
    } else {
        finding
    })
}

/// Returns the kind of a finding, and the reason.
fn kind(how: HiddenKind, stored_in: LayerId, hidden_by: LayerId) -> (FindingKind, String) {
    let (below, above) = (stored_in.index() + 1, hidden_by.index() + 1);
    match how {
        HiddenKind::Deleted => (
            FindingKind::Deleted,
            format!(
                "Layer {above} deletes files of layer {below}: they are hidden, but part of every pull."
            ),
        ),
        HiddenKind::ReStored => (
            FindingKind::ReStored,
            format!(
                "Layer {above} stores files of layer {below} again with the same content: only mode, owner, times or attributes changed."
            ),
        ),
        HiddenKind::Overwritten => (
            FindingKind::Overwritten,
            format!(
                "Layer {above} overwrites files of layer {below}: both versions are stored, one is visible."
            ),
        ),
    }
}

/// Returns the fix that deletes files in the instruction that creates them.
fn removal(
    context: &ImageContext<'_>,
    stored_in: LayerId,
    hidden_by: LayerId,
    rows: &[&Hidden],
) -> Fix {
    let tops = topmost_deleted(context, rows);
    match context.command(stored_in) {
        Some(command) => {
            let words = tops.iter().take(MOST_PATHS);
            let words: Vec<String> = words.map(|node| quoted(&context.path(*node))).collect();
            let cleanup = format!("rm -rf {}", words.join(" "));
            let change = RunChange::new(stored_in, command, RunEdit::Then(vec![cleanup]));
            let mut comments = Vec::new();
            let more = tops.len().saturating_sub(MOST_PATHS);
            if more > 0 {
                comments.push(format!("# and {more} more"));
            }
            if hidden_by.index() > stored_in.index() + 1 {
                comments.push(NEEDED.to_owned());
            }
            Fix::instead(change, comments)
        }
        None if context.is_copied(stored_in) => keep_out(context, stored_in, &tops),
        None => Fix::text("Delete it in the instruction that creates it."),
    }
}

/// Returns the fix that sets mode and owner where files are first stored.
fn touch(context: &ImageContext<'_>, stored_in: LayerId, hidden_by: LayerId) -> Fix {
    if !context.is_copied(stored_in) {
        return joined(context, stored_in, hidden_by);
    }
    // Flags apply to all copied files, so they fit only when all of them have the same result.
    let entries = context.image.layer(stored_in).changes.entries.iter();
    let copied: Vec<(&Entry, &Entry)> = entries
        .filter(|(_, entry)| !context.image.entry(*entry).is_implied())
        .filter_map(|&(node, entry)| {
            let now = context.image.timeline.at(node, hidden_by)?;
            Some((context.image.entry(entry), context.image.entry(now)))
        })
        .collect();
    let (owner, mode) = (
        agreed(&copied, |entry| (entry.uid, entry.gid)),
        agreed(&copied, Entry::permissions),
    );
    let (Ok(owner), Ok(mode)) = (owner, mode) else {
        return Fix::text(
            "Set mode and owner where it is stored: in the build context, or with COPY --chown and --chmod.",
        );
    };
    if owner.is_none() && mode.is_none() {
        return Fix::text(&format!(
            "Remove the change in layer {}: mode and owner are the same before it.",
            hidden_by.index() + 1
        ));
    }
    let instruction =
        crate::image::plain_instruction(&context.image.layer(stored_in).heading.instruction);
    let (keyword, rest) = instruction.split_once(' ').unwrap_or(("COPY", ""));
    let change = CopyChange {
        layer: stored_in,
        keyword: keyword.to_owned(),
        // The classic builder records a checksum instead of the sources.
        arguments: match rest.split_once(" in ") {
            Some((source, to)) if source.contains(':') => format!("… {to}"),
            _ => rest.to_owned(),
        },
        until: hidden_by,
        owner,
        mode,
    };
    Fix::instead(change, Vec::new())
}

/// Returns the common new value of a changed property; `None` when nothing changed, an error when the values differ.
fn agreed<T: PartialEq>(
    records: &[(&Entry, &Entry)],
    of: impl Fn(&Entry) -> T,
) -> Result<Option<T>, ()> {
    if records.iter().all(|(before, now)| of(before) == of(now)) {
        return Ok(None);
    }
    let mut now = records.iter().map(|(_, now)| of(now));
    let first = now.next();
    if now.all(|other| Some(&other) == first.as_ref()) {
        Ok(first)
    } else {
        Err(())
    }
}

/// Returns the fix that merges two instructions into one RUN.
fn joined(context: &ImageContext<'_>, first: LayerId, second: LayerId) -> Fix {
    match (context.command(first), context.command(second)) {
        (Some(one), Some(other)) => {
            let change = RunChange::new(first, one, RunEdit::Join(second, other));
            Fix::instead(change, Vec::new())
        }
        _ => Fix::text(
            "Write it once: make the final version in the instruction that first stores it.",
        ),
    }
}

/// Returns the topmost folders and files that cover the deleted files and no visible one.
fn topmost_deleted(context: &ImageContext<'_>, rows: &[&Hidden]) -> Vec<NodeId> {
    let tree = &context.image.tree;
    let is_visible = |node: NodeId| context.image.visible(node).is_some();
    // Every name has to go, or the content stays.
    let names = rows.iter().flat_map(|row| {
        let names = context.image.names((row.stored_in, row.entry));
        std::iter::once(row.node).chain(names.filter(|node| !is_visible(*node)))
    });
    let mut nodes: Vec<NodeId> = names.collect();
    nodes.sort_unstable();
    let mut tops: Vec<NodeId> = Vec::new();
    for node in nodes {
        if tops.last().is_some_and(|top| tree.contains(*top, node)) {
            continue;
        }
        let is_hidden = |node: &NodeId| *node != NodeId::ROOT && !is_visible(*node);
        let up = |node: &NodeId| tree.parent(*node).filter(is_hidden);
        tops.extend(std::iter::successors(Some(node), up).last());
    }
    tops
}
