//! What keys and the mouse mean in the picker.

use ratatui::layout::Position;

use crate::ui::layout;
use crate::ui::loading::Loading;
use crate::ui::message::{Action, Effect, Mouse};
use crate::ui::model::{Model, Screen};
use crate::ui::pane::Motion;
use crate::ui::pick::called;

/// Does what a key means.
pub(super) fn act(model: &mut Model, action: Action) -> Option<Effect> {
    let height = usize::from(layout::pick_rows(model.size).height);
    let Screen::Pick(pick) = &mut model.screen else {
        return None;
    };
    match action {
        Action::Move(motion) => pick.step(motion, height),
        Action::Help => super::help::open(model),
        Action::Escape if pick.query.text().is_empty() => pick.unmark(),
        Action::Escape => pick.clear(),
        Action::Mark => pick.mark(),
        Action::Open => {
            if let Some(pair) = pick.pair() {
                let pair = pair.map(Clone::clone);
                let loading = pair.as_ref().map(|image| Loading::new(called(image)));
                model.screen = Screen::LoadingTwo(Box::new(loading));
                return Some(Effect::LoadTwo(pair));
            }
            let image = pick.selected()?.clone();
            model.screen = Screen::Loading(Loading::new(called(&image)));
            return Some(Effect::Load(image));
        }
        _ => {}
    }
    None
}

/// Does what the mouse did: a second click on the same line opens it.
pub(super) fn mouse(model: &mut Model, mouse: Mouse) -> Option<Effect> {
    let rows = layout::pick_rows(model.size);
    let Screen::Pick(pick) = &mut model.screen else {
        return None;
    };
    let height = usize::from(rows.height);
    match mouse {
        Mouse::Press(x, y)
            if rows.contains(Position { x, y }) && pick.click(usize::from(y - rows.y), height) =>
        {
            return act(model, Action::Open);
        }
        Mouse::Wheel(_, _, down) => {
            let motion = if down { Motion::Down } else { Motion::Up };
            pick.step(motion, height);
        }
        _ => {}
    }
    None
}
