//! Sums over the tables: total and distinct bytes, the layers that images share, what a fresh node must pull. Pure.
//!
//! Layers that are in exactly the same images are one group: the layers of a base are in all images on it, so that each base is one group, whatever the
//! number of its layers, and a base on another base is a group of its own.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::deep_summary::DeepSummary;
use super::fleet_index::{FleetIndex, ImageRowId, LayerRowId};
use super::row::{Depth, ImageRow, LayerRow};

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
    /// The bytes of each image, in the order of the images.
    pub sums: Vec<ImageSums>,
    /// The images, the largest first.
    pub largest: Vec<ImageRowId>,
    /// What the files of the images are, if these were read.
    pub deep: Option<DeepSummary>,
}

/// Bytes of layers: compressed ones, or of a layer whose compressed size is unknown the unpacked ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sum {
    /// The known bytes.
    pub bytes: u64,
    /// The number of layers of unknown size.
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
    /// The layers, in order.
    pub layers: Vec<LayerRowId>,
    /// Their bytes.
    pub sum: Sum,
    /// The bytes that are not pulled again, in all images but one.
    pub saved: u64,
    /// What they are.
    pub label: GroupLabel,
    /// The day on which the image of the label was created, `2026-11-29`.
    pub created: Option<String>,
    /// The day on which the oldest image with these layers was created: they are not newer.
    pub oldest: Option<String>,
}

/// What a group of layers is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupLabel {
    /// The smallest image that ends with them.
    Image(ImageRowId),
    /// The largest layer, whose instruction names them.
    Layer(LayerRowId),
}

/// The bytes of an image among others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImageSums {
    /// The bytes of its layers.
    pub all: Sum,
    /// The bytes of the layers that are in no other image.
    pub own: Sum,
}

impl Sum {
    pub(super) fn add(&mut self, other: Self) {
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.unknown += other.unknown;
        self.unpacked += other.unpacked;
    }

    /// Returns the bytes of a layer.
    pub(super) fn of_layer(layer: &LayerRow) -> Self {
        let compressed = layer.compressed_bytes;
        let bytes = compressed.or(layer.size_bytes);
        match bytes.and_then(|bytes| u64::try_from(bytes).ok()) {
            Some(bytes) => Self {
                bytes,
                unknown: 0,
                unpacked: u64::from(compressed.is_none()),
            },
            None => Self {
                unknown: 1,
                ..Self::default()
            },
        }
    }

    /// Returns the bytes of layers of a run.
    pub(super) fn of(fleet: &FleetIndex, layers: impl IntoIterator<Item = LayerRowId>) -> Self {
        let mut sum = Self::default();
        for layer in layers {
            sum.add(Self::of_layer(fleet.layer(layer)));
        }
        sum
    }
}

impl Summary {
    /// Returns the summary of some tables.
    #[must_use]
    pub fn of(fleet: &FleetIndex) -> Self {
        let mut alone = Sum::default();
        let mut sums = Vec::new();
        for image in fleet.images() {
            let layers = fleet.layers_of(image);
            let is_own = |layer: &LayerRowId| fleet.images_of(*layer).len() == 1;
            let own = layers.iter().copied().filter(is_own);
            let sum = ImageSums {
                all: Sum::of(fleet, layers.iter().copied()),
                own: Sum::of(fleet, own),
            };
            alone.add(sum.all);
            sums.push(sum);
        }
        let mut largest: Vec<ImageRowId> = fleet.images().collect();
        largest.sort_by(|one, other| {
            let sum = |image: &ImageRowId| sums[image.0 as usize].all;
            let order = sum(other).cmp(&sum(one));
            order.then_with(|| fleet.name_of(*one).cmp(fleet.name_of(*other)))
        });
        Self {
            images: sums.len(),
            names: fleet.named(),
            layers: fleet.layers().count(),
            alone,
            distinct: Sum::of(fleet, fleet.layers()),
            platforms: platforms(fleet),
            shared: shared(fleet),
            deep: (fleet.depth() == Depth::Deep).then(|| DeepSummary::of(fleet)),
            sums,
            largest,
        }
    }

    /// Returns the bytes of an image.
    #[must_use]
    pub(crate) fn sums_of(&self, image: ImageRowId) -> ImageSums {
        let sums = self.sums.get(image.0 as usize);
        sums.copied().unwrap_or_default()
    }

