//! Translates the terminal's events to the model's keys and mouse events. Actions are looked up in the key table.

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use crate::ui::bindings;
use crate::ui::keys::Key;
use crate::ui::keys::context::Context;
use crate::ui::layout::Size;
use crate::ui::model::Model;
use crate::ui::model::message::{Mouse, Msg};
use crate::ui::pane::Edit;

/// Returns what an event means to the model as it is.
#[must_use]
pub(super) fn messages(model: &Model, event: &Event) -> Vec<Msg> {
    match event {
        Event::Key(key) => key_of(*key)
            .and_then(|key| bindings::message(model, key))
            .into_iter()
            .collect(),
        Event::Mouse(event) => mouse_of(*event).map(Msg::Mouse).into_iter().collect(),
        Event::Resize(width, height) => vec![Msg::Resize(Size {
            width: *width,
            height: *height,
        })],
        Event::Paste(text) if model.contexts().contains(&Context::Typing) => text
            .chars()
            .map(|character| Msg::Edit(Edit::Insert(character)))
            .collect(),
        Event::Paste(_) | Event::FocusGained | Event::FocusLost => Vec::new(),
    }
}

/// Returns the key of a key event.
#[must_use]
pub(super) fn key_of(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    Some(match event.code {
        // What terminals send for ctrl+/.
        KeyCode::Char('7' | '_') if ctrl => Key::Ctrl('/'),
        KeyCode::Char(character) if ctrl => Key::Ctrl(character.to_ascii_lowercase()),
        KeyCode::Null => Key::Ctrl(' '),
        KeyCode::Char(_) if event.modifiers.contains(KeyModifiers::ALT) => return None,
        KeyCode::Char(character) => Key::Char(character),
        KeyCode::Enter => Key::Enter,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Esc => Key::Esc,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::F(number) => Key::F(number),
        _ => return None,
    })
}

const fn mouse_of(event: MouseEvent) -> Option<Mouse> {
    let (x, y) = (event.column, event.row);
    Some(match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Mouse::Press(x, y),
        MouseEventKind::Drag(MouseButton::Left) => Mouse::Drag(x, y),
        MouseEventKind::Up(MouseButton::Left) => Mouse::Release,
        MouseEventKind::ScrollDown => Mouse::Wheel(x, y, true),
        MouseEventKind::ScrollUp => Mouse::Wheel(x, y, false),
        _ => return None,
    })
}
