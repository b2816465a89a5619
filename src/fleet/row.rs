//! The rows of each table: their columns, in order. A row has no time and no name of a run; a number is at most that of a signed integer of 64 bits, as
//! databases have them. docs/fleet.md describes every column.

use serde::{Deserialize, Serialize};

/// The version of the tables. It grows when a column is removed or means something else.
pub const SCHEMA_VERSION: i64 = 1;

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// One row per image.
    Images,
    /// One row per name of an image.
    Names,
    /// One row per layer, whatever the number of images with it.
    Layers,
    /// One row per layer of an image.
    ImageLayers,
    /// One row per category of bytes of an image.
    Categories,
    /// One row per finding of an image.
    Findings,
    /// One row per rule that an image was judged by.
    Rules,
    /// One row per package of an image.
    Packages,
    /// One row per large file of a layer.
    LargeFiles,
    /// One row per name whose image could not be read.
    Errors,
}

impl Table {
    /// Every table, in the order of the output.
    pub const ALL: [Self; 10] = [
        Self::Images,
        Self::Names,
        Self::Layers,
        Self::ImageLayers,
        Self::Categories,
        Self::Findings,
        Self::Rules,
        Self::Packages,
        Self::LargeFiles,
        Self::Errors,
    ];

    /// Returns the tables that a run of a depth has, in the order of the output.
    pub fn of(depth: Depth) -> impl Iterator<Item = Self> {
        let is_there = move |table: &Self| depth == Depth::Deep || !table.is_deep();
        Self::ALL.into_iter().filter(is_there)
    }

    /// Returns whether only a deep run has it.
    const fn is_deep(self) -> bool {
        match self {
            Self::Categories | Self::Findings | Self::Rules | Self::Packages | Self::LargeFiles => {
                true
            }
            Self::Images | Self::Names | Self::Layers | Self::ImageLayers | Self::Errors => false,
        }
    }

    /// Returns its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Names => "names",
            Self::Layers => "layers",
            Self::ImageLayers => "image_layers",
            Self::Categories => "categories",
            Self::Findings => "findings",
            Self::Rules => "rules",
            Self::Packages => "packages",
            Self::LargeFiles => "large_files",
            Self::Errors => "errors",
        }
    }
}

/// A row, with the name of its table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "table", rename_all = "snake_case")]
pub enum Row {
    /// What the other rows are: the first row.
    Run(RunRow),
    /// An image.
    Images(ImageRow),
    /// A name.
    Names(NameRow),
    /// A layer.
    Layers(LayerRow),
    /// A layer of an image.
    ImageLayers(ImageLayerRow),
    /// A category of bytes of an image.
    Categories(CategoryRow),
    /// A finding.
    Findings(FindingRow),
    /// The outcome of a rule.
    Rules(RuleRow),
    /// A package.
    Packages(PackageRow),
    /// A large file.
    LargeFiles(LargeFileRow),
    /// An error.
    Errors(ErrorRow),
}

/// What the rows are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRow {
    /// [`SCHEMA_VERSION`].
    pub schema_version: i64,
    /// How far images were read.
    pub depth: Depth,
}

/// How far images are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Depth {
    /// Manifest and config.
    #[default]
    Shallow,
    /// Every layer.
    Deep,
}

/// An image.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ImageRow {
    /// The digest of its manifest; without one its id, else its name.
    pub image: String,
    /// The digest of its config.
    pub id: Option<String>,
    /// Its platform; empty if unknown.
    pub platform: String,
    /// When it was created, as its config has it.
    pub created: Option<String>,
    /// The number of its layers.
    pub layers: i64,
    /// Compressed bytes of its layers, if known of each.
    pub compressed_bytes: Option<i64>,
    /// Unpacked bytes of its layers, if known of each.
    pub size_bytes: Option<i64>,
    /// Unpacked bytes that a container sees.
    pub visible_bytes: Option<i64>,
    /// Unpacked bytes that no container sees.
    pub hidden_bytes: Option<i64>,
    /// Unpacked bytes that fixing all findings saves.
    pub savings_bytes: Option<i64>,
    /// The base image that annotations or labels name.
    pub base_name: Option<String>,
}

