//! Every answer about one image that screens and reports lead with, computed once. Holds no reference to the image.

use crate::image::Image;

use super::base::{Base, BaseHint};
use super::efficiency::{Efficiency, efficiency};
use super::hidden::{HiddenBytes, hidden_bytes};
use super::layer_changes::{LayerChanges, layer_changes};

/// The answers.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// Unpacked bytes over all layers.
    pub size: u64,
    /// Unpacked bytes a container sees; `size − hidden.bytes()`.
    pub visible: u64,
    /// dive's numbers.
    pub efficiency: Efficiency,
    /// True bytes.
    pub hidden: HiddenBytes,
    /// What each layer did, bottom first.
    pub changes: Vec<LayerChanges>,
    /// Where the base ends.
    pub base: Base,
}

impl Analysis {
    /// Answers them all. Linear in records and nodes.
    #[must_use]
    pub fn of(image: &Image, hint: &BaseHint) -> Self {
        let hidden = hidden_bytes(image);
        let size = image.size();
        Self {
            size,
            visible: size.saturating_sub(hidden.bytes()),
            efficiency: efficiency(image),
            hidden,
            changes: layer_changes(image),
            base: Base::of(image, hint),
        }
    }
}
