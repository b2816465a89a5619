//! Actions and mouse events in the picker.

use ratatui::layout::Position;

use crate::ui::keys::action::Action;
use crate::ui::loaded::loading::Loading;
use crate::ui::model::effect::Effect;
use crate::ui::model::message::Mouse;
use crate::ui::model::picker::{Picker, display_name};
use crate::ui::model::{Model, Screen};
use crate::ui::pane::Motion;
use crate::ui::update::{prompt, screens, unhandled};

/// Shows a picker: of the other image of a comparison in front of the image on the screen, else in place of the loading screen. Drops one whose load was
/// cancelled.
pub(in crate::ui) fn open(model: &mut Model, picker: Picker) {
    if prompt::is_pending(model) {
        prompt::pick(model, picker);
    } else if model.is_incomplete() || matches!(model.screen, Screen::Picker(_)) {
        model.screen = Screen::Picker(picker);
    }
}

/// Runs an action.
pub(in crate::ui) fn act(model: &mut Model, action: Action) -> Option<Effect> {
    let height = usize::from(model.areas.picker_rows().height);
    let Screen::Picker(pick) = &mut model.screen else {
        return None;
    };
    match action {
        Action::Move(motion) => pick.step(motion, height),
        Action::Help => crate::ui::update::help::open(model),
        Action::Escape if !pick.filter.text().is_empty() => pick.clear(),
        Action::Escape if pick.has_marks() => pick.unmark(),
        Action::Escape => drop(screens::back(model)),
        Action::Mark => pick.mark(),
        Action::Open if pick.operand.is_some() => {
            return Some(Effect::Pick(Box::new(pick.selected()?.clone())));
        }
        Action::Open if pick.pair.is_some() => {
            let (image, (_, pair)) = (pick.selected()?.clone(), pick.pair.take()?);
            if !model.behind.is_empty() {
                return prompt::picked(model, &pair.after, image);
            }
            let loading = pair.as_ref().map(|name| Loading::new(name));
            model.screen = Screen::LoadingTwo(Box::new(loading));
            return Some(Effect::Load(image));
        }
        Action::Open => {
            if let Some(pair) = pick.pair() {
                let pair = pair.map(Clone::clone);
                let loading = pair.as_ref().map(|image| Loading::new(display_name(image)));
                model.screen = Screen::LoadingTwo(Box::new(loading));
                return Some(Effect::LoadTwo(pair));
            }
            let image = pick.selected()?.clone();
            model.screen = Screen::Loading(Loading::new(display_name(&image)));
            return Some(Effect::Load(image));
        }
        _ => model.notice = Some(unhandled(action)),
    }
    None
}

/// Handles a mouse event: a click selects a line, a double click opens it.
pub(in crate::ui) fn mouse(model: &mut Model, mouse: Mouse) -> Option<Effect> {
    let rows = model.areas.picker_rows();
    let Screen::Picker(pick) = &mut model.screen else {
        return None;
    };
    let height = usize::from(rows.height);
    match mouse {
        Mouse::Press(x, y) | Mouse::Double(x, y) if rows.contains(Position { x, y }) => {
            let pressed = pick.click(usize::from(y - rows.y), height);
            if pressed.is_some() && mouse == Mouse::Double(x, y) {
                return act(model, Action::Open);
            }
        }
        Mouse::Wheel(_, _, down) => {
            let motion = if down { Motion::Down } else { Motion::Up };
            pick.step(motion, height);
        }
        _ => {}
    }
    None
}
