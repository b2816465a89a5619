//! Folded stacks for flame graph tools, one line for each file: `layer;folder;…;file BYTES`, as in the `stackcollapse` scripts of `FlameGraph`. The lines
//! add up to the image size, or to what a query selects: visible files by layer, then hidden ones in a frame of their own.

use std::io::{self, Write};

use super::facts::ImageFacts;
use super::finding_text;
use crate::escape;
use crate::image::LayerId;
use crate::query::{PathContent, contents};

/// The frame of hidden files, below their layer.
const HIDDEN: &str = "(hidden)";
/// The frame of files with paths longer than any that Linux opens, below that.
const UNREACHABLE: &str = "(unreachable)";
/// The frame around all others when layers are missing, so that the sum is a lower bound.
const AT_LEAST: &str = "(at least)";

pub(super) fn write(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let image = facts.image;
    let mut all: Vec<PathContent> = Vec::new();
    let is_known = if let Some(selection) = facts.selection {
        all.extend_from_slice(selection.contents());
        let sum = selection.amount(facts.analysis, selection.bytes());
        sum.is_known()
    } else {
        contents(image, facts.analysis, |content, _| all.push(content));
        facts.analysis.is_complete()
    };
    all.retain(|content| content.bytes > 0);
    all.sort_unstable_by_key(|content| {
        (content.layer, content.hidden.is_some(), content.sort_key())
    });
    let root = if is_known {
        String::new()
    } else {
        format!("{AT_LEAST};")
    };
    for id in image.layer_ids() {
        let from = all.partition_point(|content| content.layer < id);
        let end = all.partition_point(|content| content.layer <= id);
        let unreachable = match facts.selection {
            None => image.layer(id).unreachable.bytes,
            Some(_) => 0,
        };
        let layer = format!("{root}{}", layer(facts, id));
        for content in &all[from..end] {
            write!(out, "{layer}")?;
            if content.hidden.is_some() {
                write!(out, ";{HIDDEN}")?;
            }
            let path = image.tree.path(content.node);
            for name in path.split(|&byte| byte == b'/').skip(1) {
                write!(out, ";{}", frame(name))?;
            }
            writeln!(out, " {}", content.bytes)?;
        }
        if unreachable > 0 {
            writeln!(out, "{layer};{HIDDEN};{UNREACHABLE} {unreachable}")?;
        }
    }
    if all.is_empty() && !is_known {
        writeln!(out, "{AT_LEAST} 0")?;
    }
    Ok(())
}

/// Returns the frame of a layer. Tools sort frames by name: numbers of equal width keep the layers in order.
fn layer(facts: &ImageFacts<'_>, layer: LayerId) -> String {
    let width = facts.image.layers.len().to_string().len();
    let instruction = finding_text::instruction(facts, layer).replace(';', "\\x3b");
    format!("layer {:0width$}: {instruction}", layer.index() + 1)
}

/// Returns a name as a frame: a semicolon would end the frame, a blank before digits the stack.
fn frame(name: &[u8]) -> String {
    escape::name(name)
        .replace(';', "\\x3b")
        .replace(' ', "\\x20")
}
