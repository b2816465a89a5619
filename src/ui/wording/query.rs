//! Queries in words: the conditions as chips, the way back, the total. No colours, no widths.

use std::collections::HashSet;

use crate::analysis::findings::Finding;
use crate::bytes::{Units, count, human};
use crate::escape;
use crate::image::{Image, NodeId};
use crate::query::{Condition, PackageFilter, Query, Selection, StoredAs};

use crate::ui::loaded::content_analysis::ContentSummary;
use crate::ui::model::explore::Explore;
use crate::ui::pane::{Tab, TreePane, View};
use crate::ui::wording::facts;

/// Returns a query's conditions in words, in their order.
pub(in crate::ui) fn chips(explore: &Explore, query: &Query, units: Units) -> Vec<String> {
    if query.is_empty() {
        return vec!["visible".to_owned()];
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

/// Returns the sum of a selection and the size of the image: `692.8 MB of 1.4 GB`; of a finding that it saves them.
pub(in crate::ui) fn total(explore: &Explore, selection: &Selection, units: Units) -> String {
    let (bytes, image_size) = (selection.bytes(), explore.summary.analysis.size);
    let image_size = explore.summary.analysis.sum(image_size, units);
    let selected = selection.amount(&explore.summary.analysis, bytes);
    let conditions = selection.query().conditions.iter();
    let mut findings = conditions.filter(|one| matches!(one, Condition::Finding(_)));
    let saves = if bytes > 0 && findings.next().is_some() {
        "saves "
    } else {
        ""
    };
    let total = format!("{saves}{} of {image_size}", selected.bytes(units));
    match selection.replaced() {
        0 => total,
        bytes => format!("{total}, less {}", human(bytes, units)),
    }
}

/// Returns how many contents of a selection are at a path and below it, as [`counted`].
pub(in crate::ui) fn number(explore: &Explore, selection: &Selection, node: NodeId) -> String {
    let hidden = selection.hidden_below(&explore.image, node);
    let visible = selection.count_below(node).saturating_sub(hidden);
    counted([visible, hidden], selection.has_folders())
}

/// Returns how many contents a finding is about, as the query for it does.
pub(in crate::ui) fn number_of_finding(image: &Image, finding: &Finding) -> String {
    let (mut visible, mut hidden) = (HashSet::new(), HashSet::new());
    let mut has_folders = false;
    for claim in &finding.claims {
        let shown = image.visible_entry(claim.node);
        let content = claim.entry.map(|entry| (claim.layer, entry));
        let content = content.map(|content| image.content(content).unwrap_or(content));
        if let Some((_, entry)) = content.or(shown) {
            has_folders |= image.entry(entry).is_dir();
        }
        let Some(content) = content else {
            visible.insert(claim.node);
            continue;
        };
        let mut names = image.visible_paths(content).peekable();
        match names.peek() {
            Some(_) => visible.extend(names),
            None if shown == Some(content) => {
                visible.insert(claim.node);
            }
            None => {
                hidden.insert(content);
            }
        }
    }
    counted([visible.len(), hidden.len()], has_folders)
}

/// Returns a number of contents: the visible ones by their paths, `12 files`, or `12 paths` where there are folders among them; what is hidden is told apart,
/// `12 files + 1 hidden version`: a path of several layers has several versions.
fn counted([visible, hidden]: [usize; 2], has_folders: bool) -> String {
    let versions = || count(hidden as u64, "hidden version", "hidden versions");
    let (one, many) = if has_folders {
        ("path", "paths")
    } else {
        ("file", "files")
    };
    let files = || count(visible as u64, one, many);
    match (visible, hidden) {
        (0, 1..) => versions(),
        (_, 0) => files(),
        _ => format!("{} + {}", files(), versions()),
    }
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
        Condition::Visible => "visible".to_owned(),
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
