//! What the files of images say in all: waste by category, what could be smaller, the same content in several layers. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::row::ImageRow;
use super::summary::ImageSummary;
use super::tables::Tables;

/// The summary of the files of a run. Sums over images count a shared layer once for each image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeepSummary {
    /// The number of images whose files were read.
    pub images: usize,
    /// Their unpacked bytes.
    pub size: u64,
    /// Those that no container sees.
    pub hidden: u64,
    /// Those that fixing all findings saves.
    pub savings: u64,
    /// The bytes by category, most first.
    pub categories: Vec<CategorySum>,
    /// The images that could be smaller, those that save most first.
    pub smaller: Vec<SmallerImage>,
    /// Contents of at least 1 MiB that several layers store, those that cost most first.
    pub duplicates: Vec<DuplicateFile>,
}

/// The bytes of a category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategorySum {
    /// Its id.
    pub category: String,
    /// Unpacked bytes that containers see.
    pub visible: u64,
    /// Unpacked bytes that no container sees.
    pub hidden: u64,
}

/// An image that could be smaller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallerImage {
    /// Its first name.
    pub name: String,
    /// Its unpacked bytes.
    pub size: u64,
    /// Those that fixing all its findings saves.
    pub savings: u64,
}

/// A content that several layers store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateFile {
    /// The first of its paths.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// The number of layers that store it.
    pub layers: usize,
    /// The bytes of all layers but one.
    pub extra: u64,
}

impl DeepSummary {
    pub(super) fn of(tables: &Tables, images: &[ImageSummary]) -> Self {
        let read: Vec<&ImageRow> = tables
            .images()
            .filter(|row| row.savings_bytes.is_some())
            .collect();
        let sum = |bytes: fn(&ImageRow) -> Option<i64>| {
            let all = read.iter().filter_map(|row| bytes(row));
            all.map(positive).fold(0, u64::saturating_add)
        };
        Self {
            images: read.len(),
            size: sum(|row| row.size_bytes),
            hidden: sum(|row| row.hidden_bytes),
            savings: sum(|row| row.savings_bytes),
            categories: categories(tables),
            smaller: smaller(&read, images),
            duplicates: duplicates(tables),
        }
    }
}

fn categories(tables: &Tables) -> Vec<CategorySum> {
    let mut sums: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for row in tables.categories() {
        let (visible, hidden) = sums.entry(&row.category).or_default();
        *visible = visible.saturating_add(positive(row.visible_bytes));
        *hidden = hidden.saturating_add(positive(row.hidden_bytes));
    }
    let sum = |(category, (visible, hidden)): (&str, (u64, u64))| CategorySum {
        category: category.to_owned(),
        visible,
        hidden,
    };
    let mut sums: Vec<CategorySum> = sums.into_iter().map(sum).collect();
    sums.sort_by_key(|sum| std::cmp::Reverse(sum.visible.saturating_add(sum.hidden)));
    sums
}

fn smaller(read: &[&ImageRow], images: &[ImageSummary]) -> Vec<SmallerImage> {
    let names: BTreeMap<&str, &str> = images
        .iter()
        .map(|image| (&*image.image, &*image.name))
        .collect();
    let image = |row: &&ImageRow| SmallerImage {
        name: names
            .get(&*row.image)
            .copied()
            .unwrap_or(&row.image)
            .to_owned(),
        size: positive(row.size_bytes.unwrap_or_default()),
        savings: positive(row.savings_bytes.unwrap_or_default()),
    };
    let mut smaller: Vec<SmallerImage> = read.iter().map(image).collect();
    smaller.retain(|image| image.savings > 0);
    smaller.sort_by(|one, other| {
        let order = other.savings.cmp(&one.savings);
        order.then_with(|| one.name.cmp(&other.name))
    });
    smaller
}

fn duplicates(tables: &Tables) -> Vec<DuplicateFile> {
    let mut contents: BTreeMap<(&str, i64), (&str, BTreeSet<&str>)> = BTreeMap::new();
    for file in tables.large_files() {
        let Some(hash) = &file.hash else { continue };
        let content = contents.entry((hash, file.bytes));
        let (path, layers) = content.or_insert((&file.path, BTreeSet::new()));
        *path = (*path).min(&file.path);
        layers.insert(&file.layer);
    }
    let several = contents
        .into_iter()
        .filter(|(_, (_, layers))| layers.len() > 1);
    let file = several.map(|((_, bytes), (path, layers))| {
        let bytes = positive(bytes);
        DuplicateFile {
            path: path.to_owned(),
            bytes,
            layers: layers.len(),
            extra: bytes.saturating_mul(layers.len() as u64 - 1),
        }
    });
    let mut files: Vec<DuplicateFile> = file.collect();
    files.sort_by(|one, other| {
        let order = other.extra.cmp(&one.extra);
        order.then_with(|| one.path.cmp(&other.path))
    });
    files
}

/// Returns bytes of a row, whose sign is not trusted.
fn positive(bytes: i64) -> u64 {
    u64::try_from(bytes).unwrap_or_default()
}
