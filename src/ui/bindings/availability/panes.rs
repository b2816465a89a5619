//! Which actions are disabled in the panes: nothing is selected, the selection has the wrong kind, or file contents are not available.

use std::borrow::Cow;

use crate::ui::compare::{self, Compare};
use crate::ui::keys::action::{Action, Need};
use crate::ui::layout;
use crate::ui::model::explore::Explore;
use crate::ui::pane::{
    CompareView, FilesPane, Filter, Focus, Outline, PathId, RowPrefix, StatusKind, Tab, View,
    ViewedFile,
};
use crate::ui::wording::{categories, empty, find, outline};

use crate::ui::bindings::availability::Why;

use Action as A;

/// The reason for folders without entries.
const NOTHING_IN_IT: Why = Cow::Borrowed("the folder is empty");
/// The reason for views of a comparison without a filter.
const NOT_FILTERED: Why = Cow::Borrowed("this filters paths: 2 shows the trees, 3 the list");
/// The reason for views in one order.
const NOTHING_SORTED: Why = Cow::Borrowed("this view has only one order");

/// Returns the reason why an action is disabled on the explore screen, whichever line is selected.
pub(in crate::ui) fn in_one(explore: &Explore, action: Action) -> Option<Why> {
    if matches!(action, A::Widen | A::Narrow) && explore.areas.divider().is_none() {
        let least = layout::TWO_COLUMN_WIDTH;
        let why = format!("two panes are shown beside each other from {least} columns on");
        return Some(Cow::Owned(why));
    }
    if let Some(why) = of_query(explore, action) {
        return Some(why);
    }
    if action == A::Sort && !is_sorted(explore) {
        return Some(NOTHING_SORTED);
    }
    let is_tab = explore.focus == Focus::Tabs || explore.view == View::Tabs;
    if action == A::CopyCommand && is_tab && explore.tab == Tab::Packages {
        return Some(Cow::Borrowed("no command prints this list"));
    }
    let lines = &explore.tree.lines;
    let found = action.needs_hit();
    match lines.find() {
        Some(find) if found => return find::no_hits(find),
        None if found && explore.last_find.is_empty() => {
            return Some(Cow::Borrowed("no hits: find a path first"));
        }
        _ => {}
    }
    if explore.focus == Focus::Tree
        && let Some(why) = without_lines(lines, Filter::default(), action)
    {
        return Some(missing(explore).map_or(why, Cow::Borrowed));
    }
    if let Some(why) = without_rows(explore, action) {
        return Some(why);
    }
    without_contents(explore, action).map(Cow::Borrowed)
}

/// Returns whether the focused pane, or the tree beside it, has an order that can be chosen.
fn is_sorted(explore: &Explore) -> bool {
    match explore.focus {
        Focus::Tree | Focus::Files => true,
        Focus::Tabs if explore.tab == Tab::Packages => true,
        Focus::Layers | Focus::Tabs => explore.view == View::Tree,
        Focus::Overview | Focus::Map => false,
    }
}

/// Returns why an action can do nothing with the query in front, or without one.
fn of_query(explore: &Explore, action: Action) -> Option<Why> {
    let why = match (explore.query(), action) {
        (None, A::DropCondition) => "there is no query: enter on a number opens one",
        (Some(_), A::Toggle(_)) => "a query has no changes to show or hide: esc goes back",
        (Some(_), A::Mark | A::CompareBottom | A::CompareEmpty | A::CompareBelow) => {
            "a query is about the whole image: esc goes back to comparing layers"
        }
        (_, A::Files | A::LayerFiles) if explore.layer_count() == 0 => "the image has no layers",
        _ => return None,
    };
    Some(Cow::Borrowed(why))
}

