//! The key table as this run has it: its lines, some with keys of the user's own. The vocabulary stays the table's; only keys change hands here.

use std::borrow::Cow;

use crate::ui::keys::action::Action;
use crate::ui::keys::context::Context;
use crate::ui::keys::key::Key;
use crate::ui::keys::{Binding, TABLE};

/// The lines of the table with the keys that count in this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyMap(Vec<Binding>);

impl Default for KeyMap {
    fn default() -> Self {
        Self(TABLE.to_vec())
    }
}

/// A wish for other keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebinding {
    /// Where; nothing for wherever the table has the action, but where text is typed.
    pub context: Option<Context>,
    /// What the keys shall mean.
    pub action: Action,
    /// The keys, instead of the table's.
    pub keys: Vec<Key>,
}

/// Why keys cannot be as wished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyConflict {
    /// Two wishes in the same place, by their places in the list, for this key.
    Duplicate(usize, usize, Key),
    /// A wish for a character where characters are text.
    TextKey(usize, Key),
    /// Nothing would leave the program any more.
    QuitUnbound(usize),
}

impl KeyMap {
    /// Returns the table with the wishes in it. A key wished for is taken from the lines that would be asked for it sooner, or in the same place;
    /// what lies over the panes keeps its keys.
    ///
    /// # Errors
    /// [`KeyConflict`] when the wishes cannot all be had.
    pub fn with(wishes: &[Rebinding]) -> Result<Self, KeyConflict> {
        let mut lines = TABLE.to_vec();
        let mut by_wish: Vec<Option<usize>> = vec![None; lines.len()];
        // What is said for one place goes before what is said for all.
        for particular in [false, true] {
            for (number, wish) in wishes.iter().enumerate() {
                if wish.context.is_some() != particular {
                    continue;
                }
                for (line, by) in lines.iter_mut().zip(&mut by_wish) {
                    if wish.fits(line) {
                        check(number, wish, line.context)?;
                        line.keys = Cow::Owned(wish.keys.clone());
                        *by = Some(number);
                    }
                }
            }
        }
        for at in 0..lines.len() {
            let Some(number) = by_wish[at] else { continue };
            let context = lines[at].context;
            let keys = lines[at].keys.clone();
            // A key that was the line's already is taken from nobody: they got along.
            let new: Vec<Key> = keys
                .iter()
                .filter(|key| !TABLE[at].keys.contains(key))
                .copied()
                .collect();
            for (line, by) in lines.iter_mut().zip(&by_wish) {
                match by {
                    None if asked_sooner(line.context, context) => {
                        line.keys.to_mut().retain(|key| !new.contains(key));
                    }
                    Some(other) if *other > number && line.context == context => {
                        if let Some(key) = line.keys.iter().find(|key| keys.contains(key)) {
                            return Err(KeyConflict::Duplicate(number, *other, *key));
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(Self(lines))
    }

    /// Returns the lines, in the table's order.
    #[must_use]
    pub fn lines(&self) -> &[Binding] {
        &self.0
    }
}

impl Rebinding {
    fn fits(&self, line: &Binding) -> bool {
        line.action == self.action
            && match self.context {
                Some(context) => line.context == context,
                None => !line.context.is_typing(),
            }
    }
}

fn check(number: usize, wish: &Rebinding, context: Context) -> Result<(), KeyConflict> {
    let text = |key: &&Key| matches!(key, Key::Char(_));
    if context.is_typing()
        && let Some(key) = wish.keys.iter().find(text)
    {
        return Err(KeyConflict::TextKey(number, *key));
    }
    if wish.action == Action::Quit && wish.keys.is_empty() {
        return Err(KeyConflict::QuitUnbound(number));
    }
    Ok(())
}

/// Returns whether a line of `one` would answer a key before a line of `other` could.
fn asked_sooner(one: Context, other: Context) -> bool {
    one == other
        || one
            .rank()
            .zip(other.rank())
            .is_some_and(|(one, other)| one < other)
}

#[cfg(test)]
mod tests {
    use super::{KeyConflict, KeyMap, Rebinding};
    use crate::ui::keys::action::Action;
    use crate::ui::keys::context::Context;
    use crate::ui::keys::key::Key::{self, Char, Ctrl};

    fn wish(context: Option<Context>, action: Action, keys: &[Key]) -> Rebinding {
        Rebinding {
            context,
            action,
            keys: keys.to_vec(),
        }
    }

    fn keys_of(map: &KeyMap, context: Context, action: Action) -> Vec<Key> {
        let mut lines = map.lines().iter();
        let line = lines.find(|line| line.context == context && line.action == action);
        line.expect("the table has it").keys.to_vec()
    }

    #[test]
    fn no_wish_no_change() {
        assert_eq!(KeyMap::with(&[]), Ok(KeyMap::default()));
        for line in super::TABLE {
            let same = wish(Some(line.context), line.action, &line.keys);
            assert_eq!(KeyMap::with(&[same]), Ok(KeyMap::default()), "{line:?}");
        }
    }

    #[test]
    fn a_wished_key_is_taken_from_who_would_answer_sooner_and_from_nobody_else() {
        let map = KeyMap::with(&[wish(None, Action::Quit, &[Char('e')])]).expect("it fits");
        assert_eq!(keys_of(&map, Context::Always, Action::Quit), [Char('e')]);
        assert_eq!(keys_of(&map, Context::Tree, Action::Extract), [Ctrl('e')]);
        let tree = Some(Context::Tree);
        let map = KeyMap::with(&[wish(tree, Action::Extract, &[Char('q')])]).expect("it fits");
        let quit = keys_of(&map, Context::Always, Action::Quit);
        assert_eq!(
            quit,
            [Char('q'), Ctrl('c')],
            "layer_outside_range q still quits"
        );
        let viewer = keys_of(&map, Context::Viewer, Action::Escape);
        assert!(viewer.contains(&Char('q')), "what lies over keeps its keys");
    }

    #[test]
    fn one_place_goes_before_all() {
        let map = KeyMap::with(&[
            wish(Some(Context::Layers), Action::Extract, &[Char('y')]),
            wish(None, Action::Extract, &[Char('x')]),
        ])
        .expect("it fits");
        assert_eq!(keys_of(&map, Context::Layers, Action::Extract), [Char('y')]);
        assert_eq!(keys_of(&map, Context::Tree, Action::Extract), [Char('x')]);
    }

    #[test]
    fn what_cannot_be_is_told() {
        let twice = [
            wish(None, Action::View, &[Char('x')]),
            wish(None, Action::History, &[Char('y'), Char('x')]),
        ];
        assert_eq!(
            KeyMap::with(&twice),
            Err(KeyConflict::Duplicate(0, 1, Char('x')))
        );
        let typed = [wish(Some(Context::Typing), Action::Accept, &[Char('x')])];
        assert_eq!(
            KeyMap::with(&typed),
            Err(KeyConflict::TextKey(0, Char('x')))
        );
        let none = [wish(None, Action::Quit, &[])];
        assert_eq!(KeyMap::with(&none), Err(KeyConflict::QuitUnbound(0)));
    }
}
