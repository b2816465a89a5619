//! What keys and clicks do in the overview, on the map and on the stripe.

use ratatui::layout::Position;

use crate::query::{Condition, Query};
use crate::ui::keys::action::Action;
use crate::ui::layout::{ExploreAreas, stripe, views};
use crate::ui::model::explore::Explore;
use crate::ui::pane::{Focus, OverviewRow, Section, View};

/// Shows the files behind the selected line of the overview in the tree; returns false if there are none.
pub(super) fn open_row(explore: &mut Explore) -> bool {
    let condition = match explore.overview.selected() {
        Some(OverviewRow::Category(category)) => Condition::Category(category),
        Some(OverviewRow::Saving(saving)) => Condition::Finding(saving.finding),
        Some(OverviewRow::Security(at)) => Condition::Finding(at),
        Some(OverviewRow::File(at)) => {
            let file = explore.summary.largest.get(at).copied();
            if let Some(file) = file {
                explore.show(file.layer, file.node);
            }
            return file.is_some();
        }
        None => return false,
    };
    explore.open_query(&Query::of(condition), View::Tree)
}

/// Shows the next tab or the previous one: beside the tree among the tabs below the layers, else among the views in the order of their titles.
pub(super) fn step_tab(explore: &mut Explore, forward: bool) {
    let shown = if explore.has_tabs_below() {
        views::next(views::TABS.list, explore.tab as usize, forward)
    } else {
        let front = views::front(explore.view, explore.tab);
        views::next(views::VIEWS.list, front, forward)
    };
    match shown {
        Action::Show(tab) => explore.show_tab(tab),
        Action::ShowView(view) => {
            explore.show_view(view);
        }
        _ => {}
    }
}

/// Runs an action on the map; false when it is not about the map.
pub(super) fn on_map(explore: &mut Explore, action: Action) -> bool {
    match action {
        Action::Left | Action::Right => explore.map.sideways(action == Action::Right),
        _ => return false,
    }
    true
}

/// Shows the next folder on the way to the selected rectangle; a file is shown in the tree.
pub(super) fn zoom_in(explore: &mut Explore) {
    let zoomed = explore.with_map(|map, files| map.zoom_in(files));
    if zoomed != Some(true) {
        show_in_tree(explore);
    }
}

/// Shows the selected rectangle's path in the tree, at the layer that stores it.
pub(super) fn show_in_tree(explore: &mut Explore) {
    let node = explore.map.selected().map(|tile| tile.node);
    let node = node.unwrap_or_else(|| explore.map.root());
    let Some(top) = explore.image.top() else {
        return;
    };
    let layer = explore.image.timeline.origin(node, top);
    explore.show(layer.unwrap_or(top), node);
}

/// What a press did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pressed {
    /// Nothing: none of the panes of this file is there.
    Elsewhere,
    /// All it does.
    Done,
    /// A line or a rectangle was selected.
    Line,
    /// An action follows.
    Then(Action),
}

/// Handles a press on stripe, titles, overview or map.
pub(super) fn press(explore: &mut Explore, areas: &ExploreAreas, at: Position) -> Pressed {
    if areas.stripe.contains(at) {
        let cells = areas.stripe_cells();
        let layer =
            at.x.checked_sub(cells.x)
                .and_then(|x| stripe::at(&explore.stripe, x));
        if let Some(layer) = layer.and_then(|layer| explore.image.layer_ids().nth(layer)) {
            explore.select_layer(layer);
        }
        return Pressed::Done;
    }
    if explore.has_tabs_below() {
        return Pressed::Elsewhere;
    }
    if let Some(action) = views::pressed(&explore.view_labels, at) {
        return Pressed::Then(action);
    }
    if !areas.view.contains(at) {
        return Pressed::Elsewhere;
    }
    explore.focus = explore.view.focus();
    let on_line = match explore.focus {
        Focus::Overview => press_row(explore, areas, at),
        Focus::Files => press_file(explore, areas, at),
        _ => explore.map.press(areas.map_cells(), at),
    };
    if on_line {
        Pressed::Line
    } else {
        Pressed::Done
    }
}

/// Selects the line of the overview at a position, and returns whether there is one.
fn press_row(explore: &mut Explore, areas: &ExploreAreas, at: Position) -> bool {
    let overview = &mut explore.overview;
    for (section, area) in Section::ALL.into_iter().zip(areas.sections) {
        if !area.contains(at) || at.y == area.y {
            continue;
        }
        let height = usize::from(area.height.saturating_sub(1));
        let line = overview.top(section, height) + usize::from(at.y - area.y - 1);
        if line < overview.section(section).len() {
            overview.select(overview.first(section) + line);
            return true;
        }
    }
    false
}

/// Selects the file at a position, and returns whether there is one.
fn press_file(explore: &mut Explore, areas: &ExploreAreas, at: Position) -> bool {
    let rows = areas.file_rows();
    let line = rows.contains(at).then(|| usize::from(at.y - rows.y));
    let files = explore.files.as_mut();
    let pressed = files
        .zip(line)
        .and_then(|(files, line)| files.click(line, usize::from(rows.height)));
    pressed.is_some()
}
