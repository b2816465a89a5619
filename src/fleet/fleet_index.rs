//! The tables of a run by number: which layers an image has, which images have a layer, and the rows of each. Built once, from complete tables; computes no
//! sums.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::row::{
    CategoryRow, Depth, ErrorRow, FindingRow, ImageRow, LargeFileRow, LayerRow, NameRow,
    PackageRow, RuleRow,
};
use super::tables::{ImageRecord, Tables};

/// The place of an image among all, in the order of their digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageRowId(pub u32);

/// The place of a layer among all, in the order of their digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayerRowId(pub u32);

impl ImageRowId {
    const fn at(self) -> usize {
        self.0 as usize
    }
}

impl LayerRowId {
    const fn at(self) -> usize {
        self.0 as usize
    }
}

/// The tables of a run by number. Rows of images that are not there are left out; a layer that an image has without a row of its own has one without sizes.
#[derive(Clone, Debug)]
pub struct FleetIndex {
    depth: Depth,
    images: Vec<ImageRow>,
    layers: Vec<LayerRow>,
    /// The layers of each image, bottom first, each once.
    layers_of: Groups<LayerRowId>,
    /// The images with each layer, in order.
    images_of: Groups<ImageRowId>,
    /// The uppermost layer of each image.
    tops: Vec<Option<LayerRowId>>,
    names: Groups<NameRow>,
    categories: Groups<CategoryRow>,
    findings: Groups<FindingRow>,
    rules: Groups<RuleRow>,
    packages: Groups<PackageRow>,
    large_files: Groups<LargeFileRow>,
    errors: Vec<ErrorRow>,
}

/// The rows of each owner, one owner after another.
#[derive(Clone, Debug)]
struct Groups<T> {
    rows: Vec<T>,
    /// Where the rows of each owner end.
    ends: Vec<usize>,
}

impl<T> Default for Groups<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            ends: Vec::new(),
        }
    }
}

impl<T> Groups<T> {
    fn push(&mut self, rows: impl IntoIterator<Item = T>) {
        self.rows.extend(rows);
        self.ends.push(self.rows.len());
    }

    /// Returns the groups of rows that are sorted as their owners; rows without an owner are left out.
    fn of_sorted<'a>(
        rows: impl IntoIterator<Item = T>,
        owners: impl Iterator<Item = &'a str>,
        owner_of: impl Fn(&T) -> &str,
    ) -> Self {
        let mut groups = Self::default();
        let mut rows = rows.into_iter().peekable();
        for owner in owners {
            while rows.next_if(|row| owner_of(row) < owner).is_some() {}
            while let Some(row) = rows.next_if(|row| owner_of(row) == owner) {
                groups.rows.push(row);
            }
            groups.ends.push(groups.rows.len());
        }
        groups
    }

    fn get(&self, owner: usize) -> &[T] {
        let start = owner.checked_sub(1).and_then(|owner| self.ends.get(owner));
        let (start, end) = (start.copied().unwrap_or(0), self.ends.get(owner));
        end.and_then(|&end| self.rows.get(start..end))
            .unwrap_or_default()
    }

    /// Returns the rows with their owners.
    fn owned(&self) -> impl Iterator<Item = (u32, &T)> {
        let mut owner = 0;
        self.rows.iter().enumerate().map(move |(at, row)| {
            while self.ends.get(owner).is_some_and(|&end| end <= at) {
                owner += 1;
            }
            (number(owner), row)
        })
    }
}

/// Returns a place as a number; tables with more rows than it can hold do not fit into memory.
fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Adds a row without sizes for each layer that an image or a file names and that has none.
fn add_unlisted(
    layers: &mut BTreeMap<Arc<str>, LayerRow>,
    images: &BTreeMap<Arc<str>, ImageRecord>,
    large_files: &BTreeSet<LargeFileRow>,
) {
    let used = images.values().flat_map(|record| record.layers.iter());
    let of_files = large_files.iter().map(|file| Arc::from(&*file.layer));
    for layer in used.cloned().chain(of_files) {
        layers
            .entry(Arc::clone(&layer))
            .or_insert_with(|| LayerRow {
                layer: layer.to_string(),
                diff_id: None,
                compressed_bytes: None,
                size_bytes: None,
                instruction: String::new(),
            });
    }
}

