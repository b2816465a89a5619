//! Actions on the explore screen without an overlay.

use crate::bytes::{Units, count};
use crate::ui::keys::action::Action;
use crate::ui::keys::context::Context;
use crate::ui::layout::Size;
use crate::ui::model::effect::Effect;
use crate::ui::model::explore::Explore;
use crate::ui::model::{Model, Screen};
use crate::ui::pane::{CompareMode, Filter, Focus, Tab, View};

use crate::query::{Condition, Query};
use crate::ui::update::{
    arrange, details, files, help, outline, overlay, prompt, queries, screens, unhandled, views,
};

/// Runs an action.
pub(super) fn act(model: &mut Model, action: Action) -> Option<Effect> {
    let (size, units) = (model.size, model.options.units);
    let Screen::Explore(explore) = &mut model.screen else {
        return None;
    };
    let Explore {
        image,
        tree,
        typing,
        last_find,
        ..
    } = &mut **explore;
    if typing.is_some() {
        tree.with(image, |lines, paths| {
            outline::finding(typing, last_find, lines, paths, action);
        });
        match action {
            Action::Escape => explore.leave_find(),
            Action::Open => return open_hit(model),
            _ => {}
        }
        return None;
    }
    if explore.focus == Focus::Map && views::on_map(explore, action) {
        return None;
    }
    if queries::outline(explore, action) {
        return None;
    }
    if explore.focus == Focus::Files && action == Action::Mark {
        explore.toggle_mark();
        return None;
    }
    let Explore { tree, typing, .. } = &mut **explore;
    match action {
        Action::Help => help::open(model),
        Action::Move(motion) => explore.step(motion),
        Action::NextPane => explore.focus_next(true),
        Action::PreviousPane => explore.focus_next(false),
        Action::Sort => explore.sort(),
        Action::Show(tab) => explore.show_tab(tab),
        Action::Layers => explore.focus = Focus::Layers,
        Action::ShowInTree => views::show_in_tree(explore),
        Action::NextLayer | Action::PreviousLayer => {
            model.notice = explore.step_layer(action == Action::NextLayer);
        }
        Action::ShowView(_)
        | Action::Files
        | Action::LayerFiles
        | Action::DropCondition
        | Action::MinSize => {
            model.notice = queries::act(explore, action);
        }
        Action::NextTab | Action::PreviousTab => {
            views::step_tab(explore, action == Action::NextTab);
        }
        Action::Mark | Action::CompareBottom | Action::CompareEmpty | Action::CompareBelow => {
            against(explore, action);
            model.notice = range_notice(explore.layers.mode);
        }
        Action::Find => {
            *typing = Some(outline::query(&tree.lines));
            explore.show_tree();
        }
        Action::NextHit | Action::PreviousHit => {
            explore.show_tree();
            let Explore {
                image,
                tree,
                last_find,
                ..
            } = &mut **explore;
            tree.with(image, |lines, paths| {
                if lines.find().is_none() {
                    lines.start_find(paths, last_find);
                }
                lines.next_hit(paths, action == Action::NextHit);
            });
        }
        Action::CompareWith => prompt::other_image(model),
        Action::Attributes => model.notice = toggle_attributes(explore, size, units),
        Action::Widen | Action::Narrow => {
            let had = attributes(explore);
            explore.step_split(action == Action::Widen);
            arrange::place_panes(explore, size, units);
            model.notice = lost(had, attributes(explore));
        }
        Action::Escape => return escape(model),
        Action::Open => return open(model),
        Action::View => return files::view(model),
        Action::Diff => return files::diff(model),
        Action::Pager => return files::page(model),
        Action::Extract => files::prompt_destination(model, false),
        Action::ExtractAll => files::prompt_destination(model, true),
        Action::History => overlay::history(model),
        Action::Details => details::open(model),
        _ => model.notice = Some(unhandled(action)),
    }
    None
}

/// Shows or hides permissions and owner, and returns a notice when there is no room.
fn toggle_attributes(explore: &mut Explore, size: Size, units: Units) -> Option<String> {
    let (shown, _) = attributes(explore);
    explore.attributes = Some(!shown);
    arrange::place_panes(explore, size, units);
    lost((!shown, !shown), attributes(explore))
}

/// Returns whether the tree shows permissions, and whether it shows the owner.
pub(super) const fn attributes(explore: &Explore) -> (bool, bool) {
    let columns = &explore.columns;
    (columns.permissions, columns.owner > 0)
}

/// Returns the notice for permissions and owner that no longer fit.
pub(super) fn lost(had: (bool, bool), now: (bool, bool)) -> Option<String> {
    let lacks = match (had.0 && !now.0, had.1 && !now.1) {
        (true, _) => "permissions and owner",
        (false, true) => "the owner",
        (false, false) => return None,
    };
    Some(format!("no room for {lacks} beside the names"))
}

