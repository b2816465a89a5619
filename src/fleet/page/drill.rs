//! The pages behind a number of the overview or of one another. Each lists the rows that the number is the sum or the count of.

use crate::bytes::count;
use crate::fleet::deep_summary::{positive, read};
use crate::fleet::fleet_index::{ImageRowId, LayerRowId};
use crate::fleet::growth::NamedImages;
use crate::fleet::page::list::ListColumnKind::{Bytes, Count, Extra, Long, Short};
use crate::fleet::page::{Cell, FleetFacts, List, ListKind, Page, Subject, Total};
use crate::fleet::row::RuleRow;
use crate::fleet::summary::{Sum, distinct_layers};

/// The characters of an outcome of a rule.
pub(super) const OUTCOME: usize = 7;
/// The characters of a version of a package.
pub(super) const VERSION: usize = 20;

impl FleetFacts {
    /// Returns the page about a part of the run; an empty one about a part that is not there.
    pub(super) fn drill(&self, subject: Subject) -> Page {
        let page = match subject {
            Subject::Overview => Some(self.overview(None)),
            Subject::Images => Some(self.all_images()),
            Subject::Layers => Some(self.all_layers()),
            Subject::ReadImages => Some(self.read_images()),
            Subject::Platform(at) => self.platform(at),
            Subject::Group(at) => self.group(at),
            Subject::Image(image) => Some(self.image(image)),
            Subject::Layer(layer) => Some(self.layer(layer)),
            Subject::Category(at) => self.category(at),
            Subject::Finding(at) => self.finding(at),
            Subject::Rule(at) => self.rule(at),
            Subject::Package(at) => self.package(at),
            Subject::Duplicate(at) => self.duplicate(at),
            Subject::OnlyAfter => self.only_after(),
            Subject::OnlyBefore => self.only_before(),
            Subject::Name(at) => self.changed_name(at),
        };
        page.unwrap_or_else(|| Page {
            title: "Nothing".to_owned(),
            lines: Vec::new(),
            lists: Vec::new(),
            totals: Vec::new(),
        })
    }

    fn all_images(&self) -> Page {
        let largest = self.summary.largest.iter().copied();
        Page {
            title: "Images".to_owned(),
            lines: Vec::new(),
            lists: vec![self.images("Images", largest)],
            totals: vec![
                total(ListKind::Images, Some(0), self.summary.alone),
                rows(ListKind::Images, self.summary.images),
            ],
        }
    }

    fn all_layers(&self) -> Page {
        let mut layers: Vec<LayerRowId> = self.fleet.layers().collect();
        self.sort_by_size(&mut layers);
        Page {
            title: "Layers".to_owned(),
            lines: Vec::new(),
            lists: vec![self.layers("Layers, each once", layers)],
            totals: vec![
                total(ListKind::Layers, Some(0), self.summary.distinct),
                rows(ListKind::Layers, self.summary.layers),
            ],
        }
    }

    fn read_images(&self) -> Page {
        let columns = [
            ("saves", Bytes),
            ("hidden", Bytes),
            ("size", Bytes),
            ("image", Long),
        ];
        let mut images: Vec<ImageRowId> = read(&self.fleet).collect();
        let bytes = |bytes: Option<i64>| positive(bytes.unwrap_or_default());
        let sizes = |image: ImageRowId| {
            let row = self.fleet.image(image);
            [row.savings_bytes, row.hidden_bytes, row.size_bytes].map(bytes)
        };
        images.sort_by_cached_key(|image| std::cmp::Reverse(sizes(*image)));
        let list = List::new(ListKind::Images, "Images whose files were read", columns);
        let list = list.rows(images.into_iter().map(|image| {
            let [saves, hidden, size] = sizes(image).map(Cell::Bytes);
            let cells = [saves, hidden, size, Cell::Image(image)];
            (cells, Some(Subject::Image(image)))
        }));
        let deep = self.summary.deep.as_ref();
        let totals = deep.into_iter().flat_map(|deep| {
            let sums = [deep.savings, deep.hidden, deep.size];
            let sums = sums.into_iter().enumerate();
            sums.map(|(at, sum)| total(ListKind::Images, Some(at), Cell::Bytes(sum)))
        });
        Page {
            title: "Files".to_owned(),
            lines: Vec::new(),
            totals: totals.collect(),
            lists: vec![list],
        }
    }

