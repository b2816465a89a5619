//! The lines of the Dockerfile that made a layer, in reports. How they are known is `image::SourceLines`.

use serde::Serialize;

use crate::escape;
use crate::image::{Image, LayerId, SourceLines};

/// Returns the lines that made a layer.
pub(super) fn lines(image: &Image, layer: LayerId) -> Option<&SourceLines> {
    image.layer(layer).heading.source.as_ref()
}

/// Returns the file of some lines, or where there are none, the Dockerfile of the image.
pub(super) fn file<'a>(image: &'a Image, lines: Option<&'a SourceLines>) -> Option<&'a str> {
    let of_image = || image.about.dockerfile.as_ref().map(|file| &**file.path());
    lines.map(|lines| &*lines.file).or_else(of_image)
}

/// Returns the lines that made a layer as text, escaped: `Dockerfile:3–5, stage build`.
pub(super) fn text(image: &Image, layer: LayerId) -> Option<String> {
    let lines = lines(image, layer)?;
    Some(escape::text(&lines.to_string()).into_owned())
}

/// Returns [`text`] after a comma; empty where no lines are known.
pub(super) fn after_comma(image: &Image, layer: LayerId) -> String {
    text(image, layer).map_or_else(String::new, |text| format!(", {text}"))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SourceKeys<'a> {
    file: &'a str,
    first_line: usize,
    last_line: usize,
    stage: Option<&'a str>,
}

/// Returns the keys of the lines that made a layer.
pub(super) fn keys(image: &Image, layer: LayerId) -> Option<SourceKeys<'_>> {
    lines(image, layer).map(|lines| SourceKeys {
        file: &lines.file,
        first_line: lines.first,
        last_line: lines.last,
        stage: lines.stage.as_deref(),
    })
}
