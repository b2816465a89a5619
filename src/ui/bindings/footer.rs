//! What the footer shows: words about a line being typed, a notice, or the enabled keys, as many as fit.

use std::collections::HashSet;

use unicode_width::UnicodeWidthStr;

use crate::compare::Side;
use crate::ui::bindings;
use crate::ui::keys::Binding;
use crate::ui::keys::action::Action;
use crate::ui::keys::context::Context;
use crate::ui::layout::{input, views};
use crate::ui::model::overlay::Overlay;
use crate::ui::model::{Footer, KeyHint, Model, Screen};
use crate::ui::pane::{CompareTab, StatusKind, View};
use crate::ui::wording::{find, loading};

/// Returns what the footer shows.
pub(in crate::ui) fn footer(model: &Model) -> Footer {
    if model.input_line().is_some() {
        return beside_input(model);
    }
    if let Some(notice) = loading::footer_notice(model) {
        return Footer::Notice(notice.into_owned());
    }
    Footer::Keys(key_hints(
        model,
        usize::from(model.size.width).saturating_sub(1),
    ))
}

/// Returns the words about the line being typed, and the keys that fit beside them.
fn beside_input(model: &Model) -> Footer {
    let words = match (&model.notice, &model.screen) {
        (Some(notice), _) => notice.clone(),
        (None, Screen::Explore(explore)) => {
            find::result(&explore.tree.lines, explore.texts.find.get())
        }
        (None, Screen::Compare(compare)) => {
            find::result(&compare.front.files, compare.hit_position.get())
        }
        (None, _) => String::new(),
    };
    let room = input::room_beside(model.input_label(), model.size.width);
    let used = match words.width() {
        0 => 0,
        wide => wide + KeyHint::GAP.width(),
    };
    let keys = key_hints(model, room.saturating_sub(used));
    Footer::Input(words, keys)
}

/// Returns the enabled keys that fit into `room` columns, in the order of the table, the key that quits last. Where room is short, the key of the help is kept
/// first, then the first key of the context, then the key that goes back; without one, the key that quits.
fn key_hints(model: &Model, room: usize) -> Vec<KeyHint> {
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
                text: footer_text(model, line),
                action: line.action,
            };
            (at, rank, hint)
        })
        .collect();
    all.sort_by_key(|(at, rank, _)| (*rank, *at));
    let mut left = room + KeyHint::GAP.width();
    let fits = |(.., hint): &(usize, u8, KeyHint)| {
        let wide = hint.width() + KeyHint::GAP.width();
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
fn footer_text(model: &Model, line: &Binding) -> &'static str {
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
        (Screen::Compare(compare), Context::Filtered, _)
            if !compare.front.files.filter().is_active() =>
        {
            "hide unchanged"
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
