//! `dive-rs ls`: the versions of paths → a list.

use super::operands::operands;
use super::{Stopped, rows, to_stdout, versions};
use crate::cli::{FilePlan, LsOptions};
use crate::failure::Failure;
use crate::image::{LastLink, NodeId};
use crate::load::Loaded;
use crate::query::{PathVersions, Versions};
use crate::report::{LsList, write_ls};

/// Lists paths.
pub(super) fn run(plan: &FilePlan, loaded: &Loaded, options: &LsOptions) -> Result<(), Failure> {
    let versions = versions(plan, loaded)?;
    let rows = rows(plan, loaded, &versions)?;
    let rows = PathVersions(&rows);
    let mut operands = operands(plan, &versions, rows, LastLink::Kept)?;
    if !(options.long || options.directory || options.json) {
        operands = operands
            .into_iter()
            .map(|node| folder(&versions, node))
            .collect();
        operands.sort_unstable();
        operands.dedup();
    }
    let list = LsList {
        versions,
        rows,
        operands: &operands,
        flat: plan.query.select(),
        directory: options.directory,
        recursive: options.recursive,
        long: options.long,
        json: options.json,
        sizes: options.sizes,
    };
    to_stdout(|out| write_ls(&list, out).map_err(Stopped::Writing))
}

/// Returns the folder that a link points to, as ls(1) follows it unless the link itself is of interest; every other node as it is.
fn folder(versions: &Versions<'_>, node: NodeId) -> NodeId {
    let image = versions.image();
    let latest_entry = |node| versions.latest_entry(node);
    let Some(parent) = image.tree.parent(node) else {
        return node;
    };
    let name = image.tree.name(node);
    let target = image.resolve_path(parent, name, LastLink::Followed, latest_entry);
    let is_dir =
        |node: &NodeId| latest_entry(*node).is_none_or(|entry| image.entry(entry).is_dir());
    target.ok().filter(is_dir).unwrap_or(node)
}
