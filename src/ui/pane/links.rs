//! Follows links from a path to a regular file of an image. No state, no bytes.

use std::borrow::Cow;

use thiserror::Error;

use crate::compare::Side;
use crate::escape;
use crate::image::{EntryId, EntryKind, Image, LayerId, NodeId};

/// How many links are followed.
const MOST_LINKS: usize = 40;

/// A regular file: its path, the layer that stores it, its entry, and every path on the way to it, escaped.
pub(in crate::ui) type LinkedFile = (NodeId, LayerId, EntryId, Vec<String>);

/// Why a path leads to no regular file. Names are escaped.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NoFile {
    /// The state that is shown does not have it.
    #[error("{0} is not in this layer")]
    NotInLayer(String),
    /// A link leads to a path that the image does not have.
    #[error("{0} is not in the image")]
    NotInImage(String),
    /// One of two images does not have it.
    #[error("{} has no such path", .0.name())]
    NotInSide(Side),
    /// The query selects no version of it in one of two images.
    #[error("the query selects nothing of this path in {}", .0.name())]
    NotSelected(Side),
    /// A folder.
    #[error("{0} is a folder: it can be opened or extracted")]
    Folder(String),
    /// A device.
    #[error("{0} is a device")]
    Device(String),
    /// A pipe.
    #[error("{0} is a pipe")]
    Pipe(String),
    /// Too many links, one leading to the next.
    #[error("the links form a loop")]
    Loop,
}

impl From<NoFile> for Cow<'static, str> {
    fn from(why: NoFile) -> Self {
        Self::Owned(why.to_string())
    }
}

/// Returns the regular file that a path leads to. `source` returns the record of a path in the state that is shown, with its layer.
///
/// # Errors
/// [`NoFile`] when there is none.
pub(in crate::ui) fn follow(
    image: &Image,
    from: NodeId,
    source: impl Fn(NodeId) -> Option<(LayerId, EntryId)>,
) -> Result<LinkedFile, NoFile> {
    let path = |node| escape::name(&image.tree.path(node)).into_owned();
    let target = |entry| escape::name(image.target(entry).unwrap_or_default()).into_owned();
    let (mut node, mut way) = (from, vec![path(from)]);
    let mut found = source(node);
    for _ in 0..MOST_LINKS {
        let (layer, id) = found.ok_or_else(|| NoFile::NotInLayer(path(node)))?;
        if let Some((layer, id)) = image.content((layer, id)) {
            return Ok((node, layer, id, way));
        }
        let entry = image.entry(id);
        match entry.kind() {
            EntryKind::File | EntryKind::HardLink => {
                return Err(NoFile::NotInImage(target(entry)));
            }
            EntryKind::Symlink => {
                node = image
                    .resolve(node, entry)
                    .ok_or_else(|| NoFile::NotInImage(target(entry)))?;
                way.push(path(node));
            }
            EntryKind::Directory => return Err(NoFile::Folder(path(node))),
            EntryKind::CharDevice | EntryKind::BlockDevice => {
                return Err(NoFile::Device(path(node)));
            }
            EntryKind::Fifo => return Err(NoFile::Pipe(path(node))),
        }
        found = source(node);
    }
    Err(NoFile::Loop)
}
