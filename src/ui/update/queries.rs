//! What opening a number does, and how the query in front is changed.

use crate::query::{Owner, Query, Term};
use crate::ui::keys::action::Action;
use crate::ui::model::explore::{self, Explore};
use crate::ui::pane::PackageRow;

use crate::ui::update::outline;

/// Opens the files of the selected line of the Packages tab, and returns a notice.
pub(super) fn open_package(explore: &mut Explore) -> Option<String> {
    let packages = &explore.content.ready()?.content_analysis.packages;
    let owner = match explore.packages.rows().get(explore.tab_cursor().at())? {
        PackageRow::Share(owner) => *owner,
        PackageRow::Package(id) => Owner::Package(*id),
        PackageRow::Note(at) => return packages.notes.get(*at).cloned(),
    };
    let place = match owner {
        Owner::Package(id) => Some(packages.get(id).location),
        _ => None,
    };
    if explore.open_query(&Query::of(owner.into()), false) {
        return None;
    }
    // What is compiled into a program owns no files.
    match place {
        Some(place) if explore.open_query(&Query::of(Term::At(place)), false) => {
            Some("it owns no files; this file records it".to_owned())
        }
        _ => Some("there are no such files".to_owned()),
    }
}

/// Opens the files of the selected finding. Returns false if it is about no file.
pub(super) fn open_finding(explore: &mut Explore) -> bool {
    let at = explore.tab_cursor().at();
    explore.open_query(&Query::of(Term::Finding(at)), false)
}

/// Does what a key means for the query in front, and returns a notice.
pub(super) fn act(explore: &mut Explore, action: Action) -> Option<String> {
    match action {
        Action::LayerFiles => return layer_files(explore),
        Action::LeastSize => return next_least(explore),
        Action::DropCondition => drop_term(explore),
        _ if explore.toggle_files() => {}
        _ => return Some("no path contains these letters as typed: use a glob".to_owned()),
    }
    None
}

/// Does what a key means for the lines of the tree; false if it means nothing there, as in a list of files. The least size is the query's where there
/// is one.
pub(super) fn outline(explore: &mut Explore, action: Action) -> bool {
    let is_narrowed = action == Action::LeastSize && explore.query().is_some();
    let Explore { image, tree, .. } = explore;
    explore.files.is_none()
        && !is_narrowed
        && tree.with(image, |lines, paths| outline::act(lines, paths, action))
}

/// Lists the files that the selected layer stores, and returns a notice if it stores none.
fn layer_files(explore: &mut Explore) -> Option<String> {
    let layer = explore.layer()?;
    let opened = explore.open_query(&Query::of(Term::Layers(layer, layer)), true);
    (!opened).then(|| format!("layer {} stores no files", layer.0 + 1))
}

/// Drops the last condition of the query; after the last one, goes back.
fn drop_term(explore: &mut Explore) {
    let Some(query) = explore.query().cloned() else {
        return;
    };
    let query = query.without_last();
    if query.is_empty() {
        explore.back();
    } else {
        explore.change_query(&query);
    }
}

/// Steps the least size of the query on, and returns a notice if no file is that large.
fn next_least(explore: &mut Explore) -> Option<String> {
    let query = explore::next_least(explore.query()?);
    if explore.change_query(&query) {
        return None;
    }
    let without = query.without_last();
    explore.change_query(&without);
    Some("no file is larger: all sizes are shown".to_owned())
}
