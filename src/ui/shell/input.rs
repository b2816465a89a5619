//! Translates the terminal's events to the model's keys and mouse events. Actions are looked up in the key table.

use std::time::{Duration, Instant};

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

/// The longest time between the presses of a double click.
const DOUBLE_CLICK: Duration = Duration::from_millis(400);

/// The last press of the mouse, for double clicks.
#[derive(Debug, Default)]
pub(in crate::ui) struct Clicks(Option<(Instant, u16, u16)>);

impl Clicks {
    /// Returns whether a press is the second one of a double click.
    fn is_double(&mut self, x: u16, y: u16, now: Instant) -> bool {
        let last = self.0.take();
        let double = last.is_some_and(|(time, last_x, last_y)| {
            (last_x, last_y) == (x, y) && now.saturating_duration_since(time) <= DOUBLE_CLICK
        });
        // A third press is a single one.
        self.0 = (!double).then_some((now, x, y));
        double
    }
}

/// Returns what an event means to the model as it is.
#[must_use]
pub(super) fn messages(model: &Model, clicks: &mut Clicks, event: &Event) -> Vec<Msg> {
    match event {
        Event::Key(key) => key_of(*key)
            .and_then(|key| bindings::message(model, key))
            .into_iter()
            .collect(),
        Event::Mouse(event) => {
            let mouse = mouse_of(*event).map(|mouse| match mouse {
                Mouse::Press(x, y) if clicks.is_double(x, y, Instant::now()) => Mouse::Double(x, y),
                mouse => mouse,
            });
            mouse.map(Msg::Mouse).into_iter().collect()
        }
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
