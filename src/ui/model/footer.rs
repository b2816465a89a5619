//! What the footer shows, worded and laid out after every message. Which keys are shown is decided in `bindings`.

use unicode_width::UnicodeWidthStr;

use crate::ui::keys::action::Action;

/// What the footer shows.
#[derive(Clone, Debug)]
pub(crate) enum Footer {
    /// The enabled keys, each of which can be clicked.
    Keys(Vec<KeyHint>),
    /// A notice.
    Notice(String),
    /// The line being typed, which the screen has, with words about it and keys at its right.
    Input(String, Vec<KeyHint>),
}

/// A key and what it does.
#[derive(Clone, Debug)]
pub(crate) struct KeyHint {
    /// The key, as text.
    pub(crate) key: String,
    /// What it does.
    pub(crate) text: &'static str,
    /// The action.
    pub(crate) action: Action,
}

impl KeyHint {
    /// The text between keys.
    pub(crate) const GAP: &str = "   ";

    /// Returns its columns.
    pub(crate) fn width(&self) -> usize {
        self.key.width() + 1 + self.text.width()
    }
}

impl Default for Footer {
    fn default() -> Self {
        Self::Keys(Vec::new())
    }
}

impl Footer {
    /// Returns the action of the key at a column, if there is one.
    pub(crate) fn action_at(&self, column: u16) -> Option<Action> {
        let Self::Keys(keys) = self else {
            return None;
        };
        let mut start = 1;
        keys.iter().find_map(|hint| {
            let end = start + hint.width();
            let is_here = (start..end).contains(&usize::from(column));
            start = end + KeyHint::GAP.width();
            is_here.then_some(hint.action)
        })
    }
}
