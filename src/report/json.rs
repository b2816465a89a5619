//! One image as JSON: dive's keys with dive's meaning, and our own (`docs/json.md`, `docs/json.schema.json`). Written as it is computed, so that no list of a
//! layer's files is in memory as text.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::dive::file_list::{self, DiveEntry};
use super::facts::ImageFacts;
use super::json_string::{text, write_pretty};
use super::json_verdict::VerdictKeys;
use super::layer_changes::{LayerChange, LayerChangeList, layer_changes};
use super::source::{self, SourceKeys};
use super::times;
use super::transfer::{ImageTransfer, TransferKeys};
use super::vulnerabilities;
use crate::analysis::RepeatedPath;
use crate::ci::Baseline;
use crate::image::{Image, Layer, LayerId};
use crate::report::content_json::{self, CategoryKeys, PackageKeys};
use crate::report::dive::go_format;
use crate::report::savings::{self, FindingKeys};
use crate::report::selected::SelectionKeys;

/// Increases when a key changes its meaning or is removed.
pub(super) const VERSION: u32 = 1;

pub(super) fn write(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let changes = facts.changes.then(|| layer_changes(facts.image));
    let document = ImageReport {
        schema_version: VERSION,
        layer: Layers(facts, changes.as_deref()),
        image: ImageKeys {
            file_reference: Some(References(
                facts.image,
                &facts.analysis.efficiency.inefficient,
            )),
            ..image_summary(facts)
        },
        packages: facts
            .content_analysis
            .map(|content_analysis| content_json::packages(&content_analysis.packages)),
        categories: facts
            .content_analysis
            .map(|content_analysis| content_json::categories(&content_analysis.categories)),
        findings: facts.content_analysis.map(|content_analysis| {
            let all = content_analysis.findings.list.iter();
            all.map(|finding| savings::keys(facts.image, finding))
                .collect()
        }),
        savings_bytes: facts
            .content_analysis
            .map(|content_analysis| content_analysis.findings.bytes),
        selection: facts
            .selection
            .map(|selection| SelectionKeys::new(facts.image, selection)),
        warnings: warnings(facts),
        transfer: facts.transfer.map(ImageTransfer::keys),
        vulnerabilities: facts
            .vulnerabilities
            .map(|all| vulnerabilities::keys(facts.image, all)),
        verdict: facts.verdict.map(|verdict| VerdictKeys(facts, verdict)),
    };
    write_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

/// Writes the baseline that later runs measure growth against.
pub(super) fn write_baseline(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let baseline = Baseline::of(facts.image, facts.analysis, facts.rules);
    write_pretty(&mut *out, &baseline)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ImageReport<'a> {
    schema_version: u32,
    layer: Layers<'a>,
    image: ImageKeys<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    packages: Option<Vec<PackageKeys<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    categories: Option<Vec<CategoryKeys>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<Vec<FindingKeys<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    savings_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    selection: Option<SelectionKeys<'a>>,
    warnings: Vec<WarningKeys<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer: Option<TransferKeys>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vulnerabilities: Option<vulnerabilities::Keys<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<VerdictKeys<'a>>,
}

struct Layers<'a>(&'a ImageFacts<'a>, Option<&'a [Vec<LayerChange>]>);

impl Serialize for Layers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(facts, changes) = *self;
        let image = facts.image;
        serializer.collect_seq(image.layer_ids().map(|id| LayerKeys {
            file_list: Some(FileList(image, id)),
            changes: changes.map(|changes| LayerChangeList(image, &changes[id.index()])),
            ..layer_summary(facts, id)
        }))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LayerKeys<'a> {
    index: usize,
    id: &'a str,
    digest_id: &'a str,
    size_bytes: u64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    missing: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    from_table_of_contents: bool,
    command: &'a str,
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_list: Option<FileList<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<LayerChangeList<'a>>,
    compressed_bytes: Option<u64>,
    hidden_bytes: Option<u64>,
    added_files: usize,
    modified_files: usize,
    removed_files: usize,
    build_seconds: Option<f64>,
    elapsed_seconds: Option<f64>,
    source: Option<SourceKeys<'a>>,
}

/// Returns the keys of a layer without its lists.
pub(super) fn layer_summary<'a>(facts: &ImageFacts<'a>, id: LayerId) -> LayerKeys<'a> {
    let ImageFacts {
        image, analysis, ..
    } = *facts;
    let layer = image.layer(id);
    let changes = analysis
        .changes
        .get(id.index())
        .copied()
        .unwrap_or_default();
    let known = image
        .about
        .history
        .iter()
        .any(|line| line.layer == Some(id));
    LayerKeys {
        index: id.index(),
        id: layer.blob.split('/').next().unwrap_or_default(),
        digest_id: layer.heading.diff_id.as_deref().unwrap_or_default(),
        size_bytes: layer.size,
        missing: layer.missing,
        from_table_of_contents: layer.from_table,
        command: if known || !layer.heading.instruction.is_empty() {
            &layer.heading.instruction
        } else {
            "(missing)"
        },
        description: description(layer),
        file_list: None,
        changes: None,
        compressed_bytes: layer.heading.compressed,
        hidden_bytes: (!layer.missing).then(|| analysis.hidden.in_layer(id).hidden),
        added_files: changes.added,
        modified_files: changes.modified,
        removed_files: changes.removed,
        build_seconds: times::built(image, id),
        elapsed_seconds: times::elapsed(analysis, id),
        source: source::keys(image, id),
    }
}

