//! Packages that apt installed only because others recommend them (apt-get(8), `--no-install-recommends`). Dependencies are those of the package database.

use std::collections::{HashMap, HashSet};

use crate::analysis::findings::checks::package_records::{PackageRecords, without_architecture};
use crate::analysis::findings::finding::{ClaimedEntry, Finding, Fix};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::FindingKind;
use crate::analysis::findings::run_change::{RunChange, RunEdit};
use crate::analysis::findings::run_command::apt_installs;
use crate::analysis::packages::{PackageId, PackageKind};
use crate::image::LayerId;

const FLAG: &str = "--no-install-recommends";
/// The least bytes for a finding.
const LEAST: u64 = 256 << 10;

/// Returns one finding for each layer that ran apt without the flag.
pub(in crate::analysis::findings) fn find(context: &ImageContext<'_>) -> Vec<Finding> {
    context
        .own_layers()
        .filter_map(|layer| finding(context, layer))
        .collect()
}

fn finding(context: &ImageContext<'_>, layer: LayerId) -> Option<Finding> {
    let command = context.command(layer)?;
    let requested = apt_installs(&command)?;
    let disabled_by = [FLAG, "Install-Recommends"];
    if disabled_by.iter().any(|word| command.contains(word)) {
        return None;
    }
    let needed = needed(context, &requested);
    let packages = context.packages.ids().filter(|(id, package)| {
        package.kind == PackageKind::Dpkg && package.layer == layer && !needed.contains(id)
    });
    let unneeded: HashMap<PackageId, &str> = packages
        .map(|(id, package)| (id, package.name.as_str()))
        .collect();
    let records = PackageRecords::of(context, unneeded.values().copied());
    let is_removable = |claim: &ClaimedEntry| {
        let owner = context.packages.package_of(claim.node);
        owner.is_some_and(|id| unneeded.contains_key(&id))
            || records.contains(context.image, claim.node)
    };
    let claims: Vec<ClaimedEntry> = context
        .visible()
        .filter(|claim| claim.layer == layer && is_removable(claim))
        .collect();
    let bytes: u64 = claims.iter().map(|claim| claim.bytes).sum();
    if bytes < LEAST {
        return None;
    }
    let why = reason(context, &unneeded);
    let change = RunChange::new(layer, command, RunEdit::AptFlag(FLAG));
    let fix = Fix::instead(change, Vec::new());
    Some(Finding::new(
        FindingKind::Recommended,
        Some(layer),
        claims,
        why,
        fix,
    ))
}

/// Returns the reason of a finding, with the largest packages.
fn reason(context: &ImageContext<'_>, unneeded: &HashMap<PackageId, &str>) -> String {
    let packages = context.packages.ids();
    let mut largest: Vec<(u64, &str)> = packages
        .filter_map(|(id, package)| Some((package.bytes, *unneeded.get(&id)?)))
        .collect();
    largest.sort_by_key(|&(bytes, name)| (std::cmp::Reverse(bytes), name));
    let first: Vec<&str> = largest.iter().take(4).map(|(_, name)| *name).collect();
    let end = if unneeded.len() > first.len() {
        " and more."
    } else {
        "."
    };
    format!(
        "{} of the packages that this instruction installs are only recommended, not needed by the packages it names: {}{end}",
        unneeded.len(),
        first.join(", "),
    )
}

/// Returns the named packages with all of their dependencies. The first installed one of several alternatives counts.
pub(in crate::analysis::findings) fn needed(
    context: &ImageContext<'_>,
    names: &[&str],
) -> HashSet<PackageId> {
    let mut known: HashMap<&str, Vec<PackageId>> = HashMap::new();
    let dpkg = |package: &crate::analysis::packages::Package| package.kind == PackageKind::Dpkg;
    for (id, package) in context.packages.ids().filter(|(_, package)| dpkg(package)) {
        known
            .entry(without_architecture(&package.name))
            .or_default()
            .push(id);
    }
    for (id, package) in context.packages.ids().filter(|(_, package)| dpkg(package)) {
        for name in &package.provides {
            known.entry(name).or_default().push(id);
        }
    }
    let mut needed = HashSet::new();
    let mut next: Vec<PackageId> = names
        .iter()
        .filter_map(|name| known.get(name)?.first())
        .copied()
        .collect();
    while let Some(id) = next.pop() {
        if needed.insert(id) {
            let groups = context.packages.get(id).needs.iter();
            let first = |group: &Vec<String>| {
                group
                    .iter()
                    .find_map(|name| known.get(name.as_str())?.first().copied())
            };
            next.extend(groups.filter_map(first));
        }
    }
    needed
}
