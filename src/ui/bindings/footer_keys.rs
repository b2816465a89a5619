//! The keys that the footer shows: the enabled ones, as many as fit. Each can be clicked.

use std::collections::HashSet;

use unicode_width::UnicodeWidthStr;

use crate::compare::Side;
use crate::ui::bindings;
use crate::ui::keys::Binding;
use crate::ui::keys::action::Action;
use crate::ui::keys::context::Context;
use crate::ui::layout::views;
use crate::ui::model::overlay::Overlay;
use crate::ui::model::{Model, Screen};
use crate::ui::pane::{CompareTab, StatusKind, View};
use crate::ui::wording::loading;

/// A key and what it does.
#[derive(Clone, Debug)]
pub(in crate::ui) struct KeyHint {
    /// The key, as text.
    pub(in crate::ui) key: String,
    /// What it does.
    pub(in crate::ui) text: &'static str,
    /// The action.
    pub(in crate::ui) action: Action,
}

impl KeyHint {
    fn width(&self) -> usize {
        self.key.width() + 1 + self.text.width()
    }
}

/// The gap between keys.
pub(in crate::ui) const GAP: &str = "   ";

/// Returns the enabled keys that fit into `room` columns, in the order of the table, the key that quits last. Where room is short, the key of the help is kept
/// first, then the first key of the context, then the key that goes back; without one, the key that quits.
pub(in crate::ui) fn key_hints(model: &Model, room: usize) -> Vec<KeyHint> {
    let bound: Vec<&Binding> = bindings::bound(model).collect();
    let listed = bound.iter().filter(|line| !line.footer.is_empty());
    let enabled = listed.filter(|line| {
        is_always_shown(line) || bindings::disabled_reason(model, line.action).is_none()
    });
    let shown = enabled.filter_map(|line| {
        let key = bindings::leading(&bound.iter().copied(), line)?;
        let keys = view_keys(model, line).or_else(|| change_keys(&bound, line));
        Some((keys.unwrap_or_else(|| key.to_string()), *line))
    });
    let mut words = HashSet::new();
    // Where `esc` goes back, `q` does the same.
    let shown = shown.filter(|(_, line)| words.insert(line.footer) || line.action != Action::Back);
    let (last, first): (Vec<_>, Vec<_>) = shown
        .partition(|(_, line)| matches!(line.action, Action::Help | Action::Back | Action::Quit));
    let leads_back = bound.iter().any(|line| line.action == Action::Back);
    let all = first.into_iter().chain(last).enumerate();
    let mut all: Vec<(usize, u8, KeyHint)> = all
        .map(|(at, (key, line))| {
            let rank = match line.action {
                Action::Help => 0,
                _ if at == 0 => 1,
                Action::Quit if leads_back => 4,
                Action::Back | Action::Quit => 2,
                _ => 3,
            };
            let hint = KeyHint {
                key,
                text: footer(model, line),
                action: line.action,
            };
            (at, rank, hint)
        })
        .collect();
    all.sort_by_key(|(at, rank, _)| (*rank, *at));
    let mut left = room + GAP.width();
    let fits = |(.., hint): &(usize, u8, KeyHint)| {
        let wide = hint.width() + GAP.width();
        let fits = wide <= left;
        left = left.saturating_sub(wide);
        fits
    };
    let mut fitting: Vec<_> = all.into_iter().take_while(fits).collect();
    fitting.sort_by_key(|(at, ..)| *at);
    fitting.into_iter().map(|(.., hint)| hint).collect()
}

/// Returns the keys of all views, `1–9`, for the key of the first view; `None` for other keys, and when a view has no digit as its key.
fn view_keys(model: &Model, line: &Binding) -> Option<String> {
    let shown = match line.action {
        Action::ShowView(View::Overview) => views::VIEWS,
        Action::ShowCompareTab(CompareTab::Why) => views::COMPARED,
        _ => return None,
    };
    shown.key_range(&model.options.keys)
}

/// Returns whether a key is shown on every line, so that it is known: on a line where it is disabled, pressing it shows the reason.
fn is_always_shown(line: &Binding) -> bool {
    line.context == Context::Trees && line.action == Action::Diff
}

/// Returns the keys that show or hide a kind of change, `+~-`, for the first of them; `None` for other keys, and when one of them is unbound.
fn change_keys(bound: &[&Binding], line: &Binding) -> Option<String> {
    if line.action != Action::Toggle(StatusKind::Added) {
        return None;
    }
    let key = |kind: StatusKind| {
        let mut lines = bound.iter();
        let line = lines.find(|line| line.action == Action::Toggle(kind))?;
        bindings::leading(&bound.iter().copied(), line)
    };
    let keys = [StatusKind::Added, StatusKind::Modified, StatusKind::Removed];
    let keys = keys.map(|kind| Some(key(kind)?.to_string()));
    keys.into_iter().collect()
}

/// Returns the text of a key in the footer. Only a finding of the overview has a fix; the other lines have details. `esc` and `q` say
/// when they leave a comparison or return to it, `o` says which image it explores, and the key that accepts a line says what that does.
fn footer(model: &Model, line: &Binding) -> &'static str {
    match (&model.screen, line.context, line.action) {
        (Screen::Explore(explore), Context::Overview, Action::Details)
            if !explore.overview.is_on_finding() =>
        {
            "details"
        }
        (Screen::Compare(compare), Context::Opened | Context::Entered, _)
            if compare.views.is_empty() =>
        {
            "leave the comparison"
        }
        (Screen::Compare(compare), _, Action::ExploreImage) => match compare.explored_side() {
            Side::Before => "explore before",
            Side::After => "explore after",
        },
        (_, Context::Typing, Action::Accept) => match &model.overlay {
            Some(Overlay::Destination(_)) => "extract",
            Some(Overlay::Prompt(prompt)) => prompt.kind.verb(),
            Some(Overlay::Viewer(_)) => "search",
            _ => line.footer,
        },
        (Screen::Explore(explore), Context::Opened | Context::Entered, _)
            if explore.side.is_some() && explore.views.is_empty() =>
        {
            "back to the comparison"
        }
        _ => line.footer,
    }
}

/// Returns the action of the key that the footer shows at a column; `None` where the footer shows a notice or a line of input.
pub(in crate::ui) fn action_at(model: &Model, column: u16) -> Option<Action> {
    if model.has_input_line() || loading::footer_notice(model).is_some() {
        return None;
    }
    let mut start = 1;
    let room = usize::from(model.size.width).saturating_sub(1);
    key_hints(model, room).into_iter().find_map(|hint| {
        let end = start + hint.width();
        let is_here = (start..end).contains(&usize::from(column));
        start = end + GAP.width();
        is_here.then_some(hint.action)
    })
}