    fn platform(&self, at: u32) -> Option<Page> {
        let platform = self.summary.platforms.get(at as usize)?;
        let is_its = |image: &ImageRowId| self.fleet.image(*image).platform == platform.platform;
        let largest = self.summary.largest.iter().copied();
        let images: Vec<ImageRowId> = largest.filter(is_its).collect();
        let mut layers = distinct_layers(&self.fleet, images.iter().copied());
        self.sort_by_size(&mut layers);
        let title = match &*platform.platform {
            "" => "unknown platform",
            name => name,
        };
        Some(Page {
            title: title.to_owned(),
            lines: vec![format!(
                "A fresh node pulls {} for {}.",
                self.sum(platform.distinct),
                count(platform.images as u64, "image", "images")
            )],
            totals: vec![
                total(ListKind::Layers, Some(0), platform.distinct),
                rows(ListKind::Images, platform.images),
            ],
            lists: vec![
                self.layers("Layers, each once", layers),
                self.images("Images", images),
            ],
        })
    }

    fn group(&self, at: u32) -> Option<Page> {
        let group = self.summary.shared.get(at as usize)?;
        let mut layers = group.layers.clone();
        self.sort_by_size(&mut layers);
        // All layers of a group are in the same images.
        let images = self.with_layers(group.layers.get(..1).unwrap_or_default());
        Some(Page {
            title: self.label(group).into_owned(),
            lines: vec![format!(
                "{}, {}, in {}: {} are not pulled again.",
                count(group.layers.len() as u64, "layer", "layers"),
                self.sum(group.sum),
                count(group.images as u64, "image", "images"),
                self.bytes(group.saved),
            )],
            totals: vec![
                rows(ListKind::Images, group.images),
                total(ListKind::Layers, Some(0), group.sum),
                rows(ListKind::Layers, group.layers.len()),
            ],
            lists: vec![
                self.images("Images with these layers", images),
                self.layers("Layers", layers),
            ],
        })
    }

    fn category(&self, at: u32) -> Option<Page> {
        let sum = self.summary.deep.as_ref()?.categories.get(at as usize)?;
        let mut found: Vec<(ImageRowId, u64, u64)> = Vec::new();
        for (image, row) in self.fleet.categories() {
            if row.category != sum.category {
                continue;
            }
            let bytes = (positive(row.visible_bytes), positive(row.hidden_bytes));
            match found.last_mut().filter(|(last, ..)| *last == image) {
                Some((_, visible, hidden)) => {
                    *visible = visible.saturating_add(bytes.0);
                    *hidden = hidden.saturating_add(bytes.1);
                }
                None => found.push((image, bytes.0, bytes.1)),
            }
        }
        found
            .sort_by_key(|(_, visible, hidden)| std::cmp::Reverse(visible.saturating_add(*hidden)));
        let columns = [("visible", Bytes), ("hidden", Bytes), ("image", Long)];
        let list = List::new(ListKind::Images, "Images", columns);
        let list = list.rows(found.into_iter().map(|(image, visible, hidden)| {
            let cells = [
                Cell::Bytes(visible),
                Cell::Bytes(hidden),
                Cell::Image(image),
            ];
            (cells, Some(Subject::Image(image)))
        }));
        Some(Page {
            title: sum.category.clone(),
            lines: Vec::new(),
            lists: vec![list],
            totals: vec![
                total(ListKind::Images, Some(0), Cell::Bytes(sum.visible)),
                total(ListKind::Images, Some(1), Cell::Bytes(sum.hidden)),
                rows(ListKind::Images, sum.images),
            ],
        })
    }

    fn finding(&self, at: u32) -> Option<Page> {
        let sum = self.summary.deep.as_ref()?.findings.get(at as usize)?;
        let rows_of = self.fleet.findings();
        let rows_of = rows_of.filter(|(_, row)| row.finding == sum.finding);
        let found = by_image(rows_of, |row| row.bytes, |row| &row.why);
        let columns = [("saves", Bytes), ("image", Long), ("why", Extra)];
        let list = List::new(ListKind::Images, "Images", columns);
        let list = list.rows(found.into_iter().map(|(image, bytes, why)| {
            let cells = [
                Cell::Bytes(bytes),
                Cell::Image(image),
                Cell::text(&why.join(" ")),
            ];
            (cells, Some(Subject::Image(image)))
        }));
        Some(Page {
            title: sum.finding.clone(),
            lines: Vec::new(),
            lists: vec![list],
            totals: vec![
                total(ListKind::Images, Some(0), Cell::Bytes(sum.bytes)),
                rows(ListKind::Images, sum.images),
            ],
        })
    }

