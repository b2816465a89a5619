//! `dive-rs extract`: paths → a folder or a tar stream. `extract` writes the files safely.

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::path::Path;

use super::operands::operands;
use super::{Stopped, to_stdout, versions};
use crate::bytes::{count, human};
use crate::cli::{ExtractDestination, ExtractOptions, FilePlan};
use crate::escape;
use crate::failure::Failure;
use crate::image::{LastLink, NodeId};
use crate::load::{Cancel, Error, ExtractError, ExtractResult, Loaded, PathVersion};
use crate::query::{PathVersions, Versions};

/// Extracts paths.
pub(super) fn run(
    plan: &FilePlan,
    loaded: &Loaded,
    options: &ExtractOptions,
) -> Result<(), Failure> {
    let versions = versions(plan, loaded)?;
    let rows = versions.all();
    let rows = PathVersions(&rows);
    let nodes = operands(plan, &versions, rows, LastLink::Kept)?;
    let nodes = outermost(&versions, nodes);
    if !options.parents {
        different_names(&versions, &nodes)?;
    }
    let items = items(&versions, rows, &nodes, options.parents);
    let (image, contents, cancel) = (&loaded.image, &loaded.contents, Cancel::default());
    let done = match &options.destination {
        ExtractDestination::Folder(to) => contents.extract_items(image, &items, to, &cancel)?,
        ExtractDestination::Stdout => {
            let mut done = ExtractResult::default();
            to_stdout(|out| {
                done = contents.write_tar(image, &items, out, &cancel).map_err(
                    |error| match error {
                        ExtractError::Stream(error) => Stopped::Writing(error),
                        error => Stopped::Reading(Error::from(error)),
                    },
                )?;
                Ok(())
            })?;
            done
        }
    };
    note(plan, &options.destination, &done);
    Ok(())
}

/// Returns the nodes that are not below another one.
fn outermost(versions: &Versions<'_>, nodes: Vec<NodeId>) -> Vec<NodeId> {
    let mut end = NodeId::ROOT;
    let is_outermost = |node: &NodeId| {
        let is_outermost = *node >= end;
        if is_outermost {
            end = versions.image().tree.end(*node);
        }
        is_outermost
    };
    nodes.into_iter().filter(is_outermost).collect()
}

/// Checks that no two paths have the same name in the destination.
fn different_names(versions: &Versions<'_>, nodes: &[NodeId]) -> Result<(), Failure> {
    let tree = &versions.image().tree;
    let mut names = HashMap::new();
    for node in nodes {
        if let Some(other) = names.insert(tree.name(*node), *node) {
            let [one, other] = [other, *node].map(|node| tree.path(node));
            let (one, other) = (escape::name(&one), escape::name(&other));
            return Err(
                Failure::new(format!("{one} and {other} have the same name"))
                    .hint("--parents keeps the folders that they are in"),
            );
        }
    }
    Ok(())
}

/// Returns what to extract: the last version of every path at the nodes and below them.
fn items(
    versions: &Versions<'_>,
    rows: PathVersions<'_>,
    nodes: &[NodeId],
    parents: bool,
) -> Vec<PathVersion> {
    let tree = &versions.image().tree;
    let mut items = Vec::new();
    for node in nodes {
        let base = match tree.parent(*node) {
            Some(parent) if !parents => parent,
            _ => NodeId::ROOT,
        };
        let rows = rows.between(*node, tree.end(*node));
        let last = rows
            .chunk_by(|one, other| one.node == other.node)
            .filter_map(<[_]>::last);
        items.extend(last.map(|content| PathVersion {
            base,
            node: content.node,
            layer: content.layer,
            entry: content.entry,
        }));
    }
    items
}

/// Prints what was written and what was not.
fn note(plan: &FilePlan, destination: &ExtractDestination, done: &ExtractResult) {
    if plan.verbosity == 0 {
        return;
    }
    let to = match destination {
        ExtractDestination::Folder(to) => format!(" to {}", path_text(to)),
        ExtractDestination::Stdout => String::new(),
    };
    let paths = count(done.paths, "path", "paths");
    let mut text = format!(
        "extracted {paths}, {}{to}",
        human(done.bytes, plan.config.units)
    );
    let skipped = done.skipped.to_string();
    if !skipped.is_empty() {
        text.push_str("; skipped: ");
        text.push_str(&skipped);
    }
    let lost = done.lost.to_string();
    if !lost.is_empty() {
        text.push_str("; ");
        text.push_str(&lost);
    }
    // A closed standard error is not a reason to fail.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

fn path_text(path: &Path) -> String {
    escape::text(&path.to_string_lossy()).into_owned()
}
