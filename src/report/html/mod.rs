//! One self-contained HTML page of one image or of two: the page's parts from `assets/report`, and their data as JSON. The page loads nothing from the
//! network, runs only the script whose hash is in its policy, and never parses a name as markup. The layout is the page's own. The page of many images
//! is filled here, too.

mod comparison;
mod image;
mod tree;

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::facts::{ComparisonFacts, ImageFacts};
use super::json_string::Escaped;
use super::xml::Xml;

const PAGE: &str = include_str!("../../../assets/report/page.html");
const STYLE: &str = include_str!("../../../assets/report/page.css");
const SCRIPT: &str = include_str!("../../../assets/report/page.js");
/// The program and version that wrote the page.
pub(super) const GENERATOR: &str = concat!("dive-rs ", env!("CARGO_PKG_VERSION"));

/// Writes the page of one image.
pub(super) fn write(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    page(&facts.image.about.reference, &image::keys(facts), out)
}

/// Writes the page of two images.
pub(super) fn write_comparison(
    facts: &ComparisonFacts<'_>,
    out: &mut impl Write,
) -> io::Result<()> {
    let names = facts.images.map(|image| &image.about.reference);
    let title = format!("{} → {}", names.before, names.after);
    page(&title, &comparison::keys(facts), out)
}

fn page(title: &str, data: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    fill(PAGE, title, out, |out| {
        let mut serializer = serde_json::Serializer::with_formatter(out, Escaped);
        data.serialize(&mut serializer).map_err(io::Error::from)
    })
}

/// Fills the placeholders of a page in order, the one that no part of every page has by `content`. A placeholder in the content or the title is not filled.
pub(super) fn fill<W: Write>(
    page: &str,
    title: &str,
    out: &mut W,
    mut content: impl FnMut(&mut W) -> io::Result<()>,
) -> io::Result<()> {
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("{{") {
        out.write_all(before.as_bytes())?;
        let (place, after) = after.split_once("}}").unwrap_or((after, ""));
        match place {
            "style" => out.write_all(STYLE.as_bytes())?,
            "script" => out.write_all(SCRIPT.as_bytes())?,
            "style-hash" => out.write_all(hash(STYLE).as_bytes())?,
            "script-hash" => out.write_all(hash(SCRIPT).as_bytes())?,
            "generator" => out.write_all(GENERATOR.as_bytes())?,
            "title" => write!(out, "{}", Xml(&crate::escape::text(title)))?,
            _ => content(&mut *out)?,
        }
        rest = after;
    }
    out.write_all(rest.as_bytes())
}

/// Returns a text's hash as a policy names it (Content Security Policy Level 3, section 2.3.1).
fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text.as_bytes()))
}
