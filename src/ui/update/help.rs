//! The list of keys above everything else. It starts with the keys of the focused pane.

use crate::ui::bindings;
use crate::ui::keys::action::Action;
use crate::ui::layout;
use crate::ui::model::Model;

/// Shows the list.
pub(super) fn open(model: &mut Model) {
    model.help = Some(0);
}

/// Runs an action while the list is open.
pub(super) fn act(model: &mut Model, action: Action) {
    let height = layout::inside(layout::overlay::help(model.size), 1, 1)
        .height
        .into();
    match action {
        Action::Escape | Action::Help => model.help = None,
        Action::Move(motion) => {
            model.help = model.help.map(|top| motion.scroll(top, height));
        }
        _ => {}
    }
}

/// Keeps the view within the lines.
pub(super) fn fit(model: &mut Model) {
    let Some(top) = model.help else {
        return;
    };
    let height = usize::from(layout::inside(layout::overlay::help(model.size), 1, 1).height);
    let last = bindings::help(model).len().saturating_sub(height);
    model.help = Some(top.min(last));
}
