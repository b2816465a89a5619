//! Packages that apt installed although nothing needs them: those that others only recommend (apt-get(8), `--no-install-recommends`). What needs what is the
//! package database's word.

use std::collections::{HashMap, HashSet};

use crate::analysis::findings::finding::{Claim, Finding, Fix};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::FindingKind;
use crate::analysis::findings::run_command::{apt_installs, with_apt_flag};
use crate::analysis::packages::{PackageId, PackageKind};
use crate::image::LayerId;

const FLAG: &str = "--no-install-recommends";
/// Less than this is not worth a line, in bytes.
const LEAST: u64 = 256 << 10;

/// Finds them, a finding a layer that asked apt without the flag.
pub(in crate::analysis::findings) fn find(case: &ImageContext<'_>) -> Vec<Finding> {
    case.own_layers()
        .filter_map(|layer| finding(case, layer))
        .collect()
}

fn finding(case: &ImageContext<'_>, layer: LayerId) -> Option<Finding> {
    let command = case.command(layer)?;
    let asked = apt_installs(&command)?;
    let warned = [FLAG, "Install-Recommends"];
    if warned.iter().any(|word| command.contains(word)) {
        return None;
    }
    let needed = needed(case, &asked);
    let packages = case.packages.ids().filter(|(id, package)| {
        package.kind == PackageKind::Dpkg && package.layer == layer && !needed.contains(id)
    });
    let unneeded: HashMap<PackageId, &str> = packages
        .map(|(id, package)| (id, package.name.as_str()))
        .collect();
    // The packages' own records, and the files they came in.
    let (info, archives) = (
        case.find("/var/lib/dpkg/info"),
        case.find("/var/cache/apt/archives"),
    );
    let names: HashSet<&str> = unneeded.values().map(|name| bare(name)).collect();
    let goes = |claim: &Claim| {
        let owner = case.packages.owner(claim.node);
        if owner.is_some_and(|id| unneeded.contains_key(&id)) {
            return true;
        }
        let parent = case.image.tree.parent(claim.node);
        let name = case.image.tree.name(claim.node);
        let name = std::str::from_utf8(name).unwrap_or_default();
        let end = if parent.is_some() && parent == info {
            [':', '.'].iter().filter_map(|c| name.find(*c)).min()
        } else if parent.is_some() && parent == archives {
            name.find('_')
        } else {
            None
        };
        // Names may hold dots: `python3.11.list`.
        let stem = || name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        end.is_some_and(|end| names.contains(&name[..end]))
            || parent == info && names.contains(bare(stem()))
    };
    let claims: Vec<Claim> = case
        .live()
        .filter(|claim| claim.layer == layer && goes(claim))
        .collect();
    let bytes: u64 = claims.iter().map(|claim| claim.bytes).sum();
    if bytes < LEAST {
        return None;
    }
    let mut heaviest: Vec<(u64, &str)> = case
        .packages
        .ids()
        .filter_map(|(id, package)| Some((package.bytes, *unneeded.get(&id)?)))
        .collect();
    heaviest.sort_by_key(|&(bytes, name)| (std::cmp::Reverse(bytes), name));
    let first: Vec<&str> = heaviest.iter().take(4).map(|(_, name)| *name).collect();
    let why = format!(
        "{} of the packages that this line installs are needed by none that it names; others only recommend them: {}{}",
        unneeded.len(),
        first.join(", "),
        if unneeded.len() > first.len() {
            " and more."
        } else {
            "."
        },
    );
    let line = format!("RUN {}", with_apt_flag(&command, FLAG));
    let fix = Fix::Instead(vec![line]);
    Some(Finding::new(
        FindingKind::Recommended,
        Some(layer),
        claims,
        why,
        fix,
    ))
}

/// Returns the packages that those of these names do not work without, themselves included. Of a group of alternatives, the first that is installed.
pub(in crate::analysis::findings) fn needed(
    case: &ImageContext<'_>,
    names: &[&str],
) -> HashSet<PackageId> {
    let mut known: HashMap<&str, Vec<PackageId>> = HashMap::new();
    let dpkg = |package: &crate::analysis::packages::Package| package.kind == PackageKind::Dpkg;
    for (id, package) in case.packages.ids().filter(|(_, package)| dpkg(package)) {
        known.entry(bare(&package.name)).or_default().push(id);
    }
    for (id, package) in case.packages.ids().filter(|(_, package)| dpkg(package)) {
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
            let groups = case.packages.get(id).needs.iter();
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

/// Returns a package's name without its architecture.
fn bare(name: &str) -> &str {
    name.split(':').next().unwrap_or(name)
}
