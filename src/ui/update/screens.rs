//! Opening one screen from another, and the way back: a side of a comparison, and the image that a comparison was opened from.

use std::sync::Arc;

use crate::compare::{Side, Sides};
use crate::image::{Image, LayerId, NodeId};
use crate::ui::bindings;
use crate::ui::compare::Compare;
use crate::ui::loaded::content_analysis::{ContentComparison, LoadState};
use crate::ui::loaded::extras::Extras;
use crate::ui::loaded::job_result::JobResult;
use crate::ui::model::explore::Explore;
use crate::ui::model::start::Start;
use crate::ui::model::{Model, Screen};
use crate::ui::pane::View;

/// Returns to the view before, or else to the screen behind; false if there is neither.
pub(super) fn back(model: &mut Model) -> bool {
    let returned = match &mut model.screen {
        Screen::Explore(explore) => explore.back(),
        Screen::Compare(compare) => compare.back(),
        Screen::Fleet(fleet) => fleet.back(),
        _ => false,
    };
    if returned {
        return true;
    }
    model.close()
}

/// Does as [`back`], and shows a notice if there is neither.
pub(super) fn back_or_notice(model: &mut Model) {
    if !back(model) {
        model.notice = bindings::nothing_behind(model);
    }
}

/// Passes the content analyses of two images on to their comparison and to the screens that explore one of them and have none: the analysis of an image ends when a comparison
/// with it begins.
pub(super) fn share_content(
    model: &mut Model,
    images: &Sides<Arc<Image>>,
    content: &JobResult<Arc<ContentComparison>>,
) {
    for compare in model.comparisons() {
        compare.set_content(images, content.clone());
    }
    for explore in model.explored() {
        let side = side_of(images, explore);
        if let Some(side) = side
            && explore.content.ready().is_none()
        {
            explore.set_content(match content {
                Ok(content) => LoadState::Ready(Arc::clone(content.sides.get(side))),
                Err(why) => LoadState::Failed(Arc::clone(why)),
            });
        }
    }
}

/// Passes the extras of two images on to their comparison and to the screens that explore one of them and have none.
pub(super) fn share_extras(
    model: &mut Model,
    images: &Sides<Arc<Image>>,
    extras: &Sides<Arc<Extras>>,
) {
    for compare in model.comparisons() {
        compare.set_extras(images, extras.clone());
    }
    for explore in model.explored() {
        let side = side_of(images, explore);
        if let Some(side) = side
            && explore.extras.is_none()
        {
            explore.set_extras(Arc::clone(extras.get(side)));
        }
    }
}

fn side_of(images: &Sides<Arc<Image>>, explore: &Explore) -> Option<Side> {
    let mut sides = Side::BOTH.into_iter();
    sides.find(|&side| Arc::ptr_eq(images.get(side), &explore.image))
}

/// Explores what is selected in a comparison, in the active image where it has that, else in the other one: a file in the tree of the layer that stores it, a
/// folder in that of the top layer, the files behind a number, or else the image in its first view.
pub(super) fn explore_selection(model: &mut Model) {
    let Screen::Compare(compare) = &model.screen else {
        return;
    };
    let side = compare.explored_side();
    if let Some(row) = compare.selected_path() {
        let (image, node) = (compare.images.get(side), compare.node_at(row, side));
        if let Some((node, top)) = node.zip(image.top()) {
            // A folder is shown with all that it has in the end.
            let shown = image.visible_entry(node);
            let shown = shown.filter(|(_, entry)| !image.entry(*entry).is_dir());
            let selected = compare.selected_content(row, side);
            let layer = selected.map(|content| content.layer);
            let layer = layer.or(shown.map(|(layer, _)| layer));
            return explore_path(model, side, (layer.unwrap_or(top), node));
        }
    }
    let mut explore = explored(compare, side, &model.options.start);
    if let Some((_, query)) = compare.selected_query() {
        explore.start_with_query(&query, View::Tree);
    }
    model.open(Screen::Explore(Box::new(explore)));
}

/// Explores an image of a comparison at a path, in the tree of a layer.
pub(super) fn explore_path(model: &mut Model, side: Side, (layer, node): (LayerId, NodeId)) {
    let Screen::Compare(compare) = &model.screen else {
        return;
    };
    let mut explore = explored(compare, side, &model.options.start);
    explore.show(layer, node);
    // The way back leads to the comparison.
    explore.views.clear();
    explore.home = explore.view;
    model.open(Screen::Explore(Box::new(explore)));
}

/// Returns the screen of an image of a comparison, with what is known of it.
fn explored(compare: &Compare, side: Side, start: &Start) -> Explore {
    let image = Arc::clone(compare.images.get(side));
    let summary = Arc::clone(compare.summaries.get(side));
    let mut explore = Explore::new(image, summary, None, start);
    explore.side = Some(side);
    if let Some(content) = compare.content_analysis(side) {
        explore.set_content(LoadState::Ready(Arc::clone(content)));
    }
    if let Some(extras) = compare.extras(side) {
        explore.set_extras(Arc::clone(extras));
    }
    explore
}