    /// Returns the bytes that sharing saves.
    #[must_use]
    pub fn saved(&self) -> u64 {
        self.alone.bytes.saturating_sub(self.distinct.bytes)
    }
}

/// Returns what a fresh node of each platform must pull, the platform with most images first.
fn platforms(fleet: &FleetIndex) -> Vec<PlatformSummary> {
    let mut of_platforms: BTreeMap<&str, Vec<ImageRowId>> = BTreeMap::new();
    for image in fleet.images() {
        let platform = of_platforms.entry(&fleet.image(image).platform);
        platform.or_default().push(image);
    }
    let summary = |(platform, images): (&str, Vec<ImageRowId>)| PlatformSummary {
        platform: platform.to_owned(),
        images: images.len(),
        distinct: Sum::of(fleet, distinct_layers(fleet, images)),
    };
    let mut platforms: Vec<PlatformSummary> = of_platforms.into_iter().map(summary).collect();
    platforms.sort_by_key(|platform| std::cmp::Reverse(platform.images));
    platforms
}

/// Returns the layers of images, each once, in the order they are found.
pub(super) fn distinct_layers(
    fleet: &FleetIndex,
    images: impl IntoIterator<Item = ImageRowId>,
) -> Vec<LayerRowId> {
    let mut seen = HashSet::new();
    let layers = images.into_iter().flat_map(|image| fleet.layers_of(image));
    let layers = layers.copied().filter(|layer| seen.insert(*layer));
    layers.collect()
}

/// Returns the groups of layers that are in several images.
fn shared(fleet: &FleetIndex) -> Vec<LayerGroup> {
    let mut places: HashMap<&[ImageRowId], usize> = HashMap::new();
    let mut groups: Vec<Vec<LayerRowId>> = Vec::new();
    let mut group_of: HashMap<LayerRowId, usize> = HashMap::new();
    for layer in fleet.layers() {
        let images = fleet.images_of(layer);
        if images.len() > 1 {
            let group = *places.entry(images).or_insert(groups.len());
            if group == groups.len() {
                groups.push(Vec::new());
            }
            groups[group].push(layer);
            group_of.insert(layer, group);
        }
    }
    // The smallest image that ends with a layer of each group.
    let mut bases: HashMap<usize, (usize, &str, ImageRowId)> = HashMap::new();
    for image in fleet.images() {
        let group = fleet.top_of(image).and_then(|top| group_of.get(&top));
        if let Some(group) = group {
            let own = (fleet.layers_of(image).len(), fleet.name_of(image), image);
            let base = bases.entry(*group).or_insert(own);
            *base = own.min(*base);
        }
    }
    let group = |(at, layers): (usize, Vec<LayerRowId>)| {
        let sum = Sum::of(fleet, layers.iter().copied());
        let images = layers
            .first()
            .map_or(&[][..], |first| fleet.images_of(*first));
        let base = bases.get(&at).map(|(.., image)| *image);
        let days = images.iter().filter_map(|image| day(fleet.image(*image)));
        LayerGroup {
            images: images.len(),
            saved: sum
                .bytes
                .saturating_mul((images.len() as u64).saturating_sub(1)),
            sum,
            label: match base {
                Some(image) => GroupLabel::Image(image),
                None => GroupLabel::Layer(largest(fleet, &layers)),
            },
            created: base.and_then(|image| day(fleet.image(image)).map(str::to_owned)),
            oldest: days.min().map(str::to_owned),
            layers,
        }
    };
    let mut groups: Vec<LayerGroup> = groups.into_iter().enumerate().map(group).collect();
    groups.sort_by(|one, other| {
        let order = other.saved.cmp(&one.saved);
        order.then_with(|| one.layers.cmp(&other.layers))
    });
    groups
}

/// Returns the day on which an image was created (RFC 3339). Days before containers existed are set by reproducible builds and count as unknown.
pub(super) fn day(image: &ImageRow) -> Option<&str> {
    let day = image.created.as_deref()?.get(..10)?;
    let is_day = day.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    (is_day && day >= FIRST_DAY).then_some(day)
}

/// Returns the largest of at least one layer.
fn largest(fleet: &FleetIndex, layers: &[LayerRowId]) -> LayerRowId {
    let size = |layer: &LayerRowId| {
        let row = fleet.layer(*layer);
        (row.compressed_bytes.or(row.size_bytes), *layer)
    };
    let largest = layers.iter().copied().max_by_key(size);
    largest.unwrap_or(LayerRowId(0))
}
