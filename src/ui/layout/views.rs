//! The titles of the views on the border of a pane, each with the action that shows it. Pure; draws nothing.

use ratatui::layout::{Position, Rect};

use crate::ui::keys::KeyMap;
use crate::ui::keys::action::Action;
use crate::ui::keys::context::Context;
use crate::ui::layout::lines;
use crate::ui::pane::{CompareFocus, CompareTab, CompareView, Tab, View};

/// A view by name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamedView {
    /// Its title.
    pub(crate) title: &'static str,
    /// The title for a border without room for all titles.
    short: &'static str,
    /// The action that shows it.
    pub(crate) shows: Action,
}

const fn view(title: &'static str, short: &'static str, shows: Action) -> NamedView {
    NamedView {
        title,
        short,
        shows,
    }
}

/// The title of a view on the border of a pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ViewLabel {
    /// The key and the name, as far as there is room.
    pub(crate) text: String,
    /// Where it is drawn.
    pub(crate) area: Rect,
    /// Whether its view is in front.
    pub(crate) is_front: bool,
    /// The action that shows the view.
    pub(crate) shows: Action,
}

/// Returns what a click on a title shows.
#[must_use]
pub(crate) fn pressed(labels: &[ViewLabel], at: Position) -> Option<Action> {
    let label = labels.iter().find(|label| label.area.contains(at))?;
    Some(label.shows)
}

/// The views of a screen in the order of their keys, and the context in which these are bound.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Views {
    /// The views.
    pub(crate) list: &'static [NamedView],
    /// The context.
    context: Context,
}

/// The views of one image.
pub(crate) const VIEWS: Views = Views {
    list: &OF_ONE,
    context: Context::Panes,
};

/// The views of one image that are tabs below the layers, beside the tree: the last ones, in the order of [`Tab::ALL`].
pub(crate) const TABS: Views = Views {
    list: VIEWS.list.split_at(VIEWS.list.len() - Tab::ALL.len()).1,
    ..VIEWS
};

/// The views of two images.
pub(crate) const COMPARED: Views = Views {
    list: &OF_TWO,
    context: Context::Compare,
};

const OF_ONE: [NamedView; 9] = [
    view("Overview", "Ovr", Action::ShowView(View::Overview)),
    view("Tree", "Tree", Action::ShowView(View::Tree)),
    view("Files", "File", Action::ShowView(View::Files)),
    view("Map", "Map", Action::ShowView(View::Map)),
    view("Packages", "Pkg", Action::Show(Tab::Packages)),
    view("Savings", "Sav", Action::Show(Tab::Savings)),
    view("Hidden", "Hid", Action::Show(Tab::Hidden)),
    view("Config", "Cfg", Action::Show(Tab::Config)),
    view("Image", "Img", Action::Show(Tab::Image)),
];

const OF_TWO: [NamedView; 7] = [
    view("Why", "Why", Action::ShowCompareTab(CompareTab::Why)),
    view("Tree", "Tree", Action::ShowFiles(CompareView::Tree)),
    view("Files", "File", Action::ShowFiles(CompareView::Files)),
    view("Map", "Map", Action::ShowFiles(CompareView::Map)),
    view(
        "Packages",
        "Pkg",
        Action::ShowCompareTab(CompareTab::Packages),
    ),
    view("Config", "Cfg", Action::ShowCompareTab(CompareTab::Config)),
    view("Layers", "Lay", Action::ShowCompareTab(CompareTab::Layers)),
];

/// Returns the index in [`VIEWS`] of what is shown.
#[must_use]
pub(crate) fn front(view: View, tab: Tab) -> usize {
    index(
        VIEWS,
        match view {
            View::Tabs => Action::Show(tab),
            view => Action::ShowView(view),
        },
    )
}

/// Returns the index in [`COMPARED`] of what is shown.
#[must_use]
pub(crate) fn compared(focus: CompareFocus, tab: CompareTab, view: CompareView) -> usize {
    index(
        COMPARED,
        match focus {
            CompareFocus::Tabs => Action::ShowCompareTab(tab),
            CompareFocus::Files => Action::ShowFiles(view),
        },
    )
}

