//! The tables of a run: every image, name, layer and error once, in a fixed order, whatever the order in which they were found. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::deep::DeepImage;
use super::row::{
    CategoryRow, Depth, ErrorRow, FindingRow, ImageLayerRow, ImageRow, LargeFileRow, LayerRow,
    NameRow, PackageRow, Row, RuleRow, RunRow, SCHEMA_VERSION, Table, integer,
};

/// The tables of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    pub(super) images: BTreeMap<Arc<str>, ImageRecord>,
    pub(super) layers: BTreeMap<Arc<str>, LayerRow>,
    pub(super) names: BTreeSet<NameRow>,
    pub(super) errors: BTreeSet<ErrorRow>,
    depth: Depth,
    pub(super) categories: BTreeSet<CategoryRow>,
    pub(super) findings: BTreeSet<FindingRow>,
    pub(super) rules: BTreeSet<RuleRow>,
    pub(super) packages: BTreeSet<PackageRow>,
    pub(super) large_files: BTreeSet<LargeFileRow>,
}

/// An image with its layers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ImageRecord {
    pub(super) row: ImageRow,
    /// Bottom first.
    pub(super) layers: Vec<Arc<str>>,
}

impl Tables {
    /// Adds what names no image.
    pub(super) fn add_error(&mut self, error: ErrorRow) {
        self.errors.insert(error);
    }

    /// Adds what the files of an image are. Tables with an image's files are deep.
    pub(crate) fn add_deep(&mut self, deep: DeepImage) {
        let Some(record) = self.images.get_mut(&*deep.image) else {
            return;
        };
        let row = &mut record.row;
        let mut sizes = deep.sizes.iter();
        row.size_bytes = sizes.try_fold(0_i64, |sum, size| Some(sum.saturating_add((*size)?)));
        row.visible_bytes = Some(deep.visible_bytes);
        row.hidden_bytes = Some(deep.hidden_bytes);
        row.savings_bytes = Some(deep.savings_bytes);
        for (layer, size) in record.layers.iter().zip(deep.sizes) {
            if let Some(layer) = self.layers.get_mut(layer) {
                layer.size_bytes = size.or(layer.size_bytes);
            }
        }
        self.categories.extend(deep.categories);
        self.findings.extend(deep.findings);
        self.rules.extend(deep.rules);
        self.packages.extend(deep.packages);
        self.large_files.extend(deep.large_files);
    }

    /// Sets how far the images are read.
    pub(crate) fn set_depth(&mut self, depth: Depth) {
        self.depth = depth;
    }

    /// Adds a name of an image.
    pub(super) fn add_name(&mut self, name: NameRow) {
        self.names.insert(name);
    }

    /// Adds an image and its layers, bottom first.
    pub(super) fn insert_image(&mut self, row: ImageRow, layers: Vec<LayerRow>) {
        let mut names = Vec::with_capacity(layers.len());
        for layer in layers {
            names.push(self.insert_layer(layer));
        }
        let record = ImageRecord { row, layers: names };
        match self.images.get_mut(&*record.row.image) {
            // Two archives can claim one digest for different images.
            Some(other) if other.row <= record.row => {}
            Some(other) => *other = record,
            None => {
                self.images.insert(record.row.image.as_str().into(), record);
            }
        }
    }

    fn insert_layer(&mut self, row: LayerRow) -> Arc<str> {
        if let Some((name, known)) = self.layers.get_key_value(&*row.layer) {
            let name = Arc::clone(name);
            if *known != row
                && let Some(known) = self.layers.get_mut(&*name)
            {
                known.merge(row);
            }
            return name;
        }
        let name: Arc<str> = row.layer.as_str().into();
        self.layers.insert(Arc::clone(&name), row);
        name
    }

