//! The data of the page of two images: the waterfall by category, the tree of differences, layers, packages and configuration. Names are escaped here;
//! the page's script draws them.

use serde::Serialize;

use super::tree::{MOST_FILES, PathList};
use crate::analysis::{Category, seconds, unread_sentences};
use crate::bytes::Units;
use crate::compare::{LayerRelation, RowId, Side, Sides};
use crate::escape;
use crate::image::LayerId;
use crate::report::changes::FileCountKeys;
use crate::report::colours::CATEGORIES;
use crate::report::facts::ComparisonFacts;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ComparisonPage {
    kind: &'static str,
    tool: &'static str,
    binary: bool,
    colours: [&'static str; Category::ALL.len()],
    before: ComparedImageNumbers,
    after: ComparedImageNumbers,
    exact: bool,
    /// The words after numbers that missing layers could raise or lower.
    scope: &'static str,
    /// The head of differences between files.
    delta: &'static str,
    /// What is timed, and the time of each image.
    times: Option<(&'static str, String, String)>,
    waterfall: Vec<SizeStep>,
    counts: FileCountKeys,
    tree: ComparedColumns,
    left_out: usize,
    layers: Vec<ComparedLayerRow>,
    packages: Vec<ComparedPackageRow>,
    config: Vec<ConfigRow>,
}

#[derive(Serialize)]
struct ComparedImageNumbers {
    reference: String,
    size: u64,
    /// Whether a layer is not in the archive, so that the size is a lower bound.
    least: bool,
    unread: Vec<String>,
    efficiency: f64,
    layers: usize,
}

#[derive(Serialize)]
struct SizeStep {
    at: usize,
    name: &'static str,
    before: u64,
    after: u64,
}

/// One value per path, in the order of the paths: bytes of the file in each image, 0 where an image has none.
#[derive(Default, Serialize)]
struct ComparedColumns {
    #[serde(flatten)]
    paths: PathList,
    before: Vec<u64>,
    after: Vec<u64>,
}

#[derive(Serialize)]
struct ComparedLayerRow {
    relation: &'static str,
    before: Option<ComparedLayerNumbers>,
    after: Option<ComparedLayerNumbers>,
}

#[derive(Serialize)]
struct ComparedLayerNumbers {
    instruction: String,
    size: u64,
    missing: bool,
    /// Its time in words, empty if unknown.
    time: String,
}

#[derive(Serialize)]
struct ComparedPackageRow {
    kind: &'static str,
    name: String,
    before: Option<String>,
    after: Option<String>,
    delta: i128,
}

#[derive(Serialize)]
struct ConfigRow {
    field: String,
    before: Option<String>,
    after: Option<String>,
}

/// Returns the data of the page. Linear in the paths, but for the choice of the largest.
pub(super) fn keys(facts: &ComparisonFacts<'_>) -> ComparisonPage {
    let comparison = facts.comparison;
    let (tree, left_out) = columns(facts);
    let image = |side: Side| ComparedImageNumbers {
        reference: escape::text(&facts.images.get(side).about.reference).into_owned(),
        size: comparison.analyses.get(side).size,
        least: !comparison.analyses.get(side).is_complete(),
        unread: unread_sentences(facts.images.get(side)),
        efficiency: comparison.analyses.get(side).efficiency.score,
        layers: facts.images.get(side).layers.len(),
    };
    let steps = facts.why.iter().flat_map(|(_, why)| &why.categories);
    ComparisonPage {
        kind: "comparison",
        tool: super::GENERATOR,
        binary: facts.units == Units::Binary,
        colours: CATEGORIES,
        before: image(Side::Before),
        after: image(Side::After),
        exact: comparison.is_exact,
        scope: comparison.scope(),
        delta: comparison.delta_head(),
        times: comparison.times(facts.images).map(|(what, times)| {
            let Sides { before, after } = times.map(|time| seconds(time.as_secs_f64()));
            (what.label(), before, after)
        }),
        waterfall: steps
            .map(|step| SizeStep {
                at: step.category as usize,
                name: step.category.name(),
                before: step.bytes.before,
                after: step.bytes.after,
            })
            .collect(),
        counts: comparison.counts.into(),
        tree,
        left_out,
        layers: layers(facts),
        packages: packages(facts),
        config: config(facts),
    }
}

/// Returns the files whose bytes differ, the largest differences of them, with the folders above them.
fn columns(facts: &ComparisonFacts<'_>) -> (ComparedColumns, usize) {
    let comparison = facts.comparison;
    let rows = &comparison.rows;
    let bytes = |row: RowId, side: Side| {
        let entry = comparison
            .entry(row, side)
            .map(|id| facts.images.get(side).entry(id));
        entry
            .filter(|entry| !entry.is_dir())
            .map_or(0, |_| comparison.sizes.get(side)[row.index()])
    };
    let delta = |row: RowId| bytes(row, Side::Before).abs_diff(bytes(row, Side::After));
    let mut deltas: Vec<u64> = rows.ids().map(delta).filter(|&delta| delta > 0).collect();
    let least = if deltas.len() > MOST_FILES {
        let (_, least, _) = deltas.select_nth_unstable_by(MOST_FILES, |a, b| b.cmp(a));
        least.saturating_add(1)
    } else {
        1
    };
    let left_out = deltas.iter().filter(|&&delta| delta < least).count();
    let mut columns = ComparedColumns::default();
    // Folders above the current row that are not written yet.
    let mut above: Vec<RowId> = Vec::new();
    for row in rows.ids().skip(1) {
        above.retain(|folder| row < rows.end(*folder));
        if delta(row) < least {
            if rows.end(row).0 > row.0 + 1 {
                above.push(row);
            }
            continue;
        }
        for folder in above.drain(..) {
            columns.paths.add(&name(facts, folder), rows.depth(folder));
            columns.before.push(0);
            columns.after.push(0);
        }
        columns.paths.add(&name(facts, row), rows.depth(row));
        columns.before.push(bytes(row, Side::Before));
        columns.after.push(bytes(row, Side::After));
    }
    (columns, left_out)
}

/// Returns the last part of a row's path.
fn name(facts: &ComparisonFacts<'_>, row: RowId) -> Vec<u8> {
    let path = facts.comparison.path(facts.images, row);
    let from = path
        .iter()
        .rposition(|&byte| byte == b'/')
        .map_or(0, |at| at + 1);
    path[from..].to_vec()
}

fn layers(facts: &ComparisonFacts<'_>) -> Vec<ComparedLayerRow> {
    let one = |side: Side, layer: Option<LayerId>| {
        let layer = layer?;
        let image = facts.images.get(side);
        let analysis = facts.comparison.analyses.get(side);
        let time = analysis.time(image, layer).map(|time| time.to_string());
        Some(ComparedLayerNumbers {
            instruction: escape::text(&analysis.base.instruction(image, layer)).into_owned(),
            size: image.layer(layer).size,
            missing: image.layer(layer).missing,
            time: time.unwrap_or_default(),
        })
    };
    let pairs = facts.comparison.layers.pairs.iter();
    pairs
        .map(|pair| ComparedLayerRow {
            relation: match pair.relation {
                LayerRelation::Same => "same",
                LayerRelation::Rebuilt => "rebuilt",
                LayerRelation::Before => "only before",
                LayerRelation::After => "only after",
            },
            before: one(Side::Before, pair.before),
            after: one(Side::After, pair.after),
        })
        .collect()
}

fn packages(facts: &ComparisonFacts<'_>) -> Vec<ComparedPackageRow> {
    let Some((contents, why)) = facts.why else {
        return Vec::new();
    };
    let all = contents.map(|content| &content.packages);
    let text = |text: &str| escape::text(text).into_owned();
    let rows = why.packages.list.iter().filter_map(|change| {
        let sides = change.of(all);
        let one = sides.after.or(sides.before)?;
        let bytes = sides.map(|package| package.map_or(0, |package| i128::from(package.bytes)));
        Some(ComparedPackageRow {
            kind: one.kind.name(),
            name: text(&one.name),
            before: sides.before.map(|package| text(&package.version)),
            after: sides.after.map(|package| text(&package.version)),
            delta: bytes.after - bytes.before,
        })
    });
    rows.collect()
}

fn config(facts: &ComparisonFacts<'_>) -> Vec<ConfigRow> {
    let text = |text: &str| escape::text(text).into_owned();
    let differing = facts.comparison.differing_metadata();
    differing
        .map(|fact| ConfigRow {
            field: text(&format!("{} {}", fact.field, fact.key)),
            before: fact.values.before.as_deref().map(text),
            after: fact.values.after.as_deref().map(text),
        })
        .collect()
}
