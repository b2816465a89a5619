//! The list of keys above everything else. It starts with the keys of the focused pane.

use crate::ui::bindings;
use crate::ui::keys::action::Action;
use crate::ui::layout::help;
use crate::ui::model::Model;
use crate::ui::model::overlay::KeyList;

/// Shows the list.
pub(super) fn open(model: &mut Model) {
    model.help = Some(KeyList::default());
}

/// Runs an action while the list is open.
pub(super) fn act(model: &mut Model, action: Action) {
    let height = model.areas.help_rows().height.into();
    match (action, &mut model.help) {
        (Action::Escape | Action::Help, list) => *list = None,
        (Action::Move(motion), Some(list)) => list.top = motion.scroll(list.top, height),
        _ => {}
    }
}

/// Lists the keys that are enabled now, and keeps the view within the lines.
pub(super) fn arrange(model: &mut Model) {
    if model.help.is_none() {
        return;
    }
    let height = usize::from(model.areas.help_rows().height);
    let lines = help::wrapped(bindings::help(model), model.areas.help_rows().width.into());
    if let Some(list) = &mut model.help {
        list.top = list.top.min(lines.len().saturating_sub(height));
        list.lines = lines;
    }
}
