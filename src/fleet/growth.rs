//! The differences between an earlier run and a later one: images that were added, removed and changed by name, layers that are new. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::summary::{Sum, Summary};
use super::tables::Tables;

/// The differences between two runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Growth {
    /// The earlier run.
    pub before: RunTotals,
    /// The later one.
    pub after: RunTotals,
    /// The names whose images are not the same, those that grew most first.
    pub names: Vec<NameChange>,
    /// The number of names whose images are the same.
    pub unchanged: usize,
    /// The number and the bytes of layers that only the later run has.
    pub new_layers: (usize, Sum),
    /// The number and the bytes of layers that only the earlier run has.
    pub gone_layers: (usize, Sum),
}

/// The totals of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunTotals {
    /// The number of images.
    pub images: usize,
    /// The number of layers, each counted once.
    pub layers: usize,
    /// The bytes of the images, each pulled alone.
    pub alone: Sum,
    /// The bytes of the layers, each pulled once.
    pub distinct: Sum,
    /// Unpacked bytes that no container sees, if files were read.
    pub hidden: Option<u64>,
    /// Unpacked bytes that fixing all findings saves, if files were read.
    pub savings: Option<u64>,
}

/// The images of a name in two runs. A name is counted without the digest in it: a deployment changes that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameChange {
    /// The name.
    pub name: String,
    /// The platform that was chosen.
    pub platform: Option<String>,
    /// The bytes of its layers in the earlier run, each once; nothing if the name is new.
    pub before: Option<Sum>,
    /// Those in the later run; nothing if the name is gone.
    pub after: Option<Sum>,
}

impl NameChange {
    /// Returns the bytes before and after; those of a run without the name are zero.
    #[must_use]
    pub fn bytes(&self) -> (u64, u64) {
        let bytes = |sum: Option<Sum>| sum.map_or(0, |sum| sum.bytes);
        (bytes(self.before), bytes(self.after))
    }
}

/// A name without a digest, and the platform.
type Key<'a> = (&'a str, Option<&'a str>);

impl Growth {
    /// Returns the differences between two runs, each with its summary.
    #[must_use]
    pub fn of(before: (&Tables, &Summary), after: (&Tables, &Summary)) -> Self {
        let (names, unchanged) = changes(before.0, after.0);
        let (old, new) = (used(before.0), used(after.0));
        Self {
            before: RunTotals::of(before.1),
            after: RunTotals::of(after.1),
            names,
            unchanged,
            new_layers: only(after.0, &new, &old),
            gone_layers: only(before.0, &old, &new),
        }
    }
}

impl RunTotals {
    fn of(summary: &Summary) -> Self {
        let deep = summary.deep.as_ref();
        Self {
            images: summary.images,
            layers: summary.layers,
            alone: summary.alone,
            distinct: summary.distinct,
            hidden: deep.map(|deep| deep.hidden),
            savings: deep.map(|deep| deep.savings),
        }
    }
}

/// Returns the layers of the images of a run that no image of another one has.
fn only(run: &Tables, own: &BTreeSet<&str>, other: &BTreeSet<&str>) -> (usize, Sum) {
    let layers: Vec<&str> = own.difference(other).copied().collect();
    let sum = Sum::of(layers.iter().map(|layer| run.layer(layer)));
    (layers.len(), sum)
}

fn used(tables: &Tables) -> BTreeSet<&str> {
    tables.records().flat_map(|(_, layers)| layers).collect()
}

fn changes(before: &Tables, after: &Tables) -> (Vec<NameChange>, usize) {
    let (before_names, after_names) = (images_of_names(before), images_of_names(after));
    let (before_sums, after_sums) = (Layers::of(before), Layers::of(after));
    let keys: BTreeSet<&Key<'_>> = before_names.keys().chain(after_names.keys()).collect();
    let (mut changes, mut unchanged) = (Vec::new(), 0);
    for key in keys {
        let images = (before_names.get(key), after_names.get(key));
        if images.0 == images.1 {
            unchanged += 1;
            continue;
        }
        changes.push(NameChange {
            name: key.0.to_owned(),
            platform: key.1.map(str::to_owned),
            before: images.0.map(|images| before_sums.sum(images)),
            after: images.1.map(|images| after_sums.sum(images)),
        });
    }
    let growth = |change: &NameChange| {
        let (before, after) = change.bytes();
        i128::from(after) - i128::from(before)
    };
    changes.sort_by_key(|change| std::cmp::Reverse(growth(change)));
    (changes, unchanged)
}

fn images_of_names(tables: &Tables) -> BTreeMap<Key<'_>, BTreeSet<&str>> {
    let mut names: BTreeMap<Key<'_>, BTreeSet<&str>> = BTreeMap::new();
    for row in tables.names() {
        let name = row.name.split('@').next().unwrap_or(&row.name);
        let key = (name, row.platform.as_deref());
        names.entry(key).or_default().insert(&row.image);
    }
    names
}

/// The layers of each image of a run.
struct Layers<'a> {
    tables: &'a Tables,
    of_images: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Layers<'a> {
    fn of(tables: &'a Tables) -> Self {
        let records = tables.records();
        Self {
            tables,
            of_images: records.map(|(row, layers)| (&*row.image, layers)).collect(),
        }
    }

    /// Returns the bytes of the layers of some images, each once.
    fn sum(&self, images: &BTreeSet<&str>) -> Sum {
        let layers = images.iter().filter_map(|image| self.of_images.get(image));
        let layers: BTreeSet<&str> = layers.flatten().copied().collect();
        Sum::of(layers.into_iter().map(|layer| self.tables.layer(layer)))
    }
}
