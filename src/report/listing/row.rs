//! One line of a list: a version of a path, as text and as JSON. Paths are escaped; JSON has the original bytes of a name that is not UTF-8.

use std::io::{self, Write};

use serde::Serialize;

use crate::analysis::{Amount, HiddenKind};
use crate::bytes::{Units, human};
use crate::escape;
use crate::image::{Entry, EntryKind, Image, LayerId, NodeId};
use crate::query::{PathContent, PathVersions, Versions};
use crate::report::json_string::{text, write_compact};

/// How sizes are written in text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sizes {
    /// In bytes.
    Exact,
    /// In units, with one decimal.
    Human(Units),
}

impl Sizes {
    /// Returns a size as text.
    pub(super) fn text(self, bytes: u64) -> String {
        match self {
            Self::Exact => bytes.to_string(),
            Self::Human(units) => human(bytes, units),
        }
    }

    /// Returns a sum as text.
    pub(super) fn sum(self, amount: Amount) -> String {
        amount.text(|bytes| self.text(bytes))
    }
}

/// A version of a path. A folder that only contains listed paths, without a version of its own, has none.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct ListingRow<'a> {
    pub(super) image: &'a Image,
    pub(super) node: NodeId,
    pub(super) content: Option<PathContent>,
}

impl<'a> ListingRow<'a> {
    /// Returns the row of a version.
    pub(in crate::report) const fn new(image: &'a Image, content: PathContent) -> Self {
        Self {
            image,
            node: content.node,
            content: Some(content),
        }
    }

    /// Returns the rows of one path: its versions, else one for the folder that it is.
    pub(super) fn of(versions: &Versions<'a>, rows: PathVersions<'_>, node: NodeId) -> Vec<Self> {
        let image = versions.image();
        let row = |content| Self {
            image,
            node,
            content,
        };
        let own = rows.between(node, NodeId(node.0 + 1));
        match own {
            [] => vec![row(None)],
            own => own.iter().map(|content| row(Some(*content))).collect(),
        }
    }

    /// Returns the entry; an implied folder's if there is no version.
    pub(super) fn entry(&self) -> &'a Entry {
        self.content
            .map_or(&Entry::IMPLIED, |content| self.image.entry(content.entry))
    }

    /// Returns the layer that stores the version.
    fn layer(&self) -> Option<LayerId> {
        let content = self.content.filter(|_| !self.entry().is_implied())?;
        Some(content.layer)
    }

    /// Returns how the version was hidden, and by which layer.
    fn hidden(&self) -> Option<(HiddenKind, Option<LayerId>)> {
        let content = self.content?;
        let kind = content.hidden?;
        let deleted = || {
            let events = self.image.timeline.events(content.node).iter();
            let mut later = events.filter(|event| event.layer > content.layer);
            let event = later.find(|event| event.entry.is_none())?;
            Some(event.layer)
        };
        let by = content.hidden_by(self.image).or_else(deleted);
        Some((kind, by))
    }

    /// Returns the full path, escaped.
    pub(in crate::report) fn path(&self) -> String {
        escape::name(&self.image.tree.path(self.node)).into_owned()
    }

    /// Returns the name, escaped; the root has a slash.
    pub(super) fn name(&self) -> String {
        match self.image.tree.name(self.node) {
            b"" => "/".to_owned(),
            name => escape::name(name).into_owned(),
        }
    }

    /// Returns the columns before the name, unpadded: mode, owner, group, size, layer.
    pub(super) fn columns(&self, sizes: Sizes) -> [String; 5] {
        let entry = self.entry();
        [
            entry.symbolic_mode(),
            entry.uid.to_string(),
            entry.gid.to_string(),
            sizes.text(entry.size),
            self.layer()
                .map_or_else(|| "-".to_owned(), |layer| (layer.index() + 1).to_string()),
        ]
    }

    /// Returns what follows the name: the target of a link, and how the version was hidden.
    pub(in crate::report) fn suffix(&self) -> String {
        let mut text = String::new();
        if self.entry().kind() == EntryKind::Symlink {
            let target = self.image.target(self.entry()).unwrap_or_default();
            text.push_str(" -> ");
            text.push_str(&escape::name(target));
        }
        text.push_str(&self.hidden_text());
        text
    }

    /// Returns how the version was hidden: ` (deleted by layer 3)`; empty for a visible one.
    pub(in crate::report) fn hidden_text(&self) -> String {
        let Some((kind, by)) = self.hidden() else {
            return String::new();
        };
        let by = by.map_or_else(String::new, |by| format!(" by layer {}", by.index() + 1));
        format!(" ({}{by})", kind.name())
    }

    /// Writes the row as one line of JSON.
    ///
    /// # Errors
    /// [`io::Error`] when it cannot be written.
    pub(super) fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        write_compact(&mut *out, &RowKeys::of(self))?;
        out.write_all(b"\n")
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct RowKeys {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    r#type: &'static str,
    size_bytes: u64,
    mode: String,
    uid: u32,
    gid: u32,
    layer: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link_target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link_target_bytes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hidden: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hidden_by: Option<usize>,
}

impl RowKeys {
    pub(in crate::report) fn of(row: &ListingRow<'_>) -> Self {
        let entry = row.entry();
        let (path, path_bytes) = text(row.image.tree.path(row.node));
        let target = row
            .image
            .target(entry)
            .filter(|_| entry.kind() == EntryKind::Symlink);
        let (link_target, link_target_bytes) = target.map_or((None, None), |target| {
            let (target, bytes) = text(target.to_vec());
            (Some(target), bytes)
        });
        let hidden = row.hidden();
        Self {
            path,
            path_bytes,
            r#type: kind(entry.kind()),
            size_bytes: entry.size,
            mode: format!("{:04o}", entry.permissions()),
            uid: entry.uid,
            gid: entry.gid,
            layer: row.layer().map(LayerId::index),
            link_target,
            link_target_bytes,
            hidden: hidden.map(|(kind, _)| kind.name()),
            hidden_by: hidden.and_then(|(_, by)| by).map(LayerId::index),
        }
    }
}

/// Returns the word for a kind of file. A hard link that names a file is listed as that file.
const fn kind(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::File => "file",
        EntryKind::Directory => "folder",
        EntryKind::Symlink => "symlink",
        EntryKind::HardLink => "hardlink",
        EntryKind::CharDevice => "chardevice",
        EntryKind::BlockDevice => "blockdevice",
        EntryKind::Fifo => "fifo",
    }
}
