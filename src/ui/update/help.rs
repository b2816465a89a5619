//! The list of keys above everything else. It opens at the keys of the focused context.

use crate::ui::bindings;
use crate::ui::keys::HelpLine;
use crate::ui::keys::action::Action;
use crate::ui::layout;
use crate::ui::model::Model;

/// Shows the list.
pub(super) fn open(model: &mut Model) {
    let here = model.contexts_below_help();
    let mut lasting = here.iter().filter(|place| !place.is_passing());
    let front = lasting.next().or(here.first()).copied();
    let lines = bindings::help(model);
    let heading = |line: &HelpLine<'_>| matches!(line, HelpLine::Heading(title) if front.is_some_and(|front| front.title() == *title));
    model.help = Some(lines.iter().position(heading).unwrap_or(0));
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
