//! Sums over the files of all images: waste by category, what could be smaller, findings, broken rules, packages, the same content in several layers. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::fleet_index::{FleetIndex, ImageRowId, LayerRowId};
use super::row::ImageRow;

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
    pub smaller: Vec<ImageRowId>,
    /// The findings by kind, those that save most first.
    pub findings: Vec<FindingSum>,
    /// The rules that images were judged by, those that most images fail first.
    pub rules: Vec<RuleSum>,
    /// The packages by kind and name, the largest first.
    pub packages: Vec<PackageSum>,
    /// Contents of at least 1 MiB that several layers store, those that cost most first.
    pub duplicates: Vec<DuplicateFile>,
}

/// The bytes of a category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategorySum {
    /// Its id.
    pub category: String,
    /// The number of images with bytes in it.
    pub images: usize,
    /// Unpacked bytes that containers see.
    pub visible: u64,
    /// Unpacked bytes that no container sees.
    pub hidden: u64,
}

/// The findings of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingSum {
    /// Its id.
    pub finding: String,
    /// The number of images with one.
    pub images: usize,
    /// Unpacked bytes that fixing each alone saves. Those of several kinds overlap.
    pub bytes: u64,
}

/// A rule that images were judged by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSum {
    /// Its name.
    pub rule: String,
    /// The number of images that fail it.
    pub failed: usize,
    /// The number of images that break it where that is only reported.
    pub warned: usize,
    /// The number of images that it was for: the others passed, or could not be checked.
    pub images: usize,
}

/// A package in any version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageSum {
    /// `dpkg`, `npm`, …
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The number of images with it.
    pub images: usize,
    /// Visible unpacked bytes of its files in all of them.
    pub bytes: u64,
}

/// A content that several layers store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateFile {
    /// The first of its paths.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// The layers that store it, in order.
    pub layers: Vec<LayerRowId>,
    /// The bytes of all layers but one.
    pub extra: u64,
    /// The hash of the content.
    pub hash: String,
}

impl DeepSummary {
    pub(super) fn of(fleet: &FleetIndex) -> Self {
        let read: Vec<ImageRowId> = read(fleet).collect();
        let sum = |bytes: fn(&ImageRow) -> Option<i64>| {
            let all = read.iter().filter_map(|image| bytes(fleet.image(*image)));
            all.map(positive).fold(0, u64::saturating_add)
        };
        Self {
            images: read.len(),
            size: sum(|row| row.size_bytes),
            hidden: sum(|row| row.hidden_bytes),
            savings: sum(|row| row.savings_bytes),
            categories: categories(fleet),
            smaller: smaller(fleet, &read),
            findings: findings(fleet),
            rules: rules(fleet),
            packages: packages(fleet),
            duplicates: duplicates(fleet),
        }
    }
}

/// Returns the images whose files were read.
pub(super) fn read(fleet: &FleetIndex) -> impl Iterator<Item = ImageRowId> {
    let images = fleet.images();
    images.filter(|image| fleet.image(*image).savings_bytes.is_some())
}

fn categories(fleet: &FleetIndex) -> Vec<CategorySum> {
    let mut sums: BTreeMap<&str, CategorySum> = BTreeMap::new();
    let mut last: HashMap<&str, ImageRowId> = HashMap::new();
    for (image, row) in fleet.categories() {
        let sum = sums.entry(&row.category).or_insert_with(|| CategorySum {
            category: row.category.clone(),
            images: 0,
            visible: 0,
            hidden: 0,
        });
        sum.images += usize::from(last.insert(&row.category, image) != Some(image));
        sum.visible = sum.visible.saturating_add(positive(row.visible_bytes));
        sum.hidden = sum.hidden.saturating_add(positive(row.hidden_bytes));
    }
    let mut sums: Vec<CategorySum> = sums.into_values().collect();
    sums.sort_by_key(|sum| std::cmp::Reverse(sum.visible.saturating_add(sum.hidden)));
    sums
}

