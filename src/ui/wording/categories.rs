//! What an image is made of, in words: the causes of its bytes, whose they are, what there is to say of a package and of a path. No colours, no widths.

use crate::analysis::packages::{Ownership, Package, Share};
use crate::bytes::{Units, count, human};
use crate::escape;
use crate::image::{Image, NodeId};

use crate::ui::loaded::content_analysis::{ContentSummary, LoadState};
use crate::ui::model::explore::Explore;
use crate::ui::pane::FileGroup;
use crate::ui::wording::facts::Fact;

/// Returns a line for every cause that has bytes, largest first; together they are the image size. Of a part of the layers nothing is said.
pub(in crate::ui) fn categories(explore: &Explore, units: Units) -> Vec<Fact> {
    let line = |text: String| Fact {
        label: "made of",
        text,
        warning: false,
        bar: None,
        listed: false,
    };
    match &explore.content {
        _ if explore.loading.is_some() => Vec::new(),
        LoadState::Ready(told) => {
            let whole = explore.summary.analysis.size;
            let one = |category: &crate::analysis::CategoryBytes| {
                let bar = Some((category.bytes(), whole));
                Fact::listed(category.bytes(), category.category.name(), units, bar)
            };
            let all = told.content_analysis.categories.largest();
            let heading = (!all.is_empty()).then(|| line("by category".to_owned()));
            heading.into_iter().chain(all.iter().map(one)).collect()
        }
        LoadState::Reading(..) | LoadState::Failed(_) => vec![line(waiting(explore))],
    }
}

/// Returns why nothing is told of packages, as far as it is not.
pub(in crate::ui) fn waiting(explore: &Explore) -> String {
    match (&explore.loading, &explore.content) {
        (Some(coming), _) if coming.cancelled => "not loaded; told of whole images only".to_owned(),
        (Some(_), _) => "told when all layers are read".to_owned(),
        (None, LoadState::Reading(_, 0)) => "still reading …".to_owned(),
        (None, LoadState::Reading(done, all)) => format!("still reading: {done} of {all} files …"),
        (None, LoadState::Failed(why)) => {
            let lines = why.lines().map(|line| escape::text(line.trim()));
            lines.collect::<Vec<_>>().join(" ")
        }
        (None, LoadState::Ready(_)) => String::new(),
    }
}

/// Returns what is whose, and the words for it.
pub(in crate::ui) fn share(told: &ContentSummary, group: FileGroup) -> (Share, String) {
    let (share, packages) = (&told.shares, &told.content_analysis.packages);
    match group {
        FileGroup::Package(id) => {
            let package = packages.get(id);
            let share = Share {
                bytes: package.bytes,
                files: package.files,
                largest: None,
            };
            (share, escape::text(&package.name).into_owned())
        }
        FileGroup::Packages => {
            let words = count(packages.list.len() as u64, "package", "packages");
            (share.packages, words)
        }
        FileGroup::OwnLayers => (share.own_layers, "yours".to_owned()),
        FileGroup::BaseLayers => (share.base_layers, "of no package".to_owned()),
        FileGroup::Finding(at) => match told.content_analysis.findings.list.get(at) {
            Some(finding) => {
                let share = Share {
                    bytes: finding.bytes,
                    files: finding.claims.len(),
                    largest: None,
                };
                (share, finding.kind.title().to_owned())
            }
            None => (Share::default(), String::new()),
        },
    }
}

/// Returns all there is to say of a package, a line each.
pub(in crate::ui) fn package(image: &Image, package: &Package, units: Units) -> String {
    let name = |text: &str| escape::text(text).into_owned();
    let place = escape::name(&image.tree.path(package.place)).into_owned();
    let files = count(package.files as u64, "file", "files");
    let bytes = human(package.bytes, units);
    let lines = [
        ("name", name(&package.name)),
        ("version", name(&package.version)),
        ("kind", package.kind.name().to_owned()),
        ("layer", (package.layer.0 + 1).to_string()),
        ("owns", format!("{bytes} in {files}")),
        ("recorded in", place),
    ];
    let lines = lines.map(|(label, text)| format!("{label:<12}{text}"));
    lines.join("\n")
}

/// Returns whose a file of the finished image is; nothing of folders, which hold many things.
fn belongs(told: &ContentSummary, image: &Image, node: NodeId) -> Option<Ownership> {
    let seen = image.timeline.at(node, image.top()?)?;
    let is_dir = image.entry(seen).is_dir();
    told.belongs(image, node).filter(|_| !is_dir)
}

/// Returns whose a file of the finished image is and what its bytes are for, in few words each.
pub(in crate::ui) fn short(explore: &Explore, node: NodeId) -> Vec<String> {
    let Some(told) = explore.content.ready() else {
        return Vec::new();
    };
    let Some(belongs) = belongs(told, &explore.image, node) else {
        return Vec::new();
    };
    let owner = match belongs {
        Ownership::Package(id) => share(told, FileGroup::Package(id)).1,
        Ownership::OwnLayers => share(told, FileGroup::OwnLayers).1,
        Ownership::BaseLayers => share(told, FileGroup::BaseLayers).1,
    };
    vec![
        owner,
        told.content_analysis
            .categories
            .category(node)
            .name()
            .to_owned(),
    ]
}

/// Returns whose a file of the finished image is and what its bytes are for, with the reason: a label and a text each.
pub(in crate::ui) fn lines(
    told: Option<&ContentSummary>,
    image: &Image,
    node: NodeId,
) -> Vec<(&'static str, String)> {
    let belongs = told.and_then(|told| Some((told, belongs(told, image, node)?)));
    let Some((told, belongs)) = belongs else {
        return Vec::new();
    };
    let owner = match belongs {
        Ownership::Package(id) => {
            let Package {
                kind,
                name,
                version,
                layer,
                ..
            } = told.content_analysis.packages.get(id);
            let named = format!("{} {name} {version}", kind.name());
            let named = escape::text(&named);
            format!("{named}, installed in layer {}", layer.0 + 1)
        }
        Ownership::OwnLayers => "nobody's but yours: no package has it".to_owned(),
        Ownership::BaseLayers => "no package, but the base has it".to_owned(),
    };
    let categories = &told.content_analysis.categories;
    let category = categories.category(node).name().to_owned();
    let why = categories.reason(node).to_owned();
    vec![("package", owner), ("category", category), ("", why)]
}
