//! The titles of the views on the border of a pane, each with the action that shows it. Pure; draws nothing.

use ratatui::layout::{Position, Rect};

use crate::ui::keys::action::Action;
use crate::ui::layout::titles;
use crate::ui::pane::{CompareFocus, CompareTab, CompareView, Tab, View};

/// The title of a view, and the action that shows it.
pub(crate) type NamedView = (&'static str, Action);

/// The views of one image in the order they are shown.
pub(crate) const VIEWS: [NamedView; 9] = [
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

/// The views of two images in the order they are shown.
pub(crate) const COMPARED: [NamedView; 7] = [
    ("Why", Action::ShowCompareTab(CompareTab::Why)),
    ("Tree", Action::ShowFiles(CompareView::Tree)),
    ("Files", Action::ShowFiles(CompareView::Files)),
    ("Map", Action::ShowFiles(CompareView::Map)),
    ("Layers", Action::ShowCompareTab(CompareTab::Layers)),
    ("Packages", Action::ShowCompareTab(CompareTab::Packages)),
    ("Config", Action::ShowCompareTab(CompareTab::Config)),
];

/// Returns the place in [`VIEWS`] of what is shown.
#[must_use]
pub(crate) fn front(view: View, tab: Tab) -> usize {
    place(
        &VIEWS,
        match view {
            View::Tabs => Action::Show(tab),
            view => Action::ShowView(view),
        },
    )
}

/// Returns the place in [`COMPARED`] of what is shown.
#[must_use]
pub(crate) fn compared(focus: CompareFocus, tab: CompareTab, view: CompareView) -> usize {
    place(
        &COMPARED,
        match focus {
            CompareFocus::Tabs => Action::ShowCompareTab(tab),
            CompareFocus::Files => Action::ShowFiles(view),
        },
    )
}

fn place(views: &[NamedView], action: Action) -> usize {
    let place = views.iter().position(|(_, shows)| *shows == action);
    place.unwrap_or(0)
}

/// Returns the action that shows the view after the one in front, or the one before it, from the last to the first.
#[must_use]
pub(crate) fn next(views: &[NamedView], front: usize, forward: bool) -> Action {
    let step = if forward { 1 } else { views.len() - 1 };
    views[(front + step) % views.len()].1
}

/// Returns the titles that fit on the upper border of a pane, each with its place among the views and its area.
#[must_use]
pub(crate) fn view_titles(
    pane: Rect,
    views: &[NamedView],
    front: usize,
) -> Vec<(usize, String, Rect)> {
    let names: Vec<&str> = views.iter().map(|(title, _)| *title).collect();
    titles(pane, &names, front)
}

/// Returns what a click on a title shows.
#[must_use]
pub(crate) fn view_at(
    pane: Rect,
    views: &[NamedView],
    front: usize,
    at: Position,
) -> Option<Action> {
    let mut titles = view_titles(pane, views, front).into_iter();
    let (place, ..) = titles.find(|(.., area)| area.contains(at))?;
    Some(views[place].1)
}
