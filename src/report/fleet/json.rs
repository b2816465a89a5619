//! The summary of many images as JSON: docs/fleet.md describes the keys. Nothing is left out of its lists.

use std::io::{self, Write};

use serde::Serialize;

use super::summary::{FleetFacts, label};
use crate::fleet::{DeepSummary, GroupLabel, Growth, RunTotals, Sum};
use crate::report::json_string::write_pretty;

/// The version of the keys.
const VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Keys<'a> {
    schema_version: u32,
    images: usize,
    names: usize,
    layers: usize,
    /// Of each image alone.
    total_bytes: u64,
    distinct_bytes: u64,
    saved_bytes: u64,
    unknown_sizes: u64,
    unpacked_sizes: u64,
    nodes: u64,
    fresh_node: Vec<PlatformKeys<'a>>,
    shared: Vec<GroupKeys<'a>>,
    largest: Vec<ImageKeys<'a>>,
    files: Option<FileKeys<'a>>,
    growth: Option<GrowthKeys<'a>>,
    errors: Vec<ErrorKeys<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlatformKeys<'a> {
    platform: &'a str,
    images: usize,
    bytes: u64,
    downloads: Vec<DownloadKeys>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DownloadKeys {
    bits_per_second: u64,
    seconds: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupKeys<'a> {
    images: usize,
    bytes: u64,
    saved_bytes: u64,
    image: Option<&'a str>,
    instruction: Option<&'a str>,
    created: Option<&'a str>,
    oldest_created: Option<&'a str>,
    layers: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ImageKeys<'a> {
    image: &'a str,
    name: &'a str,
    names: usize,
    bytes: u64,
    own_bytes: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileKeys<'a> {
    images: usize,
    size_bytes: u64,
    hidden_bytes: u64,
    savings_bytes: u64,
    categories: Vec<CategoryKeys<'a>>,
    smaller: Vec<SmallerKeys<'a>>,
    duplicates: Vec<DuplicateKeys<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CategoryKeys<'a> {
    category: &'a str,
    visible_bytes: u64,
    hidden_bytes: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SmallerKeys<'a> {
    name: &'a str,
    size_bytes: u64,
    savings_bytes: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DuplicateKeys<'a> {
    path: &'a str,
    size_bytes: u64,
    layers: usize,
    extra_bytes: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GrowthKeys<'a> {
    before: TotalKeys,
    after: TotalKeys,
    new_layers: usize,
    new_bytes: u64,
    gone_layers: usize,
    gone_bytes: u64,
    unchanged_names: usize,
    names: Vec<NameKeys<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TotalKeys {
    images: usize,
    layers: usize,
    total_bytes: u64,
    distinct_bytes: u64,
    hidden_bytes: Option<u64>,
    savings_bytes: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NameKeys<'a> {
    name: &'a str,
    platform: Option<&'a str>,
    /// Null for a name that was added.
    before_bytes: Option<u64>,
    /// Null for a name that was removed.
    after_bytes: Option<u64>,
}

#[derive(Serialize)]
struct ErrorKeys<'a> {
    name: &'a str,
    message: &'a str,
    hint: Option<&'a str>,
}

pub(super) fn write(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
    let summary = &facts.summary;
    let Sum {
        bytes,
        unknown,
        unpacked,
    } = summary.distinct;
    let keys = Keys {
        schema_version: VERSION,
        images: summary.images,
        names: summary.names,
        layers: summary.layers,
        total_bytes: summary.alone.bytes,
        distinct_bytes: bytes,
        saved_bytes: facts.saved(),
        unknown_sizes: unknown,
        unpacked_sizes: unpacked,
        nodes: facts.nodes,
        fresh_node: fresh_node(facts),
        shared: shared(facts),
        largest: largest(facts),
        files: summary.deep.as_ref().map(files),
        growth: facts.growth.as_ref().map(growth),
        errors: errors(facts),
    };
    write_pretty(&mut *out, &keys)?;
    out.write_all(b"\n")
}

fn fresh_node(facts: &FleetFacts) -> Vec<PlatformKeys<'_>> {
    let platforms = facts.summary.platforms.iter();
    let keys = platforms.map(|platform| PlatformKeys {
        platform: &platform.platform,
        images: platform.images,
        bytes: platform.distinct.bytes,
        downloads: facts
            .links
            .iter()
            .map(|&link| DownloadKeys {
                bits_per_second: link.bits_per_second(),
                seconds: facts.download(platform.distinct, link),
            })
            .collect(),
    });
    keys.collect()
}

fn shared(facts: &FleetFacts) -> Vec<GroupKeys<'_>> {
    let groups = facts.summary.shared.iter();
    let keys = groups.map(|group| {
        let is_image = matches!(group.label, GroupLabel::Image(_));
        GroupKeys {
            images: group.images,
            bytes: group.sum.bytes,
            saved_bytes: group.saved,
            image: is_image.then(|| label(group)),
            instruction: (!is_image).then(|| label(group)),
            created: group.created.as_deref(),
            oldest_created: group.oldest.as_deref(),
            layers: &group.layers,
        }
    });
    keys.collect()
}

fn largest(facts: &FleetFacts) -> Vec<ImageKeys<'_>> {
    let images = facts.summary.largest.iter();
    let keys = images.map(|image| ImageKeys {
        image: &image.image,
        name: &image.name,
        names: image.names,
        bytes: image.sum.bytes,
        own_bytes: image.own.bytes,
    });
    keys.collect()
}

fn files(deep: &DeepSummary) -> FileKeys<'_> {
    FileKeys {
        images: deep.images,
        size_bytes: deep.size,
        hidden_bytes: deep.hidden,
        savings_bytes: deep.savings,
        categories: deep
            .categories
            .iter()
            .map(|sum| CategoryKeys {
                category: &sum.category,
                visible_bytes: sum.visible,
                hidden_bytes: sum.hidden,
            })
            .collect(),
        smaller: deep
            .smaller
            .iter()
            .map(|image| SmallerKeys {
                name: &image.name,
                size_bytes: image.size,
                savings_bytes: image.savings,
            })
            .collect(),
        duplicates: deep
            .duplicates
            .iter()
            .map(|file| DuplicateKeys {
                path: &file.path,
                size_bytes: file.bytes,
                layers: file.layers,
                extra_bytes: file.extra,
            })
            .collect(),
    }
}

fn growth(growth: &Growth) -> GrowthKeys<'_> {
    let totals = |totals: &RunTotals| TotalKeys {
        images: totals.images,
        layers: totals.layers,
        total_bytes: totals.alone.bytes,
        distinct_bytes: totals.distinct.bytes,
        hidden_bytes: totals.hidden,
        savings_bytes: totals.savings,
    };
    let names = growth.names.iter().map(|change| NameKeys {
        name: &change.name,
        platform: change.platform.as_deref(),
        before_bytes: change.before.map(|sum| sum.bytes),
        after_bytes: change.after.map(|sum| sum.bytes),
    });
    GrowthKeys {
        before: totals(&growth.before),
        after: totals(&growth.after),
        new_layers: growth.new_layers.0,
        new_bytes: growth.new_layers.1.bytes,
        gone_layers: growth.gone_layers.0,
        gone_bytes: growth.gone_layers.1.bytes,
        unchanged_names: growth.unchanged,
        names: names.collect(),
    }
}

fn errors(facts: &FleetFacts) -> Vec<ErrorKeys<'_>> {
    let errors = facts.summary.errors.iter();
    let keys = errors.map(|error| ErrorKeys {
        name: &error.name,
        message: &error.message,
        hint: error.hint.as_deref(),
    });
    keys.collect()
}
