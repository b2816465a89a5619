//! The footer: a notice, a line of input, or the keys that lead on from here, as many as fit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use crate::ui::bindings;
use crate::ui::keys::Binding;
use crate::ui::keys::action::Action;
use crate::ui::model::{Model, Screen};
use crate::ui::theme::Theme;
use crate::ui::wording::{find, loading};

use crate::ui::view::{input, text};

/// Draws the footer: the line being typed, or a notice, or the keys.
pub(super) fn draw(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if model.help.is_none() && model.overlay.is_none() {
        let or_notice = |words: String| model.notice.clone().unwrap_or(words);
        let line = match &model.screen {
            Screen::Explore(explore) => explore.typing.as_ref().map(|line| {
                let found = find::query(explore.tree.lines.find());
                (" find  ", line, or_notice(found))
            }),
            Screen::Compare(compare) => compare.typing.as_ref().map(|line| {
                let found = find::query(compare.files.find());
                (" find  ", line, or_notice(found))
            }),
            Screen::Picker(pick) => Some((" filter  ", &pick.query, or_notice(String::new()))),
            _ => None,
        };
        if let Some((label, line, words)) = line {
            let room = input::room_beside(label, area);
            let words = with_keys(model, words, room);
            input::draw(label, line, &words, theme, area, buffer);
            return;
        }
    }
    if let Some(notice) = &model.notice {
        return show_notice(notice, theme, area, buffer);
    }
    if let Some(words) = loading::reread(model).filter(|_| model.help.is_none()) {
        return show_notice(&words, theme, area, buffer);
    }
    let mut spans = vec![Span::raw(" ")];
    for KeyHint { key, words } in key_hints(model, usize::from(area.width).saturating_sub(1)) {
        spans.push(Span::styled(key, theme.key));
        spans.push(Span::styled(format!(" {words}{GAP}"), theme.faint));
    }
    Line::from(spans).render(area, buffer);
}

/// A key and what it does.
struct KeyHint {
    key: String,
    words: &'static str,
}

impl KeyHint {
    fn width(&self) -> usize {
        text::width(&self.key) + 1 + text::width(self.words)
    }
}

/// The gap between keys.
const GAP: &str = "   ";

/// Returns the enabled keys that fit into `room` columns. The key of the help comes first, then the first key of the context, then the key that quits.
fn key_hints(model: &Model, room: usize) -> Vec<KeyHint> {
    let bound: Vec<&Binding> = bindings::bound(model).collect();
    let listed = bound.iter().filter(|line| !line.footer.is_empty());
    let enabled = listed.filter(|line| bindings::disabled_reason(model, line.action).is_none());
    let shown = enabled.filter_map(|line| {
        let key = bindings::leading(&bound.iter().copied(), line)?;
        Some((key.to_string(), *line))
    });
    let (last, first): (Vec<_>, Vec<_>) =
        shown.partition(|(_, line)| matches!(line.action, Action::Help | Action::Quit));
    let all = first.into_iter().chain(last).enumerate();
    let mut all: Vec<(usize, u8, KeyHint)> = all
        .map(|(at, (key, line))| {
            let rank = match line.action {
                Action::Help => 0,
                _ if at == 0 => 1,
                Action::Quit => 2,
                _ => 3,
            };
            let words = line.footer;
            (at, rank, KeyHint { key, words })
        })
        .collect();
    all.sort_by_key(|(at, rank, _)| (*rank, *at));
    let mut left = room + text::width(GAP);
    let fits = |(.., hint): &(usize, u8, KeyHint)| {
        let wide = hint.width() + text::width(GAP);
        let fits = wide <= left;
        left = left.saturating_sub(wide);
        fits
    };
    let mut fitting: Vec<_> = all.into_iter().take_while(fits).collect();
    fitting.sort_by_key(|(at, ..)| *at);
    fitting.into_iter().map(|(.., hint)| hint).collect()
}

/// Returns words, followed by as many keys as fit.
fn with_keys(model: &Model, words: String, room: usize) -> String {
    let used = match text::width(&words) {
        0 => 0,
        wide => wide + text::width(GAP),
    };
    let keys = key_hints(model, room.saturating_sub(used)).into_iter();
    let keys = keys.map(|KeyHint { key, words }| format!("{key} {words}"));
    let parts: Vec<String> = std::iter::once(words).chain(keys).collect();
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(GAP)
}

/// Draws a notice, over the lines above where one line is too short: the end of an error is its hint.
fn show_notice(notice: &str, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let columns = usize::from(area.width).saturating_sub(2);
    // It may cover everything but the header.
    let lines = text::wrap_lines(notice, columns, usize::from(area.y.max(1)));
    for (line, y) in lines.iter().rev().zip((0..area.bottom()).rev()) {
        let row = Rect {
            y,
            height: 1,
            ..area
        };
        Clear.render(row, buffer);
        Line::styled(format!(" {line}"), theme.title).render(row, buffer);
    }
}
