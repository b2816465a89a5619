//! The page of an image and that of a layer: layers, categories, findings, rules, packages, large files, names.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use crate::bytes::count;
use crate::fleet::deep_summary::positive;
use crate::fleet::fleet_index::{FleetIndex, ImageRowId, LayerRowId};
use crate::fleet::page::deep::{CATEGORY, PACKAGE_KIND};
use crate::fleet::page::drill::{OUTCOME, VERSION, measure, place_of_outcome, rows, total};
use crate::fleet::page::list::ListColumnKind::{Bytes, Count, Extra, Long, Short};
use crate::fleet::page::{Cell, FleetFacts, List, ListKind, Page, Subject};
use crate::fleet::row::CategoryRow;
use crate::fleet::summary::{Sum, day};

/// The characters of a level of a finding.
const LEVEL: usize = 8;

impl FleetFacts {
    pub(super) fn image(&self, image: ImageRowId) -> Page {
        let row = self.fleet.image(image);
        let sums = self.summary.sums_of(image);
        let layers = self.fleet.layers_of(image);
        let facts = [
            Some(row.platform.clone()).filter(|platform| !platform.is_empty()),
            day(row).map(|day| format!("created {day}")),
            Some(count(layers.len() as u64, "layer", "layers")),
            Some(self.sum(sums.all)),
            Some(format!("{} in no other image", self.sum(sums.own))),
        ];
        let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let bytes = |bytes: i64| self.bytes(positive(bytes));
        let deep = match (row.size_bytes, row.hidden_bytes, row.savings_bytes) {
            (Some(size), Some(hidden), Some(savings)) => Some(format!(
                "size {}, {} hidden; fixing all findings saves {}",
                bytes(size),
                bytes(hidden),
                bytes(savings)
            )),
            _ => None,
        };
        let base = row.base_name.as_ref().map(|base| format!("base {base}"));
        let digest = Some(&row.image).filter(|digest| *digest != self.fleet.name_of(image));
        let lines = [Some(facts), deep, base, digest.cloned()];
        let categories = self.fleet.categories_of(image);
        let (mut size, mut hidden) = (0_u64, 0_u64);
        for row in categories {
            size = size.saturating_add(bytes_of(row));
            hidden = hidden.saturating_add(positive(row.hidden_bytes));
        }
        Page {
            title: self.fleet.name_of(image).to_owned(),
            lines: lines.into_iter().flatten().collect(),
            lists: without_empty([
                self.layers("Layers, bottom first", layers.iter().copied()),
                self.categories_of(categories),
                self.findings_of(image),
                self.rules_of(image),
                self.packages_of(image),
                self.large_files(layers),
                names_of(&self.fleet, image),
            ]),
            totals: vec![
                total(ListKind::Layers, Some(0), sums.all),
                total(ListKind::Categories, Some(1), Cell::Bytes(size)),
                total(ListKind::Categories, Some(2), Cell::Bytes(hidden)),
                rows(ListKind::ImageNames, self.fleet.names_of(image).len()),
            ],
        }
    }

    pub(super) fn layer(&self, layer: LayerRowId) -> Page {
        let images = self.with_layers(&[layer]);
        let row = self.fleet.layer(layer);
        let number = images.len();
        let sum = self.sum(Sum::of(&self.fleet, [layer]));
        let in_images = count(number as u64, "image", "images");
        let digest = Some(&row.layer).filter(|digest| **digest != self.layer_name(layer));
        let lines = [Some(format!("{sum} in {in_images}")), digest.cloned()];
        Page {
            title: self.layer_name(layer).to_owned(),
            lines: lines.into_iter().flatten().collect(),
            lists: without_empty([
                self.images("Images with this layer", images),
                self.large_files(&[layer]),
            ]),
            totals: vec![rows(ListKind::Images, number)],
        }
    }

