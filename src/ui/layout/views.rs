//! The titles of the views above the pane at the right, each with the action that shows it. Pure; draws nothing.

use ratatui::layout::{Position, Rect};

use crate::ui::keys::action::Action;
use crate::ui::layout::titles;
use crate::ui::pane::{Tab, View};

/// The views in the order they are shown.
pub(crate) const VIEWS: [(&str, Action); 9] = [
    ("Overview", Action::ShowView(View::Overview)),
    ("Tree", Action::ShowView(View::Tree)),
    ("Files", Action::ShowView(View::Files)),
    ("Map", Action::ShowView(View::Map)),
    ("Packages", Action::Show(Tab::Packages)),
    ("Savings", Action::Show(Tab::Savings)),
    ("Hidden", Action::Show(Tab::Hidden)),
    ("Config", Action::Show(Tab::Config)),
    ("Image", Action::Show(Tab::Image)),
];

/// Returns the place in [`VIEWS`] of what is shown.
#[must_use]
pub(crate) fn front(view: View, tab: Tab) -> usize {
    let action = match view {
        View::Tabs => Action::Show(tab),
        view => Action::ShowView(view),
    };
    let place = VIEWS.iter().position(|(_, shows)| *shows == action);
    place.unwrap_or(0)
}

/// Returns the titles that fit on the upper border of a pane, each with its place in [`VIEWS`] and its area.
#[must_use]
pub(crate) fn view_titles(pane: Rect, front: usize) -> Vec<(usize, String, Rect)> {
    titles(pane, &VIEWS.map(|(title, _)| title), front)
}

/// Returns what a click on a title shows.
#[must_use]
pub(crate) fn view_at(pane: Rect, front: usize, at: Position) -> Option<Action> {
    let mut titles = view_titles(pane, front).into_iter();
    let (place, ..) = titles.find(|(.., area)| area.contains(at))?;
    Some(VIEWS[place].1)
}
