//! Manuals and translations of packages in own layers. Licences stay: they must be distributed with the programs.

use crate::analysis::findings::finding::{ClaimedEntry, Finding, Fix};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::FindingKind;
use crate::analysis::findings::run_change::{RunChange, RunEdit};
use crate::image::NodeId;

/// The least bytes in one layer for a finding.
const LEAST: u64 = 1 << 20;
/// The folders, and the commands that empty them.
const FOLDERS: [(&str, &str); 4] = [
    (
        "/usr/share/doc",
        "find /usr/share/doc -type f ! -name copyright -delete",
    ),
    ("/usr/share/man", "rm -rf /usr/share/man/*"),
    ("/usr/share/info", "rm -rf /usr/share/info/*"),
    ("/usr/share/locale", "rm -rf /usr/share/locale/*"),
];

/// Returns one finding for each own layer.
pub(in crate::analysis::findings) fn find(context: &ImageContext<'_>) -> Vec<Finding> {
    let folders = FOLDERS
        .iter()
        .filter_map(|(path, cleanup)| Some((context.find(path)?, *cleanup)));
    let folders: Vec<(NodeId, &str)> = folders.collect();
    let below = |(folder, _): &&(NodeId, &str), claim: &ClaimedEntry| {
        context.image.tree.contains(*folder, claim.node)
    };
    let is_removable = |claim: &ClaimedEntry| {
        context.is_own(claim.layer)
            && folders.iter().any(|folder| below(&folder, claim))
            && context.image.tree.name(claim.node) != b"copyright"
    };
    let mut found: Vec<ClaimedEntry> = context.visible().filter(is_removable).collect();
    found.sort_by_key(|claim| claim.layer);
    let layers = found.chunk_by(|one, other| one.layer == other.layer);
    layers
        .filter_map(|claims| {
            let layer = claims.first()?.layer;
            if claims.iter().map(|claim| claim.bytes).sum::<u64>() < LEAST {
                return None;
            }
            let command = context.command(layer)?;
            // A missing folder fails the command.
            let there = folders
                .iter()
                .filter(|folder| claims.iter().any(|claim| below(folder, claim)));
            let cleanups: Vec<String> = there.map(|(_, cleanup)| (*cleanup).to_owned()).collect();
            let why = "Manuals and translations are rarely needed in a container. Licences stay."
                .to_owned();
            let change = RunChange::new(layer, command, RunEdit::Then(cleanups));
            Some(Finding::new(
                FindingKind::Documents,
                Some(layer),
                claims.to_vec(),
                why,
                Fix::instead(change, Vec::new()),
            ))
        })
        .collect()
}
