//! One image as JSON with one object per line, for images too large for one document: the image, then each layer followed by its changes, then the selected
//! files. Nothing is kept in memory as text.

use std::io::{self, Write};

use serde::Serialize;

use super::change_keys::ChangeKeys;
use super::facts::ImageFacts;
use super::json::{self, ImageKeys};
use super::json_string::write_compact;
use super::layer_changes::layer_changes;
use super::listing::{ListingRow, RowKeys};

/// A line: its kind, then its own keys.
#[derive(Serialize)]
struct NdjsonLine<K> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<usize>,
    #[serde(flatten)]
    keys: K,
}

/// The keys of the first line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ImageLineKeys<'a> {
    schema_version: u32,
    #[serde(flatten)]
    image: ImageKeys<'a>,
}

pub(super) fn write(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let image = facts.image;
    let keys = ImageLineKeys {
        schema_version: json::VERSION,
        image: json::image_summary(facts),
    };
    line(out, "image", None, &keys)?;
    for (id, changes) in image.layer_ids().zip(layer_changes(image)) {
        line(out, "layer", None, &json::layer_summary(facts, id))?;
        for change in &changes {
            let keys = ChangeKeys::of_layer(image, change);
            line(out, "change", Some(id.index()), &keys)?;
        }
    }
    let selected = facts
        .selection
        .map_or(&[][..], |selection| selection.contents());
    for content in selected {
        let keys = RowKeys::of(&ListingRow::new(image, *content));
        line(out, "file", None, &keys)?;
    }
    Ok(())
}

fn line(
    out: &mut impl Write,
    kind: &'static str,
    layer: Option<usize>,
    keys: &impl Serialize,
) -> io::Result<()> {
    write_compact(&mut *out, &NdjsonLine { kind, layer, keys })?;
    out.write_all(b"\n")
}
