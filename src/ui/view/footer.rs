//! The footer: a notice, a line of input, or the enabled keys, as many as fit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use crate::ui::bindings::{GAP, KeyHint, key_hints};
use crate::ui::model::{Model, Screen};
use crate::ui::theme::Theme;
use crate::ui::wording::{find, loading};

use crate::ui::view::{input, text};

/// Draws the footer: the line being typed, or a notice, or the keys.
pub(super) fn draw(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    // It stays legible below an overlay, which dims what is behind it.
    Clear.render(area, buffer);
    if model.has_input_line() {
        let or_notice = |words: String| model.notice.clone().unwrap_or(words);
        let line = match &model.screen {
            Screen::Explore(explore) => explore.typing.as_ref().map(|line| {
                let found = find::result(&explore.tree.lines, explore.texts.find.get());
                (" find  ", line, or_notice(found))
            }),
            Screen::Compare(compare) => compare.typing.as_ref().map(|line| {
                let found = find::result(&compare.front.files, compare.hit_position.get());
                (" find  ", line, or_notice(found))
            }),
            Screen::Fleet(fleet) => fleet
                .typing
                .as_ref()
                .map(|line| (" filter  ", line, or_notice(String::new()))),
            Screen::Picker(pick) => Some((" filter  ", &pick.filter, or_notice(String::new()))),
            _ => None,
        };
        if let Some((label, line, words)) = line {
            let room = input::room_beside(label, area);
            let words = with_keys(model, words, room);
            input::draw(label, line, &words, theme, area, buffer);
            return;
        }
    }
    if let Some(notice) = loading::footer_notice(model) {
        return show_notice(&notice, theme, area, buffer);
    }
    let mut spans = vec![Span::raw(" ")];
    for KeyHint { key, text, .. } in key_hints(model, usize::from(area.width).saturating_sub(1)) {
        spans.push(Span::styled(key, theme.key));
        spans.push(Span::styled(format!(" {text}{GAP}"), theme.faint));
    }
    Line::from(spans).render(area, buffer);
}

/// Returns words, followed by as many keys as fit.
fn with_keys(model: &Model, words: String, room: usize) -> String {
    let used = match text::width(&words) {
        0 => 0,
        wide => wide + text::width(GAP),
    };
    let keys = key_hints(model, room.saturating_sub(used)).into_iter();
    let keys = keys.map(|hint| format!("{} {}", hint.key, hint.text));
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
