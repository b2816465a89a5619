//! The visible files as ncdu's export (<https://dev.yorhel.nl/ncdu/jsonfmt>, version 1.0), for `ncdu -f`. Names are escaped: ncdu prints them.

use std::io::{self, Write};

use serde::Serialize;

use super::facts::ImageFacts;
use super::json_string::write_compact;
use crate::escape;
use crate::image::EntryKind;

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
    let version = env!("CARGO_PKG_VERSION");
    // ncdu's mark of a folder whose sum lacks files.
    let mark = if facts.analysis.is_complete() {
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
        let Some(visible) = image.visible(node) else {
            continue;
        };
        let entry = image.entry(visible.entry);
        while open > image.tree.depth(node) {
            out.write_all(b"]")?;
            open -= 1;
        }
        out.write_all(b",\n")?;
        if entry.is_dir() {
            out.write_all(b"[")?;
            open += 1;
        }
        let record = Record {
            name: &escape::name(image.tree.name(node)),
            asize: visible.bytes,
            dsize: visible.bytes,
            notreg: !matches!(entry.kind(), EntryKind::File | EntryKind::Directory),
        };
        write_compact(&mut *out, &record)?;
    }
    for _ in 0..open {
        out.write_all(b"]")?;
    }
    out.write_all(b"]\n")
}
