//! Collects packages and the paths they own. A file that a later layer replaced no longer belongs to the package.

use std::collections::HashMap;

use super::package::{NameVersion, Package, PackageId, PackageKind, Packages};
use crate::analysis::{EntryDifferences, compare_entries};
use crate::image::{Image, LayerId, NodeId, Snapshot};

/// The packages found so far.
pub(super) struct PackagesBuilder<'a> {
    pub(super) image: &'a Image,
    pub(super) seen: &'a Snapshot,
    pub(super) notes: Vec<String>,
    list: Vec<Package>,
    owners: Vec<Option<PackageId>>,
}

impl<'a> PackagesBuilder<'a> {
    pub(super) fn new(image: &'a Image, seen: &'a Snapshot) -> Self {
        Self {
            image,
            seen,
            notes: Vec::new(),
            list: Vec::new(),
            owners: vec![None; image.tree.len()],
        }
    }

    /// Adds a package.
    pub(super) fn add(
        &mut self,
        kind: PackageKind,
        named: NameVersion,
        layer: LayerId,
        location: NodeId,
    ) -> Option<PackageId> {
        let id = PackageId::at(self.list.len())?;
        self.list.push(Package {
            kind,
            name: named.name,
            version: named.version,
            layer,
            bytes: 0,
            files: 0,
            location,
            needs: Vec::new(),
            provides: Vec::new(),
        });
        Some(id)
    }

    /// Sets the dependencies and the virtual names of a package.
    pub(super) fn set_dependencies(
        &mut self,
        id: PackageId,
        needs: Vec<Vec<String>>,
        provides: Vec<String>,
    ) {
        let package = &mut self.list[id.index()];
        (package.needs, package.provides) = (needs, provides);
    }

    /// Returns the kind of the package that owns a path.
    pub(super) fn kind(&self, node: NodeId) -> Option<PackageKind> {
        self.owners[node.index()].map(|id| self.list[id.index()].kind)
    }

    /// Assigns paths to a distribution package, where their content is still the installed one.
    pub(super) fn assign_installed(
        &mut self,
        id: PackageId,
        files: impl IntoIterator<Item = NodeId>,
    ) {
        let layer = self.list[id.index()].layer;
        for node in files {
            if self.owners[node.index()].is_none() && self.is_as_installed(node, layer) {
                self.owners[node.index()] = Some(id);
            }
        }
    }

    /// Assigns a path to a language package, unless it has an owner.
    pub(super) fn assign(&mut self, id: PackageId, node: NodeId) {
        if self.seen.get(node).is_some() && self.owners[node.index()].is_none() {
            self.owners[node.index()] = Some(id);
        }
    }

    /// Assigns a folder and everything below it to a package, also paths that a package of the same kind owns through an outer folder.
    pub(super) fn assign_below(&mut self, id: PackageId, folder: NodeId) {
        let kind = self.list[id.index()].kind;
        for node in (folder.0..self.image.tree.end(folder).0).map(NodeId) {
            let owner = self.kind(node);
            if self.seen.get(node).is_some() && (owner.is_none() || owner == Some(kind)) {
                self.owners[node.index()] = Some(id);
            }
        }
    }

    /// Returns whether the visible entry of a path is the one after a layer, or has the same content.
    fn is_as_installed(&self, node: NodeId, layer: LayerId) -> bool {
        match (self.image.timeline.at(node, layer), self.seen.get(node)) {
            (Some(then), Some(now)) if then != now => {
                let (then, now) = (self.image.file_entry(then), self.image.file_entry(now));
                let what = compare_entries((self.image, then), (self.image, now));
                what.without(
                    EntryDifferences::MODE
                        .and(EntryDifferences::OWNER)
                        .and(EntryDifferences::XATTRS),
                ) == EntryDifferences::NOTHING
            }
            (then, now) => then.is_some() && then == now,
        }
    }

    /// Gives all names of a content the owner of the first one that has an owner.
    fn unite_names(&mut self) {
        let mut owners = HashMap::new();
        for (content, node) in self.image.visible_names() {
            if let Some(owner) = self.owners[node.index()] {
                owners.entry(content).or_insert(owner);
            }
        }
        for (content, node) in self.image.visible_names() {
            self.owners[node.index()] = owners.get(&content).copied();
        }
    }

    /// Sums up sizes, sorts the packages and finishes.
    pub(super) fn finish(mut self) -> Packages {
        self.unite_names();
        for (node, owner) in (0..).map(NodeId).zip(&mut self.owners) {
            let entry = self.seen.get(node).map(|id| self.image.entry(id));
            let bytes = self.image.bytes_in(self.seen, node);
            match entry {
                Some(entry) if !entry.is_dir() => {
                    if let Some(id) = owner {
                        let package = &mut self.list[id.index()];
                        package.bytes = package.bytes.saturating_add(bytes);
                        package.files += 1;
                    }
                }
                // Folders have no owner.
                _ => *owner = None,
            }
        }
        let mut order: Vec<usize> = (0..self.list.len()).collect();
        let key = |at: &usize| {
            let package = &self.list[*at];
            (
                package.kind,
                package.name.as_str(),
                package.version.as_str(),
                package.location,
            )
        };
        order.sort_by(|one, other| key(one).cmp(&key(other)));
        let mut ranks = vec![None; order.len()];
        for (rank, &at) in order.iter().enumerate() {
            ranks[at] = PackageId::at(rank);
        }
        for owner in &mut self.owners {
            *owner = owner.and_then(|id| ranks[id.index()]);
        }
        let mut list: Vec<Option<Package>> = self.list.into_iter().map(Some).collect();
        Packages {
            list: order.iter().filter_map(|&at| list[at].take()).collect(),
            notes: self.notes,
            owners: self.owners,
        }
    }
}
