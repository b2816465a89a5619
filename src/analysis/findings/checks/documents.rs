//! Manuals and translations that packages brought into layers of yours. Licences stay: who passes a program on must pass them on.

use crate::analysis::findings::finding::{Claim, Finding, Fix};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::FindingKind;
use crate::analysis::findings::run_command::run_then;
use crate::image::NodeId;

/// Less than this in one layer is not worth a line, in bytes.
const LEAST: u64 = 1 << 20;
/// Where they stand, and what takes them out.
const FOLDERS: [(&str, &str); 4] = [
    (
        "/usr/share/doc",
        "find /usr/share/doc -type f ! -name copyright -delete",
    ),
    ("/usr/share/man", "rm -rf /usr/share/man/*"),
    ("/usr/share/info", "rm -rf /usr/share/info/*"),
    ("/usr/share/locale", "rm -rf /usr/share/locale/*"),
];

/// Finds them, a finding a layer of yours.
pub(in crate::analysis::findings) fn find(case: &ImageContext<'_>) -> Vec<Finding> {
    let folders = FOLDERS
        .iter()
        .filter_map(|(path, sweep)| Some((case.find(path)?, *sweep)));
    let folders: Vec<(NodeId, &str)> = folders.collect();
    let below = |(folder, _): &&(NodeId, &str), claim: &Claim| {
        case.image.tree.contains(*folder, claim.node)
    };
    let goes = |claim: &Claim| {
        case.is_own(claim.layer)
            && folders.iter().any(|folder| below(&folder, claim))
            && case.image.tree.name(claim.node) != b"copyright"
    };
    let mut found: Vec<Claim> = case.live().filter(goes).collect();
    found.sort_by_key(|claim| claim.layer);
    let layers = found.chunk_by(|one, other| one.layer == other.layer);
    layers.filter_map(|claims| {
        let layer = claims.first()?.layer;
        if claims.iter().map(|claim| claim.bytes).sum::<u64>() < LEAST {
            return None;
        }
        let command = case.command(layer)?;
        // A folder that is not there ends the command.
        let there = folders.iter().filter(|folder| claims.iter().any(|claim| below(folder, claim)));
        let sweeps: Vec<String> = there.map(|(_, sweep)| (*sweep).to_owned()).collect();
        let why = "Nobody reads manuals in a container, and a service speaks one language. Licences stay.".to_owned();
        let fix = Fix::Instead(run_then(&command, &sweeps));
        Some(Finding::new(FindingKind::Documents, Some(layer), claims.to_vec(), why, fix))
    }).collect()
}
