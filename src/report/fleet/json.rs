//! The summary of many images as JSON: docs/fleet.md describes the keys. Nothing is left out of its lists.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;

use crate::fleet::page::FleetFacts;
use crate::fleet::{DeepSummary, GroupLabel, Growth, RunTotals, Sum};
use crate::report::json_string::write_pretty;

/// The version of the keys.
const VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FleetKeys<'a> {
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
    largest: Vec<FleetImageKeys<'a>>,
    files: Option<FleetFileKeys<'a>>,
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
    image: Option<Cow<'a, str>>,
    instruction: Option<Cow<'a, str>>,
    created: Option<&'a str>,
    oldest_created: Option<&'a str>,
    layers: Vec<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FleetImageKeys<'a> {
    image: &'a str,
    name: &'a str,
    names: usize,
    bytes: u64,
    own_bytes: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FleetFileKeys<'a> {
    images: usize,
    size_bytes: u64,
    hidden_bytes: u64,
    savings_bytes: u64,
    categories: Vec<FleetCategoryKeys<'a>>,
    smaller: Vec<SmallerKeys<'a>>,
    findings: Vec<FleetFindingKeys<'a>>,
    rules: Vec<FleetRuleKeys<'a>>,
    packages: Vec<FleetPackageKeys<'a>>,
    duplicates: Vec<DuplicateKeys<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FleetCategoryKeys<'a> {
    category: &'a str,
    images: usize,
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
struct FleetFindingKeys<'a> {
    finding: &'a str,
    images: usize,
    bytes: u64,
}

#[derive(Serialize)]
struct FleetRuleKeys<'a> {
    rule: &'a str,
    failed: usize,
    warned: usize,
    images: usize,
}

#[derive(Serialize)]
struct FleetPackageKeys<'a> {
    kind: &'a str,
    name: &'a str,
    images: usize,
    bytes: u64,
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
    layers_only_before: usize,
    only_before_bytes: u64,
    layers_only_after: usize,
    only_after_bytes: u64,
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
    let keys = FleetKeys {
        schema_version: VERSION,
        images: summary.images,
        names: summary.names,
        layers: summary.layers,
        total_bytes: summary.alone.bytes,
        distinct_bytes: bytes,
        saved_bytes: summary.saved(),
        unknown_sizes: unknown,
        unpacked_sizes: unpacked,
        nodes: facts.nodes,
        fresh_node: fresh_node(facts),
        shared: shared(facts),
        largest: largest(facts),
        files: summary.deep.as_ref().map(|deep| files(facts, deep)),
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
            image: is_image.then(|| facts.label(group)),
            instruction: (!is_image).then(|| facts.label(group)),
            created: group.created.as_deref(),
            oldest_created: group.oldest.as_deref(),
            layers: group
                .layers
                .iter()
                .map(|layer| &*facts.fleet.layer(*layer).layer)
                .collect(),
        }
    });
    keys.collect()
}

fn largest(facts: &FleetFacts) -> Vec<FleetImageKeys<'_>> {
    let images = facts.summary.largest.iter();
    let keys = images.map(|image| {
        let sums = facts.summary.sums_of(*image);
        FleetImageKeys {
            image: &facts.fleet.image(*image).image,
            name: facts.fleet.name_of(*image),
            names: facts.fleet.names_of(*image).len(),
            bytes: sums.all.bytes,
            own_bytes: sums.own.bytes,
        }
    });
    keys.collect()
}

fn files<'a>(facts: &'a FleetFacts, deep: &'a DeepSummary) -> FleetFileKeys<'a> {
    let bytes = |bytes: Option<i64>| {
        let bytes = bytes.map(u64::try_from);
        bytes.and_then(Result::ok).unwrap_or_default()
    };
    FleetFileKeys {
        images: deep.images,
        size_bytes: deep.size,
        hidden_bytes: deep.hidden,
        savings_bytes: deep.savings,
        categories: deep
            .categories
            .iter()
            .map(|sum| FleetCategoryKeys {
                category: &sum.category,
                images: sum.images,
                visible_bytes: sum.visible,
                hidden_bytes: sum.hidden,
            })
            .collect(),
        smaller: deep
            .smaller
            .iter()
            .map(|image| {
                let row = facts.fleet.image(*image);
                SmallerKeys {
                    name: facts.fleet.name_of(*image),
                    size_bytes: bytes(row.size_bytes),
                    savings_bytes: bytes(row.savings_bytes),
                }
            })
            .collect(),
        findings: deep
            .findings
            .iter()
            .map(|sum| FleetFindingKeys {
                finding: &sum.finding,
                images: sum.images,
                bytes: sum.bytes,
            })
            .collect(),
        rules: deep
            .rules
            .iter()
            .map(|sum| FleetRuleKeys {
                rule: &sum.rule,
                failed: sum.failed,
                warned: sum.warned,
                images: sum.images,
            })
            .collect(),
        packages: deep
            .packages
            .iter()
            .map(|sum| FleetPackageKeys {
                kind: &sum.kind,
                name: &sum.name,
                images: sum.images,
                bytes: sum.bytes,
            })
            .collect(),
        duplicates: deep
            .duplicates
            .iter()
            .map(|file| DuplicateKeys {
                path: &file.path,
                size_bytes: file.bytes,
                layers: file.layers.len(),
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
        before_bytes: change.before.as_ref().map(|images| images.sum.bytes),
        after_bytes: change.after.as_ref().map(|images| images.sum.bytes),
    });
    GrowthKeys {
        before: totals(&growth.before),
        after: totals(&growth.after),
        layers_only_before: growth.only_before.0.len(),
        only_before_bytes: growth.only_before.1.bytes,
        layers_only_after: growth.only_after.0.len(),
        only_after_bytes: growth.only_after.1.bytes,
        unchanged_names: growth.unchanged,
        names: names.collect(),
    }
}

fn errors(facts: &FleetFacts) -> Vec<ErrorKeys<'_>> {
    let errors = facts.fleet.errors().iter();
    let keys = errors.map(|error| ErrorKeys {
        name: &error.name,
        message: &error.message,
        hint: error.hint.as_deref(),
    });
    keys.collect()
}
