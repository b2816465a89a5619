//! The analysis of one image that needs no file contents, computed once for screens and reports. Contains no reference to the image.

use crate::image::Image;

use super::base::{Base, BaseHint};
use super::efficiency::{Efficiency, efficiency};
use super::hidden::{HiddenBytes, hidden_bytes};
use super::layer_changes::{LayerChanges, layer_changes};

/// The analysis of an image.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// Unpacked bytes over all layers.
    pub size: u64,
    /// Visible bytes: `size − hidden.bytes()`.
    pub visible: u64,
    /// dive's numbers.
    pub efficiency: Efficiency,
    /// Hidden bytes.
    pub hidden: HiddenBytes,
    /// Changes of each layer, bottom first.
    pub changes: Vec<LayerChanges>,
    /// The base layers.
    pub base: Base,
}

impl Analysis {
    /// Analyses an image. Linear in entries and nodes.
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
