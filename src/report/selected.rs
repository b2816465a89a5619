//! The files that the options of a query select, as a section of the text and as a key of the JSON. Selects nothing.

use std::cmp::Reverse;
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use crate::bytes::{count, human};
use crate::image::Image;
use crate::query::{PathContent, Selection};
use crate::report::facts::ImageFacts;
use crate::report::listing::{Row, RowKeys};
use crate::report::styling::Styling;

/// The most files listed in text.
const MOST: usize = 20;

/// Writes the sum and the largest files.
pub(super) fn text(
    facts: &ImageFacts<'_>,
    styling: Styling,
    out: &mut impl Write,
) -> io::Result<()> {
    let Some(selection) = facts.selection else {
        return Ok(());
    };
    let contents = selection.contents();
    let sum = selection.amount(facts.analysis, selection.bytes());
    let sum = sum.bytes(facts.units);
    let files = count(contents.len() as u64, "file", "files");
    let image_size = facts.analysis.sum(facts.analysis.size, facts.units);
    let head = format!("Selected: {files}, {sum} of {image_size}");
    writeln!(out, "\n{}", styling.bold(&head))?;
    let mut largest: Vec<&PathContent> = contents.iter().collect();
    largest.sort_by_key(|content| (Reverse(content.bytes), content.place()));
    for content in largest.iter().take(MOST) {
        let row = Row::new(facts.image, **content);
        let (size, path) = (human(content.bytes, facts.units), row.path());
        let layer = content.layer.index() + 1;
        writeln!(out, "  {size:>10}  {layer:>3}  {path}{}", row.suffix())?;
    }
    match contents.len().saturating_sub(MOST) {
        0 => Ok(()),
        more => writeln!(out, "  {:>10}       and {more} more", ""),
    }
}

/// The key `selection`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SelectionKeys<'a> {
    size_bytes: u64,
    file_count: usize,
    files: Files<'a>,
}

impl<'a> SelectionKeys<'a> {
    pub(super) fn new(image: &'a Image, selection: &'a Selection) -> Self {
        Self {
            size_bytes: selection.bytes(),
            file_count: selection.contents().len(),
            files: Files(image, selection.contents()),
        }
    }
}

struct Files<'a>(&'a Image, &'a [PathContent]);

impl Serialize for Files<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys = |content: &PathContent| RowKeys::of(&Row::new(self.0, *content));
        serializer.collect_seq(self.1.iter().map(keys))
    }
}
