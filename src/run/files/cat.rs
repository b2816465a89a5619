//! `dive-rs cat`: files → their contents on standard output. All paths are looked up before the first byte is written.

use std::io::Write as _;

use super::operands::{nodes_of, scope};
use super::{Stopped, to_stdout, versions};
use crate::cli::FilePlan;
use crate::escape;
use crate::failure::Failure;
use crate::image::{Entry, EntryKind, LastLink, LayerId, NodeId};
use crate::load::{Cancel, Loaded};
use crate::query::{PathVersions, Versions};

/// The content of a file: its layer, and the offset of its entry there.
type Place = (LayerId, u64);

/// Prints files.
pub(super) fn run(plan: &FilePlan, loaded: &Loaded) -> Result<(), Failure> {
    let versions = versions(plan, loaded)?;
    let rows = versions.all();
    let mut files = Vec::new();
    for typed in &plan.paths {
        for node in nodes_of(
            plan,
            &versions,
            PathVersions(&rows),
            typed,
            LastLink::Followed,
        )? {
            files.push(file(plan, &versions, node)?);
        }
    }
    to_stdout(|out| {
        // Files that follow each other in a layer are read in one pass.
        let follows = |one: &Place, other: &Place| one.0 == other.0 && one.1 < other.1;
        for part in files.chunk_by(follows) {
            let offsets: Vec<u64> = part.iter().map(|file| file.1).collect();
            let mut failed = None;
            let take = |bytes: &[u8]| {
                failed = out.write_all(bytes).err();
                Ok(failed.is_none())
            };
            let read = loaded
                .contents
                .stream_all(part[0].0, &offsets, &Cancel::default(), take);
            if let Some(error) = failed {
                return Err(Stopped::Writing(error));
            }
            read.map_err(Stopped::Reading)?;
        }
        Ok(())
    })
}

/// Returns where a file's content is.
fn file(plan: &FilePlan, versions: &Versions<'_>, node: NodeId) -> Result<Place, Failure> {
    let image = versions.image();
    let content = versions.last(node);
    let entry = content.map_or(&Entry::IMPLIED, |content| image.entry(content.entry));
    let what = match (entry.kind(), content) {
        (EntryKind::File, Some(content)) => return Ok((content.layer, entry.offset())),
        (EntryKind::Directory, _) => "a folder",
        (EntryKind::HardLink, _) => "a hard link to a file that does not exist",
        (EntryKind::Fifo, _) => "a pipe",
        _ => "a device",
    };
    let path = escape::name(&image.tree.path(node)).into_owned();
    let hint = match entry.kind() {
        EntryKind::Directory => format!("dive-rs ls IMAGE {path} lists it"),
        _ => "only regular files have content".to_owned(),
    };
    let place = scope(plan, versions);
    Err(Failure::new(format!("{path} {place} is {what}")).hint(hint))
}
