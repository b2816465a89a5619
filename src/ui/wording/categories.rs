//! Categories and packages in words: the bytes of each category, the package of a file, the details of a package. No colours, no widths.

use std::cmp::Reverse;

use crate::analysis::Category;
use crate::analysis::findings::Saving;
use crate::analysis::packages::{Package, PackageShare};
use crate::bytes::{Units, count, human, thousands};
use crate::escape;
use crate::image::{Image, LayerId, NodeId};

use crate::query::{Condition, PackageFilter, PathContent};
use crate::ui::loaded::content_analysis::{ContentSummary, LoadState};
use crate::ui::model::explore::Explore;
use crate::ui::wording::facts::{self, Fact};

/// Returns a line for every category that has bytes, largest first; they add up to the image size. Returns no lines while layers are missing.
pub(in crate::ui) fn categories(explore: &Explore, units: Units) -> Vec<Fact> {
    let line = |text: String| Fact {
        label: "categories",
        text,
        warning: false,
        bar: None,
        listed: false,
        opens: None,
    };
    match &explore.content {
        _ if explore.loading.is_some() => Vec::new(),
        LoadState::Ready(content) => {
            let total = explore.summary.analysis.size;
            let sum = |bytes| explore.summary.analysis.amount(bytes);
            let one = |category: &crate::analysis::CategoryBytes| {
                let bar = Some((category.bytes(), total));
                let condition = Condition::Category(category.category);
                Fact::listed(sum(category.bytes()), category.category.name(), units, bar)
                    .opening(condition)
            };
            let all = content.content_analysis.categories.largest();
            let heading = (!all.is_empty()).then(|| line("largest first".to_owned()));
            heading.into_iter().chain(all.iter().map(one)).collect()
        }
        LoadState::Reading(..) | LoadState::Failed(_) => vec![line(waiting(explore))],
    }
}

/// Returns the details of a category: its bytes, what they are, the layers that store them, and the savings that remove some of them.
pub(in crate::ui) fn details(
    explore: &Explore,
    content: &ContentSummary,
    category: Category,
    units: Units,
) -> String {
    let bytes = content.content_analysis.categories.get(category);
    let sum = |bytes| explore.summary.analysis.sum(bytes, units);
    let mut lines = vec![facts::labelled("size", &sum(bytes.bytes()))];
    if bytes.hidden > 0 {
        lines.push(facts::labelled("visible", &sum(bytes.visible)));
        lines.push(facts::labelled("hidden", &sum(bytes.hidden)));
    }
    let reasons = content.content_analysis.categories.reasons(category);
    lines.extend([String::new(), "contains".to_owned()]);
    lines.extend(
        reasons
            .into_iter()
            .map(|(reason, bytes)| facts::labelled(&human(bytes, units), reason)),
    );
    lines.extend(by_layer(explore, content, category, units));
    lines.extend(saved_by(explore, content, category, units));
    lines.join("\n")
}

/// Returns the savings that remove bytes of a category, in their order, below a heading.
fn saved_by(
    explore: &Explore,
    content: &ContentSummary,
    category: Category,
    units: Units,
) -> Vec<String> {
    let findings = &content.content_analysis.findings.list;
    let analysis = &explore.summary.analysis;
    let line = |saving: &Saving| {
        let finding = findings.get(saving.finding)?;
        let bytes = content.claims(analysis, saving.finding, category);
        let title = finding.kind.title();
        let label = match saving.within {
            None => format!("{} {title}", content.rank(saving.finding)),
            Some(other) => format!("  {title}, part of {}", content.rank(other)),
        };
        (bytes > 0).then(|| facts::labelled(&human(bytes, units), &label))
    };
    let mut lines = vec![String::new(), "saved by".to_owned()];
    lines.extend(content.savings.iter().filter_map(line));
    if lines.len() == 2 {
        lines.push("no finding removes any of it".to_owned());
    }
    lines
}

/// Returns the bytes of a category that each layer stores, the largest first, below a heading.
fn by_layer(
    explore: &Explore,
    content: &ContentSummary,
    category: Category,
    units: Units,
) -> Vec<String> {
    let layers = content.content_analysis.categories.layers.iter();
    let layers = explore.image.layer_ids().zip(layers);
    let bytes = layers.map(|(layer, bytes)| (Reverse(bytes[category as usize]), layer));
    let mut stored: Vec<_> = bytes.filter(|(bytes, _)| bytes.0 > 0).collect();
    stored.sort_unstable();
    let line = |(Reverse(bytes), layer): (Reverse<u64>, LayerId)| {
        let label = format!("layer {}", layer.0 + 1);
        let size = human(bytes, units);
        let instruction = facts::instruction(explore, layer);
        facts::labelled(&label, &format!("{size:<8}  {instruction}"))
    };
    let heading = [String::new(), "stored in".to_owned()].into_iter();
    heading.chain(stored.into_iter().map(line)).collect()
}

