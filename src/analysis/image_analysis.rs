//! The analysis of one image that needs no file contents, computed once for screens and reports. Contains no reference to the image.

use std::ops::Range;
use std::time::Duration;

use crate::bytes::{Units, count, human};
use crate::image::{Image, Layer, LayerId, elapsed};

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

/// Returns the size of a layer as text; `unknown` for one that is not in the archive.
#[must_use]
pub fn layer_size(layer: &Layer, units: Units) -> String {
    layer_bytes(layer, layer.size, units)
}

/// Returns bytes of a layer, as its hidden ones, as text; `unknown` for one that is not in the archive.
#[must_use]
pub fn layer_bytes(layer: &Layer, bytes: u64, units: Units) -> String {
    if layer.missing {
        "unknown".to_owned()
    } else {
        human(bytes, units)
    }
}

/// Returns a sentence about the layers of an image that are not in the archive: `1 layer is missing; its files and sizes are unknown and not counted`; or
/// that they were not read. Nothing when all are there.
#[must_use]
pub fn missing_sentence(image: &Image) -> Option<String> {
    let layers = image.missing_layers().count();
    let missing = missing_text(layers, image.about.shallow)?;
    if image.about.shallow {
        return Some(format!(
            "{missing}: files, sizes and hidden bytes are unknown"
        ));
    }
    let their = if layers == 1 { "its" } else { "their" };
    Some(format!(
        "{missing}; {their} files and sizes are unknown and not counted"
    ))
}

/// Returns how many layers of an image are what their tables of contents say: `2 of 3 layers`; nothing when none is.
#[must_use]
pub fn layers_from_tables(image: &Image) -> Option<String> {
    let layers = count(image.layers.len() as u64, "layer", "layers");
    match image.layers_from_tables() {
        0 => None,
        all if all == image.layers.len() => Some(layers),
        some => Some(format!("{some} of {layers}")),
    }
}

/// Returns sentences about the layers of an image whose bytes were not read: because they are [missing](missing_sentence), or because their tables of
/// contents were read instead.
#[must_use]
pub fn unread_sentences(image: &Image) -> Vec<String> {
    let from_tables = layers_from_tables(image).map(|layers| {
        format!(
            "files and sizes of {layers} are from tables of contents; --verify reads the layers"
        )
    });
    missing_sentence(image)
        .into_iter()
        .chain(from_tables)
        .collect()
}

fn missing_text(layers: usize, shallow: bool) -> Option<String> {
    if shallow {
        return Some(NOT_READ.to_owned());
    }
    (layers > 0).then(|| format!("{} missing", count(layers as u64, "layer is", "layers are")))
}

/// Why files are unknown of an image that was opened without its layers.
pub(crate) const NOT_READ: &str = "the layers were not read";

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
        Amount::of(number, self.is_complete())
    }

    /// Returns whether every layer is there.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// Returns how many layers are missing: `1 layer is missing`; nothing when all are there.
    #[must_use]
    pub fn incomplete(&self) -> Option<String> {
        missing_text(self.missing.len(), self.shallow)
    }

    /// Returns dive's efficiency as text: `98.44 %`, or `unknown` when no layer was read.
    #[must_use]
    pub fn efficiency_text(&self) -> String {
        if self.shallow {
            return "unknown".to_owned();
        }
        format!("{:.2} %", self.efficiency.score * 100.0)
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
    pub fn sum_of(&self, layers: Range<usize>, bytes: u64, units: Units) -> String {
        self.amount_of(layers, bytes).bytes(units)
    }

    /// Returns a number over some layers as an amount.
    #[must_use]
    pub fn amount_of(&self, layers: Range<usize>, number: u64) -> Amount {
        let mut missing = self.missing.iter();
        Amount::of(
            number,
            !missing.any(|layer| layers.contains(&layer.index())),
        )
    }

    /// Returns the time of a layer: its build time, else the time since the previous layer; nothing when neither is known.
    #[must_use]
    pub fn time(&self, image: &Image, layer: LayerId) -> Option<LayerTime> {
        let built = image.about.build_times.layers.get(layer.index());
        let elapsed = self.elapsed.get(layer.index());
        let built = built.copied().flatten().map(LayerTime::Built);
        built.or_else(|| Some(LayerTime::Elapsed((*elapsed?)?)))
    }

    /// Returns the time between the first and the last own layer; nothing for fewer than two of them, or when a time between two is unknown.
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