    fn rule(&self, at: u32) -> Option<Page> {
        let sum = self.summary.deep.as_ref()?.rules.get(at as usize)?;
        let rows_of = self.fleet.rules();
        let mut found: Vec<(ImageRowId, &RuleRow)> =
            rows_of.filter(|(_, row)| row.rule == sum.rule).collect();
        found.sort_by_key(|(_, row)| place_of_outcome(row));
        let columns = [
            ("outcome", Short(OUTCOME)),
            ("measured", Bytes),
            ("limit", Bytes),
            ("image", Long),
        ];
        let list = List::new(ListKind::Images, "Images", columns);
        let list = list.rows(found.into_iter().map(|(image, row)| {
            let cells = [
                Cell::text(&row.outcome),
                measure(row, row.measured),
                measure(row, row.limit),
                Cell::Image(image),
            ];
            (cells, Some(Subject::Image(image)))
        }));
        Some(Page {
            title: sum.rule.clone(),
            lines: Vec::new(),
            lists: vec![list],
            totals: vec![rows(ListKind::Images, sum.images)],
        })
    }

    fn package(&self, at: u32) -> Option<Page> {
        let sum = self.summary.deep.as_ref()?.packages.get(at as usize)?;
        let rows_of = self.fleet.packages();
        let rows_of = rows_of.filter(|(_, row)| row.kind == sum.kind && row.name == sum.name);
        let found = by_image(rows_of, |row| row.bytes, |row| &row.version);
        let columns = [
            ("bytes", Bytes),
            ("version", Short(VERSION)),
            ("image", Long),
        ];
        let list = List::new(ListKind::Images, "Images", columns);
        let list = list.rows(found.into_iter().map(|(image, bytes, versions)| {
            let cells = [
                Cell::Bytes(bytes),
                Cell::text(&versions.join(", ")),
                Cell::Image(image),
            ];
            (cells, Some(Subject::Image(image)))
        }));
        Some(Page {
            title: format!("{} {}", sum.kind, sum.name),
            lines: Vec::new(),
            lists: vec![list],
            totals: vec![
                total(ListKind::Images, Some(0), Cell::Bytes(sum.bytes)),
                rows(ListKind::Images, sum.images),
            ],
        })
    }

    fn duplicate(&self, at: u32) -> Option<Page> {
        let file = self.summary.deep.as_ref()?.duplicates.get(at as usize)?;
        let columns = [("images", Count), ("path", Long), ("layer", Extra)];
        let list = List::new(ListKind::Layers, "Layers that store it", columns);
        let list = list.rows(file.layers.iter().map(|layer| {
            let mut files = self.fleet.files_of(*layer).iter();
            let is_same = files.find(|other| {
                other.hash.as_ref() == Some(&file.hash) && positive(other.bytes) == file.bytes
            });
            let path = is_same.map_or(&*file.path, |file| &*file.path);
            let cells = [
                Cell::count(self.fleet.images_of(*layer).len()),
                Cell::Path(path.into()),
                Cell::Layer(*layer),
            ];
            (cells, Some(Subject::Layer(*layer)))
        }));
        Some(Page {
            title: file.path.clone(),
            lines: vec![format!(
                "{} in {}: {} more than once",
                self.bytes(file.bytes),
                count(file.layers.len() as u64, "layer", "layers"),
                self.bytes(file.extra)
            )],
            totals: vec![rows(ListKind::Layers, file.layers.len())],
            lists: vec![
                list,
                self.images("Images with it", self.with_layers(&file.layers)),
            ],
        })
    }

    fn only_after(&self) -> Option<Page> {
        let (layers, sum) = &self.growth.as_ref()?.only_after;
        let mut sorted = layers.clone();
        self.sort_by_size(&mut sorted);
        let title = "Layers that the earlier run does not have";
        Some(Page {
            title: "Layers only after".to_owned(),
            lines: Vec::new(),
            lists: vec![self.layers(title, sorted)],
            totals: vec![total(ListKind::Layers, Some(0), *sum)],
        })
    }

    fn only_before(&self) -> Option<Page> {
        let (layers, sum) = &self.growth.as_ref()?.only_before;
        let title = "Layers that only the earlier run has";
        Some(Page {
            title: "Layers only before".to_owned(),
            lines: Vec::new(),
            lists: vec![self.earlier_layers(title, layers.iter().copied())?],
            totals: vec![total(ListKind::EarlierLayers, Some(0), *sum)],
        })
    }

    fn changed_name(&self, at: u32) -> Option<Page> {
        let change = self.growth.as_ref()?.names.get(at as usize)?;
        let (mut lists, mut totals) = (Vec::new(), Vec::new());
        if let Some(NamedImages { images, sum }) = &change.after {
            let mut layers = distinct_layers(&self.fleet, images.iter().copied());
            self.sort_by_size(&mut layers);
            totals.push(total(ListKind::Layers, Some(0), *sum));
            lists.push(self.images("Images", images.iter().copied()));
            lists.push(self.layers("Layers", layers));
        }
        if let (Some(NamedImages { images, sum }), Some(earlier)) = (&change.before, &self.earlier)
        {
            let layers = distinct_layers(earlier, images.iter().copied());
            totals.push(total(ListKind::EarlierLayers, Some(0), *sum));
            lists.push(self.earlier_layers("Layers of the earlier run", layers)?);
        }
        Some(Page {
            title: change.name.clone(),
            lines: change.platform.iter().cloned().collect(),
            lists,
            totals,
        })
    }

