//! The footer: a notice, a line of input, or the enabled keys, as many as fit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use crate::ui::model::{Footer, KeyHint, Model};
use crate::ui::theme::Theme;

use crate::ui::view::{input, text};

/// Draws the footer: the line being typed, or a notice, or the keys.
pub(super) fn draw(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    // It stays legible below an overlay, which dims what is behind it.
    Clear.render(area, buffer);
    match &model.footer {
        Footer::Input(words, keys) => {
            let Some(line) = model.input_line() else {
                return;
            };
            let words = with_keys(words, keys);
            input::draw(model.input_label(), line, &words, theme, area, buffer);
        }
        Footer::Notice(notice) => show_notice(notice, theme, area, buffer),
        Footer::Keys(keys) => {
            let mut spans = vec![Span::raw(" ")];
            for KeyHint { key, text, .. } in keys {
                spans.push(Span::styled(key.as_str(), theme.key));
                spans.push(Span::styled(
                    format!(" {text}{}", KeyHint::GAP),
                    theme.faint,
                ));
            }
            Line::from(spans).render(area, buffer);
        }
    }
}

/// Returns words, followed by keys.
fn with_keys(words: &str, keys: &[KeyHint]) -> String {
    let keys = keys
        .iter()
        .map(|hint| format!("{} {}", hint.key, hint.text));
    let parts: Vec<String> = std::iter::once(words.to_owned()).chain(keys).collect();
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(KeyHint::GAP)
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