/// Returns the layers of each image, each once, and its topmost one.
fn layers_of(
    images: &BTreeMap<Arc<str>, ImageRecord>,
    numbers: &HashMap<&str, LayerRowId>,
) -> (Groups<LayerRowId>, Vec<Option<LayerRowId>>) {
    let (mut layers_of, mut tops) = (Groups::default(), Vec::with_capacity(images.len()));
    for ImageRecord { layers, .. } in images.values() {
        let all: Vec<LayerRowId> = layers
            .iter()
            .filter_map(|layer| numbers.get(&**layer).copied())
            .collect();
        tops.push(all.last().copied());
        let mut seen = HashSet::with_capacity(all.len());
        layers_of.push(all.into_iter().filter(|layer| seen.insert(*layer)));
    }
    (layers_of, tops)
}

impl FleetIndex {
    /// Returns the tables by number.
    #[must_use]
    pub fn of(tables: Tables) -> Self {
        let depth = tables.depth();
        let Tables {
            images,
            mut layers,
            names,
            errors,
            categories,
            findings,
            rules,
            packages,
            large_files,
            ..
        } = tables;
        add_unlisted(&mut layers, &images, &large_files);
        let keys = layers.keys().enumerate();
        let numbers: HashMap<&str, LayerRowId> = keys
            .map(|(at, layer)| (&**layer, LayerRowId(number(at))))
            .collect();
        let (layers_of, tops) = layers_of(&images, &numbers);
        let images_of = users(&layers_of, layers.len());
        let images: Vec<ImageRow> = images.into_values().map(|record| record.row).collect();
        let layers: Vec<LayerRow> = layers.into_values().collect();
        let owners = || images.iter().map(|row| &*row.image);
        let mut names: Vec<NameRow> = names.into_iter().collect();
        names.sort_by(|one, other| one.image.cmp(&other.image));
        Self {
            depth,
            layers_of,
            images_of,
            tops,
            names: Groups::of_sorted(names, owners(), |row| &row.image),
            categories: Groups::of_sorted(categories, owners(), |row| &row.image),
            findings: Groups::of_sorted(findings, owners(), |row| &row.image),
            rules: Groups::of_sorted(rules, owners(), |row| &row.image),
            packages: Groups::of_sorted(packages, owners(), |row| &row.image),
            large_files: Groups::of_sorted(
                large_files,
                layers.iter().map(|row| &*row.layer),
                |row| &row.layer,
            ),
            errors: errors.into_iter().collect(),
            images,
            layers,
        }
    }

    /// Returns how far the images were read.
    #[must_use]
    pub const fn depth(&self) -> Depth {
        self.depth
    }

    /// Returns all images, in order.
    pub fn images(&self) -> impl DoubleEndedIterator<Item = ImageRowId> + use<> {
        (0..number(self.images.len())).map(ImageRowId)
    }

    /// Returns the layers that an image has, in order.
    pub fn layers(&self) -> impl Iterator<Item = LayerRowId> {
        let all = (0..number(self.layers.len())).map(LayerRowId);
        all.filter(|layer| !self.images_of(*layer).is_empty())
    }

    /// Returns the row of an image.
    #[must_use]
    pub fn image(&self, image: ImageRowId) -> &ImageRow {
        &self.images[image.at()]
    }

    /// Returns the row of a layer.
    #[must_use]
    pub fn layer(&self, layer: LayerRowId) -> &LayerRow {
        &self.layers[layer.at()]
    }

    /// Returns the layers of an image, bottom first, each once.
    #[must_use]
    pub(crate) fn layers_of(&self, image: ImageRowId) -> &[LayerRowId] {
        self.layers_of.get(image.at())
    }

    /// Returns the uppermost layer of an image.
    pub(super) fn top_of(&self, image: ImageRowId) -> Option<LayerRowId> {
        *self.tops.get(image.at())?
    }

