//! Where overlays are drawn: dialogs, a history, the viewer, the list of keys. Pure; draws nothing.

use ratatui::layout::Rect;

use crate::ui::layout::{Size, inside, lines};
use crate::ui::pane::{Viewer, Viewport};

/// The area of an overlay and the part of it that scrolls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OverlayAreas {
    /// The area, with the border.
    pub area: Rect,
    /// The columns and lines that scroll.
    pub(crate) viewport: Viewport,
    /// The lines that list something: versions, actions.
    pub rows: Rect,
    /// The lines below a history that show owner and category of the path.
    pub package_lines: Rect,
    /// The columns of line numbers before the text of a viewer.
    pub numbers: u16,
    /// The lines above the text of a viewer.
    pub above: u16,
}

/// The border of a history and its column heads.
const HISTORY_FRAME: u16 = 3;
/// How many versions of a history are shown before package and category get lines.
const FIRST_VERSIONS: usize = 5;

/// Returns the areas of a dialog.
#[must_use]
pub(crate) fn dialog(size: Size) -> OverlayAreas {
    within(centered(size, 72, 6))
}

/// Returns the areas of a history of so many versions, with up to so many lines about its package and category.
#[must_use]
pub(crate) fn history(size: Size, versions: usize, package_lines: usize) -> OverlayAreas {
    let room = size
        .height
        .saturating_sub(2 + HISTORY_FRAME + lines(versions.min(FIRST_VERSIONS)));
    let package_lines = lines(package_lines).min(room);
    let height = versions + usize::from(HISTORY_FRAME + package_lines);
    let area = centered(size, 110, at_least_four(height, size));
    let rows = inside(area, 2, 1 + package_lines);
    OverlayAreas {
        area,
        viewport: Viewport {
            columns: area.width.saturating_sub(2).into(),
            height: area
                .height
                .saturating_sub(HISTORY_FRAME + package_lines)
                .into(),
        },
        rows,
        package_lines: Rect {
            y: rows.bottom(),
            height: package_lines,
            ..rows
        },
        ..OverlayAreas::default()
    }
}

/// Returns the width of an overlay that shows a text, with the border.
#[must_use]
pub(crate) fn text_width(size: Size) -> u16 {
    size.width.min(100)
}

/// Returns the areas of a text that takes so many rows in [`text_width`].
#[must_use]
pub(crate) fn text(size: Size, rows: usize) -> OverlayAreas {
    within(centered(
        size,
        text_width(size),
        at_least_four(rows + 2, size),
    ))
}

/// Returns the areas of the viewer and of a diff, which cover most of the screen.
#[must_use]
pub(crate) fn most(size: Size) -> OverlayAreas {
    let (x, y) = if size.width >= 100 { (4, 2) } else { (0, 1) };
    within(Rect {
        x,
        y,
        width: size.width.saturating_sub(2 * x),
        height: size.height.saturating_sub(2 * y),
    })
}

/// The lines of the border and of the line being typed above the actions.
const ACTION_LIST_FRAME: u16 = 3;

/// Returns the areas of a list of so many actions, below the line being typed.
#[must_use]
pub(crate) fn action_list(size: Size, actions: usize) -> OverlayAreas {
    let most = size.height.saturating_sub(2).min(24);
    let height = lines(actions)
        .saturating_add(ACTION_LIST_FRAME)
        .clamp(4, most.max(4));
    let area = centered(size, 84, height);
    OverlayAreas {
        viewport: Viewport {
            columns: area.width.saturating_sub(2).into(),
            height: area.height.saturating_sub(ACTION_LIST_FRAME).into(),
        },
        rows: inside(area, 2, 1),
        ..within(area)
    }
}

/// Returns the area of the list of keys.
#[must_use]
pub(crate) fn help(size: Size) -> Rect {
    centered(size, 84, size.height.saturating_sub(2))
}

/// Returns the areas of an overlay with a border only.
fn within(area: Rect) -> OverlayAreas {
    OverlayAreas {
        area,
        viewport: Viewport {
            columns: area.width.saturating_sub(2).into(),
            height: area.height.saturating_sub(2).into(),
        },
        ..OverlayAreas::default()
    }
}

/// The screen width from which a viewer has line numbers.
const NUMBERED_WIDTH: u16 = 100;

/// Returns the areas of the viewer of a file with line numbers of so many columns, as far as there is room, and so many lines above the text.
#[must_use]
pub(crate) fn viewer(size: Size, numbers: usize, above: u16) -> OverlayAreas {
    let areas = most(size);
    let numbers = match size.width {
        NUMBERED_WIDTH.. => lines(numbers),
        _ => 0,
    };
    let Viewport { columns, height } = areas.viewport;
    OverlayAreas {
        viewport: Viewport {
            columns: columns.saturating_sub(numbers.into()),
            height: height.saturating_sub(above.into()),
        },
        numbers,
        above,
        ..areas
    }
}

/// Returns the areas of the start of a file in a pane, below so many of its lines.
#[must_use]
pub(crate) fn preview(rows: Rect, below: usize, preview: &Viewer) -> OverlayAreas {
    let skipped = lines(below).min(rows.height);
    let area = Rect {
        y: rows.y + skipped,
        height: rows.height - skipped,
        ..rows
    };
    let (numbers, above) = (lines(preview.number_columns()), preview.lines_above());
    OverlayAreas {
        area,
        viewport: Viewport {
            columns: area.width.saturating_sub(numbers).into(),
            height: area.height.saturating_sub(above).into(),
        },
        numbers,
        above,
        ..OverlayAreas::default()
    }
}

/// Returns a height of at least four lines that leaves header and footer visible.
fn at_least_four(height: usize, size: Size) -> u16 {
    lines(height).max(4).min(size.height.saturating_sub(2))
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
