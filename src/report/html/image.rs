//! The data of one image's page: numbers, layers, categories, paths, packages, savings, hidden bytes, configuration. Under a query, paths, categories and
//! the bytes of layers by category are those of the selected files. Names are escaped here; the page's script draws them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::tree::{self, PathList};
use crate::analysis::findings::{self, Finding, FixStep, savings};
use crate::analysis::{Category, unread_sentences};
use crate::bytes::Units;
use crate::escape;
use crate::image::{Image, LayerId, NodeId};
use crate::query::PathContent;
use crate::report::colours::CATEGORIES;
use crate::report::facts::ImageFacts;
use crate::report::finding_text::{instruction, node_path};
use crate::report::selected::ShownFiles;
use crate::report::{source, times};
use crate::scan::LocatedVulnerability;

/// The most paths of hidden bytes that are listed, largest first.
const MOST_HIDDEN: usize = 2_000;
/// The most paths of one finding that are listed.
const MOST_PATHS: usize = 50;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImagePage {
    kind: &'static str,
    tool: &'static str,
    binary: bool,
    colours: [&'static str; Category::ALL.len()],
    image: ImageNumbers,
    #[serde(skip_serializing_if = "Option::is_none")]
    selection: Option<SelectionNumbers>,
    categories: Vec<CategoryNumbers>,
    layers: Vec<LayerNumbers>,
    /// The heads and the cells of the columns of times in the table of layers.
    layer_times: Vec<(&'static str, Vec<String>)>,
    tree: PathColumns,
    left_out: usize,
    packages: Vec<PackageNumbers>,
    savings: Vec<SavingNumbers>,
    savings_bytes: u64,
    hidden: Vec<HiddenPath>,
    hidden_left_out: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    vulnerabilities: Option<Vec<VulnerabilityRow>>,
    config: Vec<(&'static str, String)>,
}

#[derive(Serialize)]
struct ImageNumbers {
    reference: String,
    platform: String,
    size: u64,
    visible: u64,
    hidden: u64,
    compressed: Option<u64>,
    /// Visible files, or selected ones.
    files: usize,
    efficiency: f64,
    /// Whether a layer is not in the archive, so that sums are lower bounds.
    least: bool,
    /// The words after a number that missing layers could raise or lower.
    scope: &'static str,
    unread: Vec<String>,
    /// Names, texts and words of the times.
    times: Vec<(&'static str, String, &'static str)>,
}

/// What a query selects.
#[derive(Serialize)]
struct SelectionNumbers {
    /// Its options.
    query: String,
    bytes: u64,
    /// Whether it may select files of a layer that is not in the archive.
    least: bool,
}

#[derive(Serialize)]
struct CategoryNumbers {
    name: &'static str,
    bytes: u64,
}

#[derive(Serialize)]
struct LayerNumbers {
    instruction: String,
    /// The lines that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    size: u64,
    missing: bool,
    compressed: Option<u64>,
    hidden: u64,
    base: bool,
    /// Place of a category in [`ImagePage::categories`] and the bytes of its files that the layer stores, largest first.
    categories: Vec<(usize, u64)>,
}

/// One value per path, in the order of the paths; a package of −1 is none. A path with several selected versions is there once for each.
#[derive(Default, Serialize)]
struct PathColumns {
    #[serde(flatten)]
    paths: PathList,
    sizes: Vec<u64>,
    layers: Vec<usize>,
    categories: Vec<usize>,
    packages: Vec<i64>,
    /// How files were hidden, by their place.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    notes: BTreeMap<usize, String>,
}

#[derive(Serialize)]
struct PackageNumbers {
    kind: &'static str,
    name: String,
    version: String,
    bytes: u64,
    layer: usize,
}

#[derive(Serialize)]
struct SavingNumbers {
    id: &'static str,
    title: &'static str,
    level: &'static str,
    bytes: u64,
    layer: Option<usize>,
    why: String,
    place: String,
    lines: Vec<String>,
    paths: Vec<String>,
    count: usize,
}

#[derive(Serialize)]
struct HiddenPath {
    path: String,
    bytes: u64,
    layer: usize,
    by: usize,
    how: &'static str,
}

#[derive(Serialize)]
struct VulnerabilityRow {
    severity: &'static str,
    id: String,
    package: String,
    version: String,
    fixed: String,
    layer: Option<usize>,
    path: String,
}

/// Returns the bytes of each category: of the image, or of the files that a query selects.
fn categories(facts: &ImageFacts<'_>, files: &ShownFiles<'_>) -> Vec<CategoryNumbers> {
    let numbers = |bytes: &dyn Fn(Category) -> u64| {
        let of = |category: Category| CategoryNumbers {
            name: category.name(),
            bytes: bytes(category),
        };
        Category::ALL.map(of).into()
    };
    match facts.content_analysis {
        Some(content) if facts.selection.is_none() => {
            numbers(&|category| content.categories.get(category).bytes())
        }
        _ => {
            let sums: BTreeMap<Category, u64> = files.categories().into_iter().collect();
            numbers(&|category| sums.get(&category).copied().unwrap_or(0))
        }
    }
}

/// Returns the data of the page. Linear in the paths.
pub(super) fn keys(facts: &ImageFacts<'_>) -> ImagePage {
    let ImageFacts {
        image, analysis, ..
    } = *facts;
    let files = ShownFiles::of(facts);
    let (tree, left_out) = paths(facts, &files);
    let content = facts.content_analysis;
    let hidden = &analysis.hidden.entries;
    ImagePage {
        kind: "image",
        tool: super::GENERATOR,
        binary: facts.units == Units::Binary,
        colours: CATEGORIES,
        image: image_numbers(facts, files.selection.contents().len()),
        selection: facts.selection.map(|selection| SelectionNumbers {
            query: escape::text(facts.query).into_owned(),
            bytes: selection.bytes(),
            least: !files.amount(selection.bytes()).is_known(),
        }),
        categories: categories(facts, &files),
        layers: layers(facts, &files),
        layer_times: times::TimeColumn::all(image, analysis)
            .iter()
            .map(|column| column.texts(image))
            .collect(),
        tree,
        left_out,
        packages: content.map_or_else(Vec::new, |content| {
            let list = content.packages.list.iter();
            list.map(|package| PackageNumbers {
                kind: package.kind.name(),
                name: escape::text(&package.name).into_owned(),
                version: escape::text(&package.version).into_owned(),
                bytes: package.bytes,
                layer: package.layer.index(),
            })
            .collect()
        }),
        savings: content.map_or_else(Vec::new, |content| {
            let findings = &content.findings.list;
            let counted = savings(findings, analysis.size);
            let places = 0..findings.len();
            places
                .filter_map(|at| saving(image, findings, &counted, at))
                .collect()
        }),
        savings_bytes: content.map_or(0, |content| content.findings.bytes),
        hidden: hidden
            .iter()
            .take(MOST_HIDDEN)
            .map(|hidden| HiddenPath {
                path: node_path(image, hidden.node),
                bytes: hidden.bytes,
                layer: hidden.stored_in.index(),
                by: hidden.hidden_by.index(),
                how: hidden.how.name(),
            })
            .collect(),
        hidden_left_out: hidden.len().saturating_sub(MOST_HIDDEN),
        vulnerabilities: facts.vulnerabilities.map(|all| {
            let rows = all.found.iter();
            rows.map(|found| vulnerability(image, found)).collect()
        }),
        config: config(image),
    }
}

fn image_numbers(facts: &ImageFacts<'_>, files: usize) -> ImageNumbers {
    let ImageFacts {
        image, analysis, ..
    } = *facts;
    ImageNumbers {
        reference: escape::text(&image.about.reference).into_owned(),
        platform: escape::text(&image.about.platform.to_string()).into_owned(),
        size: analysis.size,
        visible: analysis.visible,
        hidden: analysis.hidden.bytes(),
        compressed: image.compressed_size(),
        files,
        efficiency: analysis.efficiency.score,
        least: !analysis.is_complete(),
        scope: analysis.scope(),
        unread: unread_sentences(image),
        times: times::rows(image, analysis).collect(),
    }
}

fn vulnerability(image: &Image, found: &LocatedVulnerability) -> VulnerabilityRow {
    let text = |text: &str| escape::text(text).into_owned();
    let reported = &found.reported;
    VulnerabilityRow {
        severity: reported.severity.name(),
        id: text(&reported.id),
        package: text(&reported.package),
        version: text(&reported.version),
        fixed: text(&reported.fixed),
        layer: found.layer.map(LayerId::index),
        path: match (found.node, &reported.path) {
            (Some(node), _) => node_path(image, node),
            (None, Some(path)) => text(path),
            (None, None) => String::new(),
        },
    }
}

/// Returns the columns of the largest files and the folders above them, and the number of files left out.
fn paths(facts: &ImageFacts<'_>, files: &ShownFiles<'_>) -> (PathColumns, usize) {
    let tree = &facts.image.tree;
    let (least, left_out) = tree::least(files.selection.contents());
    let is_listed = |content: &&PathContent| content.bytes >= least;
    let mut is_above = vec![false; tree.len()];
    for content in files.selection.contents().iter().filter(is_listed) {
        let mut node = content.node;
        while let Some(parent) = tree.parent(node)
            && !is_above[parent.index()]
        {
            is_above[parent.index()] = true;
            node = parent;
        }
    }
    let mut columns = PathColumns::default();
    for node in tree.ids().skip(1) {
        for content in files.selection.at(node).iter().filter(is_listed) {
            columns.add_file(facts, files, content);
        }
        if is_above[node.index()] {
            let layer = facts.image.visible(node).map(|shown| shown.layer);
            let category = facts
                .content_analysis
                .map(|content| content.categories.category(node));
            columns.add(facts, node, (0, layer, category));
        }
    }
    (columns, left_out)
}

impl PathColumns {
    fn add_file(&mut self, facts: &ImageFacts<'_>, files: &ShownFiles<'_>, content: &PathContent) {
        let note = files.note(content);
        if !note.is_empty() {
            self.notes.insert(self.sizes.len(), note);
        }
        let about = (content.bytes, Some(content.layer), files.category(content));
        self.add(facts, content.node, about);
        // A package owns the visible file alone.
        if content.hidden.is_some()
            && let Some(package) = self.packages.last_mut()
        {
            *package = -1;
        }
    }

    /// Adds a path with its bytes, layer and category.
    fn add(
        &mut self,
        facts: &ImageFacts<'_>,
        node: NodeId,
        (bytes, layer, category): (u64, Option<LayerId>, Option<Category>),
    ) {
        let tree = &facts.image.tree;
        self.paths.add(tree.name(node), tree.depth(node));
        self.sizes.push(bytes);
        self.layers.push(layer.map_or(0, LayerId::index));
        self.categories.push(category_index(category));
        let owner = facts
            .content_analysis
            .and_then(|content| content.packages.package_of(node));
        let owner = owner.and_then(|id| i64::try_from(id.index()).ok());
        self.packages.push(owner.unwrap_or(-1));
    }
}

/// Returns the layers, with the bytes of their files by category.
fn layers(facts: &ImageFacts<'_>, files: &ShownFiles<'_>) -> Vec<LayerNumbers> {
    let ImageFacts {
        image, analysis, ..
    } = *facts;
    let mut stored = vec![[0_u64; Category::ALL.len()]; image.layers.len()];
    for content in files.selection.contents() {
        let sum = &mut stored[content.layer.index()][category_index(files.category(content))];
        *sum = sum.saturating_add(content.bytes);
    }
    let layers = image.layer_ids().zip(stored).map(|(id, sums)| {
        let layer = image.layer(id);
        let mut categories: Vec<(usize, u64)> = sums.into_iter().enumerate().collect();
        categories.retain(|(_, bytes)| *bytes > 0);
        categories.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
        LayerNumbers {
            instruction: instruction(facts, id),
            source: source::text(image, id),
            size: layer.size,
            missing: layer.missing,
            compressed: layer.heading.compressed,
            hidden: analysis.hidden.in_layer(id).hidden,
            base: id.index() < analysis.base.layers,
            categories,
        }
    });
    layers.collect()
}

/// Returns the place of a category in [`ImagePage::categories`].
fn category_index(category: Option<Category>) -> usize {
    category.unwrap_or(Category::SystemFiles) as usize
}

fn saving(
    image: &Image,
    findings: &[Finding],
    counted: &[findings::Saving],
    at: usize,
) -> Option<SavingNumbers> {
    let finding = findings.get(at)?;
    let step = FixStep::of(findings, counted, at)?;
    let lines = step.lines.iter();
    let paths = finding.claims.iter().take(MOST_PATHS);
    let paths = paths.map(|claim| node_path(image, claim.node)).collect();
    Some(SavingNumbers {
        id: finding.kind.id(),
        title: finding.kind.title(),
        level: finding.level.name(),
        bytes: finding.bytes,
        layer: finding.layer.map(LayerId::index),
        why: escape::text(&finding.why).into_owned(),
        place: step.place,
        lines: lines.map(|line| escape::text(line).into_owned()).collect(),
        paths,
        count: finding.claims.len(),
    })
}

fn config(image: &Image) -> Vec<(&'static str, String)> {
    let config = &image.about.config;
    let mut rows: Vec<(&'static str, String)> = Vec::new();
    let mut add = |label, text: &str| {
        if !text.is_empty() {
            rows.push((label, escape::text(text).into_owned()));
        }
    };
    add("entrypoint", &config.entrypoint.join(" "));
    add("cmd", &config.cmd.join(" "));
    add("user", &config.user);
    add("workdir", &config.working_dir);
    for text in &config.env {
        add("env", text);
    }
    for text in &config.ports {
        add("port", text);
    }
    for text in &config.volumes {
        add("volume", text);
    }
    for (key, value) in &config.labels {
        add("label", &format!("{key}={value}"));
    }
    for line in &image.about.history {
        add("history", &image.history_text(line));
    }
    rows
}
