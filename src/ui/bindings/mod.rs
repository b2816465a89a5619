//! The bindings that are active now: what a key means to the model as it is, and why a key is disabled. The table of all keys is in `keys`; what an
//! action does is in `update`.

mod availability;
mod footer;

use crate::ui::keys::action::Action;
use crate::ui::keys::context::Context;
use crate::ui::keys::{Binding, Key};
use crate::ui::model::Model;
use crate::ui::model::message::Msg;

pub(in crate::ui) use availability::{disabled_reason, help, nothing_behind, unbound};
pub(in crate::ui) use footer::footer;

/// Returns the message for a key; `None` when a line is being typed and the key does not edit it.
#[must_use]
pub fn message(model: &Model, key: Key) -> Option<Msg> {
    match line(model, key) {
        Some(line) => Some(Msg::Do(line.action)),
        None if model.contexts().contains(&Context::Typing) => key.edit().map(Msg::Edit),
        None => Some(Msg::Unbound(key)),
    }
}

/// Returns the first active line with a key.
fn line(model: &Model, key: Key) -> Option<&Binding> {
    let mut bound = bound(model);
    bound.find(|line| line.keys.contains(&key))
}

/// Returns the first key that does an action now.
pub(in crate::ui) fn key_of(model: &Model, action: Action) -> Option<Key> {
    let lines = bound(model);
    let mut of_action = lines.clone().filter(|line| line.action == action);
    of_action.find_map(|line| leading(&lines, line))
}

/// Returns the first key of a line that no line before it has; the footer shows it.
#[must_use]
pub(crate) fn leading<'a>(
    lines: &(impl Iterator<Item = &'a Binding> + Clone),
    of: &Binding,
) -> Option<Key> {
    own_keys(lines, of).next()
}

/// Returns the keys of a line that no line before it has.
pub(crate) fn own_keys<'a>(
    lines: &(impl Iterator<Item = &'a Binding> + Clone),
    of: &Binding,
) -> impl Iterator<Item = Key> {
    let answers = move |key: &Key| {
        let line = lines.clone().find(|line| line.keys.contains(key));
        line.is_some_and(|line| std::ptr::eq(line, of))
    };
    of.keys.iter().copied().filter(answers)
}

/// Returns the active lines of the table, most specific first.
pub fn bound(model: &Model) -> impl Iterator<Item = &Binding> + Clone {
    bound_in(model, model.contexts())
}

/// Returns the lines of the table in some contexts, in the order of the contexts.
pub(crate) fn bound_in(
    model: &Model,
    places: Vec<Context>,
) -> impl Iterator<Item = &Binding> + Clone {
    let lines = model.options.keys.lines();
    let contexts = places.into_iter();
    contexts.flat_map(move |context| lines.iter().filter(move |line| line.context == context))
}
