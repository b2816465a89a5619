//! The packages of languages: each with the folder it stands in, or the program that it is compiled into. What the distribution installed is passed over.

use super::Search;
use crate::analysis::packages::value::{Named, PackageId, PackageKind};
use crate::analysis::packages::{gem, go, jar, npm, python, rust};
use crate::analysis::reading::{Content, Record, Taken, Wanted};
use crate::image::NodeId;

/// How many versions of Ruby a gem is built for at most.
const MOST_RUBIES: usize = 16;

impl<'a> Search<'a> {
    /// Adds the packages that no distribution installed.
    pub(super) fn languages(&mut self) {
        let mut records = self.records.clone();
        // Outer folders first, so that what lies in an inner one is given to it.
        records.sort_by_key(|(wanted, _)| self.claims.image.tree.parent(wanted.node));
        for (wanted, taken) in records {
            let installed = self.claims.kind(wanted.node);
            if installed.is_some_and(PackageKind::is_system) {
                continue;
            }
            match taken {
                Some(Taken(Content::Text(text))) => self.language(wanted, text),
                Some(Taken(Content::Program(program))) => {
                    let go = program.go.as_ref().map(go::modules);
                    self.linked(wanted, PackageKind::Go, go.unwrap_or_default());
                    let rust = program.rust.as_deref().map(rust::crates);
                    self.linked(wanted, PackageKind::Rust, rust.unwrap_or_default());
                }
                Some(Taken(Content::Jar(inside))) => {
                    let found = jar::packages(self.name(wanted.node), inside);
                    self.linked(wanted, PackageKind::Java, found);
                }
                // What its name tells is all that is known.
                None if wanted.record == Record::Jar => {
                    let named = jar::of_name(self.name(wanted.node));
                    self.linked(wanted, PackageKind::Java, vec![named]);
                }
                Some(Taken(Content::Secrets(_))) | None => {}
            }
        }
    }

    /// Adds a file's own package, which owns it, and those within.
    fn linked(&mut self, wanted: &Wanted, kind: PackageKind, found: Vec<Named>) {
        for (at, named) in found.into_iter().enumerate() {
            let key = (kind, named);
            let id = if let Some(known) = self.linked.get(&key) {
                *known
            } else {
                let named = key.1.clone();
                let added = self.claims.add(kind, named, wanted.layer, wanted.node);
                let Some(id) = added else { return };
                self.linked.insert(key, id);
                id
            };
            if at == 0 {
                self.claims.take(id, wanted.node);
            }
        }
    }

    fn language(&mut self, wanted: &Wanted, text: &[u8]) {
        let tree = &self.claims.image.tree;
        let Some(folder) = tree.parent(wanted.node) else {
            return;
        };
        let (kind, named, place) = match wanted.record {
            Record::Npm => (PackageKind::Npm, npm::package(text), folder),
            Record::Metadata => (PackageKind::Python, python::package(text), folder),
            Record::EggInfo if tree.name(wanted.node) == b"PKG-INFO" => {
                (PackageKind::Python, python::package(text), folder)
            }
            Record::EggInfo => (PackageKind::Python, python::package(text), wanted.node),
            Record::Gem => (PackageKind::Gem, gem::package(text), wanted.node),
            _ => return,
        };
        let added = named.and_then(|named| self.claims.add(kind, named, wanted.layer, place));
        let Some(id) = added else { return };
        self.claims.take_below(id, place);
        match wanted.record {
            Record::Metadata | Record::EggInfo if place == folder => self.python(id, folder),
            Record::Gem => self.gem(id, wanted.node, folder),
            _ => {}
        }
    }

    /// Returns the text of the record that stands in a folder.
    fn text_in(&self, folder: NodeId, name: &[u8]) -> Option<&'a [u8]> {
        let node = self.claims.image.tree.child(folder, name)?;
        let at = self
            .records
            .binary_search_by_key(&node, |(wanted, _)| wanted.node);
        match self.records[at.ok()?].1 {
            Some(Taken(Content::Text(text))) => Some(text),
            _ => None,
        }
    }

    /// Gives a Python package what the list in its folder names.
    fn python(&mut self, id: PackageId, folder: NodeId) {
        let outer = self.claims.image.tree.parent(folder).unwrap_or(folder);
        let recorded = self.text_in(folder, b"RECORD").into_iter();
        let recorded = recorded.flat_map(python::record).map(|path| (outer, path));
        let installed = self.text_in(folder, b"installed-files.txt").into_iter();
        let installed = installed.flat_map(python::egg_files);
        let installed = installed.map(|path| (folder, path.to_vec()));
        for (from, path) in recorded.chain(installed) {
            if let Some(node) = self.paths.file_from(from, &path) {
                self.claims.take(id, node);
            }
        }
    }

    /// Gives a gem its folders: beside `specifications` stand `gems`, `extensions` and `cache`.
    fn gem(&mut self, id: PackageId, specification: NodeId, folder: NodeId) {
        let tree = &self.claims.image.tree;
        let name = tree.name(specification);
        let stem = name.strip_suffix(b".gemspec").unwrap_or(name);
        let outer = |node| tree.parent(node).unwrap_or(NodeId::ROOT);
        let home = match tree.name(folder) {
            b"default" => outer(outer(folder)),
            _ => outer(folder),
        };
        let own = |outer: Option<NodeId>| tree.child(outer?, stem);
        let mut folders: Vec<NodeId> = own(tree.child(home, b"gems")).into_iter().collect();
        if let Some(extensions) = tree.child(home, b"extensions") {
            let rubies = tree
                .children(extensions)
                .flat_map(|machine| tree.children(machine));
            folders.extend(rubies.take(MOST_RUBIES).filter_map(|ruby| own(Some(ruby))));
        }
        for folder in folders {
            self.claims.take_below(id, folder);
        }
        let packed = tree.child(home, b"cache");
        let packed = packed.and_then(|cache| tree.child(cache, &[stem, b".gem"].concat()));
        if let Some(packed) = packed {
            self.claims.take(id, packed);
        }
    }
}