    fn categories_of(&self, categories: &[CategoryRow]) -> List {
        let columns = [
            ("category", Short(CATEGORY)),
            ("bytes", Bytes),
            ("hidden", Bytes),
            ("images", Count),
        ];
        let list = List::new(ListKind::Categories, "Bytes by category", columns);
        let mut rows: Vec<&CategoryRow> = categories.iter().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(bytes_of(row)));
        let all = self.summary.deep.iter().flat_map(|deep| &deep.categories);
        let places = places(
            rows.iter().map(|row| &*row.category),
            all.map(|sum| (&*sum.category, sum.images)),
        );
        list.rows(rows.into_iter().map(|row| {
            let (images, subject) = in_images(&places, &&*row.category, Subject::Category);
            let cells = [
                Cell::Category(row.category.as_str().into()),
                Cell::Bytes(bytes_of(row)),
                Cell::Bytes(positive(row.hidden_bytes)),
                images,
            ];
            (cells, subject)
        }))
    }

    fn findings_of(&self, image: ImageRowId) -> List {
        let columns = [
            ("saves", Bytes),
            ("images", Count),
            ("level", Short(LEVEL)),
            ("finding", Long),
            ("why", Extra),
        ];
        let list = List::new(ListKind::Findings, "Findings", columns);
        let mut rows: Vec<_> = self.fleet.findings_of(image).iter().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.bytes));
        let all = self.summary.deep.iter().flat_map(|deep| &deep.findings);
        let places = places(
            rows.iter().map(|row| &*row.finding),
            all.map(|sum| (&*sum.finding, sum.images)),
        );
        list.rows(rows.into_iter().map(|row| {
            let (images, subject) = in_images(&places, &&*row.finding, Subject::Finding);
            let cells = [
                Cell::Bytes(positive(row.bytes)),
                images,
                Cell::text(&row.level),
                Cell::text(&row.finding),
                Cell::text(&row.why),
            ];
            (cells, subject)
        }))
    }

    fn rules_of(&self, image: ImageRowId) -> List {
        let columns = [
            ("outcome", Short(OUTCOME)),
            ("measured", Bytes),
            ("limit", Bytes),
            ("images", Count),
            ("rule", Long),
        ];
        let list = List::new(ListKind::Rules, "Rules", columns);
        let mut rows: Vec<_> = self.fleet.rules_of(image).iter().collect();
        rows.sort_by_key(|row| place_of_outcome(row));
        let all = self.summary.deep.iter().flat_map(|deep| &deep.rules);
        let places = places(
            rows.iter().map(|row| &*row.rule),
            all.map(|sum| (&*sum.rule, sum.images)),
        );
        list.rows(rows.into_iter().map(|row| {
            let (images, subject) = in_images(&places, &&*row.rule, Subject::Rule);
            let cells = [
                Cell::text(&row.outcome),
                measure(row, row.measured),
                measure(row, row.limit),
                images,
                Cell::text(&row.rule),
            ];
            (cells, subject)
        }))
    }

    fn packages_of(&self, image: ImageRowId) -> List {
        let columns = [
            ("bytes", Bytes),
            ("images", Count),
            ("kind", Short(PACKAGE_KIND)),
            ("package", Long),
            ("version", Short(VERSION)),
        ];
        let list = List::new(ListKind::Packages, "Packages", columns);
        let mut rows: Vec<_> = self.fleet.packages_of(image).iter().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.bytes));
        let all = self.summary.deep.iter().flat_map(|deep| &deep.packages);
        let places = places(
            rows.iter().map(|row| (&*row.kind, &*row.name)),
            all.map(|sum| ((&*sum.kind, &*sum.name), sum.images)),
        );
        list.rows(rows.into_iter().map(|row| {
            let package = (&*row.kind, &*row.name);
            let (images, subject) = in_images(&places, &package, Subject::Package);
            let cells = [
                Cell::Bytes(positive(row.bytes)),
                images,
                Cell::text(&row.kind),
                Cell::text(&row.name),
                Cell::text(&row.version),
            ];
            (cells, subject)
        }))
    }

    /// Returns the files of some layers, the largest first.
    fn large_files(&self, layers: &[LayerRowId]) -> List {
        let columns = [
            ("bytes", Bytes),
            ("layers", Count),
            ("path", Long),
            ("layer", Extra),
        ];
        let list = List::new(ListKind::LargeFiles, "Large files", columns);
        let of_layer = |layer: &LayerRowId| {
            let (layer, files) = (*layer, self.fleet.files_of(*layer).iter());
            files.map(move |file| (layer, file))
        };
        let mut files: Vec<_> = layers.iter().flat_map(of_layer).collect();
        files.sort_by_key(|(_, file)| std::cmp::Reverse(file.bytes));
        let content = |hash, bytes: i64| (hash, positive(bytes));
        let wanted = files.iter().filter_map(|(_, file)| {
            let hash = file.hash.as_deref()?;
            Some(content(hash, file.bytes))
        });
        let all = self.summary.deep.iter().flat_map(|deep| &deep.duplicates);
        let places = places(
            wanted,
            all.map(|file| ((&*file.hash, file.bytes), file.layers.len())),
        );
        list.rows(files.into_iter().map(|(layer, file)| {
            let hash = file.hash.as_deref().unwrap_or_default();
            let content = content(hash, file.bytes);
            let (several, subject) = in_images(&places, &content, Subject::Duplicate);
            let cells = [
                Cell::Bytes(positive(file.bytes)),
                subject.map_or(Cell::Count(1), |_| several),
                Cell::Path(file.path.as_str().into()),
                Cell::Layer(layer),
            ];
            (cells, subject)
        }))
    }
}

/// Returns all bytes of a category of an image.
fn bytes_of(row: &CategoryRow) -> u64 {
    positive(row.visible_bytes).saturating_add(positive(row.hidden_bytes))
}

fn without_empty<const N: usize>(lists: [List; N]) -> Vec<List> {
    lists.into_iter().filter(|list| !list.is_empty()).collect()
}

/// Returns the place of each wanted key among all, and the number that belongs to it.
fn places<K: Eq + Hash>(
    wanted: impl Iterator<Item = K>,
    all: impl Iterator<Item = (K, usize)>,
) -> HashMap<K, (u32, usize)> {
    let wanted: HashSet<K> = wanted.collect();
    let all = all.zip(0..);
    let found = all.filter(|((key, _), _)| wanted.contains(key));
    found
        .map(|((key, number), at)| (key, (at, number)))
        .collect()
}

/// Returns the number that belongs to a key, and what is behind it.
fn in_images<K: Eq + Hash>(
    places: &HashMap<K, (u32, usize)>,
    key: &K,
    subject: fn(u32) -> Subject,
) -> (Cell, Option<Subject>) {
    match places.get(key) {
        Some((at, number)) => (Cell::count(*number), Some(subject(*at))),
        None => (Cell::Empty, None),
    }
}

fn names_of(fleet: &FleetIndex, image: ImageRowId) -> List {
    let columns = [("name", Long), ("platform", Extra)];
    let list = List::new(ListKind::ImageNames, "Names", columns);
    list.rows(fleet.names_of(image).iter().map(|row| {
        let platform = row.platform.as_deref().unwrap_or_default();
        ([Cell::text(&row.name), Cell::text(platform)], None)
    }))
}
