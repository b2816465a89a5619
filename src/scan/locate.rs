//! Locates the vulnerabilities of a report in an image: the layer, the file, and whether a base layer stores it. Pure.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::vulnerability::{LocatedVulnerability, ScanReport, Vulnerabilities, Vulnerability};
use crate::analysis::Base;
use crate::analysis::packages::{Package, Packages};
use crate::image::{Image, LayerId, NodeId};

/// Locates the vulnerabilities of a report. The layer is the report's own, by diff_id or digest; else the one that installed a package of that name and
/// version; else the one that stores the visible file at the path.
#[must_use]
pub fn locate(
    scan: ScanReport,
    image: &Image,
    base: &Base,
    packages: &Packages,
) -> Vulnerabilities {
    let mut installed: HashMap<&str, Vec<&Package>> = HashMap::new();
    for package in &packages.list {
        installed.entry(&package.name).or_default().push(package);
    }
    let package = |reported: &Vulnerability| -> Option<&Package> {
        let named = installed.get(reported.package.as_str())?;
        let exact = named
            .iter()
            .find(|package| package.version == reported.version);
        exact
            .or_else(|| named.first().filter(|_| named.len() == 1))
            .copied()
    };
    let located = |reported: Vulnerability| {
        let package = package(&reported);
        let at_path = reported.path.as_deref().and_then(|path| node(image, path));
        let layer = reported
            .layer
            .as_deref()
            .and_then(|name| layer(image, name))
            .or(package.map(|package| package.layer))
            .or_else(|| image.visible_entry(at_path?).map(|(layer, _)| layer));
        LocatedVulnerability {
            layer,
            node: at_path.or(package.map(|package| package.location)),
            in_base: layer.map(|layer| layer.index() < base.layers),
            reported,
        }
    };
    let mut found: Vec<LocatedVulnerability> = scan.found.into_iter().map(located).collect();
    found.sort_by(|one, other| {
        let key = |found: &LocatedVulnerability| Reverse(found.reported.severity);
        let names = |found: &'_ LocatedVulnerability| {
            [
                found.reported.package.clone(),
                found.reported.version.clone(),
                found.reported.id.clone(),
            ]
        };
        key(one)
            .cmp(&key(other))
            .then_with(|| names(one).cmp(&names(other)))
    });
    Vulnerabilities {
        tools: scan.tools,
        found,
    }
}

/// Returns the node of a path, written with or without a leading slash.
fn node(image: &Image, path: &str) -> Option<NodeId> {
    let path = path.trim_start_matches("./").trim_matches('/');
    (!path.is_empty())
        .then(|| image.tree.find(path.as_bytes()))
        .flatten()
}

fn layer(image: &Image, name: &str) -> Option<LayerId> {
    image.layer_ids().find(|&id| {
        let layer = image.layer(id);
        let digest = name.strip_prefix("sha256:").filter(|hex| hex.len() == 64);
        // A report without the diff_id has the digest of the blob.
        layer.heading.diff_id.as_deref() == Some(name)
            || digest.is_some_and(|hex| layer.blob.contains(hex))
    })
}
