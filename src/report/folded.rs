//! Folded stacks for flame graph tools, one line for each file: `layer;folder;…;file BYTES`, as in the `stackcollapse` scripts of `FlameGraph`. The lines
//! add up to the image size: visible files by layer, then hidden ones in a frame of their own.

use std::io::{self, Write};

use super::facts::ImageFacts;
use super::finding_text;
use crate::escape;
use crate::query::{PathContent, contents};

/// The frame of hidden files, below their layer.
const HIDDEN: &str = "(hidden)";

pub(super) fn write(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let image = facts.image;
    let mut all: Vec<PathContent> = Vec::new();
    contents(image, facts.analysis, |content, _| {
        if content.bytes > 0 {
            all.push(content);
        }
    });
    all.sort_unstable_by_key(|content| (content.layer, content.hidden.is_some(), content.place()));
    // Tools sort frames by name: numbers of equal width keep the layers in order.
    let width = image.layers.len().to_string().len();
    for layer in all.chunk_by(|one, other| one.layer == other.layer) {
        let Some(first) = layer.first() else { continue };
        let instruction = finding_text::instruction(facts, first.layer).replace(';', "\\x3b");
        let number = first.layer.index() + 1;
        for content in layer {
            write!(out, "layer {number:0width$}: {instruction}")?;
            if content.hidden.is_some() {
                write!(out, ";{HIDDEN}")?;
            }
            let path = image.tree.path(content.node);
            for name in path.split(|&byte| byte == b'/').skip(1) {
                write!(out, ";{}", frame(name))?;
            }
            writeln!(out, " {}", content.bytes)?;
        }
    }
    Ok(())
}

/// Returns a name as a frame: a semicolon would end the frame, a blank before digits the stack.
fn frame(name: &[u8]) -> String {
    escape::name(name)
        .replace(';', "\\x3b")
        .replace(' ', "\\x20")
}