/// Returns what created a layer, when anything is known.
pub(super) fn description(layer: &Layer) -> Option<String> {
    Some(layer.heading.description()).filter(|text| !text.is_empty())
}

struct FileList<'a>(&'a Image, LayerId);

impl Serialize for FileList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(image, layer) = *self;
        let files = file_list::listed(image, layer);
        serializer.collect_seq(files.into_iter().filter_map(|listed| file(image, listed)))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileKeys {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    type_flag: u8,
    link_name: String,
    size: u64,
    file_mode: u32,
    uid: u32,
    gid: u32,
    is_dir: bool,
}

/// Returns the keys of a record; `None` for a folder without one.
fn file(image: &Image, listed: DiveEntry) -> Option<FileKeys> {
    let entry = image.entry(listed.entry?);
    let (path, path_bytes) = text(file_list::path(image, listed, entry));
    let file_mode = go_format::file_mode(entry);
    Some(FileKeys {
        path,
        path_bytes,
        // Very old tars have 0 for a regular file; dive's reader turns it into '0'.
        type_flag: if entry.type_flag == 0 {
            b'0'
        } else {
            entry.type_flag
        },
        link_name: text(image.target(entry).unwrap_or_default().to_vec()).0,
        size: entry.size,
        file_mode,
        uid: entry.uid,
        gid: entry.gid,
        is_dir: file_mode >> 31 == 1,
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImageKeys<'a> {
    size_bytes: u64,
    inefficient_bytes: u64,
    efficiency_score: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_reference: Option<References<'a>>,
    reference: &'a str,
    platform: String,
    user_bytes: u64,
    user_wasted_percent: f64,
    visible_bytes: u64,
    hidden_bytes: u64,
    compressed_bytes: Option<u64>,
    build_seconds: Option<f64>,
    elapsed_seconds: Option<f64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    shallow: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing_layers: Vec<usize>,
}

/// Returns the keys of the image without its list.
pub(super) fn image_summary<'a>(facts: &ImageFacts<'a>) -> ImageKeys<'a> {
    let ImageFacts {
        image, analysis, ..
    } = *facts;
    let numbers = &analysis.efficiency;
    ImageKeys {
        size_bytes: analysis.size,
        inefficient_bytes: numbers.wasted_bytes,
        efficiency_score: numbers.score,
        file_reference: None,
        reference: &image.about.reference,
        platform: image.about.platform.to_string(),
        user_bytes: numbers.user_bytes,
        user_wasted_percent: numbers.user_wasted_ratio,
        visible_bytes: analysis.visible,
        hidden_bytes: analysis.hidden.bytes(),
        compressed_bytes: image.compressed_size(),
        build_seconds: times::total_build(image),
        elapsed_seconds: times::own_elapsed(analysis),
        shallow: analysis.shallow,
        missing_layers: analysis.missing.iter().map(|layer| layer.index()).collect(),
    }
}

struct References<'a>(&'a Image, &'a [RepeatedPath]);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReferenceKeys {
    count: u32,
    size_bytes: u64,
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_bytes: Option<String>,
}

impl Serialize for References<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.1.iter().map(|row| {
            let (file, file_bytes) = text(self.0.tree.path(row.node));
            ReferenceKeys {
                count: row.count,
                size_bytes: row.total,
                file,
                file_bytes,
            }
        }))
    }
}

#[derive(Serialize)]
pub(super) struct WarningKeys<'a> {
    layer: Option<usize>,
    text: Cow<'a, str>,
}

/// Returns the warnings of an image itself.
pub(super) fn image_warnings(image: &Image) -> impl Iterator<Item = WarningKeys<'_>> {
    image.warnings.iter().map(|warning| WarningKeys {
        layer: warning.layer.map(LayerId::index),
        text: Cow::Borrowed(&warning.text),
    })
}

fn warnings<'a>(facts: &ImageFacts<'a>) -> Vec<WarningKeys<'a>> {
    let of_image = image_warnings(facts.image);
    let notes = facts
        .content_analysis
        .map_or(&[][..], |content_analysis| &content_analysis.packages.notes);
    let notes = notes.iter().map(|text| Cow::Borrowed(text.as_str()));
    let of_base = facts.analysis.base.warning().map(Cow::Owned);
    let others = of_base.into_iter().chain(notes);
    of_image
        .chain(others.map(|text| WarningKeys { layer: None, text }))
        .collect()
}
