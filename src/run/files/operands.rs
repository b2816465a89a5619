//! The typed paths of a command: looked up in the image, or an error that names the nearest path. Prints nothing.

use crate::cli::FilePlan;
use crate::escape;
use crate::failure::Failure;
use crate::image::{LastLink, NodeId};
use crate::query::{LayerSpan, OperandError, PathVersions, Versions, operand};
use crate::suggest::nearest;

/// Returns the nodes of all typed paths, sorted, each once.
///
/// # Errors
/// [`Failure`] when a path is not there.
pub(super) fn operands(
    plan: &FilePlan,
    versions: &Versions<'_>,
    rows: PathVersions<'_>,
    last: LastLink,
) -> Result<Vec<NodeId>, Failure> {
    let mut nodes = Vec::new();
    for typed in &plan.paths {
        nodes.extend(nodes_of(plan, versions, rows, typed, last)?);
    }
    nodes.sort_unstable();
    nodes.dedup();
    Ok(nodes)
}

/// Returns the nodes of one typed path.
///
/// # Errors
/// [`Failure`] when it is not there.
pub(super) fn nodes_of(
    plan: &FilePlan,
    versions: &Versions<'_>,
    rows: PathVersions<'_>,
    typed: &[u8],
    last: LastLink,
) -> Result<Vec<NodeId>, Failure> {
    let image = versions.image();
    let found = operand(versions, rows, typed, last).map_err(|error| {
        let shown = escape::name(typed);
        let place = scope(plan, versions);
        match error {
            OperandError::Invalid(why) => Failure::of(why),
            OperandError::Loop => Failure::new(format!("{shown} leads through more than 40 links"))
                .hint("dive-rs ls -l IMAGE shows where links point"),
            OperandError::NoMatch => Failure::new(format!("nothing matches {shown} {place}"))
                .hint("a glob without a slash matches a name anywhere, any other starts at the root; quote it for the shell"),
            OperandError::Missing(folder, node) => {
                Failure::new(format!("there is no {shown} {place}"))
                    .hint(missing_hint(versions, folder, node, typed))
            }
        }
    })?;
    // What a layer does not store is there, but not in its list.
    let is_stored = |node: &NodeId| {
        *node == NodeId::ROOT || !rows.between(*node, image.tree.end(*node)).is_empty()
    };
    match found
        .iter()
        .find(|node| !plan.query.select() && !is_stored(node))
    {
        None => Ok(found),
        Some(node) => Err(unstored(plan, versions, *node, typed)),
    }
}

/// Returns where paths are looked up, in words.
pub(super) fn scope(plan: &FilePlan, versions: &Versions<'_>) -> String {
    let reference = escape::text(&plan.request.reference).into_owned();
    match (versions.span(), plan.versions.up_to) {
        (Some(LayerSpan::Only(first, last)), _) if first == last => {
            format!("in layer {} of {reference}", first.index() + 1)
        }
        (Some(LayerSpan::Only(first, last)), _) => {
            format!(
                "in layers {}-{} of {reference}",
                first.index() + 1,
                last.index() + 1
            )
        }
        (_, Some(layer)) => format!("in {reference} after layer {layer}"),
        _ => format!("in {reference}"),
    }
}

/// Returns what to do about a path that is not there: it was deleted, a later layer adds it, or another name is near.
fn missing_hint(
    versions: &Versions<'_>,
    folder: NodeId,
    node: Option<NodeId>,
    typed: &[u8],
) -> String {
    let image = versions.image();
    if let Some(node) = node {
        if let Some(layer) = versions.deleted_by(node) {
            let number = layer.index() + 1;
            return format!("layer {number} deleted it: --deleted includes it");
        }
        let first = image
            .timeline
            .events(node)
            .iter()
            .find(|event| event.entry.is_some());
        if let Some(first) = first {
            return format!("layer {} adds it: omit --up-to", first.layer.index() + 1);
        }
    }
    let path = |node| escape::name(&image.tree.path(node)).into_owned();
    let visible = image
        .tree
        .children(folder)
        .filter(|child| versions.latest_entry(*child).is_some());
    let names: Vec<String> = visible
        .map(|child| escape::name(image.tree.name(child)).into_owned())
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let depth = usize::from(image.tree.depth(folder));
    let mut parts = typed
        .split(|byte| *byte == b'/')
        .filter(|part| !part.is_empty());
    let wanted = parts.nth(depth).unwrap_or_default();
    match nearest(&escape::name(wanted), &names) {
        Some(near) => format!(
            "did you mean {}/{near}?",
            path(folder).trim_end_matches('/')
        ),
        None => format!("dive-rs ls IMAGE {} lists what is there", path(folder)),
    }
}

/// Returns the failure for a path that a layer does not store.
fn unstored(plan: &FilePlan, versions: &Versions<'_>, node: NodeId, typed: &[u8]) -> Failure {
    let image = versions.image();
    let events = image.timeline.events(node).iter();
    let stored = events.filter(|event| event.entry.is_some());
    let layers: Vec<String> = stored
        .map(|event| (event.layer.index() + 1).to_string())
        .collect();
    let hint = match layers.as_slice() {
        [] => "omit --layer".to_owned(),
        [layer] => format!("layer {layer} stores it: --layer {layer}"),
        layers => format!("layers {} store it", layers.join(", ")),
    };
    let shown = escape::name(typed);
    Failure::new(format!("there is no {shown} {}", scope(plan, versions))).hint(hint)
}
