//! Finds the packages of an image from the extracted database files, and the paths they own. Distribution packages come before language packages; a language
//! package that the distribution installed belongs to the distribution.

mod languages;

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::builder::PackagesBuilder;
use super::formats::{apk, dpkg, rpm};
use super::package::{NameVersion, PackageId, PackageKind, Packages};
use super::path_lookup::PathLookup;
use crate::analysis::needed_files::{ExtractedContent, ExtractedData, FileKind, NeededFile};
use crate::escape;
use crate::image::{Image, LayerId, NodeId};

/// Finds the installed packages. `extracted` has the result for each of `files`, in order.
#[must_use]
pub fn find(image: &Image, files: &[NeededFile], extracted: &[Option<ExtractedData>]) -> Packages {
    let seen = image.snapshot(image.top());
    let mut search = PackageSearch {
        paths: PathLookup::new(image, &seen),
        builder: PackagesBuilder::new(image, &seen),
        linked: HashMap::new(),
        records: files.iter().zip(extracted).collect(),
    };
    search.records.sort_by_key(|(file, _)| file.node);
    search.note_unread();
    search.dpkg();
    search.distroless();
    search.apk();
    search.rpm();
    search.languages();
    search.builder.finish()
}

struct PackageSearch<'a> {
    paths: PathLookup<'a>,
    builder: PackagesBuilder<'a>,
    /// Packages compiled into programs, each once for all programs.
    linked: HashMap<(PackageKind, NameVersion), PackageId>,
    records: Vec<(&'a NeededFile, &'a Option<ExtractedData>)>,
}

impl<'a> PackageSearch<'a> {
    /// Returns the texts of one kind of file, in the order of paths.
    fn texts(&self, record: FileKind) -> Vec<(&'a NeededFile, &'a [u8])> {
        let text =
            |&(file, extracted): &(&'a NeededFile, &'a Option<ExtractedData>)| match extracted {
                Some(ExtractedData(ExtractedContent::Text(text))) if file.kind == record => {
                    Some((file, text.as_slice()))
                }
                _ => None,
            };
        self.records.iter().filter_map(text).collect()
    }

