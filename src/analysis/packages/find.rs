//! From the records that were read to packages with their files: which record belongs to which, and whose claim goes first. The distribution's packages
//! come before those of languages; a language's package that the distribution installed is the distribution's.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::claims::Claims;
use super::paths::Paths;
use super::value::{Named, PackageId, PackageKind, Packages};
use super::{apk, dpkg, gem, go, jar, npm, python, rpm, rust};
use crate::analysis::reading::{Content, Record, Taken, Wanted};
use crate::escape;
use crate::image::{Image, LayerId, NodeId};

/// How many versions of Ruby a gem is built for at most.
const MOST_RUBIES: usize = 16;

/// Finds the packages of the finished image. `taken` has what came of each of `wanted`, in its order.
#[must_use]
pub fn find(image: &Image, wanted: &[Wanted], taken: &[Option<Taken>]) -> Packages {
    let seen = image.snapshot(image.top());
    let mut search = Search {
        paths: Paths::new(image, &seen),
        claims: Claims::new(image, &seen),
        linked: HashMap::new(),
        records: wanted.iter().zip(taken).collect(),
    };
    search.records.sort_by_key(|(wanted, _)| wanted.node);
    search.note_unread();
    search.dpkg();
    search.apk();
    search.rpm();
    search.languages();
    search.claims.settle()
}

struct Search<'a> {
    paths: Paths<'a>,
    claims: Claims<'a>,
    /// What is compiled into programs: one package however many programs have it.
    linked: HashMap<(PackageKind, Named), PackageId>,
    records: Vec<(&'a Wanted, &'a Option<Taken>)>,
}

impl<'a> Search<'a> {
    /// Returns the texts of one kind of record, in the order of paths.
    fn texts(&self, record: Record) -> Vec<(&'a Wanted, &'a [u8])> {
        let text = |&(wanted, taken): &(&'a Wanted, &'a Option<Taken>)| match taken {
            Some(Taken(Content::Text(text))) if wanted.record == record => {
                Some((wanted, text.as_slice()))
            }
            _ => None,
        };
        self.records.iter().filter_map(text).collect()
    }

