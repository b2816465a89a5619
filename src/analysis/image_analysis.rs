//! The analysis of one image that needs no file contents, computed once for screens and reports. Contains no reference to the image.

use std::ops::Range;
use std::time::Duration;

use crate::bytes::Units;
use crate::image::{Image, LayerId, elapsed};

use super::amount::Amount;
use super::base::{Base, BaseHint};
use super::efficiency::{Efficiency, efficiency};
use super::hidden::{HiddenBytes, hidden_bytes};
use super::layer_changes::{LayerChanges, layer_changes};
use super::layer_time::LayerTime;

/// The analysis of an image.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// Unpacked bytes over all layers.
    pub size: u64,
    /// The layers that are not in the archive, bottom first. With any, every sum here is a lower bound.
    pub missing: Vec<LayerId>,
    /// Visible bytes: `size − hidden.bytes()`.
    pub visible: u64,
    /// dive's numbers.
    pub efficiency: Efficiency,
    /// Hidden bytes.
    pub hidden: HiddenBytes,
    /// Changes of each layer, bottom first.
    pub changes: Vec<LayerChanges>,
    /// Whether no layer was read, since only manifest and config were wanted.
    pub shallow: bool,
    /// The base layers.
    pub base: Base,
    /// The time between each layer and the previous one, bottom first; see [`elapsed`].
    pub elapsed: Vec<Option<Duration>>,
}

/// The words after a number that missing layers could raise or lower.
pub(crate) const KNOWN_LAYERS: &str = ", known layers only";

impl Analysis {
    /// Returns a sum over all layers as text: `1.2 MB`; when a layer is missing, `≥ 1.2 MB`, or `unknown` without any known byte.
    #[must_use]
    pub fn sum(&self, bytes: u64, units: Units) -> String {
        self.sum_of(0..usize::MAX, bytes, units)
    }

    /// Returns a number over all layers as an amount.
    #[must_use]
    pub const fn amount(&self, number: u64) -> Amount {
        Amount::new(number, self.is_complete())
    }

    /// Returns whether every layer is there.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// Returns the words after a number that missing layers could raise or lower: `, known layers only`; empty when all are there.
    #[must_use]
    pub const fn scope(&self) -> &'static str {
        if self.is_complete() || self.shallow {
            ""
        } else {
            KNOWN_LAYERS
        }
    }

    /// Returns a sum over some layers as text, as [`Self::sum`].
    #[must_use]
    pub(crate) fn sum_of(&self, layers: Range<usize>, bytes: u64, units: Units) -> String {
        self.amount_of(layers, bytes).bytes(units)
    }

    /// Returns a number over some layers as an amount.
    #[must_use]
    pub(crate) fn amount_of(&self, layers: Range<usize>, number: u64) -> Amount {
        let mut missing = self.missing.iter();
        Amount::new(
            number,
            !missing.any(|layer| layers.contains(&layer.index())),
        )
    }

    /// Returns the time of a layer: its build time, else the time since the previous layer; `None` if neither is known.
    #[must_use]
    pub fn time(&self, image: &Image, layer: LayerId) -> Option<LayerTime> {
        let built = image.about.build_times.layers.get(layer.index());
        let elapsed = self.elapsed.get(layer.index());
        let built = built.copied().flatten().map(LayerTime::Built);
        built.or_else(|| Some(LayerTime::Elapsed((*elapsed?)?)))
    }

    /// Returns the time between the first and the last own layer; `None` if there are fewer than two, or if a time between them is unknown.
    #[must_use]
    pub fn own_elapsed(&self) -> Option<Duration> {
        let above_first = self.elapsed.get(self.base.layers + 1..)?;
        let sum: Option<Duration> = above_first.iter().copied().sum();
        sum.filter(|sum| !sum.is_zero())
    }

    /// Analyses an image. Linear in entries and nodes.
    #[must_use]
    pub fn of(image: &Image, hint: &BaseHint) -> Self {
        let hidden = hidden_bytes(image);
        let size = image.size();
        let base = Base::of(image, hint);
        Self {
            size,
            missing: image.missing_layers().collect(),
            shallow: image.about.shallow,
            visible: size.saturating_sub(hidden.bytes()),
            efficiency: efficiency(image),
            hidden,
            changes: layer_changes(image),
            elapsed: elapsed(&image.about.history, image.layers.len(), base.layers),
            base,
        }
    }
}
