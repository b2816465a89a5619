//! The files of images as rows: what their bytes are for, what could be smaller, which packages they have, which large files their layers store. Each image
//! is loaded and analysed as alone; layers that an earlier image stored are read from the cache.

use serde::{Deserialize, Serialize};

use super::fleet_error::FleetError;
use super::input::FleetInput;
use super::row::{CategoryRow, FindingRow, LargeFileRow, PackageRow, RuleRow, integer};
use crate::analysis::{Analysis, BaseHint, Category, ContentAnalysis};
use crate::escape;
use crate::image::{EntryKind, Image, LayerId};
use crate::load::{self, Cancel, Request};

/// The size from which a file has a row, in bytes.
const LARGE: u64 = 1 << 20;

/// What the files of an image are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeepImage {
    /// The image.
    pub(crate) image: String,
    /// Unpacked bytes of each layer that is there, bottom first.
    pub(super) sizes: Vec<Option<i64>>,
    pub(super) visible_bytes: i64,
    pub(super) hidden_bytes: i64,
    pub(super) savings_bytes: i64,
    pub(super) categories: Vec<CategoryRow>,
    pub(super) findings: Vec<FindingRow>,
    #[serde(default)]
    pub(super) rules: Vec<RuleRow>,
    pub(super) packages: Vec<PackageRow>,
    pub(super) large_files: Vec<LargeFileRow>,
}

/// Judges an image of this name by rules. Which rules there are is not known here.
pub(crate) type Judge =
    dyn Fn(&str, &Image, &Analysis, &ContentAnalysis) -> Vec<RuleRow> + Send + Sync;

/// How images are read.
#[derive(Clone, Copy)]
pub(super) struct DeepOptions<'a> {
    /// The request for each of them, without its name.
    pub(super) template: &'a Request,
    /// What each of them is judged by.
    pub(super) judge: Option<&'a Judge>,
}

/// Reads the files of an image, whose layers have these names, bottom first.
///
/// # Errors
/// [`FleetError`] when it cannot be loaded, or is another image.
pub(super) fn read(
    input: &FleetInput,
    reading: DeepOptions<'_>,
    (name, layers): (&str, &[&str]),
    cancel: &Cancel,
) -> Result<DeepImage, FleetError> {
    let request = Request {
        hash_from: Some(LARGE),
        ..input.request(reading.template)
    };
    let pending = load::open(&request, cancel, |_| {})?;
    let is_fetched = pending.digest().is_some();
    let loaded = pending.read(cancel, |_| {})?;
    let image = &*loaded.image;
    // An engine may identify an image by a digest that its export does not have.
    let is_other = is_fetched && image.about.digest.as_deref() != Some(name);
    if image.layers.len() != layers.len() || is_other {
        return Err(FleetError::Moved(input.name.clone()));
    }
    let analysis = Analysis::of(image, &BaseHint::default());
    let content = loaded.content_analysis(&analysis, cancel, |_, _| {})?;
    let layer = |id: LayerId| layers[id.index()].to_owned();
    let size = |id| Some(image.layer(id)).filter(|layer| !layer.missing);
    Ok(DeepImage {
        image: name.to_owned(),
        sizes: image
            .layer_ids()
            .map(|id| size(id).map(|layer| integer(layer.size)))
            .collect(),
        visible_bytes: integer(analysis.visible),
        hidden_bytes: integer(analysis.hidden.bytes()),
        savings_bytes: integer(content.findings.bytes),
        categories: categories(name, &content),
        findings: findings(name, &content, layer),
        rules: reading
            .judge
            .map(|judge| judge(name, image, &analysis, &content))
            .unwrap_or_default(),
        packages: packages(name, &content, layer),
        large_files: image
            .layer_ids()
            .flat_map(|id| large_files(image, id, layer(id)))
            .collect(),
    })
}

fn categories(image: &str, content: &ContentAnalysis) -> Vec<CategoryRow> {
    let all = Category::ALL
        .iter()
        .map(|category| content.categories.get(*category));
    let used = all.filter(|category| category.bytes() > 0);
    let row = used.map(|category| CategoryRow {
        image: image.to_owned(),
        category: category.category.id().to_owned(),
        visible_bytes: integer(category.visible),
        hidden_bytes: integer(category.hidden),
    });
    row.collect()
}

fn findings(
    image: &str,
    content: &ContentAnalysis,
    layer: impl Fn(LayerId) -> String,
) -> Vec<FindingRow> {
    let row = content.findings.list.iter().map(|finding| FindingRow {
        image: image.to_owned(),
        finding: finding.kind.id().to_owned(),
        level: finding.level.name().to_owned(),
        layer: finding.layer.map(&layer),
        bytes: integer(finding.bytes),
        why: finding.why.clone(),
    });
    row.collect()
}

fn packages(
    image: &str,
    content: &ContentAnalysis,
    layer: impl Fn(LayerId) -> String,
) -> Vec<PackageRow> {
    let row = content.packages.list.iter().map(|package| PackageRow {
        image: image.to_owned(),
        layer: layer(package.layer),
        kind: package.kind.name().to_owned(),
        name: package.name.clone(),
        version: package.version.clone(),
        bytes: integer(package.bytes),
    });
    row.collect()
}

fn large_files(image: &Image, id: LayerId, layer: String) -> impl Iterator<Item = LargeFileRow> {
    let entries = image.layer(id).changes.entries.iter();
    entries.filter_map(move |&(node, entry)| {
        let entry = image.entry(entry);
        (entry.kind() == EntryKind::File && entry.size >= LARGE).then(|| LargeFileRow {
            layer: layer.clone(),
            path: escape::name(&image.tree.path(node)).into_owned(),
            bytes: integer(entry.size),
            hash: entry.hash.map(|hash| format!("xxh3:{hash:016x}")),
        })
    })
}