    fn name(&self, node: NodeId) -> &'a [u8] {
        self.claims.image.tree.name(node)
    }

    fn note_unread(&mut self) {
        for (wanted, taken) in &self.records {
            let path = || self.claims.image.tree.path(wanted.node);
            let said = match wanted.record {
                Record::Rpm if taken.is_none() => "rpm database not read",
                Record::DpkgStatus | Record::Apk if taken.is_none() => "could not be read",
                _ => continue,
            };
            let note = format!("{}: {said}", escape::name(&path()));
            self.claims.notes.push(note);
        }
    }

    fn dpkg(&mut self) {
        let lists = self.texts(Record::DpkgList).into_iter();
        let lists: HashMap<&[u8], _> = lists
            .map(|(wanted, text)| {
                let name = self.name(wanted.node);
                (name.strip_suffix(b".list").unwrap_or(name), (wanted, text))
            })
            .collect();
        let moved = self.texts(Record::DpkgDiversions);
        let moved = moved.first().map_or(&b""[..], |(_, text)| text);
        let moved: HashMap<&[u8], _> = dpkg::diversions(moved)
            .into_iter()
            .map(|diversion| (diversion.from, diversion))
            .collect();
        for (status, text) in self.texts(Record::DpkgStatus) {
            let stanzas = dpkg::stanzas(text);
            let native = stanzas.iter().find(|stanza| stanza.named.name == "dpkg");
            let native = native.map(|stanza| stanza.architecture.clone());
            for mut stanza in stanzas {
                let name = stanza.named.name.clone();
                let full = format!("{name}:{}", stanza.architecture);
                let list = lists.get(full.as_bytes()).or(lists.get(name.as_bytes()));
                let (record, text) = list.copied().unwrap_or((status, b""));
                let is_native = native.as_ref().is_none_or(|native| {
                    stanza.architecture == "all" || stanza.architecture == *native
                });
                if !is_native {
                    stanza.named.name = full;
                }
                let added =
                    self.claims
                        .add(PackageKind::Dpkg, stanza.named, record.layer, record.node);
                let Some(id) = added else { return };
                self.claims.relate(id, stanza.needs, stanza.provides);
                let files = dpkg::list(text).filter_map(|path| match moved.get(path) {
                    Some(diversion) if diversion.by != name.as_bytes() => {
                        self.paths.file(diversion.to)
                    }
                    _ => self.paths.file(path),
                });
                self.claims.install(id, files.collect::<Vec<_>>());
            }
        }
        let sums = self.texts(Record::DistrolessSums).into_iter();
        let sums: HashMap<&[u8], &[u8]> = sums
            .map(|(wanted, text)| {
                let name = self.name(wanted.node);
                (name.strip_suffix(b".md5sums").unwrap_or(name), text)
            })
            .collect();
        for (record, text) in self.texts(Record::DistrolessStatus) {
            for stanza in dpkg::stanzas(text) {
                let added =
                    self.claims
                        .add(PackageKind::Dpkg, stanza.named, record.layer, record.node);
                let Some(id) = added else { return };
                let text = sums
                    .get(self.name(record.node))
                    .copied()
                    .unwrap_or_default();
                let files = dpkg::sums(text).filter_map(|path| self.paths.file(path));
                self.claims.install(id, files.collect::<Vec<_>>());
            }
        }
    }

    fn apk(&mut self) {
        for (record, text) in self.texts(Record::Apk) {
            let timeline = &self.claims.image.timeline;
            let written = timeline.of(record.node).iter().map(|event| event.layer);
            let written: HashSet<LayerId> = written.collect();
            for stanza in apk::stanzas(text) {
                let files = stanza.files.iter();
                let files = files.filter_map(|path| self.paths.file(path));
                let files: Vec<NodeId> = files.collect();
                let layer = self.home(&files, &written).unwrap_or(record.layer);
                let added = self
                    .claims
                    .add(PackageKind::Apk, stanza.named, layer, record.node);
                let Some(id) = added else { return };
                self.claims.install(id, files);
            }
        }
    }

    fn rpm(&mut self) {
        for (record, database) in self.texts(Record::Rpm) {
            let Some(entries) = rpm::packages(database) else {
                let path = self.claims.image.tree.path(record.node);
                let note = format!("{}: rpm database not read", escape::name(&path));
                self.claims.notes.push(note);
                continue;
            };
            let timeline = &self.claims.image.timeline;
            let written = timeline.of(record.node).iter().map(|event| event.layer);
            let written: HashSet<LayerId> = written.collect();
            let native = entries.iter().find(|entry| entry.named.name == "rpm");
            let native = native.map(|entry| entry.architecture.clone());
            for mut entry in entries {
                let foreign = native.as_ref().is_some_and(|native| {
                    !["", "noarch", native].contains(&entry.architecture.as_str())
                });
                if foreign {
                    entry.named.name = format!("{}:{}", entry.named.name, entry.architecture);
                }
                let files = entry.files.iter();
                let files: Vec<NodeId> = files.filter_map(|path| self.paths.file(path)).collect();
                let layer = self.home(&files, &written).unwrap_or(record.layer);
                let added = self
                    .claims
                    .add(PackageKind::Rpm, entry.named, layer, record.node);
                let Some(id) = added else { return };
                self.claims.install(id, files);
            }
        }
    }

    /// Returns the layer that installed a package, where one database holds all: of the layers that wrote the database the one that most of its files
    /// come from.
    fn home(&self, files: &[NodeId], written: &HashSet<LayerId>) -> Option<LayerId> {
        let image = self.claims.image;
        let top = image.top()?;
        let mut counts: HashMap<LayerId, usize> = HashMap::new();
        for &node in files {
            let origin = image.timeline.origin(node, top);
            if let Some(layer) = origin.filter(|layer| written.contains(layer)) {
                *counts.entry(layer).or_default() += 1;
            }
        }
        let most = counts
            .into_iter()
            .max_by_key(|&(layer, count)| (count, Reverse(layer)));
        most.map(|(layer, _)| layer)
    }

    fn languages(&mut self) {
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
