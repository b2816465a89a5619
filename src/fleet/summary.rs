//! What the tables say in all: total and distinct bytes, the layers that images share, what a fresh node must pull. Pure.
//!
//! Layers that are in exactly the same images are one group: the layers of a base are in all images on it, so that each base is one group, whatever the
//! number of its layers, and a base on another base is a group of its own.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::deep_summary::DeepSummary;
use super::row::{ErrorRow, ImageRow, LayerRow, Stage};
use super::tables::Tables;

/// The day before which no image was created.
const FIRST_DAY: &str = "2013-01-01";

/// The summary of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The number of images.
    pub images: usize,
    /// The number of their names.
    pub names: usize,
    /// The number of their layers, each counted once.
    pub layers: usize,
    /// The bytes of the images, each pulled alone.
    pub alone: Sum,
    /// The bytes of the layers, each pulled once.
    pub distinct: Sum,
    /// What a fresh node of each platform must pull.
    pub platforms: Vec<PlatformSummary>,
    /// The layers that are in several images, those that save most first.
    pub shared: Vec<LayerGroup>,
    /// The images, the largest first.
    pub largest: Vec<ImageSummary>,
    /// What the files of the images are, if these were read.
    pub deep: Option<DeepSummary>,
    /// What could not be read.
    pub errors: Vec<ErrorRow>,
}

/// Bytes of layers: compressed ones, or of a layer whose compressed size is unknown the unpacked ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sum {
    /// The known bytes.
    pub bytes: u64,
    /// The number of layers of which no size is known.
    pub unknown: u64,
    /// The number of layers that count with their unpacked bytes.
    pub unpacked: u64,
}

/// The images of a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformSummary {
    /// The platform; empty if unknown.
    pub platform: String,
    /// The number of images.
    pub images: usize,
    /// The bytes of their layers, each pulled once.
    pub distinct: Sum,
}

/// Layers that are in the same images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerGroup {
    /// The number of images.
    pub images: usize,
    /// The layers, sorted.
    pub layers: Vec<String>,
    /// Their bytes.
    pub sum: Sum,
    /// The bytes that are not pulled again: those of all images but one.
    pub saved: u64,
    /// What they are.
    pub label: GroupLabel,
    /// The day on which the image of the label was created, `2026-11-29`.
    pub created: Option<String>,
    /// The day on which the oldest image with these layers was created: they are not newer.
    pub oldest: Option<String>,
}

/// What a group of layers is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupLabel {
    /// The name of the smallest image that ends with them.
    Image(String),
    /// The instruction of the largest layer.
    Instruction(String),
}

/// An image among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageSummary {
    /// The image.
    pub image: String,
    /// Its first name.
    pub name: String,
    /// The number of its names.
    pub names: usize,
    /// The bytes of its layers.
    pub sum: Sum,
    /// The bytes of the layers that are in no other image.
    pub own: Sum,
}

impl Sum {
    fn add(&mut self, layer: Option<&LayerRow>) {
        let compressed = layer.and_then(|layer| layer.compressed_bytes);
        let bytes = compressed.or_else(|| layer?.size_bytes);
        match bytes.and_then(|bytes| u64::try_from(bytes).ok()) {
            Some(bytes) => {
                self.bytes = self.bytes.saturating_add(bytes);
                self.unpacked += u64::from(compressed.is_none());
            }
            None => self.unknown += 1,
        }
    }

    pub(super) fn of<'a>(layers: impl IntoIterator<Item = Option<&'a LayerRow>>) -> Self {
        let mut sum = Self::default();
        layers.into_iter().for_each(|layer| sum.add(layer));
        sum
    }
}

/// An image with its layers, each once.
struct Record<'a> {
    row: &'a ImageRow,
    layers: Vec<&'a str>,
    top: Option<&'a str>,
}

impl Summary {
    /// Returns the summary of some tables.
    #[must_use]
    pub fn of(tables: &Tables) -> Self {
        let records: Vec<Record<'_>> = tables.records().map(Record::of).collect();
        let names = names(tables);
        let mut users: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, record) in records.iter().enumerate() {
            for layer in &record.layers {
                users.entry(layer).or_default().push(at);
            }
        }
        let sum = |layers: &[&str]| Sum::of(layers.iter().map(|layer| tables.layer(layer)));
        let mut alone = Sum::default();
        let mut largest = Vec::with_capacity(records.len());
        for record in &records {
            let all = sum(&record.layers);
            alone.bytes = alone.bytes.saturating_add(all.bytes);
            alone.unknown += all.unknown;
            alone.unpacked += all.unpacked;
            let own = record
                .layers
                .iter()
                .filter(|layer| users[**layer].len() == 1);
            let own: Vec<&str> = own.copied().collect();
            let first = names.get(&*record.row.image);
            largest.push(ImageSummary {
                image: record.row.image.clone(),
                name: first.map_or(&*record.row.image, |first| first.0).to_owned(),
                names: first.map_or(0, |first| first.1),
                sum: all,
                own: sum(&own),
            });
        }
        let shared = shared(tables, &records, &users, &largest);
        largest.sort_by(|one, other| {
            other
                .sum
                .cmp(&one.sum)
                .then_with(|| one.name.cmp(&other.name))
        });
        let layers: Vec<&str> = users.keys().copied().collect();
        Self {
            images: records.len(),
            names: tables.named(),
            layers: users.len(),
            alone,
            distinct: sum(&layers),
            platforms: platforms(tables, &records),
            shared,
            deep: (tables.stage() == Stage::Deep).then(|| DeepSummary::of(tables, &largest)),
            largest,
            errors: tables.errors().cloned().collect(),
        }
    }
}

