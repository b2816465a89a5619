//! The layers pane: which layer is selected and what it is compared with. `layer_comparison` computes the comparison.

use std::cmp::Reverse;

use crate::image::{Image, LayerId};

use crate::ui::pane::cursor::Cursor;
use crate::ui::pane::layer_comparison::LayerRange;

/// What the selected layer is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CompareMode {
    /// The layer below it.
    #[default]
    Below,
    /// The state after the bottom layer: what all others up to it change together. dive's "aggregated".
    Bottom,
    /// Nothing: everything up to it is new.
    Nothing,
    /// The state after a marked layer.
    Mark(LayerId),
    /// Two marked layers with each other, whichever is selected.
    Marks(LayerId, LayerId),
}

/// The layers pane's state.
#[derive(Clone, Copy, Debug, Default)]
pub struct LayersPane {
    /// The selected layer.
    pub cursor: Cursor,
    /// What it is compared with.
    pub mode: CompareMode,
}

impl LayersPane {
    /// Returns the selected layer of `len`.
    #[must_use]
    pub(crate) fn selected(&self, len: usize) -> Option<LayerId> {
        let at = u32::try_from(self.cursor.at()).ok()?;
        (self.cursor.at() < len).then_some(LayerId(at))
    }

    /// Selects the layer that stores most, the lowest of equals: the tree opens where the bytes are.
    pub(crate) fn select_heaviest(&mut self, image: &Image) {
        let layers = image.layers.iter().enumerate();
        let heaviest = layers.max_by_key(|(at, layer)| (layer.size, Reverse(*at)));
        if let Some((at, _)) = heaviest {
            let len = image.layers.len();
            self.cursor.set(at, len, len);
        }
    }

    /// Returns which states are compared. The lower of a marked layer and the selected one, or of two marked layers, is the earlier state; a layer
    /// against itself is compared with the one below.
    #[must_use]
    pub(crate) fn range(&self, len: usize) -> LayerRange {
        let Some(selected) = self.selected(len) else {
            return LayerRange::default();
        };
        let below = selected.0.checked_sub(1).map(LayerId);
        let (before, after) = match self.mode {
            CompareMode::Bottom if selected != LayerId(0) => (Some(LayerId(0)), selected),
            CompareMode::Nothing => (None, selected),
            CompareMode::Mark(mark) if mark != selected => {
                (Some(mark.min(selected)), mark.max(selected))
            }
            CompareMode::Marks(one, other) => (Some(one.min(other)), one.max(other)),
            CompareMode::Below | CompareMode::Bottom | CompareMode::Mark(_) => (below, selected),
        };
        LayerRange {
            before,
            after: Some(after),
        }
    }

    /// Marks the selected layer as an end of the range, or takes its mark away. A third mark begins another range.
    pub(crate) fn toggle_mark(&mut self, len: usize) {
        let Some(selected) = self.selected(len) else {
            return;
        };
        self.mode = match self.mode {
            CompareMode::Mark(mark) if mark == selected => CompareMode::Below,
            CompareMode::Mark(mark) => CompareMode::Marks(mark, selected),
            CompareMode::Marks(one, other) if one == selected => CompareMode::Mark(other),
            CompareMode::Marks(one, other) if other == selected => CompareMode::Mark(one),
            _ => CompareMode::Mark(selected),
        };
    }

    /// Compares in another way, or with the layer below when that was so already.
    pub(crate) fn toggle(&mut self, mode: CompareMode) {
        self.mode = if self.mode == mode {
            CompareMode::Below
        } else {
            mode
        };
    }
}