    /// Adds a row that was written before. The layers of an image are added from the lowest position, as they are written.
    pub fn insert(&mut self, row: Row) {
        match row {
            Row::Run(row) => self.depth = self.depth.max(row.depth),
            Row::Categories(row) => {
                self.categories.insert(row);
            }
            Row::Findings(row) => {
                self.findings.insert(row);
            }
            Row::Rules(row) => {
                self.rules.insert(row);
            }
            Row::Packages(row) => {
                self.packages.insert(row);
            }
            Row::LargeFiles(row) => {
                self.large_files.insert(row);
            }
            Row::Images(row) => self.insert_image(row, Vec::new()),
            Row::Names(row) => {
                self.names.insert(row);
            }
            Row::Layers(row) => {
                self.insert_layer(row);
            }
            Row::Errors(row) => {
                self.errors.insert(row);
            }
            Row::ImageLayers(row) => {
                let name = self.layers.get_key_value(&*row.layer);
                let name =
                    name.map_or_else(|| row.layer.as_str().into(), |(name, _)| Arc::clone(name));
                let position = usize::try_from(row.position).ok();
                let image = self.images.get_mut(&*row.image);
                // The same image may be in the tables of several runs.
                if let Some(image) = image.filter(|image| position == Some(image.layers.len())) {
                    image.layers.push(name);
                }
            }
        }
    }

    /// Returns the row that describes the others.
    #[must_use]
    pub fn run(&self) -> RunRow {
        RunRow {
            schema_version: SCHEMA_VERSION,
            depth: self.depth,
        }
    }

    /// Returns the rows of a table, in order.
    pub fn rows(&self, table: Table) -> Box<dyn Iterator<Item = Row> + '_> {
        match table {
            Table::Images => Box::new(self.images().cloned().map(Row::Images)),
            Table::Names => Box::new(self.names.iter().cloned().map(Row::Names)),
            Table::Layers => Box::new(self.layers.values().cloned().map(Row::Layers)),
            Table::Categories => Box::new(self.categories.iter().cloned().map(Row::Categories)),
            Table::Findings => Box::new(self.findings.iter().cloned().map(Row::Findings)),
            Table::Rules => Box::new(self.rules.iter().cloned().map(Row::Rules)),
            Table::Packages => Box::new(self.packages.iter().cloned().map(Row::Packages)),
            Table::LargeFiles => Box::new(self.large_files.iter().cloned().map(Row::LargeFiles)),
            Table::Errors => Box::new(self.errors.iter().cloned().map(Row::Errors)),
            Table::ImageLayers => Box::new(self.images.iter().flat_map(|(image, record)| {
                let row = move |(position, layer): (usize, &Arc<str>)| ImageLayerRow {
                    image: image.to_string(),
                    position: integer(position as u64),
                    layer: layer.to_string(),
                };
                record
                    .layers
                    .iter()
                    .enumerate()
                    .map(row)
                    .map(Row::ImageLayers)
            })),
        }
    }

    /// Returns the images, in order.
    pub fn images(&self) -> impl Iterator<Item = &ImageRow> {
        self.images.values().map(|record| &record.row)
    }

    /// Returns the images with their layers, bottom first.
    pub(super) fn records(&self) -> impl Iterator<Item = (&ImageRow, Vec<&str>)> {
        self.images.values().map(|record| {
            let layers = record.layers.iter().map(|layer| &**layer);
            (&record.row, layers.collect())
        })
    }

    /// Returns whether an image is there.
    pub(super) fn has(&self, image: &str) -> bool {
        self.images.contains_key(image)
    }

    /// Returns how far the images were read.
    #[must_use]
    pub const fn depth(&self) -> Depth {
        self.depth
    }

    /// Returns the names, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &NameRow> {
        self.names.iter()
    }

    /// Returns the errors, in order.
    pub fn errors(&self) -> impl Iterator<Item = &ErrorRow> {
        self.errors.iter()
    }

    /// Returns how many names lead to an image.
    #[must_use]
    pub fn named(&self) -> usize {
        self.names.len()
    }
}
