//! A comparison as JSON (`docs/json.md`, `docs/compare.schema.json`). Written as it is computed.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::change_keys::{ChangeKeys, SizeKeys};
use super::changes::FileCountKeys;
use super::facts::ComparisonFacts;
use super::finding_changes::{self, FindingChangesKeys};
use super::json;
use super::json_string::{text, write_pretty};
use super::source::{self, SourceKeys};
use super::times;
use super::transfer::{PairLinkKeys, PairTransfer};
use super::vulnerabilities;
use crate::compare::{LayerRelation, PathChange, Sameness, Side, Sides};
use crate::image::{Image, LayerId};
use crate::report::content_json::{self, ChangesKeys, DeltaKeys};

/// Increases when a key changes its meaning or is removed.
const VERSION: u32 = 1;

pub(super) fn write(facts: &ComparisonFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let comparison = facts.comparison;
    let visible = comparison
        .analyses
        .as_ref()
        .map(|analysis| i128::from(analysis.visible));
    let exact = |delta| comparison.is_exact.then(|| clamped(delta));
    let transfer = comparison.layers.transfer;
    let document = ComparisonReport {
        schema_version: VERSION,
        kind: "comparison",
        before: image(facts, Side::Before),
        after: image(facts, Side::After),
        same_image: comparison.sameness.is_same(),
        same_image_verified: comparison.sameness == Sameness::Verified,
        difference: Difference {
            size_bytes: exact(comparison.size_delta()),
            visible_bytes: comparison
                .knows_files()
                .then(|| clamped(visible.after - visible.before)),
            files: comparison.counts.into(),
            complete: comparison.is_complete(),
        },
        transfer: ComparedTransferKeys {
            shared_layers: comparison.layers.shared,
            shared_bytes: comparison.layers.shared_bytes,
            layers: transfer.layers,
            size_bytes: transfer.unpacked,
            compressed_bytes: transfer.compressed,
            links: facts.transfer.map(PairTransfer::keys),
        },
        packages: facts.why.map(|(content_analyses, why)| {
            content_json::changes(
                why,
                content_analyses.map(|content_analysis| &content_analysis.packages),
            )
        }),
        categories: facts
            .why
            .map(|(_, why)| content_json::deltas(why, comparison.is_exact)),
        findings: finding_changes::keys(facts),
        vulnerabilities: facts.vulnerabilities.map(|all| BothKeys {
            before: vulnerabilities::keys(facts.images.before, all.before),
            after: vulnerabilities::keys(facts.images.after, all.after),
        }),
        layers: pairs(facts),
        config: config(facts),
        history: history(facts),
        changes: Changes(facts),
    };
    write_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ComparisonReport<'a> {
    schema_version: u32,
    kind: &'static str,
    before: ComparedImageKeys<'a>,
    after: ComparedImageKeys<'a>,
    same_image: bool,
    same_image_verified: bool,
    difference: Difference,
    transfer: ComparedTransferKeys,
    #[serde(skip_serializing_if = "Option::is_none")]
    packages: Option<ChangesKeys<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    categories: Option<Vec<DeltaKeys>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<FindingChangesKeys<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vulnerabilities: Option<BothKeys<'a>>,
    layers: Vec<PairKeys>,
    config: Vec<FactKeys<'a>>,
    history: Vec<HistoryKeys<'a>>,
    changes: Changes<'a>,
}

#[derive(Serialize)]
struct BothKeys<'a> {
    before: vulnerabilities::Keys<'a>,
    after: vulnerabilities::Keys<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ComparedImageKeys<'a> {
    reference: &'a str,
    platform: String,
    size_bytes: u64,
    compressed_bytes: Option<u64>,
    visible_bytes: u64,
    hidden_bytes: u64,
    efficiency_score: f64,
    build_seconds: Option<f64>,
    elapsed_seconds: Option<f64>,
    layers: Vec<ComparedLayerKeys<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing_layers: Vec<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<json::WarningKeys<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ComparedLayerKeys<'a> {
    digest_id: &'a str,
    size_bytes: u64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    missing: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    from_table_of_contents: bool,
    command: &'a str,
    description: Option<String>,
    build_seconds: Option<f64>,
    elapsed_seconds: Option<f64>,
    source: Option<SourceKeys<'a>>,
}

