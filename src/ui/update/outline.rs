//! Actions in a tree, of one image or of two: folding, filtering, finding.

use crate::ui::keys::action::Action;
use crate::ui::keys::context::Context;
use crate::ui::model::outline_context;
use crate::ui::pane::{Edit, Filter, Outline, PathId, Paths, TextInput};

/// Runs an action, and returns whether it is one of a tree.
pub(super) fn act<P: Paths>(lines: &mut Outline<P::Id>, paths: &P, action: Action) -> bool {
    match action {
        Action::Left => lines.leave(paths),
        Action::Right => lines.enter(paths),
        Action::Fold => lines.toggle(paths),
        Action::FoldAll => lines.toggle_all(),
        Action::Toggle(change) => lines.toggle_change(paths, change),
        Action::MinSize => lines.next_least(paths),
        Action::StayOnHit => lines.end_find(paths),
        _ => return false,
    }
    true
}

/// Leaves the find, so that folds and cursor are as before it, or a filter other than the usual one; false if there is neither.
pub(super) fn escape<P: Paths>(lines: &mut Outline<P::Id>, paths: &P, usual: Filter) -> bool {
    match outline_context(lines, usual) {
        Some(Context::Found) => lines.cancel_find(paths),
        Some(_) => lines.set_filter(paths, usual),
        None => return false,
    }
    true
}

/// Returns the current query for editing.
pub(super) fn query<I: PathId>(lines: &Outline<I>) -> TextInput {
    TextInput::selected(lines.find().map_or("", |find| find.text()))
}

/// Edits the query and starts the find.
pub(super) fn edit<P: Paths>(
    query: &mut TextInput,
    lines: &mut Outline<P::Id>,
    paths: &P,
    edit: Edit,
) {
    let before = query.text().to_owned();
    query.apply(edit);
    if query.text() != before {
        lines.start_find(paths, query.text());
    }
}

/// Runs an action while a query is typed. An accepted query is remembered; opening the selected hit is left to the screen.
pub(super) fn finding<P: Paths>(
    typing: &mut Option<TextInput>,
    last: &mut String,
    lines: &mut Outline<P::Id>,
    paths: &P,
    action: Action,
) {
    match action {
        Action::Accept | Action::Open => {
            *typing = None;
            if let Some(find) = lines.find() {
                find.text().clone_into(last);
            }
        }
        Action::Escape => {
            *typing = None;
            lines.cancel_find(paths);
        }
        Action::NextHit => lines.next_hit(paths, true),
        Action::PreviousHit => lines.next_hit(paths, false),
        _ => {}
    }
}
