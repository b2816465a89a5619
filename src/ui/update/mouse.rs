//! Mouse events: a click selects, a double click opens, the wheel scrolls, the divider can be dragged. Every mouse action has a key.

use ratatui::layout::{Position, Rect};

use crate::ui::keys::action::Action;
use crate::ui::layout::{self, ExploreAreas};
use crate::ui::model::effect::Effect;
use crate::ui::model::explore::Explore;
use crate::ui::model::message::Mouse;
use crate::ui::model::overlay::Overlay;
use crate::ui::model::{Model, Screen};
use crate::ui::pane::{Focus, Motion, Tab, View};

use crate::ui::update::views::Pressed;
use crate::ui::update::{actions, arrange, fleet, queries, views};

/// Lines a turn of the wheel moves.
const WHEEL: usize = 3;

/// Handles a mouse event.
pub(super) fn mouse(model: &mut Model, mouse: Mouse) -> Option<Effect> {
    if let Mouse::Press(x, y) | Mouse::Double(x, y) = mouse
        && y + 1 == model.size.height
        && let Some(action) = model.footer.action_at(x)
    {
        model.notice = None;
        return crate::ui::update::act(model, action);
    }
    if model.overlay.is_some() || model.help.is_some() {
        return above(model, mouse);
    }
    if let Screen::Picker(_) = model.screen {
        return crate::ui::update::picker::mouse(model, mouse);
    }
    let (size, units) = (model.size, model.options.units);
    if matches!(model.screen, Screen::Compare(_)) {
        return compare(model, mouse);
    }
    if matches!(model.screen, Screen::Fleet(_)) && !layout::is_too_small(size) {
        return fleet::mouse(model, mouse);
    }
    let Screen::Explore(explore) = &mut model.screen else {
        return None;
    };
    if layout::is_too_small(size) {
        return None;
    }
    let areas = explore.areas;
    match mouse {
        Mouse::Press(x, y) | Mouse::Double(x, y) => {
            model.notice = None;
            let at = Position { x, y };
            if let Some(pressed) = on_query_line(explore, &areas, at) {
                match pressed {
                    _ if mouse != Mouse::Press(x, y) => {}
                    OnQueryLine::Condition(at) => queries::drop_condition(explore, at),
                    OnQueryLine::View(view) => explore.back_to(view),
                }
                return None;
            }
            if press_file_head(explore, &areas, at) {
                return None;
            }
            if press_head(explore, &areas, at) {
                return crate::ui::update::act(model, Action::Sort);
            }
            let on_line = match views::press(explore, &areas, at) {
                Pressed::Elsewhere => press(explore, &areas, at),
                Pressed::Line => true,
                Pressed::Done => false,
                Pressed::Then(action) => return crate::ui::update::act(model, action),
            };
            if on_line && mouse == Mouse::Double(x, y) {
                return crate::ui::update::act(model, Action::Open);
            }
        }
        Mouse::Drag(x, _) => {
            if let Some(grabbed) = explore.dragging {
                let had = actions::attributes(explore);
                let width = layout::shared_width(size);
                explore.set_columns(x.saturating_add(grabbed), width);
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

/// Handles a mouse event while something is open above the screen: the wheel scrolls, a press beside it closes it.
fn above(model: &mut Model, mouse: Mouse) -> Option<Effect> {
    match mouse {
        Mouse::Wheel(_, _, down) => {
            let motion = if down { Motion::Down } else { Motion::Up };
            for _ in 0..WHEEL {
                let _ = crate::ui::update::act(model, Action::Move(motion));
            }
        }
        Mouse::Press(x, y) | Mouse::Double(x, y) => {
            let at = Position { x, y };
            if model.help.is_some() {
                if !model.areas.help.contains(at) {
                    model.help = None;
                }
                return None;
            }
            let areas = model.overlay_areas;
            // What is being extracted or loaded is cancelled by its key only.
            let closes = matches!(
                model.overlay,
                Some(
                    Overlay::Viewer(_)
                        | Overlay::Diff(_)
                        | Overlay::History(_)
                        | Overlay::Actions(_)
                )
            );
            if closes && !areas.area.contains(at) {
                return crate::ui::update::act(model, Action::Escape);
            }
            return press_item(model, at, mouse == Mouse::Double(x, y));
        }
        Mouse::Drag(..) | Mouse::Release => {}
    }
    None
}

/// Selects the version of a history or the action of the list at a position. A double click runs it.
fn press_item(model: &mut Model, at: Position, is_double: bool) -> Option<Effect> {
    let areas = model.overlay_areas;
    let rows = areas.rows;
    let line = rows.contains(at).then(|| usize::from(at.y - rows.y))?;
    let height = areas.viewport.height;
    let (pressed, action) = match &mut model.overlay {
        Some(Overlay::History(history)) => {
            let versions = history.versions;
            (history.cursor.click(line, versions, height), Action::Open)
        }
        Some(Overlay::Actions(list)) => {
            let len = list.shown().count();
            (list.cursor.click(line, len, height), Action::Accept)
        }
        _ => return None,
    };
    if pressed.is_some() && is_double {
        return crate::ui::update::act(model, action);
    }
    None
}

/// Handles a press, and returns whether a line was pressed.
fn press(explore: &mut Explore, areas: &ExploreAreas, at: Position) -> bool {
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
        return explore.tree.lines.click(line).is_some();
    } else if areas.layers.contains(at) {
        explore.focus = Focus::Layers;
        if let Some(line) = line(areas.layer_rows()) {
            let (len, height) = (
                explore.layer_count(),
                usize::from(areas.layer_rows().height),
            );
            let pressed = explore.layers.cursor.click(line, len, height);
            explore.update_range();
            return pressed.is_some();
        }
    } else if areas.tabs.contains(at) {
        explore.focus = Focus::Tabs;
        if explore.has_tabs_below()
            && let Some(Action::Show(tab)) = layout::views::pressed(&explore.view_labels, at)
        {
            explore.tab = tab;
            return false;
        }
        let Some(line) = line(areas.tab_list(explore.tab)) else {
            return false;
        };
        let (len, height) = (explore.tab_len(explore.tab), areas.tab_height(explore.tab));
        let place = &mut explore.tab_cursors[explore.tab as usize];
        return place.click(line, len, height).is_some();
    }
    false
}

/// What is on the line about the query.
enum OnQueryLine {
    /// A condition, by its place in the query.
    Condition(usize),
    /// A view to go back to, by its place on the stack.
    View(usize),
}

/// Returns what of the query is at a position.
fn on_query_line(explore: &Explore, areas: &ExploreAreas, at: Position) -> Option<OnQueryLine> {
    let line = areas.query_line();
    if explore.query().is_none() || !line.contains(at) {
        return None;
    }
    // On a border the line begins behind the corner.
    let start = line.x + u16::from(areas.query.is_empty());
    let column = usize::from(at.x.checked_sub(start)?);
    let line = &explore.query_line;
    let mut chips = line.chips.iter();
    if let Some(at) = chips.position(|(chip, _)| chip.contains(&column)) {
        return Some(OnQueryLine::Condition(at));
    }
    let mut way = line.way.iter();
    let crumb = way.find(|(crumb, ..)| crumb.contains(&column));
    crumb.map(|(.., view)| OnQueryLine::View(*view))
}

/// Sorts the list of files by the column whose head is at a position, and returns whether there is one.
fn press_file_head(explore: &mut Explore, areas: &ExploreAreas, at: Position) -> bool {
    let rows = areas.file_rows();
    let is_head = rows.height > 0 && at.y + 1 == rows.y;
    if !is_head || !(rows.left()..rows.right()).contains(&at.x) {
        return false;
    }
    let column = usize::from(at.x.saturating_sub(rows.x));
    if explore.list().is_none() {
        return false;
    }
    explore.focus = Focus::Files;
    if let Some(order) = explore.file_columns.order_at(column) {
        explore.sort_files(order);
    }
    true
}

/// Focuses the pane whose column heads are at a position, and returns whether it can be sorted.
fn press_head(explore: &mut Explore, areas: &ExploreAreas, at: Position) -> bool {
    let tree = areas.tree_rows();
    let is_tree = tree.height > 0 && at.y + 1 == tree.y && areas.tree.contains(at);
    let tab = areas.tab_rows();
    let is_packages = explore.tab == Tab::Packages && tab.contains(at) && at.y == tab.y;
    if is_tree {
        explore.focus = Focus::Tree;
    } else if is_packages {
        explore.focus = Focus::Tabs;
    }
    is_tree || is_packages
}

fn wheel(explore: &mut Explore, areas: &ExploreAreas, at: Position, down: bool) {
    if areas.tree.contains(at) {
        explore.tree.lines.wheel(down, WHEEL);
    } else if areas.selection_details.contains(at) {
        let height = layout::inside(areas.selection_details, 1, 1).height;
        explore.selection.wheel(down, WHEEL, height.into());
    } else if areas.layers.contains(at) {
        let (len, height) = (
            explore.layer_count(),
            usize::from(areas.layer_rows().height),
        );
        explore.layers.cursor.wheel(down, 1, len, height);
        explore.update_range();
    } else if areas.view.contains(at) {
        let motion = if down { Motion::Down } else { Motion::Up };
        let height = usize::from(areas.file_rows().height);
        match (explore.view, &mut explore.files) {
            (View::Files, Some(files)) => files.wheel(down, WHEEL, height),
            (View::Map, _) => explore.map.step(motion),
            (View::Overview, _) => explore.overview.step(motion),
            _ => {}
        }
    } else if areas.tabs.contains(at) {
        let (len, height) = (explore.tab_len(explore.tab), areas.tab_height(explore.tab));
        explore.tab_cursors[explore.tab as usize].wheel(down, WHEEL, len, height);
    }
}

/// Handles a mouse event on the compare screen.
fn compare(model: &mut Model, mouse: Mouse) -> Option<Effect> {
    let Screen::Compare(state) = &mut model.screen else {
        return None;
    };
    let areas = state.areas;
    let (files, lines) = (areas.file_rows(), areas.tab_rows());
    match mouse {
        Mouse::Press(x, y) | Mouse::Double(x, y) => {
            model.notice = None;
            let at = Position { x, y };
            if let Some(action) = layout::views::pressed(&state.view_labels, at) {
                return crate::ui::update::act(model, action);
            }
            let is_head = areas.files.contains(at) && y + 1 == files.y;
            let pressed = if state.is_on_map() {
                state.front.map.press(areas.map_cells(), at)
            } else if is_head {
                return crate::ui::update::act(model, Action::Sort);
            } else if files.contains(at) {
                state.front.files.click(usize::from(y - files.y)).is_some()
            } else if lines.contains(at) {
                let (line, len) = (usize::from(y - lines.y), state.lines.len());
                let height = usize::from(lines.height);
                state.front.tab_cursor.click(line, len, height).is_some()
            } else {
                false
            };
            if pressed && mouse == Mouse::Double(x, y) {
                return crate::ui::update::act(model, Action::Open);
            }
        }
        Mouse::Wheel(x, y, down) if areas.files.contains((x, y).into()) => {
            if state.is_on_map() {
                state
                    .front
                    .map
                    .step(if down { Motion::Down } else { Motion::Up });
            } else {
                state.front.files.wheel(down, WHEEL);
            }
        }
        Mouse::Wheel(x, y, down) if areas.tabs.contains((x, y).into()) => {
            let (len, height) = (state.lines.len(), usize::from(lines.height));
            state.front.tab_cursor.wheel(down, WHEEL, len, height);
        }
        Mouse::Wheel(..) | Mouse::Drag(..) | Mouse::Release => {}
    }
    None
}