fn image<'a>(facts: &ComparisonFacts<'a>, side: Side) -> ComparedImageKeys<'a> {
    let image: &'a Image = facts.images.get(side);
    let analysis = facts.comparison.analyses.get(side);
    let layers = image.layer_ids().map(|id| {
        let layer = image.layer(id);
        ComparedLayerKeys {
            digest_id: layer.heading.diff_id.as_deref().unwrap_or_default(),
            size_bytes: layer.size,
            missing: layer.missing,
            from_table_of_contents: layer.from_table,
            command: &layer.heading.instruction,
            description: json::description(layer),
            build_seconds: times::built(image, id),
            elapsed_seconds: times::elapsed(analysis, id),
            source: source::keys(image, id),
        }
    });
    ComparedImageKeys {
        reference: &image.about.reference,
        platform: image.about.platform.to_string(),
        size_bytes: analysis.size,
        compressed_bytes: image.compressed_size(),
        visible_bytes: analysis.visible,
        hidden_bytes: analysis.hidden.bytes(),
        efficiency_score: analysis.efficiency.score,
        build_seconds: times::total_build(image),
        elapsed_seconds: times::own_elapsed(analysis),
        layers: layers.collect(),
        missing_layers: analysis.missing.iter().map(|layer| layer.index()).collect(),
        warnings: json::image_warnings(image).collect(),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Difference {
    size_bytes: Option<i64>,
    visible_bytes: Option<i64>,
    files: FileCountKeys,
    complete: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ComparedTransferKeys {
    shared_layers: usize,
    shared_bytes: Option<u64>,
    layers: usize,
    size_bytes: Option<u64>,
    compressed_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    links: Option<Vec<PairLinkKeys>>,
}

/// Returns a difference as the widest integer that other programs read; a larger one is clamped.
pub(super) fn clamped(delta: i128) -> i64 {
    let most = if delta < 0 { i64::MIN } else { i64::MAX };
    i64::try_from(delta).unwrap_or(most)
}

#[derive(Serialize)]
struct PairKeys {
    relation: &'static str,
    before: Option<usize>,
    after: Option<usize>,
}

fn pairs(facts: &ComparisonFacts<'_>) -> Vec<PairKeys> {
    let pairs = facts.comparison.layers.pairs.iter();
    pairs
        .map(|pair| PairKeys {
            relation: match pair.relation {
                LayerRelation::Same => "same",
                LayerRelation::Rebuilt => "rebuilt",
                LayerRelation::Before => "before",
                LayerRelation::After => "after",
            },
            before: pair.before.map(LayerId::index),
            after: pair.after.map(LayerId::index),
        })
        .collect()
}

#[derive(Serialize)]
struct FactKeys<'a> {
    field: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    key: &'a str,
    before: Option<&'a str>,
    after: Option<&'a str>,
}

fn config<'a>(facts: &ComparisonFacts<'a>) -> Vec<FactKeys<'a>> {
    let differing = facts.comparison.differing_metadata();
    differing
        .map(|fact| FactKeys {
            field: fact.field,
            key: &fact.key,
            before: fact.values.before.as_deref(),
            after: fact.values.after.as_deref(),
        })
        .collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HistoryKeys<'a> {
    before: Option<&'a str>,
    after: Option<&'a str>,
    before_description: Option<String>,
    after_description: Option<String>,
}

fn history<'a>(facts: &ComparisonFacts<'a>) -> Vec<HistoryKeys<'a>> {
    let images: Sides<&'a Image> = facts.images;
    let line = |image: &'a Image, at: Option<usize>| {
        let line = image.about.history.get(at?)?;
        Some(line.created_by.as_str())
    };
    let description = |image: &'a Image, at: Option<usize>| {
        let text = image.history_description(image.about.history.get(at?)?);
        Some(text).filter(|text| !text.is_empty())
    };
    let differing = facts.comparison.history.iter().filter(|pair| !pair.same);
    differing
        .map(|pair| HistoryKeys {
            before: line(images.before, pair.before),
            after: line(images.after, pair.after),
            before_description: description(images.before, pair.before),
            after_description: description(images.after, pair.after),
        })
        .collect()
}

struct Changes<'a>(&'a ComparisonFacts<'a>);

impl Serialize for Changes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            self.0
                .comparison
                .changes(self.0.images)
                .map(|changed| keys(self.0, &changed)),
        )
    }
}

fn keys(facts: &ComparisonFacts<'_>, changed: &PathChange) -> ChangeKeys {
    let path = |row| text(facts.comparison.path(facts.images, row));
    let (path_text, path_bytes) = path(changed.row);
    let (moved_from, moved_from_bytes) = changed.from.map(path).unzip();
    let size = |side: Side| {
        let (counted_at, counted_at_bytes) = facts.counted_at(changed, side).map(text).unzip();
        changed.bytes.get(side).map(|size_bytes| SizeKeys {
            size_bytes,
            counted_at,
            counted_at_bytes: counted_at_bytes.flatten(),
        })
    };
    ChangeKeys {
        path: path_text,
        path_bytes,
        status: changed.status.name(),
        what: changed.what.names().collect(),
        before: size(Side::Before),
        after: size(Side::After),
        moved_from,
        moved_from_bytes: moved_from_bytes.flatten(),
        is_dir: changed.is_dir,
    }
}
