//! The size of an image as a badge: the JSON of an endpoint of shields.io. Green if its rules passed, red if not, blue without a verdict.

use std::io::{self, Write};

use serde::Serialize;

use super::facts::ImageFacts;
use super::json_string::write_pretty;

/// The document: <https://shields.io/badges/endpoint-badge>.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Badge {
    schema_version: u8,
    label: &'static str,
    message: String,
    color: &'static str,
    is_error: bool,
}

pub(super) fn write(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let analysis = facts.analysis;
    let size = analysis.sum(analysis.size, facts.units);
    let hidden = analysis.sum(analysis.hidden.bytes(), facts.units);
    let (color, is_error) = match facts.verdict {
        None => ("blue", false),
        Some(verdict) if verdict.passed() => ("brightgreen", false),
        Some(_) => ("red", true),
    };
    let badge = Badge {
        schema_version: 1,
        label: "image",
        message: format!("{size}, {hidden} hidden"),
        color,
        is_error,
    };
    write_pretty(out, &badge)?;
    writeln!(out)
}