/// Returns why the content analysis is not loaded yet; empty once it is.
pub(in crate::ui) fn waiting(explore: &Explore) -> String {
    match (&explore.loading, &explore.content) {
        (Some(loading), _) if loading.cancelled => {
            "needs all layers: loading was cancelled".to_owned()
        }
        (Some(_), _) => "shown once all layers are loaded".to_owned(),
        (None, LoadState::Reading(_, 0)) => "loading …".to_owned(),
        (None, LoadState::Reading(done, all)) => {
            let (done, all) = (thousands(*done as u64), thousands(*all as u64));
            format!("loading: {done} of {all} files …")
        }
        (None, LoadState::Failed(why)) => {
            let why = why.one_line();
            let lines = why.lines().map(|line| escape::text(line.trim()));
            lines.collect::<Vec<_>>().join(" ")
        }
        (None, LoadState::Ready(_)) => String::new(),
    }
}

/// Returns the bytes of packages, and their name.
pub(in crate::ui) fn share(
    content: &ContentSummary,
    owner: PackageFilter,
) -> (PackageShare, String) {
    let (share, packages) = (&content.shares, &content.content_analysis.packages);
    match owner {
        PackageFilter::Package(id) => {
            let package = packages.get(id);
            let share = PackageShare {
                bytes: package.bytes,
                files: package.files,
                largest: None,
            };
            (share, escape::text(&package.name).into_owned())
        }
        PackageFilter::AnyPackage => {
            let label = count(packages.list.len() as u64, "package", "packages");
            (share.packages, label)
        }
        PackageFilter::Unowned => (share.unowned, "unowned".to_owned()),
    }
}

/// Returns the details of a package, one fact per line.
pub(in crate::ui) fn package(explore: &Explore, package: &Package, units: Units) -> String {
    let name = |text: &str| escape::text(text).into_owned();
    let place = escape::name(&explore.image.tree.path(package.location)).into_owned();
    let files = count(package.files as u64, "file", "files");
    let bytes = explore.summary.analysis.sum(package.bytes, units);
    let lines = [
        ("name", name(&package.name)),
        ("version", name(&package.version)),
        ("kind", package.kind.name().to_owned()),
        ("layer", (package.layer.0 + 1).to_string()),
        ("owns", format!("{bytes} in {files}")),
        ("recorded in", place),
    ];
    let lines = lines.map(|(label, text)| facts::labelled(label, &text));
    lines.join("\n")
}

/// Returns the package of a file of the finished image; `None` for folders, which contain files of many packages.
fn owner(content: &ContentSummary, image: &Image, node: NodeId) -> Option<PackageFilter> {
    let (_, entry) = image.visible_entry(node)?;
    let package = content.content_analysis.packages.package_of(node);
    let is_file = !image.entry(entry).is_dir();
    is_file.then(|| package.map_or(PackageFilter::Unowned, PackageFilter::Package))
}

/// Returns the package and the category of a file of the finished image, in few words each.
pub(in crate::ui) fn package_and_category(explore: &Explore, node: NodeId) -> Vec<String> {
    let Some(content) = explore.content.ready() else {
        return Vec::new();
    };
    let Some(owner) = owner(content, &explore.image, node) else {
        return Vec::new();
    };
    vec![
        share(content, owner).1,
        content
            .content_analysis
            .categories
            .category(node)
            .name()
            .to_owned(),
    ]
}

/// Returns the package and the category of a file of the finished image, with the reason: a label and a text each.
pub(in crate::ui) fn package_lines(
    content: Option<&ContentSummary>,
    image: &Image,
    node: NodeId,
) -> Vec<(&'static str, String)> {
    let owner = content.and_then(|content| Some((content, owner(content, image, node)?)));
    let Some((content, owner)) = owner else {
        return Vec::new();
    };
    let owner = match owner {
        PackageFilter::Package(id) => {
            let Package {
                kind,
                name,
                version,
                layer,
                ..
            } = content.content_analysis.packages.get(id);
            let named = format!("{} {name} {version}", kind.name());
            let named = escape::text(&named);
            format!("{named}, installed in layer {}", layer.0 + 1)
        }
        _ => "unowned".to_owned(),
    };
    let categories = &content.content_analysis.categories;
    let category = categories.category(node).name().to_owned();
    let why = categories.reason(node).to_owned();
    vec![("package", owner), ("category", category), ("", why)]
}

/// Returns the package and the category of a content, in as few words as a column has; of a hidden content, how it was hidden and in which layer.
pub(in crate::ui) fn columns(explore: &Explore, content: PathContent) -> [String; 2] {
    if let Some(hidden) = facts::hidden_by(&explore.image, content, LayerId::short_name) {
        return [hidden, String::new()];
    }
    let Some(about) = explore.content.ready() else {
        return [String::new(), String::new()];
    };
    let analysis = &about.content_analysis;
    let owner = match analysis.packages.package_of(content.node) {
        Some(id) => escape::text(&analysis.packages.get(id).name).into_owned(),
        _ => "unowned".to_owned(),
    };
    let category = analysis.categories.category(content.node);
    [owner, category.name().to_owned()]
}