    /// Returns the images with a layer, in order.
    #[must_use]
    pub(crate) fn images_of(&self, layer: LayerRowId) -> &[ImageRowId] {
        self.images_of.get(layer.at())
    }

    /// Returns the names of an image, in order.
    #[must_use]
    pub(crate) fn names_of(&self, image: ImageRowId) -> &[NameRow] {
        self.names.get(image.at())
    }

    /// Returns the first name of an image, else its digest.
    #[must_use]
    pub(crate) fn name_of(&self, image: ImageRowId) -> &str {
        let first = self.names_of(image).first();
        first.map_or(&*self.image(image).image, |row| &*row.name)
    }

    /// Returns all names with their images.
    pub(super) fn names(&self) -> impl Iterator<Item = (ImageRowId, &NameRow)> {
        let names = self.names.owned();
        names.map(|(image, row)| (ImageRowId(image), row))
    }

    /// Returns how many names lead to an image.
    #[must_use]
    pub fn named(&self) -> usize {
        self.names.rows.len()
    }

    /// Returns the bytes of an image by category.
    #[must_use]
    pub(crate) fn categories_of(&self, image: ImageRowId) -> &[CategoryRow] {
        self.categories.get(image.at())
    }

    /// Returns the bytes by category of all images.
    pub(super) fn categories(&self) -> impl Iterator<Item = (ImageRowId, &CategoryRow)> {
        let rows = self.categories.owned();
        rows.map(|(image, row)| (ImageRowId(image), row))
    }

    /// Returns the findings of an image.
    #[must_use]
    pub(crate) fn findings_of(&self, image: ImageRowId) -> &[FindingRow] {
        self.findings.get(image.at())
    }

    /// Returns the findings of all images.
    pub(super) fn findings(&self) -> impl Iterator<Item = (ImageRowId, &FindingRow)> {
        let rows = self.findings.owned();
        rows.map(|(image, row)| (ImageRowId(image), row))
    }

    /// Returns the outcomes of the rules that an image was judged by.
    #[must_use]
    pub(crate) fn rules_of(&self, image: ImageRowId) -> &[RuleRow] {
        self.rules.get(image.at())
    }

    /// Returns the outcomes of the rules that all images were judged by.
    pub(super) fn rules(&self) -> impl Iterator<Item = (ImageRowId, &RuleRow)> {
        let rows = self.rules.owned();
        rows.map(|(image, row)| (ImageRowId(image), row))
    }

    /// Returns the packages of an image.
    #[must_use]
    pub(crate) fn packages_of(&self, image: ImageRowId) -> &[PackageRow] {
        self.packages.get(image.at())
    }

    /// Returns the packages of all images.
    pub(super) fn packages(&self) -> impl Iterator<Item = (ImageRowId, &PackageRow)> {
        let rows = self.packages.owned();
        rows.map(|(image, row)| (ImageRowId(image), row))
    }

    /// Returns the large files of a layer.
    #[must_use]
    pub(crate) fn files_of(&self, layer: LayerRowId) -> &[LargeFileRow] {
        self.large_files.get(layer.at())
    }

    /// Returns the large files of all layers.
    pub(super) fn large_files(&self) -> impl Iterator<Item = (LayerRowId, &LargeFileRow)> {
        let rows = self.large_files.owned();
        rows.map(|(layer, row)| (LayerRowId(layer), row))
    }

    /// Returns the names whose images could not be read.
    #[must_use]
    pub fn errors(&self) -> &[ErrorRow] {
        &self.errors
    }
}

/// Returns the images with each of so many layers.
fn users(layers_of: &Groups<LayerRowId>, layers: usize) -> Groups<ImageRowId> {
    let mut ends = vec![0; layers];
    for layer in &layers_of.rows {
        ends[layer.at()] += 1;
    }
    let mut sum = 0;
    let mut next = Vec::with_capacity(layers);
    for end in &mut ends {
        next.push(sum);
        sum += *end;
        *end = sum;
    }
    let mut rows = vec![ImageRowId(0); sum];
    for (image, layer) in layers_of.owned() {
        let place = &mut next[layer.at()];
        rows[*place] = ImageRowId(image);
        *place += 1;
    }
    Groups { rows, ends }
}
