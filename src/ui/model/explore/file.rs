//! The regular file that a path leads to, with links followed in the state that shows the path. Reads the image only; the shell reads contents.

use crate::image::{EntryId, LayerId, NodeId};
use crate::ui::pane::{NoFile, ViewedFile, follow};

use crate::ui::model::explore::Explore;

/// A file, and the path that led to it with every link followed from there, safe to show.
pub(crate) type ResolvedFile = (ViewedFile, Vec<String>);

impl Explore {
    /// Returns the regular file at a path, links followed, within the state that shows the path; if no state shows it, after the last layer that has it.
    ///
    /// # Errors
    /// [`NoFile`] when there is none.
    pub fn file(&self, from: NodeId) -> Result<ResolvedFile, NoFile> {
        let (image, comparison) = (&*self.image, self.tree.comparison());
        let is_list = self.list().is_some();
        let layer_outside_range = self.tree.layer_outside_range(image, from);
        let layer_outside_range = layer_outside_range.filter(|_| !is_list);
        // The links of a hidden file lead to what its layer had.
        let content = self
            .focused_content()
            .filter(|content| content.node == from);
        let hidden = content.filter(|content| content.hidden.is_some());
        let source = |node| match (layer_outside_range, hidden) {
            (_, Some(content)) if node == from => Some((content.layer, content.entry)),
            _ if node == from && self.selection().is_some() => self.entry_under_query(from),
            (Some(layer), None) => image.timeline.stored_entry(node, layer),
            (_, Some(content)) => {
                let layer = content.shown_after(image);
                image.timeline.stored_entry(node, layer)
            }
            (None, None) if is_list => image.visible_entry(node),
            (None, None) => comparison.source(image, node),
        };
        let (node, layer, entry, way) = follow(image, from, source)?;
        let file = ViewedFile {
            node,
            layer,
            entry,
            other: self.other_version(node, (layer, entry)),
        };
        Ok((file, way))
    }

    /// Returns the version of a file to compare it with, if that is another record and a file: the one in the earlier state. Under a query and
    /// in the Hidden tab, the one that overwrote a hidden file, else the one in the layers below.
    fn other_version(
        &self,
        node: NodeId,
        (layer, shown): (LayerId, EntryId),
    ) -> Option<(LayerId, EntryId)> {
        let image = &*self.image;
        let file = |version: Option<(LayerId, EntryId)>| {
            let content = image.content(version?);
            content.filter(|(_, entry)| *entry != shown)
        };
        let hidden = self.focused_content();
        let hidden = hidden.filter(|content| (content.node, content.entry) == (node, shown));
        if self.selection().is_none() && hidden.is_none() {
            return file(self.tree.comparison().earlier(image, node));
        }
        let by = hidden.and_then(|content| content.hidden_by(image));
        let stored = |layer: Option<LayerId>| image.timeline.stored_entry(node, layer?);
        file(stored(by)).or_else(|| file(stored(layer.0.checked_sub(1).map(LayerId))))
    }
}
