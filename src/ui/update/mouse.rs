//! Mouse events: a click selects, a second click opens, the wheel scrolls, the divider can be dragged. Every mouse action has a key.

use ratatui::layout::{Position, Rect};

use crate::ui::compare;
use crate::ui::keys::action::Action;
use crate::ui::layout::{self, Areas};
use crate::ui::model::effect::Effect;
use crate::ui::model::explore::Explore;
use crate::ui::model::message::Mouse;
use crate::ui::model::{Model, Screen};
use crate::ui::pane::{Focus, Motion, Shape, Tab, View};

use crate::ui::update::views::Pressed;
use crate::ui::update::{actions, arrange, views};

/// Lines a turn of the wheel moves.
const WHEEL: usize = 3;

/// Handles a mouse event.
pub(super) fn mouse(model: &mut Model, mouse: Mouse) -> Option<Effect> {
    if model.overlay.is_some() || model.help.is_some() {
        if let Mouse::Wheel(_, _, down) = mouse {
            let motion = if down { Motion::Down } else { Motion::Up };
            for _ in 0..WHEEL {
                let _ = crate::ui::update::act(model, Action::Move(motion));
            }
        }
        return None;
    }
    if let Screen::Picker(_) = model.screen {
        return crate::ui::update::picker::mouse(model, mouse);
    }
    let (size, units) = (model.size, model.options.units);
    if matches!(model.screen, Screen::Compare(_)) {
        return compare(model, mouse);
    }
    let Screen::Explore(explore) = &mut model.screen else {
        return None;
    };
    if layout::is_too_small(size) {
        return None;
    }
    let areas = explore.areas;
    match mouse {
        Mouse::Press(x, y) => {
            model.notice = None;
            match views::press(explore, &areas, Position { x, y }) {
                Pressed::Elsewhere => {}
                Pressed::Done => return None,
                Pressed::Then(action) => return crate::ui::update::act(model, action),
            }
            if press(explore, &areas, Position { x, y }) {
                return crate::ui::update::act(model, Action::Open);
            }
        }
        Mouse::Drag(x, _) => {
            if let Some(grabbed) = explore.dragging {
                let had = actions::attributes(explore);
                explore.set_columns(x.saturating_add(grabbed), size.width);
                arrange::place_panes(explore, size, units);
                let lost = actions::lost(had, actions::attributes(explore));
                model.notice = lost.or(model.notice.take());
            }
        }
        Mouse::Release => explore.dragging = None,
        Mouse::Wheel(x, y, down) => wheel(explore, &areas, Position { x, y }, down),
    }
    None
}

/// Handles a press, and returns whether it opens the selection: a second click on a line does.
fn press(explore: &mut Explore, areas: &Areas, at: Position) -> bool {
    let line = |rows: Rect| rows.contains(at).then(|| usize::from(at.y - rows.y));
    if let Some(divider) = areas.divider()
        && (divider.saturating_sub(1)..=divider).contains(&at.x)
        && areas.right().y <= at.y
        && at.y < areas.right().bottom()
    {
        explore.dragging = Some(divider - at.x);
    } else if areas.tree.contains(at) {
        explore.focus = Focus::Tree;
        let Some(line) = line(areas.tree_rows()) else {
            return false;
        };
        if let Some(files) = &mut explore.files {
            let height = usize::from(areas.tree_rows().height);
            return files.click(line, height) == Some(true);
        }
        let was = explore.tree.lines.click(line);
        let folder = explore
            .tree
            .lines
            .selected()
            .is_some_and(|row| row.shape != Shape::Leaf);
        if was.is_some() && folder {
            let Explore { image, tree, .. } = explore;
            tree.with(image, |lines, paths| lines.toggle(paths));
        }
        return was == Some(true) && !folder;
    } else if areas.layers.contains(at) {
        explore.focus = Focus::Layers;
        if let Some(line) = line(areas.layer_rows()) {
            let (len, height) = (
                explore.layer_count(),
                usize::from(areas.layer_rows().height),
            );
            let layer = explore.layers.cursor.top() + line;
            if layer < len {
                explore.layers.cursor.place(layer, len, height);
                explore.update_range();
            }
        }
    } else if areas.tabs.contains(at) {
        explore.focus = Focus::Tabs;
        if let Some(tab) = layout::tab_at(areas.tabs, explore.tab, at)
            && explore.view == View::Tree
        {
            explore.tab = tab;
            return false;
        }
        let heads = usize::from(explore.tab.has_heads());
        let Some(line) = line(areas.tab_rows()).and_then(|line| line.checked_sub(heads)) else {
            return false;
        };
        let (len, height) = (explore.tab_len(explore.tab), areas.tab_height(explore.tab));
        let place = &mut explore.tab_cursors[explore.tab as usize];
        let (was, now) = (place.at(), place.top() + line);
        if now < len {
            place.place(now, len, height);
            let opens = matches!(explore.tab, Tab::Hidden | Tab::Packages | Tab::Savings)
                || explore.number().is_some();
            return opens && was == now;
        }
    }
    false
}

