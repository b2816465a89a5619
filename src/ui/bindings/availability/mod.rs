//! Which actions are disabled in the current state, and the reason. Footer and help leave out their keys; pressing one shows the reason. Reads the model
//! only.

mod panes;

use std::borrow::Cow;

use crate::ui::bindings;
use crate::ui::fleet::FleetScreen;
use crate::ui::keys::action::Action;
use crate::ui::keys::key::Key;
use crate::ui::keys::{self, Binding, HelpLine};
use crate::ui::model::overlay::Overlay;
use crate::ui::model::picker::Picker;
use crate::ui::model::{Model, Screen};
use crate::ui::pane::{DiffView, Find, PathId, ReadState, Viewer};
use crate::ui::wording::{find, legend};

/// The reason why a key is disabled.
type Why = Cow<'static, str>;

/// Returns the reason why an action is disabled now; `None` when it is enabled, or reports an error by itself.
pub(in crate::ui) fn disabled_reason(model: &Model, action: Action) -> Option<Why> {
    if cfg!(windows) && action == Action::Suspend {
        return Some(Cow::Borrowed("Windows has no job control"));
    }
    if model.help.is_some() {
        let shown = action == Action::Help;
        return shown.then_some(Cow::Borrowed("the list of keys is open"));
    }
    not_here(model, action).or_else(|| match (&model.overlay, &model.screen) {
        (None, Screen::Explore(explore)) if explore.typing.is_none() => {
            panes::not_of_line(explore, action)
        }
        (None, Screen::Compare(compare)) if compare.typing.is_none() => {
            panes::not_of_row(compare, action)
        }
        _ => None,
    })
}

/// Returns the reason why an action is disabled, whichever line is selected.
fn not_here(model: &Model, action: Action) -> Option<Why> {
    match (&model.overlay, &model.screen) {
        (Some(Overlay::Viewer(viewer)), screen) if viewer.typing.is_none() => {
            in_viewer(viewer, screen, action)
        }
        (Some(Overlay::Diff(view)), _) => in_diff(view, action).map(Cow::Borrowed),
        (Some(Overlay::Extracting(extracting)), _) if extracting.stopping => {
            let stops = action == Action::Escape;
            stops.then_some(Cow::Borrowed("it is already being cancelled"))
        }
        (Some(Overlay::Actions(list)), _) => {
            let runs_none = action == Action::Accept && list.shown().next().is_none();
            runs_none.then_some(Cow::Borrowed("no action has these letters"))
        }
        (Some(_), _) | (None, Screen::Loading(_) | Screen::LoadingTwo(_)) => None,
        (None, Screen::Picker(pick)) => in_picker(pick, action).map(Cow::Borrowed),
        (None, Screen::Explore(explore)) if explore.typing.is_some() => {
            while_finding(explore.tree.lines.find(), action)
        }
        (None, Screen::Compare(compare)) if compare.typing.is_some() => {
            while_finding(compare.front.files.find(), action)
        }
        (None, Screen::Fleet(fleet)) if fleet.typing.is_some() => None,
        (None, Screen::Fleet(fleet)) => in_fleet(fleet, action).map(Cow::Borrowed),
        (None, Screen::Explore(explore)) => panes::in_one(explore, action),
        (None, Screen::Compare(compare)) => panes::in_two(compare, action),
    }
}

/// Returns the notice for a key without a binding.
pub(in crate::ui) fn unbound(model: &Model, key: Key) -> String {
    let more = lists_keys(model).map(|help| format!(": {help}"));
    format!("{key} does nothing here{}", more.unwrap_or_default())
}

