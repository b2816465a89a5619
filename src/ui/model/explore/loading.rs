//! How much of the image is here while it is loaded, or after loading was given up. Nothing of it moves; what is said of a load is `loading`'s.

use crate::image::LayerId;
use crate::ui::model::explore::Explore;

impl Explore {
    /// Returns whether a layer is read, so that what it holds can be shown.
    #[must_use]
    pub fn has(&self, layer: LayerId) -> bool {
        self.image
            .layers
            .get(layer.index())
            .is_some_and(|layer| layer.read)
    }

    /// Returns whether loading was given up, so that what is not here never comes.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.loading
            .as_ref()
            .is_some_and(|loading| loading.cancelled)
    }

    /// Returns what a layer is that is not read.
    #[must_use]
    pub fn missing(&self) -> &'static str {
        if self.is_cancelled() {
            "not loaded"
        } else {
            "loading"
        }
    }

    /// Returns what is missing because the image went by and was not kept, when it was not.
    #[must_use]
    pub fn not_kept(&self) -> Option<&'static str> {
        let kept = self.extras.as_ref().is_none_or(|extras| extras.kept);
        (!kept).then_some(
            "the image came as a stream and no disk had room to keep it: layers that are not packed count as they are for a transfer, and what only \
             their files tell, packages and most advice, is missing",
        )
    }

    /// Returns how many layers are read.
    #[must_use]
    pub fn read_count(&self) -> usize {
        self.image.layers.iter().filter(|layer| layer.read).count()
    }

    /// Returns the layers up to one that are still to come: what is shown of it is without them.
    #[must_use]
    pub fn missing_below(&self, layer: LayerId) -> Vec<LayerId> {
        let below = self.image.layer_ids().take(layer.index());
        below.filter(|&below| !self.has(below)).collect()
    }
}
