//! Where what lies over a screen stands: dialogs, a history, the viewer, the keys. Pure, as the layout it belongs to; draws nothing.

use ratatui::layout::Rect;

use crate::image::NodeId;

use crate::ui::layout::lines;
use crate::ui::model::message::Size;
use crate::ui::model::overlay::Overlay;
use crate::ui::model::{Model, Screen};
use crate::ui::pane::Viewport;
use crate::ui::wording::categories;

/// Returns the area of what lies over the screen.
#[must_use]
pub fn area(model: &Model) -> Rect {
    let size = model.size;
    match &model.overlay {
        Some(Overlay::Destination(_) | Overlay::Extracting(_) | Overlay::Prompt(_)) => {
            centered(size, 72, 6)
        }
        Some(Overlay::History(history)) => {
            let lines = versions(model, history.node) + usize::from(FRAME + owner_lines(model));
            centered(size, 110, lines_or(lines, size.height.saturating_sub(2)))
        }
        Some(Overlay::Viewer(viewer)) if viewer.file.is_none() => {
            let width = size.width.min(100);
            let rows = viewer.rows_of_all(width.saturating_sub(2).into());
            centered(
                size,
                width,
                lines_or(rows + 2, size.height.saturating_sub(2)),
            )
        }
        _ => nearly_all(size),
    }
}

/// Returns so many lines, at least four, or as many as there may be.
fn lines_or(lines: usize, most: u16) -> u16 {
    u16::try_from(lines).unwrap_or(u16::MAX).max(4).min(most)
}

/// Returns how much of what lies over the screen is in view at once.
#[must_use]
pub fn page(model: &Model) -> Viewport {
    let area = area(model);
    let frame = match &model.overlay {
        Some(Overlay::History(_)) => FRAME,
        _ => 2,
    };
    let height = area.height.saturating_sub(frame + owner_lines(model));
    Viewport {
        columns: area.width.saturating_sub(2).into(),
        height: height.into(),
    }
}

/// The border of a history and its column heads.
const FRAME: u16 = 3;
/// How many layers of a history have room before anything else is told.
const FIRST: usize = 5;

/// Returns how many lines below a history tell whose the path is and what for: those that its first layers leave room for.
#[must_use]
pub fn owner_lines(model: &Model) -> u16 {
    let (Some(Overlay::History(history)), Screen::Explore(explore)) =
        (&model.overlay, &model.screen)
    else {
        return 0;
    };
    let told = categories::lines(explore.content.ready(), &explore.image, history.node);
    let first = lines(versions(model, history.node).min(FIRST));
    let room = model.size.height.saturating_sub(2 + FRAME + first);
    lines(told.len()).min(room)
}

/// Returns how many layers changed a path.
fn versions(model: &Model, node: NodeId) -> usize {
    match &model.screen {
        Screen::Explore(explore) => explore.image.timeline.of(node).len(),
        _ => 0,
    }
}

/// Returns the area of the keys, which lie over everything.
#[must_use]
pub fn help(size: Size) -> Rect {
    centered(size, 84, size.height.saturating_sub(2))
}

const fn nearly_all(size: Size) -> Rect {
    let (x, y) = if size.width >= 100 { (4, 2) } else { (0, 1) };
    Rect {
        x,
        y,
        width: size.width.saturating_sub(2 * x),
        height: size.height.saturating_sub(2 * y),
    }
}

/// Returns an area of at most `width` by `height` in the middle of the screen.
fn centered(size: Size, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(size.width), height.min(size.height));
    Rect::new(
        (size.width - width) / 2,
        (size.height - height) / 2,
        width,
        height,
    )
}