/// Returns the reason why an action that needs a line is disabled in the layers or in a tab without lines.
fn without_rows(explore: &Explore, action: Action) -> Option<Why> {
    // A list in an order of its own; elsewhere the tree is sorted.
    let sorts = match explore.focus {
        Focus::Files => true,
        Focus::Tabs => explore.tab == Tab::Packages,
        _ => false,
    };
    if !(action.needs_line() || sorts && action == A::Sort) {
        return None;
    }
    match explore.focus {
        Focus::Tree | Focus::Map => None,
        Focus::Files => {
            let none = explore.list().is_none_or(FilesPane::is_empty);
            none.then_some(Cow::Borrowed("no files are listed"))
        }
        Focus::Overview => {
            let none = explore.overview.is_empty();
            none.then(|| Cow::Owned(categories::waiting(explore)))
        }
        Focus::Layers => {
            // Opening leads to the tree.
            let none = explore.layer_count() == 0 && action != A::Open;
            none.then_some(Cow::Borrowed("the image has no layers"))
        }
        Focus::Tabs => empty::why(explore, explore.tab).map(Cow::Owned),
    }
}

/// Returns the reason why an action is disabled on the compare screen, whichever line is selected.
pub(in crate::ui) fn in_two(compare: &Compare, action: Action) -> Option<Why> {
    if let A::Show(tab) = action {
        let (title, side) = (tab.title(), compare.active_side.name());
        let why = format!("{title} is about one image: o explores {side}");
        return Some(Cow::Owned(why));
    }
    if compare.waits_for_swap(action) {
        let why = "before and after are being swapped: esc cancels that";
        return Some(Cow::Borrowed(why));
    }
    let in_files = compare.front.focus == compare::CompareFocus::Files;
    if action == A::Sort && (!in_files || compare.is_on_map()) {
        return Some(NOTHING_SORTED);
    }
    let shows_same = matches!(
        compare.front.tab,
        compare::CompareTab::Why | compare::CompareTab::Config
    );
    let filters = match action {
        A::Toggle(StatusKind::Unmodified) => !shows_same,
        action => matches!(action, A::MinSize | A::Toggle(_)),
    };
    if !in_files && filters {
        return Some(NOT_FILTERED);
    }
    if compare.is_on_map() {
        let needs = matches!(action, A::Open | A::ShowInTree | A::Details);
        let none = compare.front.map.tiles().is_empty();
        return (needs && none).then_some(Cow::Borrowed("no bytes differ"));
    }
    if in_files {
        let folds = matches!(action, A::Fold | A::FoldAll | A::Left | A::Right);
        if folds && compare.front.view == CompareView::Files {
            return Some(Cow::Borrowed("a list has no folders: f shows the trees"));
        }
        return without_lines(&compare.front.files, compare.usual_filter(), action);
    }
    if action == A::History && compare.selected_path().is_none() {
        return Some(Cow::Borrowed("this line is not a path"));
    }
    let none = action == A::Details && compare.lines.is_empty();
    none.then_some(Cow::Borrowed("nothing is listed"))
}

/// Returns the reason why an action is disabled for the selected path of the explore screen.
pub(in crate::ui) fn not_of_line(explore: &Explore, action: Action) -> Option<Why> {
    if action == A::History && explore.focused_path().is_none() {
        return Some(Cow::Borrowed(
            "only a path has a history: select a file or a folder",
        ));
    }
    let file = |node| match explore.file(node) {
        Ok((file, _)) if action == A::Diff && file.other.is_none() => {
            Some(no_earlier_version(explore, file))
        }
        file => file.err().map(Cow::from),
    };
    let reads = matches!(action, A::View | A::Pager | A::Diff);
    match explore.focus {
        Focus::Files if reads || action == A::Open => {
            return explore.selected_node().and_then(file);
        }
        Focus::Tabs if reads => return explore.focused_path().and_then(file),
        Focus::Tree => {}
        _ => return None,
    }
    let row = explore.tree.lines.selected()?;
    let is_leaf = row.shape == RowPrefix::Leaf;
    let file = || file(row.path);
    match action {
        A::View | A::Pager | A::Diff => file(),
        A::Open if opens_file(explore) => file(),
        // A path of another layer is shown at that layer.
        A::Open => {
            let is_dir = explore.tree.is_dir(&explore.image, row.path);
            (is_dir && is_leaf).then_some(NOTHING_IN_IT)
        }
        A::Fold | A::Right => is_leaf.then_some(NOTHING_IN_IT),
        _ => None,
    }
}

