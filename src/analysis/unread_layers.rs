//! What the program writes about layers that are missing or were not read: sizes of one, sentences about all.

use super::image_analysis::Analysis;
use crate::bytes::{Units, count, human, part_percent};
use crate::image::{Image, Layer};

/// Returns the size of a layer as text; `unknown` for one that is not in the archive.
#[must_use]
pub(crate) fn layer_size(layer: &Layer, units: Units) -> String {
    layer_bytes(layer, layer.size, units)
}

/// Returns bytes of a layer, as its hidden ones, as text; `unknown` for one that is not in the archive.
#[must_use]
pub(crate) fn layer_bytes(layer: &Layer, bytes: u64, units: Units) -> String {
    if layer.missing {
        "unknown".to_owned()
    } else {
        human(bytes, units)
    }
}

/// Returns a sentence about the layers of an image that are not in the archive: `1 layer is missing; its files and sizes are unknown and not counted`; or
/// that they were not read. `None` if all are there.
#[must_use]
pub(crate) fn missing_sentence(image: &Image) -> Option<String> {
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

/// Returns how many layers of an image were listed from their tables of contents: `2 of 3 layers`; `None` if none is.
#[must_use]
pub(crate) fn table_layers_text(image: &Image) -> Option<String> {
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
pub(crate) fn unread_sentences(image: &Image) -> Vec<String> {
    let from_tables = table_layers_text(image).map(|layers| {
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

impl Analysis {
    /// Returns how many layers are missing: `1 layer is missing`; `None` if all are there.
    #[must_use]
    pub(crate) fn incomplete(&self) -> Option<String> {
        missing_text(self.missing.len(), self.shallow)
    }

    /// Returns dive's efficiency as text: `98.4 %`, or `unknown` when no layer was read.
    #[must_use]
    pub(crate) fn efficiency_text(&self) -> String {
        if self.shallow {
            return "unknown".to_owned();
        }
        part_percent(self.efficiency.score)
    }
}
