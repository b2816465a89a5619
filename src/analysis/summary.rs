//! Every answer about one image that screens and reports lead with, computed once. Holds no reference to the image.

use crate::image::Image;

use super::base::{Base, BaseHint};
use super::changes::{LayerChanges, layer_changes};
use super::efficiency::{Efficiency, efficiency};
use super::waste::{Waste, waste};

/// The answers.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// Unpacked bytes over all layers.
    pub size: u64,
    /// Unpacked bytes a container sees; `size − waste.bytes()`.
    pub live: u64,
    /// dive's numbers.
    pub efficiency: Efficiency,
    /// True bytes.
    pub waste: Waste,
    /// What each layer did, bottom first.
    pub changes: Vec<LayerChanges>,
    /// Where the base ends.
    pub base: Base,
}

impl Analysis {
    /// Answers them all. Linear in records and nodes.
    #[must_use]
    pub fn of(image: &Image, hint: &BaseHint) -> Self {
        let waste = waste(image);
        let size = image.size();
        Self {
            size,
            live: size.saturating_sub(waste.bytes()),
            efficiency: efficiency(image),
            waste,
            changes: layer_changes(image),
            base: Base::of(image, hint),
        }
    }
}
