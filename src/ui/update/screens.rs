//! Opening one screen from another, and the way back: a side of a comparison, and the image that a comparison was opened from.

use std::sync::Arc;

use crate::compare::{Side, Sides};
use crate::image::Image;
use crate::ui::loaded::content_analysis::{ContentComparison, LoadState};
use crate::ui::loaded::extras::Extras;
use crate::ui::loaded::job_result::JobResult;
use crate::ui::model::explore::Explore;
use crate::ui::model::{Model, Screen};
use crate::ui::pane::Tab;

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

/// Passes the content analyses of two images on to the screens that explore one of them and have none: the analysis of an image ends when a comparison
/// with it begins.
pub(super) fn share_content(
    model: &mut Model,
    images: &Sides<Arc<Image>>,
    content: &JobResult<Arc<ContentComparison>>,
) {
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

/// Passes the extras of two images on to the screens that explore one of them and have none.
pub(super) fn share_extras(
    model: &mut Model,
    images: &Sides<Arc<Image>>,
    extras: &Sides<Arc<Extras>>,
) {
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

/// Explores the image of a comparison that is marked in the header, in its first view or on a tab.
pub(super) fn explore_side(model: &mut Model, tab: Option<Tab>) {
    let start = model.options.start;
    let Screen::Compare(compare) = &model.screen else {
        return;
    };
    let side = compare.active_side;
    let image = Arc::clone(compare.images.get(side));
    let summary = Arc::clone(compare.summaries.get(side));
    let mut explore = Explore::new(image, summary, None, &start);
    if let Some(content) = compare.content_analysis(side) {
        explore.set_content(LoadState::Ready(Arc::clone(content)));
    }
    if let Some(extras) = compare.extras(side) {
        explore.set_extras(Arc::clone(extras));
    }
    if let Some(tab) = tab {
        explore.show_tab(tab);
        explore.home = explore.view;
    }
    model.open(Screen::Explore(Box::new(explore)));
}