    /// Returns the images with one of some layers, the largest first.
    pub(super) fn with_layers(&self, layers: &[LayerRowId]) -> Vec<ImageRowId> {
        let images = layers.iter().flat_map(|layer| self.fleet.images_of(*layer));
        let mut images: Vec<ImageRowId> = images.copied().collect();
        images.sort_unstable();
        images.dedup();
        images.sort_by_cached_key(|image| std::cmp::Reverse(self.summary.sums_of(*image).all));
        images
    }

    fn sort_by_size(&self, layers: &mut [LayerRowId]) {
        layers.sort_by_cached_key(|layer| std::cmp::Reverse(Sum::of(&self.fleet, [*layer])));
    }

    pub(super) fn layers(&self, title: &str, layers: impl IntoIterator<Item = LayerRowId>) -> List {
        let columns = [("bytes", Bytes), ("images", Count), ("instruction", Long)];
        let list = List::new(ListKind::Layers, title, columns);
        list.rows(layers.into_iter().map(|layer| {
            let cells = [
                Sum::of(&self.fleet, [layer]).into(),
                Cell::count(self.fleet.images_of(layer).len()),
                Cell::Layer(layer),
            ];
            (cells, Some(Subject::Layer(layer)))
        }))
    }

    /// Returns layers of the earlier run, the largest first; `None` without that run.
    fn earlier_layers(
        &self,
        title: &str,
        layers: impl IntoIterator<Item = LayerRowId>,
    ) -> Option<List> {
        let earlier = self.earlier.as_ref()?;
        let mut layers: Vec<LayerRowId> = layers.into_iter().collect();
        layers.sort_by_cached_key(|layer| std::cmp::Reverse(Sum::of(earlier, [*layer])));
        let columns = [("bytes", Bytes), ("instruction", Long)];
        let list = List::new(ListKind::EarlierLayers, title, columns);
        Some(list.rows(layers.into_iter().map(|layer| {
            let row = earlier.layer(layer);
            let name = match &*row.instruction {
                "" => &row.layer,
                instruction => instruction,
            };
            ([Sum::of(earlier, [layer]).into(), Cell::text(name)], None)
        })))
    }
}

pub(super) fn total(list: ListKind, column: Option<usize>, value: impl Into<Cell>) -> Total {
    Total {
        list,
        column,
        value: value.into(),
    }
}

/// Returns the number of rows of a list.
pub(super) fn rows(list: ListKind, number: usize) -> Total {
    total(list, None, Cell::count(number))
}

/// Returns the position of an outcome in lists: failures first.
pub(super) fn place_of_outcome(row: &RuleRow) -> u8 {
    match &*row.outcome {
        "fail" => 0,
        "warn" => 1,
        "unknown" => 2,
        "skip" => 3,
        _ => 4,
    }
}

/// Returns a number of a rule in its unit.
pub(super) fn measure(row: &RuleRow, number: Option<i64>) -> Cell {
    match (number.map(positive), row.unit.as_deref()) {
        (None, _) => Cell::Empty,
        (Some(number), Some("bytes")) => Cell::Bytes(number),
        (Some(number), Some("millionths")) => Cell::Millionths(number),
        (Some(number), _) => Cell::Count(number),
    }
}

/// Returns for each image the bytes of its rows and their different texts, most bytes first. The rows are sorted by image.
fn by_image<'a, R: 'a>(
    rows: impl Iterator<Item = (ImageRowId, &'a R)>,
    bytes: impl Fn(&R) -> i64,
    text: impl Fn(&'a R) -> &'a str,
) -> Vec<(ImageRowId, u64, Vec<&'a str>)> {
    let mut found: Vec<(ImageRowId, u64, Vec<&str>)> = Vec::new();
    for (image, row) in rows {
        let (bytes, text) = (positive(bytes(row)), text(row));
        match found.last_mut().filter(|(last, ..)| *last == image) {
            Some((_, sum, texts)) => {
                *sum = sum.saturating_add(bytes);
                if !texts.contains(&text) {
                    texts.push(text);
                }
            }
            None => found.push((image, bytes, vec![text])),
        }
    }
    found.sort_by_key(|(_, bytes, _)| std::cmp::Reverse(*bytes));
    found
}