fn against(explore: &mut Explore, action: Action) {
    let len = explore.layer_count();
    match action {
        Action::Mark => explore.layers.toggle_mark(len),
        Action::CompareBottom => explore.layers.toggle(CompareMode::Bottom),
        Action::CompareEmpty => explore.layers.toggle(CompareMode::Nothing),
        _ => explore.layers.mode = CompareMode::Below,
    }
    explore.update_range();
}

/// Returns the notice for a marked range.
fn range_notice(against: CompareMode) -> Option<String> {
    match against {
        CompareMode::Mark(mark) => Some(format!(
            "range from layer {}: mark the other end · esc to clear",
            mark.0 + 1
        )),
        CompareMode::Marks(one, other) => Some(format!(
            "comparing layers {}–{} · esc to clear",
            one.min(other).0 + 1,
            one.max(other).0 + 1
        )),
        CompareMode::Below | CompareMode::Bottom | CompareMode::Nothing => None,
    }
}

/// Leaves the find, the filter, the range, or stops loading.
fn escape(model: &mut Model) -> Option<Effect> {
    // An image that was opened from another screen is left from any view.
    let is_inner = !model.behind.is_empty();
    let Screen::Explore(explore) = &mut model.screen else {
        return None;
    };
    if explore.cancel_query() {
        return None;
    }
    match explore.escape_context() {
        Some(Context::Opened) => {
            explore.back();
        }
        Some(Context::Zoomed) => {
            explore.with_map(|map, files| map.zoom_out(files));
        }
        Some(Context::Marked) => {
            if let Some(files) = &mut explore.files {
                files.clear_marks();
            }
        }
        Some(Context::Ranged) => {
            explore.layers.mode = CompareMode::Below;
            explore.update_range();
        }
        Some(Context::Loading) => {
            if let Some(loading) = &mut explore.loading {
                loading.cancelled = true;
            }
            explore.data_changed();
            let (read, all) = (explore.read_count(), explore.layer_lines());
            model.notice = Some(format!(
                "loading was cancelled: {read} of {} loaded · q to quit",
                count(all as u64, "layer", "layers")
            ));
            return Some(Effect::StopLoad);
        }
        Some(left) => {
            let Explore { image, tree, .. } = &mut **explore;
            let usual = Filter::default();
            tree.with(image, |lines, paths| outline::escape(lines, paths, usual));
            if left == Context::Found {
                explore.leave_find();
            }
        }
        None if explore.view != explore.home && !is_inner => {
            explore.show_view(explore.home);
        }
        None => screens::back_or_notice(model),
    }
    None
}

/// Opens the selected hit of a find: a file of any layer is viewed.
fn open_hit(model: &mut Model) -> Option<Effect> {
    let Screen::Explore(explore) = &model.screen else {
        return None;
    };
    match explore.selected_node() {
        Some(node) if explore.file(node).is_ok() => files::view(model),
        _ => open(model),
    }
}

/// Opens the selection of the focused pane.
fn open(model: &mut Model) -> Option<Effect> {
    let Screen::Explore(explore) = &mut model.screen else {
        return None;
    };
    match (explore.focus, explore.tab) {
        (Focus::Layers, _) => {
            explore.show_view(View::Tree);
        }
        (Focus::Overview, _) => {
            if !views::open_row(explore) {
                // A finding that is about no file has its text only.
                details::open(model);
            }
        }
        (Focus::Map, _) => views::zoom_in(explore),
        (Focus::Files, _) => return files::view(model),
        (Focus::Tree, _) => {
            let row = explore.tree.lines.selected()?;
            if let Some(layer) = explore.tree.layer_outside_range(&explore.image, row.path) {
                explore.show(layer, row.path);
                model.notice = Some(format!(
                    "showing layer {}, which has this path",
                    layer.0 + 1
                ));
            } else if explore.tree.is_dir(&explore.image, row.path) {
                let Explore { image, tree, .. } = &mut **explore;
                tree.with(image, |lines, paths| lines.toggle(paths));
            } else {
                return files::view(model);
            }
        }
        (Focus::Tabs, Tab::Hidden) => {
            let row = explore.summary.hidden.get(explore.tab_cursor().at())?;
            let query = Query::of(Condition::Hidden(None)).and(Condition::At(row.node));
            explore.open_query(&query, View::Tree);
        }
        (Focus::Tabs, Tab::Image) => {
            let opened = explore
                .number()
                .is_some_and(|condition| explore.open_query(&Query::of(condition), View::Tree));
            if !opened {
                details::open(model);
            }
        }
        (Focus::Tabs, Tab::Savings) => {
            if !queries::open_finding(explore) {
                // It is about no file: its text is all there is.
                details::open(model);
            }
        }
        (Focus::Tabs, Tab::Packages) => model.notice = queries::open_package(explore),
        (Focus::Tabs, Tab::Config) => details::open(model),
    }
    None
}