fn smaller(fleet: &FleetIndex, read: &[ImageRowId]) -> Vec<ImageRowId> {
    let savings = |image: &ImageRowId| fleet.image(*image).savings_bytes.map_or(0, positive);
    let could = read.iter().filter(|image| savings(image) > 0);
    let mut smaller: Vec<ImageRowId> = could.copied().collect();
    smaller.sort_by(|one, other| {
        let order = savings(other).cmp(&savings(one));
        order.then_with(|| fleet.name_of(*one).cmp(fleet.name_of(*other)))
    });
    smaller
}

fn findings(fleet: &FleetIndex) -> Vec<FindingSum> {
    let mut sums: BTreeMap<&str, FindingSum> = BTreeMap::new();
    let mut last: HashMap<&str, ImageRowId> = HashMap::new();
    for (image, row) in fleet.findings() {
        let sum = sums.entry(&row.finding).or_insert_with(|| FindingSum {
            finding: row.finding.clone(),
            images: 0,
            bytes: 0,
        });
        sum.images += usize::from(last.insert(&row.finding, image) != Some(image));
        sum.bytes = sum.bytes.saturating_add(positive(row.bytes));
    }
    let mut sums: Vec<FindingSum> = sums.into_values().collect();
    sums.sort_by_key(|sum| std::cmp::Reverse((sum.bytes, sum.images)));
    sums
}

fn rules(fleet: &FleetIndex) -> Vec<RuleSum> {
    let mut sums: BTreeMap<&str, RuleSum> = BTreeMap::new();
    // An image has one row for each rule.
    for (_, row) in fleet.rules() {
        let sum = sums.entry(&row.rule).or_default();
        sum.images += 1;
        match &*row.outcome {
            "fail" => sum.failed += 1,
            "warn" => sum.warned += 1,
            _ => {}
        }
    }
    let sums = sums.into_iter().map(|(rule, sum)| RuleSum {
        rule: rule.to_owned(),
        ..sum
    });
    let mut sums: Vec<RuleSum> = sums.collect();
    sums.sort_by_key(|sum| std::cmp::Reverse((sum.failed, sum.warned)));
    sums
}

fn packages(fleet: &FleetIndex) -> Vec<PackageSum> {
    let mut sums: HashMap<(&str, &str), (PackageSum, ImageRowId)> = HashMap::new();
    for (image, row) in fleet.packages() {
        let new = || {
            let sum = PackageSum {
                kind: row.kind.clone(),
                name: row.name.clone(),
                images: 1,
                bytes: 0,
            };
            (sum, image)
        };
        let sum = sums.entry((&row.kind, &row.name));
        let (sum, last) = sum.or_insert_with(new);
        sum.images += usize::from(*last != image);
        *last = image;
        sum.bytes = sum.bytes.saturating_add(positive(row.bytes));
    }
    let mut sums: Vec<PackageSum> = sums.into_values().map(|(sum, _)| sum).collect();
    sums.sort_by(|one, other| {
        let order = (other.bytes, other.images).cmp(&(one.bytes, one.images));
        order.then_with(|| (&one.kind, &one.name).cmp(&(&other.kind, &other.name)))
    });
    sums
}

fn duplicates(fleet: &FleetIndex) -> Vec<DuplicateFile> {
    let mut contents: BTreeMap<(&str, i64), (&str, BTreeSet<LayerRowId>)> = BTreeMap::new();
    for (layer, file) in fleet.large_files() {
        let Some(hash) = &file.hash else { continue };
        let content = contents.entry((hash, file.bytes));
        let (path, layers) = content.or_insert((&file.path, BTreeSet::new()));
        *path = (*path).min(&file.path);
        layers.insert(layer);
    }
    let several = contents
        .into_iter()
        .filter(|(_, (_, layers))| layers.len() > 1);
    let file = several.map(|((hash, bytes), (path, layers))| {
        let bytes = positive(bytes);
        DuplicateFile {
            path: path.to_owned(),
            bytes,
            extra: bytes.saturating_mul(layers.len() as u64 - 1),
            layers: layers.into_iter().collect(),
            hash: hash.to_owned(),
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
pub(super) fn positive(bytes: i64) -> u64 {
    u64::try_from(bytes).unwrap_or_default()
}
