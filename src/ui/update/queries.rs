//! What opening a number does, and how the query in front is changed.

use crate::query::{Condition, PackageFilter, Query};
use crate::ui::keys::action::Action;
use crate::ui::loaded::ticket::Ticket;
use crate::ui::model::computation::{Computation, Computed};
use crate::ui::model::effect::Effect;
use crate::ui::model::explore::{self, Explore};
use crate::ui::model::{Model, Screen};
use crate::ui::pane::{PackageLine, View};

use crate::ui::update::outline;

/// Requests the computation that waits, if one does.
pub(super) fn request(model: &mut Model) -> Option<Effect> {
    let next = &mut model.next_ticket;
    let ticket = || next.next();
    let (ticket, computation) = match &mut model.screen {
        Screen::Explore(explore) => {
            let (ticket, query) = explore.take_query(ticket)?;
            (ticket, Computation::Files(query))
        }
        Screen::Compare(compare) => {
            let (ticket, computation) = compare.take_computation(ticket)?;
            (ticket, Computation::Pair(computation))
        }
        _ => return None,
    };
    Some(Effect::Compute(ticket, Box::new(computation)))
}

/// Takes the result of a computation, unless it was cancelled.
pub(super) fn answer(model: &mut Model, ticket: Ticket, computed: Computed) {
    let found = match (&mut model.screen, computed) {
        (Screen::Explore(explore), Computed::Files(found)) => explore.answer(ticket, found),
        (Screen::Compare(compare), Computed::Pair(found)) => compare.answer(ticket, found),
        _ => None,
    };
    if found == Some(false) {
        model.notice = Some(NO_FILES.to_owned());
    }
}

/// The notice for a query that selects nothing.
pub(super) const NO_FILES: &str = "no files are behind this line";

/// Opens the files of the selected line of the Packages tab, and returns a notice.
pub(super) fn open_package(explore: &mut Explore) -> Option<String> {
    let packages = &explore.content.ready()?.content_analysis.packages;
    let owner = match explore.packages.rows().get(explore.tab_cursor().at())? {
        PackageLine::Share(owner) => *owner,
        PackageLine::Package(id) => PackageFilter::Package(*id),
        PackageLine::Note(at) => return packages.notes.get(*at).cloned(),
    };
    // What is compiled into a program owns no files.
    let record = match owner {
        PackageFilter::Package(id) if packages.get(id).files == 0 => {
            Some(packages.get(id).location)
        }
        _ => None,
    };
    let condition = record.map_or_else(|| owner.into(), Condition::At);
    let opened = explore.open_query(&Query::of(condition), View::Tree);
    match record {
        _ if !opened => Some(NO_FILES.to_owned()),
        Some(_) => Some("it owns no files; this file records it".to_owned()),
        None => None,
    }
}

/// Opens the files of the selected finding. Returns false if it is about no file.
pub(super) fn open_finding(explore: &mut Explore) -> bool {
    let finding = explore.selected_finding();
    finding.is_some_and(|at| explore.open_query(&Query::of(Condition::Finding(at)), View::Tree))
}

/// Does what a key means for the query in front, and returns a notice.
pub(super) fn act(explore: &mut Explore, action: Action) -> Option<String> {
    match action {
        Action::LayerFiles => return layer_files(explore),
        Action::MinSize => return next_least(explore),
        Action::DropCondition => {
            let conditions = explore.query().map_or(0, |query| query.conditions.len());
            drop_condition(explore, conditions.saturating_sub(1));
        }
        Action::ShowView(view) => return not_listed(explore.show_view(view)),
        _ => return not_listed(explore.toggle_files()),
    }
    None
}

/// Returns the notice for a list of hits without files.
fn not_listed(is_listed: bool) -> Option<String> {
    let why = "no path contains these letters as typed: use a glob";
    (!is_listed).then(|| why.to_owned())
}

/// Does what a key means for the lines of the tree; false if it means nothing there, as in a list of files. The least size is the query's where there
/// is one, and the list's.
pub(super) fn outline(explore: &mut Explore, action: Action) -> bool {
    let is_narrowed = action == Action::MinSize && explore.query().is_some();
    let Explore { image, tree, .. } = explore;
    let is_of_tree = explore.view != View::Files
        && !is_narrowed
        && tree.with(image, |lines, paths| outline::act(lines, paths, action));
    if is_of_tree && action == Action::StayOnHit {
        explore.stay_on_hit();
    }
    is_of_tree
}

/// Lists the files that the selected layer stores, and returns a notice if it stores none.
fn layer_files(explore: &mut Explore) -> Option<String> {
    let layer = explore.layer()?;
    let opened = explore.open_query(&Query::of(Condition::Layers(layer, layer)), View::Files);
    (!opened).then(|| format!("layer {} stores no files", layer.0 + 1))
}

/// Drops a condition of the query; without any left, goes back.
pub(super) fn drop_condition(explore: &mut Explore, at: usize) {
    let Some(mut query) = explore.query().cloned() else {
        return;
    };
    if at < query.conditions.len() {
        query.conditions.remove(at);
    }
    if query.is_empty() {
        explore.back();
    } else {
        explore.change_query(&query);
    }
}

/// Steps the least size of the query on, and returns a notice if no file is that large.
fn next_least(explore: &mut Explore) -> Option<String> {
    let Some(selection) = explore.tree.selection() else {
        let query = explore::next_least(&Query::of(Condition::Visible));
        let opened = explore.open_query(&query, View::Files);
        return (!opened).then(|| "no file is larger".to_owned());
    };
    let query = explore::next_least(selection.query());
    // The answer may take a while, so what it selects is decided by what is selected now: more than it, unless the step is the one to all sizes.
    let largest = selection.largest().map_or(0, |content| content.bytes);
    let is_empty = |term: &Condition| matches!(term, Condition::MinSize(bytes) if *bytes > largest);
    if query.conditions.iter().any(is_empty) {
        explore.change_query(&query.without_last());
        return Some("no file is larger: all sizes are shown".to_owned());
    }
    explore.change_query(&query);
    None
}