fn wheel(explore: &mut Explore, areas: &Areas, at: Position, down: bool) {
    if areas.tree.contains(at) {
        let height = usize::from(areas.tree_rows().height);
        match (&mut explore.files, explore.tree.selection()) {
            (Some(files), Some(selection)) => files.wheel(selection, down, WHEEL, height),
            _ => explore.tree.lines.wheel(down, WHEEL),
        }
    } else if areas.layers.contains(at) {
        let (len, height) = (
            explore.layer_count(),
            usize::from(areas.layer_rows().height),
        );
        explore.layers.cursor.wheel(down, 1, len, height);
        explore.update_range();
    } else if areas.view.contains(at) {
        let motion = if down { Motion::Down } else { Motion::Up };
        match explore.view {
            View::Map => explore.map.step(motion),
            _ => explore.overview.step(motion),
        }
    } else if areas.tabs.contains(at) {
        let (len, height) = (explore.tab_len(explore.tab), areas.tab_height(explore.tab));
        explore.tab_cursors[explore.tab as usize].wheel(down, WHEEL, len, height);
    }
}

/// Handles a mouse event on the compare screen.
fn compare(model: &mut Model, mouse: Mouse) -> Option<Effect> {
    let size = model.size;
    let Screen::Compare(state) = &mut model.screen else {
        return None;
    };
    let areas = state.areas;
    let (files, lines) = (areas.file_rows(), areas.top_rows());
    match mouse {
        // The line between the panes.
        Mouse::Press(_, y) if y == areas.files.y && areas.top.height > 0 => state.dragging = true,
        Mouse::Drag(_, y) if state.dragging => {
            state.set_height(size, y.saturating_sub(areas.top.y));
        }
        Mouse::Release => state.dragging = false,
        Mouse::Press(x, y) if areas.files.contains((x, y).into()) => {
            state.focus = compare::Focus::Files;
            if files.contains((x, y).into()) {
                let was = state.files.click(usize::from(y - files.y));
                let line = state.files.selected();
                let folder = line.is_some_and(|line| line.shape != Shape::Leaf);
                if was.is_some() && folder || was == Some(true) {
                    return crate::ui::update::act(model, Action::Open);
                }
            }
        }
        Mouse::Press(x, y) if areas.top.contains((x, y).into()) => {
            state.focus = compare::Focus::Top;
            if y == areas.top.y
                && let Some(tab) = compare::tab_at(areas.top, x)
            {
                state.show_tab(tab);
            }
            if lines.contains((x, y).into()) {
                let (at, len) = (usize::from(y - lines.y), state.lines.len());
                let at = state.place.top() + at;
                state.place.place(at, len, usize::from(lines.height));
            }
        }
        Mouse::Wheel(x, y, down) if areas.files.contains((x, y).into()) => {
            state.files.wheel(down, WHEEL);
        }
        Mouse::Wheel(_, _, down) => {
            let (len, height) = (state.lines.len(), usize::from(lines.height));
            state.place.wheel(down, WHEEL, len, height);
        }
        _ => {}
    }
    None
}
