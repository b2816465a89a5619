//! Which layers are loaded, while a load is in progress or after it was cancelled.

use crate::analysis::Amount;
use crate::image::LayerId;
use crate::ui::model::explore::Explore;

impl Explore {
    /// Returns whether a layer is loaded.
    #[must_use]
    pub(crate) fn has(&self, layer: LayerId) -> bool {
        self.image
            .layers
            .get(layer.index())
            .is_some_and(|layer| layer.read)
    }

    /// Returns the bytes of a folder in the tree: a lower bound when a missing layer may store more in it.
    #[must_use]
    pub(crate) fn folder_sum(&self, bytes: u64) -> Amount {
        let analysis = &self.summary.analysis;
        if let Some(selection) = self.tree.selection() {
            return selection.amount(analysis, bytes);
        }
        let after = self.tree.comparison().range().after;
        analysis.amount_of(0..after.map_or(0, |after| after.index() + 1), bytes)
    }

    /// Returns whether loading was cancelled.
    #[must_use]
    pub(crate) fn is_cancelled(&self) -> bool {
        self.loading
            .as_ref()
            .is_some_and(|loading| loading.cancelled)
    }

    /// Returns the label of a layer that is not loaded.
    #[must_use]
    pub(crate) fn missing(&self) -> &'static str {
        if self.is_cancelled() {
            "not loaded"
        } else {
            "loading"
        }
    }

    /// Returns the warning that the layers of a stream were not kept, if they were not.
    #[must_use]
    pub(crate) fn not_kept(&self) -> Option<&'static str> {
        let kept = self.extras.as_ref().is_none_or(|extras| extras.kept);
        (!kept).then_some(
            "no disk space for the stream: packages and most findings are missing, and transfer times use uncompressed sizes",
        )
    }

    /// Returns how many layers are loaded.
    #[must_use]
    pub(crate) fn read_count(&self) -> usize {
        self.image.layers.iter().filter(|layer| layer.read).count()
    }

    /// Returns the layers below one that are not loaded.
    #[must_use]
    pub(crate) fn missing_below(&self, layer: LayerId) -> Vec<LayerId> {
        let below = self.image.layer_ids().take(layer.index());
        below.filter(|&below| !self.has(below)).collect()
    }
}
