//! What the footer and the help offer: a key that can do nothing as things are is left out of them, and whoever presses it all the same hears why.
//! Reads the model only.

use std::borrow::Cow;

use super::explore::{Explore, Focus};
use super::keys::{self, HelpLine};
use super::message::Action;
use super::model::{Model, Screen};
use super::overlay::Overlay;
use super::pane::{Stage, Viewer};

/// Why a key can do nothing.
type Why = Cow<'static, str>;

/// Returns why an action can do nothing as things are, in words; nothing when it can, or says so itself.
pub(super) fn why_not(model: &Model, action: Action) -> Option<Why> {
    match (&model.overlay, &model.screen) {
        (Some(Overlay::Viewer(viewer)), screen) if viewer.typing.is_none() => {
            in_viewer(viewer, screen, action)
        }
        (None, Screen::Explore(explore)) if explore.typing.is_none() => {
            without_contents(explore, action).map(Cow::Borrowed)
        }
        _ => None,
    }
}

/// Returns the keys as help lists them, without those of the places the model is in that can do nothing there.
pub(super) fn help(model: &Model) -> Vec<HelpLine<'_>> {
    let here = model.contexts_below_help();
    let works = |line: &HelpLine<'_>| match line {
        // What a search leads to is told before there is one.
        HelpLine::Keys(line) if matches!(line.action, Action::NextHit | Action::PreviousHit) => {
            true
        }
        HelpLine::Keys(line) => {
            !here.contains(&line.context) || why_not(model, line.action).is_none()
        }
        HelpLine::Heading(_) | HelpLine::Space => true,
    };
    let mut lines = keys::help(&model.options.keys);
    lines.retain(works);
    lines
}

/// Returns why an action can do nothing in the viewer.
fn in_viewer(viewer: &Viewer, screen: &Screen, action: Action) -> Option<Why> {
    use Action as A;
    let sideways = matches!(action, A::Left | A::Right);
    let found = matches!(action, A::NextHit | A::PreviousHit);
    let looks = found || matches!(action, A::Find | A::Hex | A::Diff);
    let said = match &viewer.stage {
        Stage::Reading if looks => "the file is still being read",
        Stage::Failed(_) if looks || sideways || action == A::Wrap => "the file could not be read",
        Stage::Reading | Stage::Failed(_) => return None,
        Stage::Ready(_) => match action {
            A::Wrap if viewer.is_hex() => "hex has no lines to wrap",
            _ if sideways && viewer.is_hex() => "hex does not move to the side",
            _ if sideways && viewer.wrap => "nothing is at the side while lines are wrapped",
            _ if found && viewer.hits.places.is_empty() => {
                "nothing is found to go to: search first"
            }
            A::Diff => return no_other_version(viewer, screen),
            _ => return None,
        },
    };
    Some(Cow::Borrowed(said))
}

/// Returns why the file in the viewer has nothing to be compared with.
fn no_other_version(viewer: &Viewer, screen: &Screen) -> Option<Why> {
    if let Screen::Compare(compare) = screen {
        let row = compare.files.selected()?.path;
        return compare.versions(row).err().map(Cow::Owned);
    }
    let below = viewer.file.and_then(|file| file.below);
    let none = "there is no earlier version to compare with";
    below.is_none().then_some(Cow::Borrowed(none))
}

/// Returns why an action that needs contents can do nothing before the image is whole.
fn without_contents(explore: &Explore, action: Action) -> Option<&'static str> {
    use Action as A;
    let given_up = explore.coming.as_ref()?.given_up;
    let (compares, needs) = match action {
        A::CompareWith => (true, true),
        A::View | A::Page | A::Extract | A::ExtractAll => (false, true),
        A::Open => (false, opens_file(explore)),
        _ => (false, false),
    };
    needs.then_some(match (compares, given_up) {
        (true, true) => "loading was given up: only what is loaded whole can be compared",
        (true, false) => "it can be compared when all of it is loaded",
        (false, true) => "loading was given up: contents cannot be had",
        (false, false) => "contents can be had when loading is done",
    })
}

/// Returns whether opening what is selected is looking into a file.
fn opens_file(explore: &Explore) -> bool {
    let row = explore.tree.lines.selected();
    let row = row.filter(|_| explore.focus == Focus::Tree);
    row.is_some_and(|row| {
        let shown = explore.tree.elsewhere(&explore.image, row.path).is_none();
        shown && !explore.tree.comparison().is_dir(&explore.image, row.path)
    })
}
