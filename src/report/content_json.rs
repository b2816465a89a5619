//! The JSON keys of packages and categories, of one image and of two (`docs/json.md`). The documents around them are in `json` and `compare_json`.

use serde::Serialize;

use crate::analysis::Categories;
use crate::analysis::packages::{Package, Packages};
use crate::compare::{ContentChanges, PackageStep, Sides};
use crate::image::LayerId;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PackageKeys<'a> {
    kind: &'static str,
    name: &'a str,
    version: &'a str,
    size_bytes: u64,
    layer: usize,
}

/// Returns the keys of the packages.
pub(super) fn packages(packages: &Packages) -> Vec<PackageKeys<'_>> {
    packages.list.iter().map(package).collect()
}

fn package(package: &Package) -> PackageKeys<'_> {
    PackageKeys {
        kind: package.kind.name(),
        name: &package.name,
        version: &package.version,
        size_bytes: package.bytes,
        layer: LayerId::index(package.layer),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CategoryKeys {
    category: &'static str,
    size_bytes: u64,
}

/// Returns the keys of an image's categories, the largest first.
pub(super) fn categories(categories: &Categories) -> Vec<CategoryKeys> {
    let keys = categories
        .largest()
        .into_iter()
        .map(|category| CategoryKeys {
            category: category.category.id(),
            size_bytes: category.bytes(),
        });
    keys.collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeltaKeys {
    category: &'static str,
    before_bytes: u64,
    after_bytes: u64,
    delta_bytes: Option<i64>,
}

/// Returns the keys of two images' categories. Differences that a missing layer is part of are unknown: `is_exact` is false.
pub(super) fn deltas(why: &ContentChanges, is_exact: bool) -> Vec<DeltaKeys> {
    let keys = why.categories.iter().map(|category| DeltaKeys {
        category: category.category.id(),
        before_bytes: category.bytes.before,
        after_bytes: category.bytes.after,
        delta_bytes: is_exact.then(|| crate::report::compare_json::clamped(category.delta())),
    });
    keys.collect()
}

#[derive(Default, Serialize)]
pub(super) struct ChangesKeys<'a> {
    added: Vec<PackageKeys<'a>>,
    removed: Vec<PackageKeys<'a>>,
    changed: Vec<ChangedKeys<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChangedKeys<'a> {
    kind: &'static str,
    name: &'a str,
    direction: &'static str,
    before: VersionKeys<'a>,
    after: VersionKeys<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VersionKeys<'a> {
    version: &'a str,
    size_bytes: u64,
    layer: usize,
}

/// Returns the keys of the packages in which two images differ.
pub(super) fn changes<'a>(why: &ContentChanges, all: Sides<&'a Packages>) -> ChangesKeys<'a> {
    let mut keys = ChangesKeys::default();
    for change in &why.packages.list {
        let sides = change.of(all);
        match (sides.before, sides.after) {
            (Some(before), Some(after)) => keys.changed.push(ChangedKeys {
                kind: after.kind.name(),
                name: &after.name,
                direction: match change.step {
                    PackageStep::Changed => "unknown",
                    step => step.name(),
                },
                before: version(before),
                after: version(after),
            }),
            (Some(one), None) => keys.removed.push(package(one)),
            (None, Some(one)) => keys.added.push(package(one)),
            (None, None) => {}
        }
    }
    keys
}

fn version(package: &Package) -> VersionKeys<'_> {
    VersionKeys {
        version: &package.version,
        size_bytes: package.bytes,
        layer: LayerId::index(package.layer),
    }
}
