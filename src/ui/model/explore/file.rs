//! The regular file that a path leads to, with links followed in the state that shows the path. Reads the image only; the shell reads contents.

use crate::escape;
use crate::image::{EntryId, Kind, LayerId, NodeId};
use crate::ui::pane::ViewedFile;

use crate::ui::model::explore::Explore;

/// How many links are followed.
const MOST_LINKS: usize = 40;

/// A file, and the path that led to it with every link followed from there, safe to show.
pub type ResolvedFile = (ViewedFile, Vec<String>);

impl Explore {
    /// Returns the regular file at a path, links followed, within the state that shows the path; if no state shows it, after the last layer that has it.
    ///
    /// # Errors
    /// The reason why there is none.
    pub fn file(&self, from: NodeId) -> Result<ResolvedFile, String> {
        let (image, comparison) = (&*self.image, self.tree.comparison());
        let path = |node| escape::name(&image.tree.path(node)).into_owned();
        let layer_outside_range = self.tree.layer_outside_range(image, from);
        // Under a query the links of a hidden file lead to what its layer had.
        let content = self
            .selected_content()
            .filter(|content| content.node == from);
        let hidden = content.filter(|content| content.hidden.is_some());
        let source = |node| match (layer_outside_range, hidden) {
            _ if node == from && self.query().is_some() => self.record_under_query(from),
            (Some(layer), _) => image.timeline.stored_entry(node, layer),
            (None, Some(content)) => image.timeline.stored_entry(node, content.layer),
            (None, None) => comparison.source(image, node),
        };
        let (mut node, mut way) = (from, vec![path(from)]);
        let mut found = source(node);
        for _ in 0..MOST_LINKS {
            let (layer, id) =
                found.ok_or_else(|| format!("{} is not in this layer", path(node)))?;
            let entry = image.entry(id);
            let kind = entry.kind();
            match kind {
                Kind::File => {
                    let file = ViewedFile {
                        node,
                        layer,
                        entry: id,
                        below: self.below(node, layer, id),
                    };
                    return Ok((file, way));
                }
                Kind::Symlink | Kind::HardLink => {
                    let target = escape::name(image.target(entry).unwrap_or_default()).into_owned();
                    node = image
                        .resolve(node, entry)
                        .ok_or_else(|| format!("{target} is not in the image"))?;
                    way.push(path(node));
                }
                Kind::Directory => {
                    return Err(format!(
                        "{} is a folder: it can be opened or extracted",
                        path(node)
                    ));
                }
                Kind::CharDevice | Kind::BlockDevice => {
                    return Err(format!("{} is a device", path(node)));
                }
                Kind::Fifo => return Err(format!("{} is a pipe", path(node))),
            }
            found = if kind == Kind::HardLink {
                // A hard link names the file of its own layer: a later layer may store another file at that path.
                image.timeline.stored_entry(node, layer)
            } else {
                source(node)
            };
        }
        Err("the links form a loop".to_owned())
    }

    /// Returns the version of a file to compare it with, if that is another record and a file: the one in the earlier state, or under a query the one in
    /// the layers below.
    fn below(&self, node: NodeId, layer: LayerId, shown: EntryId) -> Option<(LayerId, EntryId)> {
        let image = &*self.image;
        let (layer, entry) = match self.query() {
            Some(_) => {
                let below = layer.0.checked_sub(1).map(LayerId)?;
                image.timeline.stored_entry(node, below)?
            }
            None => self.tree.comparison().earlier(image, node)?,
        };
        let another = entry != shown && image.entry(entry).kind() == Kind::File;
        another.then_some((layer, entry))
    }
}
