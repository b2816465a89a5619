//! The packages of two images: added, removed, or of another version. Bytes of files are compared in the tree.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, HashMap};

use super::side::Sides;
use super::version_order::compare_versions;
use crate::analysis::packages::{Package, PackageId, PackageKind, Packages};

/// What happened to a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PackageStep {
    /// Only after has it.
    Added,
    /// Only before has it.
    Removed,
    /// After has a later version.
    Upgraded,
    /// After has an earlier version.
    Downgraded,
    /// The versions differ as text, and neither is later.
    Changed,
}

impl PackageStep {
    /// Returns its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Upgraded => "upgraded",
            Self::Downgraded => "downgraded",
            Self::Changed => "changed",
        }
    }
}

/// A package that differs between the images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackageChange {
    /// What happened.
    pub step: PackageStep,
    /// The package before and after.
    pub ids: Sides<Option<PackageId>>,
}

/// The package differences of two images.
#[derive(Clone, Debug, Default)]
pub struct PackageChanges {
    /// The differences, by kind, then name.
    pub list: Vec<PackageChange>,
    /// Number of packages with the same version in both images.
    pub same: usize,
}

/// Compares the packages of two images. Packages are equal by kind, name and version; several versions of one name are paired from the latest down.
#[must_use]
pub fn package_changes(packages: Sides<&Packages>) -> PackageChanges {
    let mut names: BTreeMap<(PackageKind, &str), Sides<Vec<Installed<'_>>>> = BTreeMap::new();
    for (id, package) in packages.before.ids() {
        let name = names.entry((package.kind, &package.name)).or_default();
        name.before.push((id, package));
    }
    for (id, package) in packages.after.ids() {
        let name = names.entry((package.kind, &package.name)).or_default();
        name.after.push((id, package));
    }
    let mut changes = PackageChanges::default();
    for ((kind, _), mut found) in names {
        let mut twins: HashMap<&str, usize> = HashMap::new();
        for (_, after) in &found.after {
            *twins.entry(&after.version).or_default() += 1;
        }
        let all = found.before.len();
        let mut same: HashMap<&str, usize> = HashMap::new();
        found.before.retain(|(_, before)| {
            let left = twins
                .get_mut(before.version.as_str())
                .filter(|left| **left > 0);
            let Some(left) = left else { return true };
            *left -= 1;
            *same.entry(&before.version).or_default() += 1;
            false
        });
        found.after.retain(|(_, after)| {
            let left = same
                .get_mut(after.version.as_str())
                .filter(|left| **left > 0);
            left.map(|left| *left -= 1).is_none()
        });
        changes.same += all - found.before.len();
        let latest = |one: &Installed<'_>, other: &Installed<'_>| {
            compare_versions(kind, &other.1.version, &one.1.version)
        };
        found.before.sort_by(latest);
        found.after.sort_by(latest);
        for at in 0..found.before.len().max(found.after.len()) {
            let pair = Sides::new(found.before.get(at), found.after.get(at));
            let step = match (pair.before, pair.after) {
                (Some((_, before)), Some((_, after))) => {
                    match compare_versions(kind, &before.version, &after.version) {
                        Ordering::Less => PackageStep::Upgraded,
                        Ordering::Greater => PackageStep::Downgraded,
                        Ordering::Equal => PackageStep::Changed,
                    }
                }
                (Some(_), None) => PackageStep::Removed,
                (None, _) => PackageStep::Added,
            };
            let ids = pair.map(|found| found.map(|(id, _)| *id));
            changes.list.push(PackageChange { step, ids });
        }
    }
    changes
}

/// A package with its id.
type Installed<'a> = (PackageId, &'a Package);

impl PackageChange {
    /// Returns the package before and after.
    #[must_use]
    pub fn of<'a>(&self, packages: Sides<&'a Packages>) -> Sides<Option<&'a Package>> {
        let get = |packages: &'a Packages, id: Option<PackageId>| id.map(|id| packages.get(id));
        Sides::new(
            get(packages.before, self.ids.before),
            get(packages.after, self.ids.after),
        )
    }
}

impl PackageChanges {
    /// Returns the differences, most bytes first.
    #[must_use]
    pub fn largest(&self, packages: Sides<&Packages>) -> Vec<PackageChange> {
        let bytes = |package: Option<&Package>| package.map_or(0, |package| package.bytes);
        let mut list = self.list.clone();
        list.sort_by_key(|change| {
            let bytes = change.of(packages).map(bytes);
            Reverse(
                bytes
                    .before
                    .abs_diff(bytes.after)
                    .max(bytes.before.max(bytes.after)),
            )
        });
        list
    }
}
