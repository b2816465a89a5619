//! What keys mean on the explore screen, with nothing lying over it.

use crate::bytes::count;
use crate::ui::explore::{Explore, Focus};
use crate::ui::layout;
use crate::ui::message::{Action, Effect, Tab};
use crate::ui::model::{Model, Screen};
use crate::ui::pane::{Against, Line};

use super::{details, files, help, over};

/// Does what a key means.
pub(super) fn act(model: &mut Model, action: Action) -> Option<Effect> {
    let size = model.size;
    let Screen::Explore(explore) = &mut model.screen else {
        return None;
    };
    if explore.typing.is_some() {
        finding(explore, action);
        return None;
    }
    let Explore {
        image,
        tree,
        last_query,
        ..
    } = &mut **explore;
    match action {
        Action::Help => help::open(model),
        Action::Move(motion) => {
            let areas = layout::areas(size, explore);
            explore.step(motion, &areas);
        }
        Action::NextPane => explore.turn(true),
        Action::PreviousPane => explore.turn(false),
        Action::Left => tree.leave(image),
        Action::Right => tree.enter(image),
        Action::Fold => tree.toggle(image),
        Action::FoldAll => tree.toggle_all(image),
        Action::Sort => tree.toggle_sort(image),
        Action::Toggle(change) => tree.toggle_change(image, change),
        Action::LeastSize => tree.next_least(image),
        Action::Show(tab) => show_tab(explore, tab),
        Action::NextTab | Action::PreviousTab => {
            let count = Tab::ALL.len();
            let step = if action == Action::NextTab {
                1
            } else {
                count - 1
            };
            show_tab(explore, Tab::ALL[(explore.tab as usize + step) % count]);
        }
        Action::Mark | Action::AgainstNothing | Action::AgainstBelow => against(explore, action),
        Action::Find => {
            let query = tree.find().map_or("", |find| find.query());
            explore.typing = Some(Line::selected(query));
            explore.focus = Focus::Tree;
        }
        Action::NextHit | Action::PreviousHit => {
            if tree.find().is_none() {
                tree.start_find(image, last_query);
            }
            tree.next_hit(action == Action::NextHit);
            explore.focus = Focus::Tree;
        }
        Action::Attributes => {
            let shown = layout::shows_attributes(explore, &layout::areas(size, explore));
            explore.attributes = Some(!shown);
        }
        Action::Widen => explore.set_split(explore.split.saturating_add(4)),
        Action::Narrow => explore.set_split(explore.split.saturating_sub(4)),
        Action::Escape => return escape(model),
        Action::Open => return open(model),
        Action::View => return files::view(model),
        Action::Page => return files::page(model),
        Action::Extract => files::ask_destination(model, false),
        Action::ExtractAll => files::ask_destination(model, true),
        Action::History => over::history(model),
        Action::Details => details::open(model),
        Action::Quit
        | Action::Suspend
        | Action::Hex
        | Action::Wrap
        | Action::Diff
        | Action::Accept
        | Action::Swap
        | Action::OtherSide
        | Action::Beside
        | Action::Twin
        | Action::ShowTop(_) => {}
    }
    None
}

fn finding(explore: &mut Explore, action: Action) {
    let Explore { image, tree, .. } = explore;
    match action {
        Action::Accept => {
            explore.typing = None;
            if let Some(find) = tree.find() {
                find.query().clone_into(&mut explore.last_query);
            }
        }
        Action::Escape => {
            explore.typing = None;
            tree.end_find(image);
        }
        Action::NextHit => tree.next_hit(true),
        Action::PreviousHit => tree.next_hit(false),
        _ => {}
    }
}

fn show_tab(explore: &mut Explore, tab: Tab) {
    explore.tab = tab;
    explore.focus = Focus::Tabs;
}

fn against(explore: &mut Explore, action: Action) {
    let len = explore.layer_count();
    match action {
        Action::Mark => explore.layers.toggle_mark(len),
        Action::AgainstNothing => explore.layers.toggle_nothing(),
        _ => explore.layers.against = Against::Below,
    }
    explore.follow();
}

/// Backs out: of the find, of the filter, of the range, of loading.
fn escape(model: &mut Model) -> Option<Effect> {
    let Screen::Explore(explore) = &mut model.screen else {
        return None;
    };
    let Explore { image, tree, .. } = &mut **explore;
    if tree.find().is_some() {
        tree.end_find(image);
    } else if tree.filter().is_active() {
        tree.clear_filter(image);
    } else if explore.layers.against != Against::Below {
        explore.layers.against = Against::Below;
        explore.follow();
    } else if let Some(coming) = explore.coming.as_mut().filter(|it| !it.given_up) {
        coming.given_up = true;
        let (read, all) = (explore.read_count(), explore.layer_lines());
        model.notice = Some(format!(
            "loading was given up: {read} of {} can be browsed; q quits",
            count(all as u64, "layer", "layers")
        ));
        return Some(Effect::StopLoad);
    } else {
        model.notice = Some("q quits, ? shows all keys".to_owned());
    }
    None
}

/// Opens what is selected in the pane that has the keys.
fn open(model: &mut Model) -> Option<Effect> {
    let Screen::Explore(explore) = &mut model.screen else {
        return None;
    };
    match (explore.focus, explore.tab) {
        (Focus::Layers, _) => explore.focus = Focus::Tree,
        (Focus::Tree, _) => {
            let row = explore.tree.selected()?;
            if let Some(layer) = explore.tree.elsewhere(&explore.image, row.node) {
                explore.show(layer, row.node);
                model.notice = Some(format!("now at layer {}, which has it", layer.0 + 1));
            } else if explore.tree.comparison().is_dir(&explore.image, row.node) {
                explore.tree.toggle(&explore.image);
            } else {
                return files::view(model);
            }
        }
        (Focus::Tabs, Tab::Waste) => {
            let row = explore.known.waste.get(explore.place().at()).copied()?;
            explore.show(row.buried_by, row.node);
        }
        (Focus::Tabs, _) => {}
    }
    None
}
