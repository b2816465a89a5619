//! The differences between an earlier run and a later one: images that were added, removed and changed by name, layers that are new. Pure.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::fleet_index::{FleetIndex, ImageRowId, LayerRowId};
use super::summary::{Sum, Summary, distinct_layers};

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
    /// The layers of the later run that the earlier one does not have, and their bytes.
    pub only_after: (Vec<LayerRowId>, Sum),
    /// The layers of the earlier run that the later one does not have, and their bytes.
    pub only_before: (Vec<LayerRowId>, Sum),
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
    /// Its images in the earlier run; `None` if the name is new.
    pub before: Option<NamedImages>,
    /// Those in the later run; `None` if the name was removed.
    pub after: Option<NamedImages>,
}

/// The images of a name in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedImages {
    /// The images, in order.
    pub images: Vec<ImageRowId>,
    /// The bytes of their layers, each once.
    pub sum: Sum,
}

impl NameChange {
    /// Returns the bytes before and after; those of a run without the name are zero.
    #[must_use]
    pub fn bytes(&self) -> (u64, u64) {
        let bytes = |images: &Option<NamedImages>| images.as_ref().map_or(0, |it| it.sum.bytes);
        (bytes(&self.before), bytes(&self.after))
    }
}

/// The fewest digits of a digest (OCI image spec, "Digests").
const SHORTEST_DIGEST: usize = 32;

/// A name without a digest, and the platform.
type NameAndPlatform<'a> = (&'a str, Option<&'a str>);

impl Growth {
    /// Returns the differences between two runs, each with its summary.
    #[must_use]
    pub fn of(before: (&FleetIndex, &Summary), after: (&FleetIndex, &Summary)) -> Self {
        let (names, unchanged) = changes(before.0, after.0);
        Self {
            before: RunTotals::of(before.1),
            after: RunTotals::of(after.1),
            names,
            unchanged,
            only_after: only(after.0, before.0),
            only_before: only(before.0, after.0),
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

/// Returns the layers of a run that another one does not have.
fn only(run: &FleetIndex, other: &FleetIndex) -> (Vec<LayerRowId>, Sum) {
    let others = other.layers().map(|layer| &*other.layer(layer).layer);
    let others: HashSet<&str> = others.collect();
    let is_own = |layer: &LayerRowId| !others.contains(&*run.layer(*layer).layer);
    let layers: Vec<LayerRowId> = run.layers().filter(is_own).collect();
    let sum = Sum::of(run, layers.iter().copied());
    (layers, sum)
}

fn changes(before: &FleetIndex, after: &FleetIndex) -> (Vec<NameChange>, usize) {
    let (before_names, after_names) = (images_of_names(before), images_of_names(after));
    let keys: BTreeSet<&NameAndPlatform<'_>> =
        before_names.keys().chain(after_names.keys()).collect();
    let (mut changes, mut unchanged) = (Vec::new(), 0);
    for key in keys {
        let images = (before_names.get(key), after_names.get(key));
        let digests = (
            images.0.map(|images| digests(before, images)),
            images.1.map(|images| digests(after, images)),
        );
        if digests.0 == digests.1 {
            unchanged += 1;
            continue;
        }
        changes.push(NameChange {
            name: key.0.to_owned(),
            platform: key.1.map(str::to_owned),
            before: images.0.map(|images| NamedImages::of(before, images)),
            after: images.1.map(|images| NamedImages::of(after, images)),
        });
    }
    let growth = |change: &NameChange| {
        let (before, after) = change.bytes();
        i128::from(after) - i128::from(before)
    };
    changes.sort_by_key(|change| std::cmp::Reverse(growth(change)));
    (changes, unchanged)
}

impl NamedImages {
    fn of(fleet: &FleetIndex, images: &BTreeSet<ImageRowId>) -> Self {
        Self {
            images: images.iter().copied().collect(),
            sum: Sum::of(fleet, distinct_layers(fleet, images.iter().copied())),
        }
    }
}

fn digests<'a>(fleet: &'a FleetIndex, images: &BTreeSet<ImageRowId>) -> Vec<&'a str> {
    let digests = images.iter().map(|image| &*fleet.image(*image).image);
    digests.collect()
}

fn images_of_names(fleet: &FleetIndex) -> BTreeMap<NameAndPlatform<'_>, BTreeSet<ImageRowId>> {
    let mut names: BTreeMap<NameAndPlatform<'_>, BTreeSet<ImageRowId>> = BTreeMap::new();
    for (image, row) in fleet.names() {
        let key = (without_digest(&row.name), row.platform.as_deref());
        names.entry(key).or_default().insert(image);
    }
    names
}

/// Returns a name without the digest at its end. A path can have any `@`.
fn without_digest(name: &str) -> &str {
    let is_digest = |text: &str| {
        let hex = text.split_once(':').map_or("", |(_, hex)| hex);
        hex.len() >= SHORTEST_DIGEST && hex.bytes().all(|digit| digit.is_ascii_hexdigit())
    };
    match name.rsplit_once('@') {
        Some((name, digest)) if is_digest(digest) => name,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::without_digest;

    #[test]
    fn only_a_digest_is_no_part_of_a_name() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        for (name, expected) in [
            (
                format!("registry://a.io/app@{digest}"),
                "registry://a.io/app",
            ),
            (format!("app:1.2@{digest}"), "app:1.2"),
            (format!("oci:/images/a@b@{digest}"), "oci:/images/a@b"),
            ("images/app@1.tar".to_owned(), "images/app@1.tar"),
            ("images/app@2.tar".to_owned(), "images/app@2.tar"),
            (
                "docker-archive:me@host/a.tar:app:1".to_owned(),
                "docker-archive:me@host/a.tar:app:1",
            ),
            ("app@sha256:12".to_owned(), "app@sha256:12"),
        ] {
            assert_eq!(without_digest(&name), expected);
        }
    }
}
