//! Keys: how help shows them and how a configuration spells them. Their actions are in the key table.

use std::fmt;

use crate::ui::pane::Edit;

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A character, the space included.
    Char(char),
    /// A character with ctrl.
    Ctrl(char),
    /// ↵.
    Enter,
    /// ⇥.
    Tab,
    /// Shift+Tab.
    BackTab,
    /// esc.
    Esc,
    /// ⌫.
    Backspace,
    /// delete.
    Delete,
    /// ↑.
    Up,
    /// ↓.
    Down,
    /// ←.
    Left,
    /// →.
    Right,
    /// page up.
    PageUp,
    /// page down.
    PageDown,
    /// home.
    Home,
    /// end.
    End,
    /// A function key.
    F(u8),
}

/// The spellings of keys that are not a single character; the first spelling of a key is the documented one.
const NAMES: &[(&str, Key)] = &[
    ("space", Key::Char(' ')),
    ("enter", Key::Enter),
    ("return", Key::Enter),
    ("tab", Key::Tab),
    ("shift+tab", Key::BackTab),
    ("backtab", Key::BackTab),
    ("esc", Key::Esc),
    ("escape", Key::Esc),
    ("backspace", Key::Backspace),
    ("del", Key::Delete),
    ("delete", Key::Delete),
    ("up", Key::Up),
    ("down", Key::Down),
    ("left", Key::Left),
    ("right", Key::Right),
    ("pgup", Key::PageUp),
    ("pageup", Key::PageUp),
    ("pgdn", Key::PageDown),
    ("pgdown", Key::PageDown),
    ("pagedown", Key::PageDown),
    ("home", Key::Home),
    ("end", Key::End),
    ("slash", Key::Char('/')),
    ("plus", Key::Char('+')),
    ("comma", Key::Char(',')),
];

/// The keys that a configuration may name, for error messages.
pub(crate) const ALLOWED: &str = "a character, ctrl+CHARACTER, space, enter, tab, shift+tab, esc, backspace, del, up, down, left, right, pgup, pgdn, home, end, f1 to f12";

impl Key {
    /// Returns the edit that the key makes to the line being typed.
    pub(in crate::ui) const fn edit(self) -> Option<Edit> {
        Some(match self {
            Self::Char(character) => Edit::Insert(character),
            Self::Backspace | Self::Ctrl('h') => Edit::Backspace,
            Self::Delete | Self::Ctrl('d') => Edit::Delete,
            Self::Ctrl('w') => Edit::EraseWord,
            Self::Ctrl('u') => Edit::EraseToStart,
            Self::Left | Self::Ctrl('b') => Edit::Left,
            Self::Right | Self::Ctrl('f') => Edit::Right,
            Self::Home | Self::Ctrl('a') => Edit::Home,
            Self::End | Self::Ctrl('e') => Edit::End,
            _ => return None,
        })
    }

    /// Returns the key that a text names: `a`, `ctrl+a`, `space`, `pgup`, `f1`; `None` when it names no key.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(character) = only(text) {
            return printable(character).then_some(Self::Char(character));
        }
        let text = text.trim().to_lowercase();
        if let Some((_, key)) = NAMES.iter().find(|(name, _)| *name == text) {
            return Some(*key);
        }
        if let Some(rest) = ["ctrl", "ctl", "control"]
            .iter()
            .find_map(|word| text.strip_prefix(word)?.strip_prefix(['+', ' ']))
        {
            return match Self::parse(rest)? {
                Self::Char(character) => Some(Self::Ctrl(character.to_ascii_lowercase())),
                _ => None,
            };
        }
        let number = text.strip_prefix('f')?.parse().ok()?;
        (1..=12).contains(&number).then_some(Self::F(number))
    }

    /// Returns its spelling in a configuration.
    #[must_use]
    pub fn spelling(self) -> String {
        if let Some((name, _)) = NAMES.iter().find(|(_, key)| *key == self)
            && !matches!(self, Self::Char('/' | '+' | ','))
        {
            return (*name).to_owned();
        }
        match self {
            Self::Ctrl(' ') => "ctrl+space".to_owned(),
            Self::F(number) => format!("f{number}"),
            other => other.to_string(),
        }
    }
}

/// Returns the only character of a text.
fn only(text: &str) -> Option<char> {
    let mut characters = text.chars();
    let first = characters.next()?;
    characters.next().is_none().then_some(first)
}

fn printable(character: char) -> bool {
    character == ' ' || !(character.is_control() || character.is_whitespace())
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Char(' ') => "␣",
            Self::Ctrl(' ') => "ctrl+␣",
            Self::Char(character) => return write!(f, "{character}"),
            Self::Ctrl(character) => return write!(f, "ctrl+{character}"),
            Self::F(number) => return write!(f, "F{number}"),
            Self::Enter => "↵",
            Self::Tab => "⇥",
            Self::BackTab => "⇤",
            Self::Esc => "esc",
            Self::Backspace => "⌫",
            Self::Delete => "del",
            Self::Up => "↑",
            Self::Down => "↓",
            Self::Left => "←",
            Self::Right => "→",
            Self::PageUp => "pgup",
            Self::PageDown => "pgdn",
            Self::Home => "home",
            Self::End => "end",
        };
        f.write_str(name)
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, NAMES};
    use crate::ui::keys::TABLE;

    #[test]
    fn every_key_of_the_table_can_be_spelled() {
        let named = NAMES.iter().map(|(_, key)| *key);
        for key in TABLE
            .iter()
            .flat_map(|line| line.keys.to_vec())
            .chain(named)
        {
            assert_eq!(Key::parse(&key.spelling()), Some(key), "{key:?}");
        }
    }

    #[test]
    fn keys_as_people_write_them() {
        for (text, key) in [
            ("A", Key::Char('A')),
            ("Ctrl+A", Key::Ctrl('a')),
            ("ctl+space", Key::Ctrl(' ')),
            ("ctrl+slash", Key::Ctrl('/')),
            ("ctrl++", Key::Ctrl('+')),
            ("PgUp", Key::PageUp),
            ("F12", Key::F(12)),
            ("ä", Key::Char('ä')),
        ] {
            assert_eq!(Key::parse(text), Some(key), "{text}");
        }
        for text in [
            "",
            "alt+x",
            "f13",
            "ctrl+",
            "ctrl+up",
            "hyper",
            "\u{1b}",
            "MouseLeft",
        ] {
            assert_eq!(Key::parse(text), None, "{text:?}");
        }
    }
}