/// A name of an image.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NameRow {
    /// The name in the list.
    pub name: String,
    /// The platform that the list or `--platform` chose.
    pub platform: Option<String>,
    /// The image.
    pub image: String,
}

/// A layer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LayerRow {
    /// The digest of its blob; without one its `diff_id`.
    pub layer: String,
    /// The digest of its tar.
    pub diff_id: Option<String>,
    /// Bytes of its blob.
    pub compressed_bytes: Option<i64>,
    /// Unpacked bytes.
    pub size_bytes: Option<i64>,
    /// The instruction that made it; empty if unknown.
    pub instruction: String,
}

/// A layer of an image.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ImageLayerRow {
    /// The image.
    pub image: String,
    /// The layer's place, from 0, the lowest.
    pub position: i64,
    /// The layer.
    pub layer: String,
}

/// The bytes of a category in an image.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CategoryRow {
    /// The image.
    pub image: String,
    /// The category's id.
    pub category: String,
    /// Unpacked bytes that a container sees.
    pub visible_bytes: i64,
    /// Unpacked bytes that no container sees.
    pub hidden_bytes: i64,
}

/// A finding of an image.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FindingRow {
    /// The image.
    pub image: String,
    /// The finding's id.
    pub finding: String,
    /// `error`, `warning` or `note`.
    pub level: String,
    /// The layer whose instruction to change.
    pub layer: Option<String>,
    /// Unpacked bytes that fixing it alone saves.
    pub bytes: i64,
    /// Why, in one or two sentences.
    pub why: String,
}

/// The outcome of a rule that an image was judged by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuleRow {
    /// The image.
    pub image: String,
    /// The rule's name.
    pub rule: String,
    /// `pass`, `fail`, `warn`, `skip` or `unknown`.
    pub outcome: String,
    /// The measured number, if it was measured.
    pub measured: Option<i64>,
    /// The limit, if it is one number.
    pub limit: Option<i64>,
    /// What both count: `bytes`, `count`, or `millionths` of a ratio.
    pub unit: Option<String>,
}

/// A package of an image.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PackageRow {
    /// The image.
    pub image: String,
    /// The layer that installed it.
    pub layer: String,
    /// `dpkg`, `npm`, …
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its version, as written.
    pub version: String,
    /// Visible unpacked bytes of its files.
    pub bytes: i64,
}

/// A file of at least 1 MiB that a layer stores.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LargeFileRow {
    /// The layer.
    pub layer: String,
    /// Its path, escaped.
    pub path: String,
    /// Its size.
    pub bytes: i64,
    /// The hash of its content, `xxh3:` and 16 digits, if the content could be read.
    pub hash: Option<String>,
}

/// A name whose image could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ErrorRow {
    /// The name in the list.
    pub name: String,
    /// The platform that the list or `--platform` chose.
    pub platform: Option<String>,
    /// What is wrong, in one line.
    pub message: String,
    /// What can be done.
    pub hint: Option<String>,
}

impl LayerRow {
    /// Adds the values of another description of the same layer; where they differ, the lesser value counts, so that the order of the two does not matter.
    pub(super) fn merge(&mut self, other: Self) {
        fn known<T: Ord>(own: &mut Option<T>, other: Option<T>) {
            *own = match (own.take(), other) {
                (Some(own), Some(other)) => Some(own.min(other)),
                (own, other) => own.or(other),
            };
        }
        known(&mut self.diff_id, other.diff_id);
        known(&mut self.compressed_bytes, other.compressed_bytes);
        known(&mut self.size_bytes, other.size_bytes);
        let replaces = self.instruction.is_empty()
            || !other.instruction.is_empty() && other.instruction < self.instruction;
        if replaces {
            self.instruction = other.instruction;
        }
    }
}

/// Returns a number of bytes as databases have it.
pub(super) fn integer(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
