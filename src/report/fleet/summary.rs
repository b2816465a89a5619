//! The summary of many images, as every format shows it: what a fresh node must pull and how long that takes. Chooses the format.

use std::io::{self, Write};

use super::{html, json, markdown, text};
use crate::analysis::{LinkSpeed, seconds};
use crate::bytes::{Units, count, human, signed, thousands};
use crate::fleet::{
    DeepSummary, GroupLabel, Growth, ImageSummary, LayerGroup, NameChange, PlatformSummary, Sum,
    Summary,
};
use crate::report::text::percent;

/// What the column of days means.
pub(super) const CREATED: &str =
    "created: the day of the image that these layers end; ≤ is the day of the oldest image on them";

/// A format of the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FleetFormat {
    /// For a terminal.
    Text,
    /// For a comment or a page.
    Markdown,
    /// A page for a browser.
    Html,
    /// For programs.
    Json,
}

/// A summary, and how it is shown.
#[derive(Debug)]
pub(crate) struct FleetFacts {
    pub(crate) summary: Summary,
    /// The differences from an earlier run.
    pub(crate) growth: Option<Growth>,
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
        FleetFormat::Html => html::write(facts, out),
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

    /// Returns the part of the images' bytes that is pulled once each layer is pulled once.
    pub(super) fn distinct_percent(&self) -> String {
        let Summary {
            alone, distinct, ..
        } = &self.summary;
        match alone.bytes {
            0 => percent(1, 1),
            all => percent(distinct.bytes, all),
        }
    }

    /// Returns the totals of two runs: their name, before, after, and the difference.
    pub(super) fn totals(&self, growth: &Growth) -> Vec<[String; 4]> {
        let (before, after) = (&growth.before, &growth.after);
        let counts = |name: &str, before: usize, after: usize| {
            let [before, after] = [before, after].map(|number| number as u64);
            let delta = match after.abs_diff(before) {
                0 => "0".to_owned(),
                delta if after > before => format!("+{}", thousands(delta)),
                delta => format!("−{}", thousands(delta)),
            };
            [name.to_owned(), thousands(before), thousands(after), delta]
        };
        let sums = |name: &str, before: Sum, after: Sum| {
            let delta = self.delta(before.bytes, after.bytes);
            [name.to_owned(), self.sum(before), self.sum(after), delta]
        };
        let bytes = |name: &str, before: Option<u64>, after: Option<u64>| {
            let (before, after) = (before?, after?);
            let delta = self.delta(before, after);
            Some([
                name.to_owned(),
                self.bytes(before),
                self.bytes(after),
                delta,
            ])
        };
        let mut rows = vec![
            counts("images", before.images, after.images),
            counts("layers", before.layers, after.layers),
            sums("each image alone", before.alone, after.alone),
            sums("each layer once", before.distinct, after.distinct),
        ];
        rows.extend(bytes("hidden", before.hidden, after.hidden));
        rows.extend(bytes("savings", before.savings, after.savings));
        rows
    }

    /// Returns the bytes of a name before and after, and the difference.
    pub(super) fn change(&self, change: &NameChange) -> [String; 3] {
        let (before, after) = change.bytes();
        let shown = |sum: Option<Sum>, without: &str| match sum {
            Some(sum) => self.sum(sum),
            None => without.to_owned(),
        };
        [
            shown(change.before, "added"),
            shown(change.after, "removed"),
            self.delta(before, after),
        ]
    }

    fn delta(&self, before: u64, after: u64) -> String {
        signed(i128::from(after) - i128::from(before), self.units)
    }

    /// Returns the sums of the files as a sentence without its full stop.
    pub(super) fn files_of(&self, deep: &DeepSummary) -> String {
        format!(
            "Files of {}: {} unpacked, {} hidden; fixing all findings saves {}",
            count(deep.images as u64, "image", "images"),
            self.bytes(deep.size),
            self.bytes(deep.hidden),
            self.bytes(deep.savings),
        )
    }

    /// Returns which layers are new and which are gone, as a sentence.
    pub(super) fn layers_since(&self, growth: &Growth) -> String {
        let layers = |(number, sum): (usize, Sum)| {
            let layers = count(number as u64, "layer", "layers");
            format!("{layers} ({})", self.sum(sum))
        };
        format!(
            "A node with all layers of the earlier run pulls {}; {} of that run {} no longer used.",
            layers(growth.new_layers),
            layers(growth.gone_layers),
            if growth.gone_layers.0 == 1 {
                "is"
            } else {
                "are"
            },
        )
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

/// Returns how many names were added, removed and changed, as a sentence.
pub(super) fn names_since(growth: &Growth) -> String {
    let added = growth.names.iter().filter(|change| change.before.is_none());
    let removed = growth.names.iter().filter(|change| change.after.is_none());
    let (added, removed) = (added.count(), removed.count());
    let number = |number: usize| thousands(number as u64);
    format!(
        "Names: {} added, {} removed, {} with other images, {} unchanged.",
        number(added),
        number(removed),
        number(growth.names.len() - added - removed),
        number(growth.unchanged),
    )
}

/// Returns the name of a platform, not escaped.
pub(super) fn platform_name(platform: &PlatformSummary) -> &str {
    match platform.platform.as_str() {
        "" => "unknown",
        name => name,
    }
}

/// Returns the day on which the layers of a group were created, or before which.
pub(super) fn created(group: &LayerGroup) -> String {
    match (&group.created, &group.oldest) {
        (Some(day), _) => day.clone(),
        (None, Some(day)) => format!("≤ {day}"),
        (None, None) => String::new(),
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