fn index(views: Views, action: Action) -> usize {
    let index = views.list.iter().position(|view| view.shows == action);
    index.unwrap_or(0)
}

/// Returns the action that shows the view after the one in front, or the one before it, from the last to the first.
#[must_use]
pub(crate) fn next(views: &[NamedView], front: usize, forward: bool) -> Action {
    let step = if forward { 1 } else { views.len() - 1 };
    views[(front + step) % views.len()].shows
}

impl Views {
    /// Returns the first key of each view, as text; empty for a view without one.
    #[must_use]
    pub(crate) fn keys(self, keys: &KeyMap) -> Vec<String> {
        let key = |action: Action| {
            let mut lines = keys.lines().iter();
            let line = lines.find(|line| line.context == self.context && line.action == action);
            let key = line.and_then(|line| line.keys.first());
            key.map_or_else(String::new, ToString::to_string)
        };
        self.list.iter().map(|view| key(view.shows)).collect()
    }

    /// Returns the titles on the upper border of a pane.
    #[must_use]
    pub(crate) fn labels(self, pane: Rect, front: usize, keys: &KeyMap) -> Vec<ViewLabel> {
        let named: Vec<_> = self.keys(keys).into_iter().zip(self.list).collect();
        labels(pane, &named, front)
    }

    /// Returns the keys of all views in as few characters as possible: `1–5 8 0`. `None` if one of them has no digit as its key.
    #[must_use]
    pub(crate) fn key_range(self, keys: &KeyMap) -> Option<String> {
        let digit = |key: &String| key.parse::<u8>().ok().filter(|digit| *digit < 10);
        let digits: Vec<u8> = self.keys(keys).iter().map(digit).collect::<Option<_>>()?;
        let runs = digits.chunk_by(|one, next| *next == one + 1);
        let runs = runs.map(|run| match run {
            [one] => one.to_string(),
            [first, .., last] => format!("{first}–{last}"),
            [] => String::new(),
        });
        Some(runs.collect::<Vec<_>>().join(" "))
    }
}

/// How much of the titles is shown. It depends on the room alone, so that no title moves when another view is in front.
#[derive(Clone, Copy)]
enum TitleForm {
    /// A key and a name, short but for the first views.
    Spaced {
        /// How many views have their full names.
        full: usize,
    },
    /// A key and a short name without a space between them.
    Dense,
    /// Keys alone, but for the view in front.
    Keys,
}

/// Returns titles on the upper border of a pane, in the longest form for which there is room.
#[must_use]
fn labels(pane: Rect, all: &[(String, &NamedView)], front: usize) -> Vec<ViewLabel> {
    let room = usize::from(pane.width.saturating_sub(2));
    let text = |at: usize, form: TitleForm| {
        let (key, view) = &all[at];
        let title = match form {
            TitleForm::Spaced { full } if at < full => format!("{key} {}", view.title),
            TitleForm::Spaced { .. } => format!("{key} {}", view.short),
            TitleForm::Keys if at != front && !key.is_empty() => key.clone(),
            TitleForm::Dense | TitleForm::Keys => format!("{key}{}", view.short),
        };
        title.trim_start().to_owned()
    };
    let fits = |form: TitleForm, pad: usize| {
        let titles = (0..all.len()).map(|at| text(at, form).chars().count() + 2 * pad + 1);
        titles.sum::<usize>() <= room + 1
    };
    let spaced = (0..=all.len()).rev().map(|full| TitleForm::Spaced { full });
    let form = spaced
        .chain([TitleForm::Dense])
        .find(|form| fits(*form, 0))
        .unwrap_or(TitleForm::Keys);
    let pad = usize::from(fits(TitleForm::Spaced { full: all.len() }, 1));
    let mut x = pane.x + 1;
    let label = |at: usize| {
        let pad = " ".repeat(pad);
        let text = format!("{pad}{}{pad}", text(at, form));
        let area = Rect::new(x, pane.y, lines(text.chars().count()), 1);
        x += area.width + 1;
        ViewLabel {
            text,
            area,
            is_front: at == front,
            shows: all[at].1.shows,
        }
    };
    let fits = |label: &ViewLabel| label.area.right() < pane.right();
    (0..all.len()).map(label).filter(fits).collect()
}
