//! Language packages, each with its folder or the program it is compiled into. Packages that the distribution installed are skipped.

use super::PackageSearch;
use crate::analysis::needed_files::{ExtractedContent, ExtractedData, FileKind, NeededFile};
use crate::analysis::packages::formats::{gem, go, jar, npm, python, rust};
use crate::analysis::packages::package::{NameVersion, PackageId, PackageKind};
use crate::image::NodeId;

/// The most Ruby versions of one gem's extensions.
const MOST_RUBIES: usize = 16;

impl<'a> PackageSearch<'a> {
    /// Adds the packages that no distribution installed.
    pub(super) fn languages(&mut self) {
        let mut records = self.records.clone();
        // Outer folders first, so that inner packages get their own files.
        records.sort_by_key(|(file, _)| self.builder.image.tree.parent(file.node));
        for (file, extracted) in records {
            let installed = self.builder.kind(file.node);
            if installed.is_some_and(PackageKind::is_system) {
                continue;
            }
            match extracted {
                Some(ExtractedData(ExtractedContent::Text(text))) => self.language(file, text),
                Some(ExtractedData(ExtractedContent::Program(program))) => {
                    let go = program.go.as_ref().map(go::modules);
                    self.linked(file, PackageKind::Go, go.unwrap_or_default());
                    let rust = program.rust.as_deref().map(rust::crates);
                    self.linked(file, PackageKind::Rust, rust.unwrap_or_default());
                }
                Some(ExtractedData(ExtractedContent::Jar(inside))) => {
                    let found = jar::packages(self.name(file.node), inside);
                    self.linked(file, PackageKind::Java, found);
                }
                // Only the file name is known.
                None if file.kind == FileKind::Jar => {
                    let named = jar::of_name(self.name(file.node));
                    self.linked(file, PackageKind::Java, vec![named]);
                }
                Some(ExtractedData(ExtractedContent::Secrets(_))) | None => {}
            }
        }
    }

    /// Adds the package of a file, which owns it, and the packages inside.
    fn linked(&mut self, file: &NeededFile, kind: PackageKind, found: Vec<NameVersion>) {
        for (at, named) in found.into_iter().enumerate() {
            let key = (kind, named);
            let id = if let Some(known) = self.linked.get(&key) {
                *known
            } else {
                let named = key.1.clone();
                let added = self.builder.add(kind, named, file.layer, file.node);
                let Some(id) = added else { return };
                self.linked.insert(key, id);
                id
            };
            if at == 0 {
                self.builder.assign(id, file.node);
            }
        }
    }

    fn language(&mut self, file: &NeededFile, text: &[u8]) {
        let tree = &self.builder.image.tree;
        let Some(folder) = tree.parent(file.node) else {
            return;
        };
        let (kind, named, location) = match file.kind {
            FileKind::PackageJson => (PackageKind::Npm, npm::package(text), folder),
            FileKind::PythonMetadata => (PackageKind::Python, python::package(text), folder),
            FileKind::EggInfo if tree.name(file.node) == b"PKG-INFO" => {
                (PackageKind::Python, python::package(text), folder)
            }
            FileKind::EggInfo => (PackageKind::Python, python::package(text), file.node),
            FileKind::Gemspec => (PackageKind::Gem, gem::package(text), file.node),
            _ => return,
        };
        let added = named.and_then(|named| self.builder.add(kind, named, file.layer, location));
        let Some(id) = added else { return };
        self.builder.assign_below(id, location);
        match file.kind {
            FileKind::PythonMetadata | FileKind::EggInfo if location == folder => {
                self.python(id, folder);
            }
            FileKind::Gemspec => self.gem(id, file.node, folder),
            _ => {}
        }
    }

    /// Returns the text of an extracted file in a folder.
    fn text_in(&self, folder: NodeId, name: &[u8]) -> Option<&'a [u8]> {
        let node = self.builder.image.tree.child(folder, name)?;
        let at = self
            .records
            .binary_search_by_key(&node, |(file, _)| file.node);
        match self.records[at.ok()?].1 {
            Some(ExtractedData(ExtractedContent::Text(text))) => Some(text),
            _ => None,
        }
    }

    /// Assigns the files listed by a Python package.
    fn python(&mut self, id: PackageId, folder: NodeId) {
        let outer = self.builder.image.tree.parent(folder).unwrap_or(folder);
        let recorded = self.text_in(folder, b"RECORD").into_iter();
        let recorded = recorded.flat_map(python::record).map(|path| (outer, path));
        let installed = self.text_in(folder, b"installed-files.txt").into_iter();
        let installed = installed.flat_map(python::egg_files);
        let installed = installed.map(|path| (folder, path.to_vec()));
        for (from, path) in recorded.chain(installed) {
            if let Some(node) = self.paths.file_from(from, &path) {
                self.builder.assign(id, node);
            }
        }
    }

    /// Assigns the folders of a gem: `gems`, `extensions` and `cache` beside `specifications`.
    fn gem(&mut self, id: PackageId, specification: NodeId, folder: NodeId) {
        let tree = &self.builder.image.tree;
        let name = tree.name(specification);
        let stem = name.strip_suffix(b".gemspec").unwrap_or(name);
        let outer = |node| tree.parent(node).unwrap_or(NodeId::ROOT);
        let gem_home = match tree.name(folder) {
            b"default" => outer(outer(folder)),
            _ => outer(folder),
        };
        let own = |outer: Option<NodeId>| tree.child(outer?, stem);
        let mut folders: Vec<NodeId> = own(tree.child(gem_home, b"gems")).into_iter().collect();
        if let Some(extensions) = tree.child(gem_home, b"extensions") {
            let rubies = tree
                .children(extensions)
                .flat_map(|machine| tree.children(machine));
            folders.extend(rubies.take(MOST_RUBIES).filter_map(|ruby| own(Some(ruby))));
        }
        for folder in folders {
            self.builder.assign_below(id, folder);
        }
        let packed = tree.child(gem_home, b"cache");
        let packed = packed.and_then(|cache| tree.child(cache, &[stem, b".gem"].concat()));
        if let Some(packed) = packed {
            self.builder.assign(id, packed);
        }
    }
}
