//! What follows every message: the layout is computed, texts whose input changed are worded and wrapped, and every cursor is brought into view.

use crate::analysis::Amount;
use crate::bytes::Units;
use crate::ui::keys::KeyMap;
use crate::ui::layout::query_line::{QueryLine, query_line};
use crate::ui::layout::{self, FileColumns, ShownPanes, Size, overlay, stripe, views};
use crate::ui::loaded::ticket::Ticket;
use crate::ui::model::explore::{Explore, ViewTitle};
use crate::ui::model::overlay::Overlay;
use crate::ui::model::{Model, Screen};
use crate::ui::pane::{Derived, FilesPane, Focus, Tab, View};
use crate::ui::update::{help, texts};
use crate::ui::wording::find;

/// Computes the layout and keeps every cursor in view.
pub(super) fn arrange(model: &mut Model) {
    let (size, units) = (model.size, model.options.units);
    model.areas = layout::screen(size);
    match &mut model.screen {
        Screen::Explore(explore) => {
            place_panes(explore, size, units);
            texts::refresh(explore, units);
            place_titles(explore, &model.options.keys);
            if explore.view == View::Map {
                let cells = explore.areas.map_cells();
                explore.with_map(|map, files| map.arrange(files, cells));
            }
            explore.fit();
            place_selection(explore, &mut model.next_ticket, units);
        }
        Screen::Compare(compare) => {
            compare.arrange(size);
            let (pane, front) = (compare.areas.pane(), compare.front_index());
            compare.view_labels = views::COMPARED.labels(pane, front, &model.options.keys);
            let files = &compare.front.files;
            let place = &mut compare.hit_position;
            let rows = &compare.comparison.rows;
            place.update(files.find_state(), || {
                find::hit_position(files, |row| rows.end(row))
            });
        }
        Screen::Fleet(fleet) => fleet.arrange(size),
        Screen::Picker(picker) => picker.fit(usize::from(model.areas.picker_rows().height)),
        Screen::Loading(_) | Screen::LoadingTwo(_) => {}
    }
    place_overlay(model);
    help::arrange(model);
}

/// Computes the areas of the explore screen and the columns of its tree.
pub(super) fn place_panes(explore: &mut Explore, size: Size, units: Units) {
    let shown = ShownPanes {
        view: explore.view,
        focus: explore.focus,
        has_query: explore.query().is_some(),
        has_tabs_below: explore.has_tabs_below(),
        above_details: above_details(explore),
    };
    let (lines, sections) = (explore.layer_lines(), explore.overview.counts());
    explore.areas = layout::areas(
        size,
        explore.left_width_basis_points,
        shown,
        lines,
        sections,
    );
    let sizes: Vec<u64> = explore
        .image
        .layers
        .iter()
        .map(|layer| layer.size)
        .collect();
    explore.stripe = stripe::apportion(&sizes, explore.areas.stripe_cells().width);
    explore.columns = layout::tree_columns(
        &explore.areas,
        explore.summary.owner,
        explore.attributes,
        Amount::columns(explore.summary.analysis.is_complete(), units),
    );
    let sort = explore.list().map(FilesPane::sort).unwrap_or_default();
    let room = explore.areas.file_rows().width;
    explore.file_columns = FileColumns::new(explore.layer_count(), units, sort, room.into());
}

/// Places the titles of the views and the parts of the line about the query.
fn place_titles(explore: &mut Explore, keys: &KeyMap) {
    let areas = &explore.areas;
    explore.view_labels = if explore.has_tabs_below() {
        views::TABS.labels(areas.tabs, explore.tab as usize, keys)
    } else {
        let front = views::front(explore.view, explore.tab);
        views::VIEWS.labels(areas.right(), front, keys)
    };
    explore.query_line = match explore.texts.title.get() {
        ViewTitle::Query { way, chips, totals } => {
            query_line(way, chips, totals, areas.query_line().width.into())
        }
        ViewTitle::Layers { .. } => QueryLine::default(),
    };
}

/// Returns the lines of the savings while they are focused: the fix is what they are for.
fn above_details(explore: &Explore) -> Option<usize> {
    let is_savings = explore.view == View::Tabs && explore.tab == Tab::Savings;
    let len = explore.tab_len(Tab::Savings);
    (is_savings && explore.focus == Focus::Tabs && len > 0).then_some(len)
}

/// Writes the details of the selection, if they have a pane, and chooses the file whose start is shown below them.
fn place_selection(explore: &mut Explore, ticket: &mut Ticket, units: Units) {
    let rows = layout::inside(explore.areas.selection_details, 1, 1);
    if rows.is_empty() {
        // Cleared, so that no later frame depends on a selection from before.
        explore.texts.selection = Derived::default();
        explore.selection.set(None, 0);
        return explore.selection.select(None, || ticket.next());
    }
    texts::refresh_selection(explore, units);
    let node = match explore.focus {
        Focus::Tree | Focus::Files => explore.selected_node(),
        Focus::Map => explore.map.selected().map(|tile| tile.node),
        Focus::Layers | Focus::Tabs | Focus::Overview => None,
    };
    let is_complete = explore.loading.is_none();
    let file = node.filter(|_| is_complete);
    let file = file.and_then(|node| explore.file(node).ok());
    let details = explore.texts.selection.get().as_ref();
    explore.selection.set(details, rows.width.into());
    explore.selection.select(file, || ticket.next());
    let (above, has_room) = explore.selection.lines_above(rows.height.into());
    let preview = explore.selection.preview.as_mut();
    if let Some(preview) = preview.filter(|_| has_room) {
        explore.preview_areas = overlay::preview(rows, above + 1, preview);
        preview.clamp(explore.preview_areas.viewport);
    }
}

/// Computes the areas of the overlay and keeps it on its lines.
fn place_overlay(model: &mut Model) {
    let size = model.size;
    let areas = match &mut model.overlay {
        None => return,
        Some(Overlay::Destination(_) | Overlay::Extracting(_) | Overlay::Prompt(_)) => {
            overlay::dialog(size)
        }
        Some(Overlay::History(history)) => {
            overlay::history(size, history.versions, history.package_lines.len())
        }
        Some(Overlay::Viewer(viewer)) if viewer.file.is_none() => {
            let columns = overlay::text_width(size).saturating_sub(2);
            overlay::text(size, viewer.count_text_rows(columns.into()))
        }
        Some(Overlay::Actions(list)) => overlay::action_list(size, list.actions.len()),
        Some(Overlay::Viewer(viewer)) => {
            overlay::viewer(size, viewer.number_columns(), viewer.lines_above())
        }
        Some(Overlay::Diff(_)) => overlay::most(size),
    };
    model.overlay_areas = areas;
    let viewport = areas.viewport;
    match &mut model.overlay {
        Some(Overlay::Viewer(viewer)) => viewer.clamp(viewport),
        Some(Overlay::Diff(view)) => view.clamp(viewport),
        Some(Overlay::History(history)) => {
            let at = history.cursor.at();
            history.cursor.set(at, history.versions, viewport.height);
        }
        Some(Overlay::Actions(list)) => {
            let (at, len) = (list.cursor.at(), list.shown().count());
            list.cursor.set(at, len, viewport.height);
        }
        _ => {}
    }
}