impl<'a> Record<'a> {
    fn of((row, layers): (&'a ImageRow, Vec<&'a str>)) -> Self {
        let top = layers.last().copied();
        let mut seen = HashSet::new();
        let layers = layers.into_iter().filter(|layer| seen.insert(*layer));
        Self {
            row,
            layers: layers.collect(),
            top,
        }
    }
}

/// Returns the first name of each image and the number of its names.
fn names(tables: &Tables) -> HashMap<&str, (&str, usize)> {
    let mut names: HashMap<&str, (&str, usize)> = HashMap::new();
    for row in tables.names() {
        let (_, count) = names.entry(&row.image).or_insert((&row.name, 0));
        *count += 1;
    }
    names
}

/// Returns what a fresh node of each platform must pull, that of most images first.
fn platforms(tables: &Tables, records: &[Record<'_>]) -> Vec<PlatformSummary> {
    let mut of_platforms: BTreeMap<&str, Vec<&Record<'_>>> = BTreeMap::new();
    for record in records {
        let platform = of_platforms.entry(&record.row.platform);
        platform.or_default().push(record);
    }
    let summary = |(platform, records): (&str, Vec<&Record<'_>>)| {
        let layers: HashSet<&str> = records
            .iter()
            .flat_map(|record| record.layers.iter().copied())
            .collect();
        PlatformSummary {
            platform: platform.to_owned(),
            images: records.len(),
            distinct: Sum::of(layers.into_iter().map(|layer| tables.layer(layer))),
        }
    };
    let mut platforms: Vec<PlatformSummary> = of_platforms.into_iter().map(summary).collect();
    platforms.sort_by_key(|platform| std::cmp::Reverse(platform.images));
    platforms
}

/// Returns the groups of layers that are in several images.
fn shared(
    tables: &Tables,
    records: &[Record<'_>],
    users: &BTreeMap<&str, Vec<usize>>,
    summaries: &[ImageSummary],
) -> Vec<LayerGroup> {
    let mut groups: BTreeMap<&[usize], Vec<&str>> = BTreeMap::new();
    for (layer, images) in users.iter().filter(|(_, images)| images.len() > 1) {
        groups.entry(images).or_default().push(layer);
    }
    // The smallest image that ends with a layer of each group.
    let mut bases: HashMap<&[usize], (usize, &str, Option<&str>)> = HashMap::new();
    for (record, summary) in records.iter().zip(summaries) {
        let Some(images) = record.top.and_then(|top| users.get(top)) else {
            continue;
        };
        let own = (record.layers.len(), summary.name.as_str(), day(record.row));
        let base = bases.entry(images).or_insert(own);
        *base = own.min(*base);
    }
    let group = |(images, layers): (&[usize], Vec<&str>)| {
        let sum = Sum::of(layers.iter().map(|layer| tables.layer(layer)));
        let base = bases.get(images);
        let label = match base {
            Some((_, name, _)) => GroupLabel::Image((*name).to_owned()),
            None => GroupLabel::Instruction(instruction(tables, &layers)),
        };
        let oldest = images.iter().filter_map(|at| day(records[*at].row)).min();
        LayerGroup {
            images: images.len(),
            saved: sum.bytes.saturating_mul(images.len() as u64 - 1),
            layers: layers.into_iter().map(str::to_owned).collect(),
            sum,
            label,
            created: base.and_then(|(_, _, day)| day.map(str::to_owned)),
            oldest: oldest.map(str::to_owned),
        }
    };
    let mut groups: Vec<LayerGroup> = groups.into_iter().map(group).collect();
    groups.sort_by(|one, other| {
        let order = other.saved.cmp(&one.saved);
        order.then_with(|| one.layers.cmp(&other.layers))
    });
    groups
}

/// Returns the day on which an image was created (RFC 3339). Days before containers are those of reproducible builds, and unknown.
fn day(image: &ImageRow) -> Option<&str> {
    let day = image.created.as_deref()?.get(..10)?;
    let is_day = day.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    (is_day && day >= FIRST_DAY).then_some(day)
}

/// Returns the instruction of the largest layer.
fn instruction(tables: &Tables, layers: &[&str]) -> String {
    let rows = layers.iter().filter_map(|layer| tables.layer(layer));
    let largest = rows.max_by_key(|row| (row.compressed_bytes.or(row.size_bytes), &row.layer));
    largest
        .map(|row| row.instruction.clone())
        .unwrap_or_default()
}