/// Returns the notice where there is nothing to go back to; `None` if the keys that it names are unbound.
pub(in crate::ui) fn nothing_behind(model: &Model) -> Option<String> {
    let quit = bindings::key_of(model, Action::Quit);
    let texts = [quit.map(|key| format!("{key} quits")), lists_keys(model)];
    let texts: Vec<String> = texts.into_iter().flatten().collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

fn lists_keys(model: &Model) -> Option<String> {
    let key = bindings::key_of(model, Action::Help)?;
    Some(format!("{key} lists the keys"))
}

/// Returns the lines of the help: the keys of the current screen, without the disabled keys of active contexts, then its signs and words.
pub(in crate::ui) fn help(model: &Model) -> Vec<HelpLine> {
    let here = model.contexts_below_help();
    let bound = bindings::bound_in(model, here.clone());
    let listed = |line: &Binding| -> Vec<Key> {
        // Keys for hits are listed before a search has any.
        if !here.contains(&line.context) || line.action.needs_hit() {
            line.keys.to_vec()
        } else if not_here(model, line.action).is_none() {
            bindings::own_keys(&bound, line).collect()
        } else {
            Vec::new()
        }
    };
    let mut lines = keys::help(&model.options.keys, &model.contexts_of_help(), listed);
    if let Screen::Explore(_) | Screen::Compare(_) = &model.screen {
        lines.extend(legend::lines());
    }
    lines
}

/// Returns the reason why an action is disabled in the picker.
fn in_picker(pick: &Picker, action: Action) -> Option<&'static str> {
    let needs = match action {
        Action::Mark if pick.picks_one() => return Some("one image is picked here"),
        Action::Open => pick.pair().is_none(),
        Action::Mark => true,
        _ => false,
    };
    (needs && pick.selected().is_none()).then_some("no image matches")
}

/// Returns the reason why an action is disabled in the lists of many images.
fn in_fleet(fleet: &FleetScreen, action: Action) -> Option<&'static str> {
    let needs_row = matches!(
        action,
        Action::Open | Action::Right | Action::Details | Action::Copy
    );
    let page = &fleet.front;
    match action {
        _ if page.is_empty() && (needs_row || action == Action::Sort) => Some("nothing is listed"),
        Action::Open | Action::Right if page.selected_target().is_none() => {
            Some("no rows are behind this line")
        }
        Action::Details | Action::Copy if fleet.selected_row().is_none() => {
            Some("the line is not a row: enter lists all rows")
        }
        _ => None,
    }
}

/// Returns the reason why an action is disabled while a find is typed.
fn while_finding<I: PathId>(find: Option<&Find<I>>, action: Action) -> Option<Why> {
    let hits = action.needs_hit() || action == Action::Open;
    match find {
        None if hits => Some(Cow::Borrowed("find something first")),
        Some(find) if hits || action == Action::Accept => find::no_hits(find),
        _ => None,
    }
}

/// Returns the reason why an action is disabled in a diff.
const fn in_diff(view: &DiffView, action: Action) -> Option<&'static str> {
    use Action as A;
    if !matches!(
        action,
        A::DiffColumns | A::Wrap | A::NextHit | A::PreviousHit | A::Left | A::Right
    ) {
        return None;
    }
    match &view.state {
        ReadState::Reading => Some("both versions are still loading"),
        ReadState::Failed(_) => Some("the versions could not be compared"),
        ReadState::Ready(differences) => differences.why_empty(),
    }
}

/// Returns the reason why an action is disabled in the viewer.
fn in_viewer(viewer: &Viewer, screen: &Screen, action: Action) -> Option<Why> {
    use Action as A;
    let sideways = matches!(action, A::Left | A::Right);
    let found = action.needs_hit();
    let looks = found || matches!(action, A::Find | A::Hex | A::Diff);
    let reason = match &viewer.state {
        ReadState::Reading if looks => "the file is still loading",
        ReadState::Failed(_) if looks || sideways || action == A::Wrap => {
            "the file could not be read"
        }
        ReadState::Reading | ReadState::Failed(_) => return None,
        ReadState::Ready(_) => match action {
            A::Wrap if viewer.is_hex() => "the hex view has no lines to wrap",
            _ if sideways && viewer.is_hex() => "the hex view does not scroll sideways",
            _ if sideways && viewer.wrap => "wrapped lines do not scroll sideways",
            _ if found && viewer.hits.places.is_empty() => "no hits: search first",
            A::Diff => return no_other_version(viewer, screen),
            _ => return None,
        },
    };
    Some(Cow::Borrowed(reason))
}

/// Returns the reason why the file in the viewer has no other version.
fn no_other_version(viewer: &Viewer, screen: &Screen) -> Option<Why> {
    match (screen, viewer.file) {
        (Screen::Compare(compare), _) => {
            let row = compare.front.files.selected()?.path;
            compare.versions(row).err().map(Cow::from)
        }
        (Screen::Explore(explore), Some(file)) if file.other.is_none() => {
            Some(panes::no_earlier_version(explore, file))
        }
        _ => None,
    }
}
