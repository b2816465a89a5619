//! Any keys, clicks and sizes over one image and over two: every frame can be drawn.

use std::sync::Arc;

use crate::choice;
use crate::fixture::ImageBuilder;
use crate::packages::debian;
use crate::screens::{Screen, app};
use dive_rs::analysis::BaseHint;
use dive_rs::compare::{Hashes, PendingComparison, Sides};
use dive_rs::ui::bindings;
use dive_rs::ui::keys::Key;
use dive_rs::ui::layout::Size;
use dive_rs::ui::loaded::summary::of_pair;
use dive_rs::ui::model::message::{Mouse, Msg};
use dive_rs::ui::model::{Model, ScreenOptions};

/// Keys that are no characters.
const NAMED: &[Key] = &[
    Key::Tab,
    Key::BackTab,
    Key::Enter,
    Key::Esc,
    Key::Up,
    Key::Down,
    Key::Left,
    Key::Right,
    Key::Home,
    Key::End,
    Key::PageUp,
    Key::PageDown,
    Key::Backspace,
    Key::Delete,
    Key::F(1),
];

/// Returns the comparison of two images.
fn two() -> Screen {
    let (before, after) = (debian(), app());
    let images = Sides::new(Arc::new(before.image()), Arc::new(after.image()));
    let sides = images.as_ref().map(|image| &**image);
    let comparison =
        PendingComparison::of(sides).finish(sides, &Hashes::default(), &BaseHint::default());
    let summaries = of_pair(&images, &comparison);
    let size = Size {
        width: 100,
        height: 30,
    };
    let references = Sides::new("before:1", "after:1");
    let mut screen = Screen::of(Model::of_two(references, size, ScreenOptions::default()));
    screen.send(Msg::Compared(images, Arc::new(comparison), summaries));
    screen
}

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    let (first, rest) = choice(bytes);
    let mut screen = match first % 3 {
        0 => Screen::open(&app(), 80, 24).with_content(&app()),
        1 => Screen::open(&app(), 80, 24),
        _ => two(),
    };
    let mut bytes = rest.iter().take(200).copied();
    while let Some(byte) = bytes.next() {
        let key = match byte {
            0..=30 => Key::Ctrl(char::from(b'a' + byte % 26)),
            b' '..=b'~' => Key::Char(char::from(byte)),
            0x80..=0xbf => NAMED[usize::from(byte) % NAMED.len()],
            0xc0..=0xcf => Key::Char(['é', '漢', '\u{202e}', '👍'][usize::from(byte) % 4]),
            _ => {
                let (x, y) = (
                    u16::from(bytes.next().unwrap_or(0)),
                    u16::from(bytes.next().unwrap_or(0)),
                );
                screen.send(match byte % 6 {
                    0 => Msg::Mouse(Mouse::Press(x, y)),
                    1 => Msg::Mouse(Mouse::Double(x, y)),
                    2 => Msg::Mouse(Mouse::Drag(x, y)),
                    3 => Msg::Mouse(Mouse::Release),
                    4 => Msg::Mouse(Mouse::Wheel(x, y, x % 2 == 0)),
                    _ => Msg::Resize(Size {
                        width: x,
                        height: y % 100,
                    }),
                });
                let _ = screen.buffer();
                continue;
            }
        };
        if let Some(msg) = bindings::message(&screen.model, key) {
            screen.send(msg);
            let _ = screen.buffer();
        }
    }
    let _ = ImageBuilder::default();
}
