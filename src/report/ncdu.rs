//! The visible files, or those that a query selects, as ncdu's export (<https://dev.yorhel.nl/ncdu/jsonfmt>, version 1.0), for `ncdu -f`. Names are
//! escaped: ncdu prints them.

use std::io::{self, Write};

use serde::Serialize;

use super::facts::ImageFacts;
use super::json_string::write_compact;
use super::selected::ShownFiles;
use crate::escape;
use crate::image::{EntryKind, NodeId};

#[derive(Serialize)]
struct Record<'a> {
    name: &'a str,
    /// Unpacked bytes.
    #[serde(skip_serializing_if = "is_zero")]
    asize: u64,
    /// The same: an image has no disk blocks.
    #[serde(skip_serializing_if = "is_zero")]
    dsize: u64,
    /// Whether it is neither a regular file nor a folder.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    notreg: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
const fn is_zero(bytes: &u64) -> bool {
    *bytes == 0
}

pub(super) fn write(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let image = facts.image;
    let files = ShownFiles::of(facts);
    let version = env!("CARGO_PKG_VERSION");
    // ncdu's mark of a folder whose sum lacks files.
    let mark = if files.amount(files.selection.bytes()).is_known() {
        ""
    } else {
        r#","read_error":true"#
    };
    write!(
        out,
        r#"[1,0,{{"progname":"dive-rs","progver":"{version}"}},{}[{{"name":"/"{mark}}}"#,
        '\n'
    )?;
    // Each folder is a list that starts with its own record; the root's is open.
    let mut open: u16 = 1;
    for node in image.tree.ids().skip(1) {
        let Some(is_folder) = is_folder(facts, &files, node) else {
            continue;
        };
        while open > image.tree.depth(node) {
            out.write_all(b"]")?;
            open -= 1;
        }
        out.write_all(b",\n")?;
        if is_folder {
            out.write_all(b"[")?;
            open += 1;
        }
        // A path has one record: the bytes of all its versions, when a query selects several.
        let here = files.selection.at(node);
        let bytes = here.iter().map(|content| content.bytes);
        let bytes = bytes.fold(0, u64::saturating_add);
        let shown = files.selection.shown(node);
        let kind = shown.map(|content| image.entry(content.entry).kind());
        let is_regular = matches!(kind, None | Some(EntryKind::File | EntryKind::Directory));
        let record = Record {
            name: &escape::name(image.tree.name(node)),
            asize: bytes,
            dsize: bytes,
            notreg: !is_folder && !is_regular,
        };
        write_compact(&mut *out, &record)?;
    }
    for _ in 0..open {
        out.write_all(b"]")?;
    }
    out.write_all(b"]\n")
}

/// Returns whether a path is a folder; `None` for a path that is not shown. Without a query, empty folders are shown too.
fn is_folder(facts: &ImageFacts<'_>, files: &ShownFiles<'_>, node: NodeId) -> Option<bool> {
    let is_dir = |entry| facts.image.entry(entry).is_dir();
    if files.selection.count_below(node) == 0 {
        let visible = facts.image.visible(node)?;
        return (!files.are_selected() && is_dir(visible.entry)).then_some(true);
    }
    let shown = files.selection.shown(node);
    Some(files.is_folder(node) || shown.is_some_and(|content| is_dir(content.entry)))
}
