//! Queries in words: the conditions as chips, the way back, the total. No colours, no widths.

use crate::bytes::{Units, count, human};
use crate::escape;
use crate::query::{Condition, PackageFilter, Query, Selection, StoredAs};

use crate::ui::loaded::content_analysis::ContentSummary;
use crate::ui::model::explore::Explore;
use crate::ui::pane::{Tab, TreePane, View};
use crate::ui::wording::facts;

/// Returns a query's conditions in words, in their order.
pub(in crate::ui) fn chips(explore: &Explore, query: &Query, units: Units) -> Vec<String> {
    if query.is_empty() {
        return vec!["visible files".to_owned()];
    }
    let conditions = query.conditions.iter();
    conditions
        .map(|one| condition(explore, one, units))
        .collect()
}

/// Returns the names of the views on the stack and of the one in front, oldest first.
pub(in crate::ui) fn breadcrumb(explore: &Explore, units: Units) -> Vec<String> {
    let views = explore.views.iter();
    let behind = views.map(|saved| (saved.view, &saved.tree, saved.tab));
    let all = behind.chain([(explore.view, &explore.tree, explore.tab)]);
    let name = |(view, tree, tab): (View, &TreePane, Tab)| match (view, tree.selection()) {
        (View::Tree | View::Files | View::Map, Some(selection)) => {
            chips(explore, selection.query(), units).join(" · ")
        }
        (View::Tree, None) => "tree".to_owned(),
        (View::Files, None) => "files".to_owned(),
        (View::Overview, _) => "overview".to_owned(),
        (View::Map, None) => "map".to_owned(),
        (View::Tabs, _) => tab.title().to_lowercase(),
    };
    all.map(name).collect()
}

/// Returns the sum of a selection and the size of the image: `692.8 MB of 1.4 GB`.
pub(in crate::ui) fn total(explore: &Explore, selection: &Selection, units: Units) -> String {
    let (bytes, image_size) = (selection.bytes(), explore.summary.analysis.size);
    let image_size = explore.summary.analysis.sum(image_size, units);
    let selected = selection.amount(&explore.summary.analysis, bytes);
    let total = format!("{} of {image_size}", selected.bytes(units));
    match selection.replaced() {
        0 => total,
        bytes => format!("{total}, less {}", human(bytes, units)),
    }
}

/// Returns a number of contents of a selection: `12 files`; `12 paths` where there are folders among them.
pub(in crate::ui) fn number(selection: &Selection, contents: usize) -> String {
    let (one, many) = if selection.has_folders() {
        ("path", "paths")
    } else {
        ("file", "files")
    };
    count(contents as u64, one, many)
}

/// Returns a condition in words.
pub(in crate::ui) fn condition(explore: &Explore, condition: &Condition, units: Units) -> String {
    let content = explore.content.ready();
    let path = |node| escape::name(&explore.image.tree.path(node)).into_owned();
    match condition {
        Condition::Layers(first, last) if first == last => format!("layer {}", first.0 + 1),
        Condition::Layers(first, last) => format!("layers {}–{}", first.0 + 1, last.0 + 1),
        Condition::HiddenBy(layer) => format!("hidden by layer {}", layer.0 + 1),
        Condition::Category(category) => category.name().to_owned(),
        Condition::Package(owner) => owner_text(content, *owner),
        Condition::OneOfPackages(ids) => match ids.first() {
            Some(id) => owner_text(content, PackageFilter::Package(*id)),
            None => String::new(),
        },
        Condition::Finding(at) => {
            let findings = content.map(|content| &content.content_analysis.findings.list);
            let finding = findings.and_then(|findings| findings.get(*at));
            finding
                .map_or("", |finding| finding.kind.title())
                .to_owned()
        }
        Condition::Visible => "visible files".to_owned(),
        Condition::Hidden(None) => "hidden".to_owned(),
        Condition::Hidden(Some(kind)) => facts::hidden_kind(*kind).1.to_owned(),
        Condition::Change(StoredAs::Added) => "added".to_owned(),
        Condition::Change(StoredAs::Modified) => "modified".to_owned(),
        Condition::At(node) => path(*node),
        Condition::Below(node) => format!("{}/", path(*node).trim_end_matches('/')),
        Condition::MinSize(bytes) => format!("≥ {}", human(*bytes, units)),
        Condition::Path(text) => format!("“{}”", escape::text(text)),
    }
}

fn owner_text(content: Option<&ContentSummary>, owner: PackageFilter) -> String {
    match owner {
        PackageFilter::Package(id) => content.map_or_else(String::new, |content| {
            let package = content.content_analysis.packages.get(id);
            escape::text(&package.name).into_owned()
        }),
        PackageFilter::AnyPackage => "owned by packages".to_owned(),
        PackageFilter::Unowned => "unowned".to_owned(),
    }
}
