//! The list of actions to run by name: opening it, and running the selected action.

use crate::ui::bindings;
use crate::ui::keys::Binding;
use crate::ui::keys::action::Action;
use crate::ui::model::Model;
use crate::ui::model::effect::Effect;
use crate::ui::model::overlay::{ActionList, ListedAction, Overlay};

use crate::ui::update::{act as run, unhandled};

/// Lists the enabled actions of the focused contexts, each once.
pub(super) fn open(model: &mut Model) {
    let bound: Vec<&Binding> = bindings::bound(model).collect();
    let mut actions: Vec<ListedAction> = Vec::new();
    for line in &bound {
        let is_listed = actions.iter().any(|action| action.action == line.action);
        let is_enabled = bindings::disabled_reason(model, line.action).is_none();
        let key = bindings::leading(&bound.iter().copied(), line);
        if let (Some(key), false, true) = (key, is_listed, is_enabled)
            && line.action != Action::Actions
        {
            actions.push(ListedAction {
                key: key.to_string(),
                action: line.action,
                help: line.help,
            });
        }
    }
    model.overlay = Some(Overlay::Actions(ActionList {
        actions,
        ..ActionList::default()
    }));
}

/// Runs an action while the list is open.
pub(super) fn act(model: &mut Model, action: Action, height: usize) -> Option<Effect> {
    let Some(Overlay::Actions(list)) = &mut model.overlay else {
        return None;
    };
    match action {
        Action::Move(motion) => {
            let len = list.shown().count();
            list.cursor.step(motion, len, height);
        }
        Action::Accept => {
            let selected = list.selected();
            model.overlay = None;
            return run(model, selected?);
        }
        Action::Escape => model.overlay = None,
        _ => model.notice = Some(unhandled(action)),
    }
    None
}
