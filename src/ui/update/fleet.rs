//! Actions and mouse events on the screen over many images without an overlay.

use std::sync::Arc;

use ratatui::layout::Position;

use crate::fleet::page::FleetFacts;
use crate::ui::fleet::FleetScreen;
use crate::ui::keys::action::Action;
use crate::ui::model::effect::Effect;
use crate::ui::model::message::Mouse;
use crate::ui::model::{Model, Screen};
use crate::ui::pane::{Edit, TextInput};
use crate::ui::update::{details, help, screens, unhandled};

/// Lines a turn of the wheel moves.
const WHEEL: usize = 3;

/// Shows the rows that were read.
pub(super) fn arrived(model: &mut Model, facts: Arc<FleetFacts>) {
    if let Screen::Loading(_) = model.screen {
        model.screen = Screen::Fleet(Box::new(FleetScreen::new(facts)));
    }
}

/// Runs an action.
pub(super) fn act(model: &mut Model, action: Action) {
    let Screen::Fleet(fleet) = &mut model.screen else {
        return;
    };
    if fleet.typing.is_some() {
        match action {
            Action::Accept => fleet.typing = None,
            Action::Escape => {
                fleet.typing = None;
                fleet.set_filter("");
            }
            _ => {}
        }
        return;
    }
    match action {
        Action::Help => help::open(model),
        Action::Move(motion) => fleet.front.step(motion),
        Action::NextPane | Action::PreviousPane => {
            fleet.front.step_list(action == Action::NextPane);
        }
        Action::Open | Action::Right => {
            fleet.open();
        }
        Action::Find => fleet.typing = Some(TextInput::selected(fleet.front.filter())),
        Action::Sort => fleet.front.sort_next(&fleet.facts),
        Action::Details => details::open(model),
        Action::Escape if !fleet.front.filter().is_empty() => fleet.set_filter(""),
        Action::Escape | Action::Left => screens::back_or_notice(model),
        _ => model.notice = Some(unhandled(action)),
    }
}

/// Edits the words of the filter.
pub(super) fn edit(fleet: &mut FleetScreen, edit: Edit) {
    if let Some(mut line) = fleet.typing.take() {
        line.apply(edit);
        fleet.set_filter(line.text());
        fleet.typing = Some(line);
    }
}

/// Handles a mouse event: a click selects a row or sorts by a column, a double click opens the row, the wheel scrolls.
pub(super) fn mouse(model: &mut Model, mouse: Mouse) -> Option<Effect> {
    let Screen::Fleet(fleet) = &mut model.screen else {
        return None;
    };
    let rows = fleet.areas.page_rows();
    match mouse {
        Mouse::Press(x, y) | Mouse::Double(x, y) => {
            model.notice = None;
            if fleet.areas.preview.contains(Position { x, y }) {
                // The page at the right comes to the front, as with the key.
                return match mouse {
                    Mouse::Press(..) => crate::ui::update::act(model, Action::Open),
                    _ => None,
                };
            }
            if !rows.contains(Position { x, y }) {
                return None;
            }
            let line = usize::from(y - rows.y);
            if let Some(list) = fleet.front.heads_at(line) {
                let column = usize::from(x - rows.x);
                let mut places = fleet.front.places(list).iter();
                let pressed = places.position(|place| place.contains(&column));
                if let Some(pressed) = pressed.filter(|_| mouse == Mouse::Press(x, y)) {
                    let is_sorted = fleet.front.order(list) == Some(pressed);
                    let order = (!is_sorted).then_some(pressed);
                    fleet.front.sort(&fleet.facts, list, order);
                }
                return None;
            }
            let pressed = fleet.front.press(line);
            if pressed.is_some() && mouse == Mouse::Double(x, y) {
                return crate::ui::update::act(model, Action::Open);
            }
        }
        Mouse::Wheel(x, y, down) if fleet.areas.preview.contains(Position { x, y }) => {
            if let Some(preview) = &mut fleet.preview {
                preview.wheel(down, WHEEL);
            }
        }
        Mouse::Wheel(_, _, down) => fleet.front.wheel(down, WHEEL),
        Mouse::Drag(..) | Mouse::Release => {}
    }
    None
}