    fn name(&self, node: NodeId) -> &'a [u8] {
        self.builder.image.tree.name(node)
    }

    fn note_unread(&mut self) {
        for (file, extracted) in &self.records {
            let path = || self.builder.image.tree.path(file.node);
            let problem = match file.kind {
                FileKind::RpmDatabase if extracted.is_none() => "rpm database not read",
                FileKind::DpkgStatus | FileKind::ApkInstalled if extracted.is_none() => {
                    "could not be read"
                }
                _ => continue,
            };
            let note = format!("{}: {problem}", escape::name(&path()));
            self.builder.notes.push(note);
        }
    }

    fn dpkg(&mut self) {
        let lists = self.texts(FileKind::DpkgFileList).into_iter();
        let lists: HashMap<&[u8], _> = lists
            .map(|(file, text)| {
                let name = self.name(file.node);
                (name.strip_suffix(b".list").unwrap_or(name), (file, text))
            })
            .collect();
        let moved = self.texts(FileKind::DpkgDiversions);
        let moved = moved.first().map_or(&b""[..], |(_, text)| text);
        let moved: HashMap<&[u8], _> = dpkg::diversions(moved)
            .into_iter()
            .map(|diversion| (diversion.from, diversion))
            .collect();
        for (status, text) in self.texts(FileKind::DpkgStatus) {
            let packages = dpkg::packages(text);
            let native = packages.iter().find(|package| package.named.name == "dpkg");
            let native = native.map(|package| package.architecture.clone());
            for mut package in packages {
                let name = package.named.name.clone();
                let full = format!("{name}:{}", package.architecture);
                let list = lists.get(full.as_bytes()).or(lists.get(name.as_bytes()));
                let (record, text) = list.copied().unwrap_or((status, b""));
                let is_native = native.as_ref().is_none_or(|native| {
                    package.architecture == "all" || package.architecture == *native
                });
                if !is_native {
                    package.named.name = full;
                }
                let added =
                    self.builder
                        .add(PackageKind::Dpkg, package.named, record.layer, record.node);
                let Some(id) = added else { return };
                self.builder
                    .set_dependencies(id, package.needs, package.provides);
                let files = dpkg::list(text).filter_map(|path| match moved.get(path) {
                    Some(diversion) if diversion.by != name.as_bytes() => {
                        self.paths.file(diversion.to)
                    }
                    _ => self.paths.file(path),
                });
                self.builder.assign_installed(id, files.collect::<Vec<_>>());
            }
        }
    }

    /// Finds the packages of distroless images, which have a file for each instead of a database.
    fn distroless(&mut self) {
        let sums = self.texts(FileKind::DistrolessMd5Sums).into_iter();
        let sums: HashMap<&[u8], &[u8]> = sums
            .map(|(file, text)| {
                let name = self.name(file.node);
                (name.strip_suffix(b".md5sums").unwrap_or(name), text)
            })
            .collect();
        for (record, text) in self.texts(FileKind::DistrolessStatus) {
            for package in dpkg::packages(text) {
                let added =
                    self.builder
                        .add(PackageKind::Dpkg, package.named, record.layer, record.node);
                let Some(id) = added else { return };
                let text = sums
                    .get(self.name(record.node))
                    .copied()
                    .unwrap_or_default();
                let files = dpkg::sums(text).filter_map(|path| self.paths.file(path));
                self.builder.assign_installed(id, files.collect::<Vec<_>>());
            }
        }
    }

    fn apk(&mut self) {
        for (record, text) in self.texts(FileKind::ApkInstalled) {
            let timeline = &self.builder.image.timeline;
            let written = timeline.events(record.node).iter().map(|event| event.layer);
            let written: HashSet<LayerId> = written.collect();
            for package in apk::packages(text) {
                let files = package.files.iter();
                let files = files.filter_map(|path| self.paths.file(path));
                let files: Vec<NodeId> = files.collect();
                let layer = self
                    .installing_layer(&files, &written)
                    .unwrap_or(record.layer);
                let added = self
                    .builder
                    .add(PackageKind::Apk, package.named, layer, record.node);
                let Some(id) = added else { return };
                self.builder.assign_installed(id, files);
            }
        }
    }

    fn rpm(&mut self) {
        for (record, database) in self.texts(FileKind::RpmDatabase) {
            let Some(entries) = rpm::packages(database) else {
                let path = self.builder.image.tree.path(record.node);
                let note = format!("{}: rpm database not read", escape::name(&path));
                self.builder.notes.push(note);
                continue;
            };
            let timeline = &self.builder.image.timeline;
            let written = timeline.events(record.node).iter().map(|event| event.layer);
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
                let layer = self
                    .installing_layer(&files, &written)
                    .unwrap_or(record.layer);
                let added = self
                    .builder
                    .add(PackageKind::Rpm, entry.named, layer, record.node);
                let Some(id) = added else { return };
                self.builder.assign_installed(id, files);
            }
        }
    }

    /// Returns the layer that installed a package when one database has all packages: of the layers that wrote the database, the one that stores most of the
    /// package's files.
    fn installing_layer(&self, files: &[NodeId], written: &HashSet<LayerId>) -> Option<LayerId> {
        let image = self.builder.image;
        let mut counts: HashMap<LayerId, usize> = HashMap::new();
        for &node in files {
            if let Some((layer, _)) = image.visible_entry(node)
                && written.contains(&layer)
            {
                *counts.entry(layer).or_default() += 1;
            }
        }
        let most = counts
            .into_iter()
            .max_by_key(|&(layer, count)| (count, Reverse(layer)));
        most.map(|(layer, _)| layer)
    }
}
