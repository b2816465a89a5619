//! Follows links from a path to a regular file of an image. No state, no bytes.

use crate::escape;
use crate::image::{EntryId, EntryKind, Image, LayerId, NodeId};

/// How many links are followed.
const MOST_LINKS: usize = 40;

/// A regular file: its path, the layer that stores it, its entry, and every path on the way to it, escaped.
pub(in crate::ui) type LinkedFile = (NodeId, LayerId, EntryId, Vec<String>);

/// Returns the regular file that a path leads to. `source` returns the record of a path in the state that is shown, with its layer.
///
/// # Errors
/// The reason why there is none.
pub(in crate::ui) fn follow(
    image: &Image,
    from: NodeId,
    source: impl Fn(NodeId) -> Option<(LayerId, EntryId)>,
) -> Result<LinkedFile, String> {
    let path = |node| escape::name(&image.tree.path(node)).into_owned();
    let (mut node, mut way) = (from, vec![path(from)]);
    let mut found = source(node);
    for _ in 0..MOST_LINKS {
        let (layer, id) = found.ok_or_else(|| format!("{} is not in this layer", path(node)))?;
        if let Some((layer, id)) = image.content((layer, id)) {
            return Ok((node, layer, id, way));
        }
        let entry = image.entry(id);
        match entry.kind() {
            EntryKind::File | EntryKind::HardLink => {
                let target = escape::name(image.target(entry).unwrap_or_default()).into_owned();
                return Err(format!("{target} is not in the image"));
            }
            EntryKind::Symlink => {
                let target = escape::name(image.target(entry).unwrap_or_default()).into_owned();
                node = image
                    .resolve(node, entry)
                    .ok_or_else(|| format!("{target} is not in the image"))?;
                way.push(path(node));
            }
            EntryKind::Directory => {
                return Err(format!(
                    "{} is a folder: it can be opened or extracted",
                    path(node)
                ));
            }
            EntryKind::CharDevice | EntryKind::BlockDevice => {
                return Err(format!("{} is a device", path(node)));
            }
            EntryKind::Fifo => return Err(format!("{} is a pipe", path(node))),
        }
        found = source(node);
    }
    Err("the links form a loop".to_owned())
}
