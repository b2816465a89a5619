//! A line being typed: its text and cursor.

/// An edited line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextInput {
    text: String,
    /// A byte offset on a character boundary.
    at: usize,
    /// Whether the next character replaces the text.
    selected: bool,
}

/// A change to an edited line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A character is put in.
    Insert(char),
    /// The character before the cursor goes.
    Backspace,
    /// The character at the cursor goes.
    Delete,
    /// The word before the cursor goes.
    EraseWord,
    /// Everything before the cursor goes.
    EraseToStart,
    /// One character left.
    Left,
    /// One character right.
    Right,
    /// To the start.
    Home,
    /// To the end.
    End,
}

/// The longest line that can be typed, in bytes.
const LONGEST: usize = 4096;

impl TextInput {
    /// Returns a line with this text and the cursor at its end.
    #[must_use]
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            at: text.len(),
            selected: false,
        }
    }

    /// Returns a line whose text the next character replaces.
    #[must_use]
    pub(crate) fn selected(text: &str) -> Self {
        Self {
            selected: !text.is_empty(),
            ..Self::new(text)
        }
    }

    /// Returns whether the next character replaces the text.
    #[must_use]
    pub(crate) const fn is_selected(&self) -> bool {
        self.selected
    }

    /// Returns the text.
    #[must_use]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text before and after the cursor.
    #[must_use]
    pub(crate) fn split(&self) -> (&str, &str) {
        self.text.split_at(self.at)
    }

    /// Applies a change.
    pub(crate) fn apply(&mut self, edit: Edit) {
        let replaces = matches!(
            edit,
            Edit::Insert(_) | Edit::Backspace | Edit::Delete | Edit::EraseWord
        );
        if std::mem::take(&mut self.selected) && replaces {
            *self = Self::default();
        }
        match edit {
            Edit::Insert(character) => {
                if !character.is_control() && self.text.len() < LONGEST {
                    self.text.insert(self.at, character);
                    self.at += character.len_utf8();
                }
            }
            Edit::Backspace => {
                let start = self.before();
                self.erase(start);
            }
            Edit::Delete => {
                let end = self.after();
                self.text.replace_range(self.at..end, "");
            }
            Edit::EraseWord => {
                let head = self.text[..self.at].trim_end_matches([' ', '/']);
                let start = head.rfind([' ', '/']).map_or(0, |place| place + 1);
                self.erase(start);
            }
            Edit::EraseToStart => self.erase(0),
            Edit::Left => self.at = self.before(),
            Edit::Right => self.at = self.after(),
            Edit::Home => self.at = 0,
            Edit::End => self.at = self.text.len(),
        }
    }

    fn erase(&mut self, start: usize) {
        self.text.replace_range(start..self.at, "");
        self.at = start;
    }

    fn before(&self) -> usize {
        let last = self.text[..self.at].chars().next_back();
        self.at - last.map_or(0, char::len_utf8)
    }

    fn after(&self) -> usize {
        let next = self.text[self.at..].chars().next();
        self.at + next.map_or(0, char::len_utf8)
    }
}
