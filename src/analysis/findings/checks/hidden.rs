//! Bytes that a later instruction hid: deletions that save nothing, files stored again for their mode or owner, files written twice. The waste is
//! `analysis::hidden`'s; here it is told by the two instructions it lies between.

use crate::analysis::findings::dockerignore::keep_out;
use crate::analysis::findings::finding::{Claim, Finding, Fix};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::{FindingKind, FindingLevel};
use crate::analysis::findings::quoting::quoted;
use crate::analysis::findings::run_command::run_then;
use crate::analysis::{Hidden, HiddenKind};
use crate::image::{Entry, LayerId, NodeId};

/// Less than this between two instructions is not worth a line, in bytes.
const LEAST: u64 = 64 << 10;
/// As [`LEAST`], of what the base stores: all that can be done is to choose another.
const LEAST_OF_BASE: u64 = 1 << 20;
/// The most paths that a command names.
const MOST_PATHS: usize = 8;
/// Said where others stand between the two instructions.
const NEEDED: &str = "# if an instruction between needs it, write all of them as one";

/// Finds them, a finding for two layers and a way of hiding.
pub(in crate::analysis::findings) fn find(case: &ImageContext<'_>) -> Vec<Finding> {
    let mut rows: Vec<&Hidden> = case.analysis.hidden.records.iter().collect();
    rows.sort_by_key(|row| (row.stored_in, row.hidden_by, row.how, row.node));
    let groups = rows.chunk_by(|one, other| {
        (one.stored_in, one.hidden_by, one.how) == (other.stored_in, other.hidden_by, other.how)
    });
    groups.filter_map(|rows| finding(case, rows)).collect()
}

fn finding(case: &ImageContext<'_>, rows: &[&Hidden]) -> Option<Finding> {
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
    let inherited = !case.is_own(stored_in);
    let least = match (inherited, how) {
        (false, _) => LEAST,
        (true, HiddenKind::Deleted) => LEAST_OF_BASE,
        // A package manager cannot help writing over what the base has.
        (true, _) => return None,
    };
    if bytes < least || stored_in == hidden_by || !case.is_own(hidden_by) {
        return None;
    }
    let claim = |row: &&Hidden| Claim {
        node: row.node,
        entry: Some(row.entry),
        layer: row.stored_in,
        bytes: row.bytes,
    };
    let claims: Vec<Claim> = rows.iter().map(claim).collect();
    let (below, above) = (stored_in.index() + 1, hidden_by.index() + 1);
    let (kind, why) = match how {
        HiddenKind::Deleted => (
            FindingKind::Deleted,
            format!(
                "Layer {above} deletes what layer {below} stores: it is no longer seen, and still shipped with every pull."
            ),
        ),
        HiddenKind::ReStored => (
            FindingKind::ReStored,
            format!(
                "Layer {above} stores again, byte for byte, what layer {below} has: nothing but mode, owner, times or attributes can have changed."
            ),
        ),
        HiddenKind::Overwritten => (
            FindingKind::Overwritten,
            format!(
                "Layer {above} writes other content over what layer {below} stores: both are shipped, one is seen."
            ),
        ),
    };
    let fix = match how {
        _ if inherited => Fix::Words(vec![
            "The base stores it: leave it as it is, or choose a base that does not have it."
                .to_owned(),
        ]),
        HiddenKind::Deleted => removal(case, stored_in, hidden_by, rows),
        HiddenKind::ReStored => touch(case, stored_in, hidden_by),
        HiddenKind::Overwritten => joined(case, stored_in, hidden_by),
    };
    let finding = Finding::new(
        kind,
        Some(if inherited { hidden_by } else { stored_in }),
        claims,
        why,
        fix,
    );
    Some(if inherited {
        finding.at(FindingLevel::Note)
    } else {
        finding
    })
}

