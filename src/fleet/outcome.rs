//! What one name of the list means: an image as rows, or an error. Reads nothing itself.

use serde::{Deserialize, Serialize};

use super::fleet_error::FailedName;
use super::row::{ImageRow, LayerRow, integer};
use crate::image::{LayerHeading, NamedBase};
use crate::load::Described;

/// An image that was found by one name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// The name in the list.
    pub(crate) name: String,
    /// The platform that was chosen for it.
    pub(crate) platform: Option<String>,
    /// What the name means, if a registry resolved it: a digest and the platform. Names that mean the same are read once.
    pub(crate) root: Option<String>,
    /// What was found.
    pub(crate) found: Found,
}

/// What was found at a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Found {
    /// An image and its layers, bottom first.
    Image(Box<ImageRow>, Vec<LayerRow>),
    /// The same as another name with that root.
    Same,
}

/// A name that gave no image.
#[derive(Debug)]
pub(super) struct FailedOutcome {
    /// The name, and why.
    pub(super) failed: FailedName,
    /// What the name means, if that is known.
    pub(super) root: Option<String>,
}

impl Found {
    /// Returns the rows of an image.
    pub(super) fn image(described: &Described, name: &str) -> Self {
        let about = &described.about;
        let image = about.digest.as_ref().or(about.id.as_ref());
        let image = image.map_or_else(|| name.to_owned(), Clone::clone);
        let layers: Vec<LayerRow> = described
            .layers
            .iter()
            .enumerate()
            .map(|(position, layer)| {
                let nameless = || format!("{image}#{position}");
                let name = layer
                    .digest
                    .clone()
                    .or_else(|| layer.heading.diff_id.clone());
                layer_row(name.unwrap_or_else(nameless), &layer.heading)
            })
            .collect();
        let sum = |bytes: fn(&LayerRow) -> Option<i64>| {
            let mut all = layers.iter().map(bytes);
            all.try_fold(0_i64, |sum, bytes| Some(sum.saturating_add(bytes?)))
        };
        let row = ImageRow {
            id: about.id.clone(),
            platform: if about.platform.os.is_empty() {
                String::new()
            } else {
                about.platform.to_string()
            },
            created: about.config.created.clone(),
            layers: integer(layers.len() as u64),
            compressed_bytes: sum(|layer| layer.compressed_bytes),
            size_bytes: sum(|layer| layer.size_bytes),
            visible_bytes: None,
            hidden_bytes: None,
            savings_bytes: None,
            base_name: NamedBase::of(&about.annotations, &about.config.labels)
                .map(|base| base.display_name().to_owned()),
            image,
        };
        Self::Image(Box::new(row), layers)
    }
}

fn layer_row(layer: String, heading: &LayerHeading) -> LayerRow {
    LayerRow {
        layer,
        diff_id: heading.diff_id.clone(),
        compressed_bytes: heading.compressed.map(integer),
        size_bytes: heading.expected.map(integer),
        instruction: heading.description(),
    }
}
