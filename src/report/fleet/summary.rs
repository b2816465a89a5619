//! The summary of many images, as every format shows it: what a fresh node must pull and how long that takes. Chooses the format.

use std::io::{self, Write};

use super::{json, markdown, text};
use crate::analysis::{LinkSpeed, seconds};
use crate::bytes::{Units, count, human};
use crate::fleet::{GroupLabel, ImageSummary, LayerGroup, Sum, Summary};

/// A format of the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FleetFormat {
    /// For a terminal.
    Text,
    /// For a comment or a page.
    Markdown,
    /// For programs.
    Json,
}

/// A summary, and how it is shown.
#[derive(Debug)]
pub(crate) struct FleetFacts {
    pub(crate) summary: Summary,
    /// The links that pull times are estimated for.
    pub(crate) links: Vec<LinkSpeed>,
    /// How many nodes pull over one link.
    pub(crate) nodes: u64,
    /// How many rows of each list are shown.
    pub(crate) most: usize,
    pub(crate) units: Units,
}

/// Writes the summary.
///
/// # Errors
/// [`io::Error`] when it cannot be written.
pub(crate) fn write_summary(
    facts: &FleetFacts,
    format: FleetFormat,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        FleetFormat::Text => text::write(facts, out),
        FleetFormat::Markdown => markdown::write(facts, out),
        FleetFormat::Json => json::write(facts, out),
    }
}

impl FleetFacts {
    /// Returns a sum as text, `≥` before one with unknown sizes.
    pub(super) fn sum(&self, sum: Sum) -> String {
        let least = if sum.unknown > 0 { "≥ " } else { "" };
        format!("{least}{}", self.bytes(sum.bytes))
    }

    pub(super) fn bytes(&self, bytes: u64) -> String {
        human(bytes, self.units)
    }

    /// Returns the seconds in which all nodes have downloaded some bytes.
    pub(super) fn download(&self, sum: Sum, link: LinkSpeed) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "estimates are not that exact")]
        let bytes = sum.bytes as f64 * self.nodes as f64;
        bytes / link.bytes_per_second()
    }

    pub(super) fn download_text(&self, sum: Sum, link: LinkSpeed) -> String {
        let least = if sum.unknown > 0 { "≥ " } else { "" };
        format!("{least}{}", seconds(self.download(sum, link)))
    }

    /// Returns the groups of layers to show.
    pub(super) fn groups(&self) -> &[LayerGroup] {
        let groups = &self.summary.shared;
        &groups[..groups.len().min(self.most)]
    }

    /// Returns the images to show.
    pub(super) fn images(&self) -> &[ImageSummary] {
        let images = &self.summary.largest;
        &images[..images.len().min(self.most)]
    }

    /// Returns the bytes that sharing saves.
    pub(super) fn saved(&self) -> u64 {
        let Summary {
            alone, distinct, ..
        } = &self.summary;
        alone.bytes.saturating_sub(distinct.bytes)
    }

    /// Returns the part of the images' bytes that is pulled once each layer is pulled once, in percent.
    pub(super) fn distinct_percent(&self) -> f64 {
        let Summary {
            alone, distinct, ..
        } = &self.summary;
        if alone.bytes == 0 {
            return 100.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "a percentage")]
        let percent = distinct.bytes as f64 * 100.0 / alone.bytes as f64;
        percent
    }

    /// Returns what the sizes leave out, one sentence a line.
    pub(super) fn notes(&self) -> Vec<String> {
        let Sum {
            unknown, unpacked, ..
        } = self.summary.distinct;
        let layers = |number| count(number, "layer", "layers");
        let unknown = (unknown > 0).then(|| format!("The size of {} is unknown.", layers(unknown)));
        let unpacked = (unpacked > 0).then(|| {
            let layers = layers(unpacked);
            format!("The compressed size of {layers} is unknown: the unpacked one counts.")
        });
        unknown.into_iter().chain(unpacked).collect()
    }

    /// Returns what the times leave out, as a sentence.
    pub(super) fn method(&self) -> String {
        let nodes = match self.nodes {
            1 => "The time of the download alone".to_owned(),
            nodes => format!("The time until {nodes} nodes have downloaded all over one link"),
        };
        format!("{nodes}; unpacking adds to it.")
    }
}

/// Returns what a group of layers is, not escaped.
pub(super) fn label(group: &LayerGroup) -> &str {
    match &group.label {
        GroupLabel::Image(name) => name,
        GroupLabel::Instruction(text) if text.is_empty() => "(no instruction known)",
        GroupLabel::Instruction(text) => text,
    }
}
