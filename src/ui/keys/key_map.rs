//! The key bindings of this run: the key table with the user's own keys.

use std::borrow::Cow;

use crate::ui::keys::action::Action;
use crate::ui::keys::context::Context;
use crate::ui::keys::key::Key;
use crate::ui::keys::{Binding, TABLE};

/// The lines of the table with the keys of this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyMap(Vec<Binding>);

impl Default for KeyMap {
    fn default() -> Self {
        Self(TABLE.to_vec())
    }
}

/// Other keys for an action, from a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rebinding {
    /// The context; unset: every context that has the action, except where text is typed.
    pub context: Option<Context>,
    /// The action.
    pub action: Action,
    /// The keys that replace the table's.
    pub keys: Vec<Key>,
}

/// Why rebindings are invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyConflict {
    /// Two rebindings, by index, use this key in the same context.
    Duplicate(usize, usize, Key),
    /// The rebinding at this index uses a character where characters are text.
    TextKey(usize, Key),
    /// The rebinding at this index leaves no key that quits.
    QuitUnbound(usize),
}

impl KeyMap {
    /// Returns the table with rebindings applied. A rebound key is removed from lines of the same context and of more specific ones; overlays keep
    /// their keys.
    ///
    /// # Errors
    /// [`KeyConflict`] when the rebindings contradict each other.
    pub(crate) fn with(rebindings: &[Rebinding]) -> Result<Self, KeyConflict> {
        let mut lines = TABLE.to_vec();
        let mut by_rebinding: Vec<Option<usize>> = vec![None; lines.len()];
        // A rebinding with a context overrides one without.
        for particular in [false, true] {
            for (number, rebinding) in rebindings.iter().enumerate() {
                if rebinding.context.is_some() != particular {
                    continue;
                }
                for (line, by) in lines.iter_mut().zip(&mut by_rebinding) {
                    if rebinding.fits(line) {
                        check(number, rebinding, line.context)?;
                        line.keys = Cow::Owned(rebinding.keys.clone());
                        *by = Some(number);
                    }
                }
            }
        }
        for at in 0..lines.len() {
            let Some(number) = by_rebinding[at] else {
                continue;
            };
            let context = lines[at].context;
            let keys = lines[at].keys.clone();
            // A key that the line had before is not new, so other lines keep it.
            let new: Vec<Key> = keys
                .iter()
                .filter(|key| !TABLE[at].keys.contains(key))
                .copied()
                .collect();
            for (line, by) in lines.iter_mut().zip(&by_rebinding) {
                match by {
                    None if comes_first(line.context, context) => {
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
    pub(crate) fn lines(&self) -> &[Binding] {
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

fn check(number: usize, rebinding: &Rebinding, context: Context) -> Result<(), KeyConflict> {
    let text = |key: &&Key| matches!(key, Key::Char(_));
    if context.is_typing()
        && let Some(key) = rebinding.keys.iter().find(text)
    {
        return Err(KeyConflict::TextKey(number, *key));
    }
    if rebinding.action == Action::Quit && rebinding.keys.is_empty() {
        return Err(KeyConflict::QuitUnbound(number));
    }
    Ok(())
}

/// Returns whether a key is looked up in `one` before `other`, or at the same time.
fn comes_first(one: Context, other: Context) -> bool {
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

    fn rebinding(context: Option<Context>, action: Action, keys: &[Key]) -> Rebinding {
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
    fn no_rebinding_changes_nothing() {
        assert_eq!(KeyMap::with(&[]), Ok(KeyMap::default()));
        for line in super::TABLE {
            let same = rebinding(Some(line.context), line.action, &line.keys);
            assert_eq!(KeyMap::with(&[same]), Ok(KeyMap::default()), "{line:?}");
        }
    }

    #[test]
    fn a_rebound_key_is_removed_from_more_specific_contexts_only() {
        let map = KeyMap::with(&[rebinding(None, Action::Quit, &[Char('e')])]).expect("it fits");
        assert_eq!(keys_of(&map, Context::Always, Action::Quit), [Char('e')]);
        assert_eq!(keys_of(&map, Context::Tree, Action::Extract), [Ctrl('e')]);
        let tree = Some(Context::Tree);
        let map = KeyMap::with(&[rebinding(tree, Action::Extract, &[Char('q')])]).expect("it fits");
        let quit = keys_of(&map, Context::Always, Action::Quit);
        assert_eq!(quit, [Char('q'), Ctrl('c')], "elsewhere q still quits");
        let viewer = keys_of(&map, Context::Viewer, Action::Escape);
        assert!(viewer.contains(&Char('q')), "overlays keep their keys");
    }

    #[test]
    fn a_context_overrides_all_contexts() {
        let map = KeyMap::with(&[
            rebinding(Some(Context::Layers), Action::Extract, &[Char('y')]),
            rebinding(None, Action::Extract, &[Char('x')]),
        ])
        .expect("it fits");
        assert_eq!(keys_of(&map, Context::Layers, Action::Extract), [Char('y')]);
        assert_eq!(keys_of(&map, Context::Tree, Action::Extract), [Char('x')]);
    }

    #[test]
    fn conflicts_are_errors() {
        let twice = [
            rebinding(None, Action::View, &[Char('x')]),
            rebinding(None, Action::History, &[Char('y'), Char('x')]),
        ];
        assert_eq!(
            KeyMap::with(&twice),
            Err(KeyConflict::Duplicate(0, 1, Char('x')))
        );
        let typed = [rebinding(
            Some(Context::Typing),
            Action::Accept,
            &[Char('x')],
        )];
        assert_eq!(
            KeyMap::with(&typed),
            Err(KeyConflict::TextKey(0, Char('x')))
        );
        let none = [rebinding(None, Action::Quit, &[])];
        assert_eq!(KeyMap::with(&none), Err(KeyConflict::QuitUnbound(0)));
    }
}