/// Returns the reason why an action is disabled for the selected path of the compare screen.
pub(in crate::ui) fn not_of_row(compare: &Compare, action: Action) -> Option<Why> {
    let row = compare.front.files.selected()?;
    let counterpart = || compare.comparison.moves.counterpart(row.path);
    if compare.front.focus != compare::CompareFocus::Files || compare.is_on_map() {
        return None;
    }
    match action {
        A::Fold | A::Right => (row.shape == RowPrefix::Leaf).then_some(NOTHING_IN_IT),
        A::OtherEnd if counterpart().is_none() => Some(Cow::Borrowed("this path did not move")),
        A::View | A::Pager => {
            let side = compare.side_at(row.path);
            compare.file(row.path, side).err().map(Cow::from)
        }
        A::Diff => compare.versions(row.path).err().map(Cow::from),
        _ => None,
    }
}

/// Returns the reason why an action that needs a path is disabled in a tree without lines.
fn without_lines<I: PathId>(lines: &Outline<I>, usual: Filter, action: Action) -> Option<Why> {
    let is_missing = action.needs_line() && lines.selected().is_none();
    if is_missing && lines.has_work() {
        return Some(Cow::Borrowed("the list is being computed"));
    }
    is_missing.then(|| outline::why_empty(lines, usual))
}

/// Returns the reason why the shown layer has no files: it is not loaded.
fn missing(explore: &Explore) -> Option<&'static str> {
    let after = explore.tree.comparison().range().after?;
    match (explore.has(after), explore.is_cancelled()) {
        (true, _) => None,
        (false, true) => Some("this layer was not loaded"),
        (false, false) => Some("this layer is not loaded yet"),
    }
}

/// Returns the reason why the file in the viewer has no other version.
pub(in crate::ui) fn no_earlier_version(explore: &Explore, file: ViewedFile) -> Why {
    if explore.selection().is_some() {
        return Cow::Borrowed("no layer stores another version of the file");
    }
    let comparison = explore.tree.comparison();
    let Some(before) = comparison.range().before else {
        return Cow::Borrowed(
            "the layer is compared with an empty filesystem: there is no earlier version",
        );
    };
    let before = before.0 + 1;
    Cow::Owned(match comparison.earlier(&explore.image, file.node) {
        Some((_, entry)) if entry == file.entry => {
            format!("the file is the same as of layer {before}: there is nothing to compare")
        }
        Some(_) => format!("as of layer {before} the path was not a regular file"),
        None => format!("as of layer {before} the file did not exist"),
    })
}

/// Returns the reason why an action that needs file contents is disabled until the image is loaded.
fn without_contents(explore: &Explore, action: Action) -> Option<&'static str> {
    let cancelled = explore.loading.as_ref()?.cancelled;
    let (compares, needs) = match action.need()? {
        Need::CompleteImage => (true, true),
        Need::Contents | Need::LineContents => (false, true),
        Need::Line if action == A::Open => (false, opens_file(explore)),
        Need::Line | Need::Hit => (false, false),
    };
    needs.then_some(match (compares, cancelled) {
        (true, true) => "loading was cancelled: only complete images can be compared",
        (true, false) => "the image can be compared once it is loaded",
        (false, true) => "loading was cancelled: file contents are not available",
        (false, false) => "file contents are available once the image is loaded",
    })
}

/// Returns whether opening the selection shows a file.
fn opens_file(explore: &Explore) -> bool {
    let row = explore.tree.lines.selected();
    let row = row.filter(|_| explore.focus == Focus::Tree);
    explore.focus == Focus::Files
        || row.is_some_and(|row| {
            let shown = explore
                .tree
                .layer_outside_range(&explore.image, row.path)
                .is_none();
            shown && !explore.tree.is_dir(&explore.image, row.path)
        })
}