/// Deletes where it is made.
fn removal(
    case: &ImageContext<'_>,
    stored_in: LayerId,
    hidden_by: LayerId,
    rows: &[&Hidden],
) -> Fix {
    let tops = tops(case, rows);
    match case.command(stored_in) {
        Some(command) => {
            let words = tops.iter().take(MOST_PATHS);
            let words: Vec<String> = words.map(|node| quoted(&case.path(*node))).collect();
            let sweep = format!("rm -rf {}", words.join(" "));
            let mut lines = run_then(&command, &[sweep]);
            let more = tops.len().saturating_sub(MOST_PATHS);
            if more > 0 {
                lines.push(format!("# and {more} more"));
            }
            if hidden_by.index() > stored_in.index() + 1 {
                lines.push(NEEDED.to_owned());
            }
            Fix::Instead(lines)
        }
        None if case.is_copied(stored_in) => keep_out(case, stored_in, &tops),
        None => Fix::Words(vec![
            "Delete it in the instruction that makes it.".to_owned(),
        ]),
    }
}

/// Sets mode and owner where it is stored.
fn touch(case: &ImageContext<'_>, stored_in: LayerId, hidden_by: LayerId) -> Fix {
    if !case.is_copied(stored_in) {
        return joined(case, stored_in, hidden_by);
    }
    // Flags hold for all that the line copies: they say it only where all of it came to be the same.
    let puts = case.image.layer(stored_in).changes.puts.iter();
    let copied: Vec<(&Entry, &Entry)> = puts
        .filter(|(_, entry)| !case.image.entry(*entry).is_implied())
        .filter_map(|&(node, entry)| {
            let now = case.image.timeline.at(node, hidden_by)?;
            Some((case.image.entry(entry), case.image.entry(now)))
        })
        .collect();
    let (owner, mode) = (
        agreed(&copied, |entry| (entry.uid, entry.gid)),
        agreed(&copied, |entry| u64::from(entry.permissions())),
    );
    let (Ok(owner), Ok(mode)) = (owner, mode) else {
        return Fix::Words(vec![
            "Set mode and owner where it is stored: in the build context, or with COPY --chown and --chmod.".to_owned(),
        ]);
    };
    if owner.is_none() && mode.is_none() {
        return Fix::Words(vec![format!(
            "Leave out what layer {} does to it: it has the same mode and owner before.",
            hidden_by.index() + 1
        )]);
    }
    let mut words = Vec::new();
    words.extend(owner.map(|(user, group)| format!("--chown={user}:{group}")));
    words.extend(mode.map(|mode| format!("--chmod={mode:o}")));
    let said = crate::image::plain_instruction(&case.image.layer(stored_in).heading.instruction);
    let (keyword, rest) = said.split_once(' ').unwrap_or(("COPY", ""));
    words.insert(0, keyword.to_owned());
    // The classic builder remembers a sum instead of what was copied.
    words.push(match rest.split_once(" in ") {
        Some((source, to)) if source.contains(':') => format!("… {to}"),
        _ => rest.to_owned(),
    });
    Fix::Instead(vec![words.join(" ")])
}

/// Returns what records came to be where something of them changed; nothing where nothing did. An error where they do not agree.
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

/// Does both in one RUN.
fn joined(case: &ImageContext<'_>, first: LayerId, second: LayerId) -> Fix {
    match (case.command(first), case.command(second)) {
        (Some(one), Some(other)) => Fix::Instead(run_then(&one, &[other])),
        _ => Fix::Words(vec![
            "Write it once: make the final version in the instruction that first stores it."
                .to_owned(),
        ]),
    }
}

/// Returns the highest folders and files that cover what was deleted and nothing that is still seen.
fn tops(case: &ImageContext<'_>, rows: &[&Hidden]) -> Vec<NodeId> {
    let tree = &case.image.tree;
    let seen = |node: NodeId| {
        case.image
            .timeline
            .of(node)
            .last()
            .is_some_and(|event| event.entry.is_some())
    };
    let mut tops: Vec<NodeId> = Vec::new();
    for row in rows {
        if tops.last().is_some_and(|top| tree.contains(*top, row.node)) {
            continue;
        }
        let gone = |node: &NodeId| *node != NodeId::ROOT && !seen(*node);
        let up = |node: &NodeId| tree.parent(*node).filter(gone);
        tops.extend(std::iter::successors(Some(row.node), up).last());
    }
    tops
}
