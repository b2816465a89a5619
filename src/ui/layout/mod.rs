//! Where everything is drawn: areas computed from the terminal's size and a few numbers of the screen. Pure. `update` computes them once per message and
//! keeps them in the model; `view` draws into them.

pub mod compare;
mod files;
pub(crate) mod fit;
pub mod fleet;
pub(crate) mod help;
pub(crate) mod input;
pub(crate) mod overlay;
pub mod overview;
pub(crate) mod query_line;
mod size;
pub(crate) mod stripe;
mod tree_columns;
pub mod views;

use ratatui::layout::{Constraint, Layout, Rect};

use crate::ui::pane::{Focus, Tab, View};

pub(crate) use files::FileColumns;
pub use size::Size;
pub use tree_columns::TreeColumns;
pub(crate) use tree_columns::tree_columns;

/// The least width at which two columns are shown beside each other.
pub(crate) const TWO_COLUMN_WIDTH: u16 = 80;
/// The least width at which the details of the selection have a pane, and its columns.
const THREE_COLUMN_WIDTH: u16 = 160;
const SELECTION_WIDTH: u16 = 50;
/// The least columns of the pane beside it.
const LEAST_RIGHT: u16 = 40;
/// The least size at which anything is shown.
pub(crate) const MIN_SIZE: Size = Size {
    width: 40,
    height: 10,
};

/// The areas of the explore screen, with borders; the area of a hidden pane is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExploreAreas {
    /// The image to scale; empty beside the tree.
    pub stripe: Rect,
    /// The layers pane.
    pub layers: Rect,
    /// The details of the selected layer.
    pub details: Rect,
    /// The tabs.
    pub tabs: Rect,
    /// The tree pane.
    pub tree: Rect,
    /// The overview, the list of files or the map.
    pub view: Rect,
    /// The line about the query above tree, files and map; empty while the map shows all files, and where the border of the tree is that line.
    pub query: Rect,
    /// The sections of the overview, each with its heading line; empty while it is not shown.
    pub sections: [Rect; 3],
    /// The details of the selection, on wide terminals.
    pub selection_details: Rect,
}

/// Returns whether the terminal is too small to show anything.
#[must_use]
pub(crate) const fn is_too_small(size: Size) -> bool {
    size.width < MIN_SIZE.width || size.height < MIN_SIZE.height
}

/// The areas that every screen has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScreenAreas {
    /// The header line.
    pub header: Rect,
    /// What is between header and footer.
    pub body: Rect,
    /// The halves of the body, for two loads: beside each other where there is room, else one above the other.
    pub halves: [Rect; 2],
    /// The list of keys.
    pub help: Rect,
    /// The footer line.
    pub footer: Rect,
}

/// The least width at which two loads are shown beside each other.
const TWO_LOADS_WIDTH: u16 = 100;

/// Returns the areas that every screen has.
#[must_use]
pub(crate) fn screen(size: Size) -> ScreenAreas {
    let body = body(size);
    let halves = [Constraint::Fill(1); 2];
    let line = |y: u16| Rect::new(0, y, size.width, 1.min(size.height));
    ScreenAreas {
        header: line(0),
        body,
        halves: if size.width >= TWO_LOADS_WIDTH {
            Layout::horizontal(halves).areas(body)
        } else {
            Layout::vertical(halves).areas(body)
        },
        help: overlay::help(size),
        footer: line(size.height.saturating_sub(1)),
    }
}

impl ScreenAreas {
    /// Returns the lines of the picker that list images: below the border and the column heads.
    #[must_use]
    pub(crate) fn picker_rows(&self) -> Rect {
        inside(self.body, 2, 1)
    }

    /// Returns the lines of the list of keys.
    #[must_use]
    pub(crate) fn help_rows(&self) -> Rect {
        inside(self.help, 1, 1)
    }
}

fn body(size: Size) -> Rect {
    Rect::new(0, 1, size.width, size.height.saturating_sub(2))
}

/// Which panes of the explore screen are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShownPanes {
    /// The view beside the layers.
    pub(crate) view: View,
    /// The focused pane.
    pub(crate) focus: Focus,
    /// Whether a query is in front.
    pub(crate) has_query: bool,
    /// Whether the tabs are below the layers, beside the tree.
    pub(crate) has_tabs_below: bool,
    /// The lines of the list whose details are shown below it where they have no pane of their own.
    pub(crate) above_details: Option<usize>,
}

/// Returns the areas of the explore screen. `left_width_basis_points` is the left column's share of the width in basis points, `layers` the number of lines
/// of the layers pane, `sections` that of each section of the overview.
#[must_use]
pub(crate) fn areas(
    size: Size,
    left_width_basis_points: u16,
    shown: ShownPanes,
    layers: usize,
    sections: [usize; 3],
) -> ExploreAreas {
    let ShownPanes {
        view,
        focus,
        has_query,
        has_tabs_below,
        above_details,
    } = shown;
    let body = body(size);
    let (stripe, body) = if has_tabs_below {
        (Rect::default(), body)
    } else {
        split_off_stripe(body)
    };
    let is_wide = size.width >= THREE_COLUMN_WIDTH;
    let (left, right) = if size.width >= TWO_COLUMN_WIDTH {
        let width = u32::from(shared_width(size)) * u32::from(left_width_basis_points) / 10_000;
        let width = u16::try_from(width)
            .unwrap_or(size.width)
            .clamp(30, size.width - 36);
        split_at(body, width)
    } else if focus == view.focus() {
        (Rect::default(), body)
    } else {
        (body, Rect::default())
    };
    let (right, selection_details) = if is_wide && right.width > SELECTION_WIDTH + LEAST_RIGHT {
        let width = right.width - SELECTION_WIDTH;
        split_at(right, width)
    } else {
        (right, Rect::default())
    };
    let (right, selection_details) = match above_details {
        Some(lines) if selection_details.is_empty() => split_below(right, lines),
        _ => (right, selection_details),
    };
    let (is_tree, is_tabs) = (view == View::Tree, view == View::Tabs);
    let (layers, details, tabs) = if has_tabs_below {
        column(left, focus, layers)
    } else {
        let (layers, details) = short_column(left, layers);
        (
            layers,
            details,
            if is_tabs { right } else { Rect::default() },
        )
    };
    let shown = |is: bool| if is { right } else { Rect::default() };
    let right_view = shown(!is_tree && !is_tabs);
    let query = match view {
        View::Tree if !has_tabs_below => inside(right, 1, 0),
        View::Files => inside(right_view, 1, 0),
        View::Map if has_query => inside(right_view, 1, 0),
        _ => Rect::default(),
    };
    ExploreAreas {
        stripe,
        layers,
        details,
        tabs,
        tree: shown(is_tree),
        view: right_view,
        query: Rect {
            height: query.height.min(1),
            ..query
        },
        sections: match view {
            View::Overview => overview::sections(right_view, sections),
            View::Tree | View::Files | View::Map | View::Tabs => [Rect::default(); 3],
        },
        selection_details,
    }
}

/// Returns the columns that the left column and the pane beside it share.
#[must_use]
pub(crate) const fn shared_width(size: Size) -> u16 {
    if size.width >= THREE_COLUMN_WIDTH {
        size.width - SELECTION_WIDTH
    } else {
        size.width
    }
}

fn split_at(body: Rect, width: u16) -> (Rect, Rect) {
    let right = Rect {
        x: body.x + width,
        width: body.width - width,
        ..body
    };
    (Rect { width, ..body }, right)
}

/// The least lines of the details below a list.
const LEAST_DETAILS: u16 = 8;

/// Divides a pane into a list of so many lines, border and heads included, of at most half of it, and the details below; no details in a low one.
fn split_below(pane: Rect, list: usize) -> (Rect, Rect) {
    let height = lines(list).saturating_add(3).min(pane.height / 2);
    if pane.height - height < LEAST_DETAILS || height < 5 {
        return (pane, Rect::default());
    }
    let below = Rect {
        y: pane.y + height,
        height: pane.height - height,
        ..pane
    };
    (Rect { height, ..pane }, below)
}

/// Takes the stripe off the upper end of the body: one line, or two with the names of layers; none when the body is low.
fn split_off_stripe(body: Rect) -> (Rect, Rect) {
    let height = match body.height {
        0..14 => 0,
        14..28 => 1,
        _ => 2,
    };
    let rest = Rect {
        y: body.y + height,
        height: body.height - height,
        ..body
    };
    (Rect { height, ..body }, rest)
}

/// Divides the left column into layers and details; when it is low, only layers are shown.
fn short_column(left: Rect, layers: usize) -> (Rect, Rect) {
    if left.height < 12 {
        return (left, Rect::default());
    }
    let least = if left.height < 24 { 6 } else { 9 };
    let height = lines(layers)
        .saturating_add(2)
        .clamp(4, left.height - least);
    let details = Rect {
        y: left.y + height,
        height: left.height - height,
        ..left
    };
    (Rect { height, ..left }, details)
}

/// Divides the left column into layers, details and tabs; when it is low, only the focused pane is shown.
fn column(left: Rect, focus: Focus, layers: usize) -> (Rect, Rect, Rect) {
    if left.height < 13 {
        return match focus {
            Focus::Tabs => (Rect::default(), Rect::default(), left),
            _ => (left, Rect::default(), Rect::default()),
        };
    }
    let details = if left.height < 30 { 4 } else { 7 };
    let tabs_least = if left.height < 20 {
        5
    } else {
        (left.height / 4).max(7)
    };
    let layers = lines(layers)
        .saturating_add(2)
        .clamp(4, left.height - details - tabs_least);
    let part = |y: u16, height: u16| Rect {
        y: left.y + y,
        height,
        ..left
    };
    (
        part(0, layers),
        part(layers, details),
        part(layers + details, left.height - layers - details),
    )
}

impl ExploreAreas {
    /// Returns the lines of the layers pane that list layers: below the border and the column heads.
    #[must_use]
    pub fn layer_rows(&self) -> Rect {
        inside(self.layers, 2, u16::from(self.details.height == 0))
    }

    /// Returns the lines of the tree pane that list paths: below the border, the line about the query and the column heads, above the status line.
    #[must_use]
    pub fn tree_rows(&self) -> Rect {
        inside(self.tree, 2 + self.query.height, 2)
    }

    /// Returns the status line of the tree pane, which describes the selected path.
    #[must_use]
    pub(crate) fn tree_status(&self) -> Rect {
        let inner = inside(self.tree, 0, 1);
        Rect {
            y: inner.y + inner.height.saturating_sub(1),
            height: inner.height.min(1),
            ..inner
        }
    }

    /// Returns the lines that list files: below the border, the line about the query and the column heads, above the status line.
    #[must_use]
    pub fn file_rows(&self) -> Rect {
        if self.query.height == 0 {
            return Rect::default();
        }
        inside(self.view, 3, 2)
    }

    /// Returns the line above the lower border of the overview, the list of files or the map.
    #[must_use]
    pub(crate) fn view_status(&self) -> Rect {
        let inner = inside(self.view, 0, 1);
        Rect {
            y: inner.y + inner.height.saturating_sub(1),
            height: inner.height.min(1),
            ..inner
        }
    }

    /// Returns the lines inside the border of the tabs.
    #[must_use]
    pub(crate) fn tab_rows(&self) -> Rect {
        inside(self.tabs, 1, 1)
    }

    /// Returns the lines of a tab that scroll: below its column heads, if it has any.
    #[must_use]
    pub(crate) fn tab_list(&self, tab: Tab) -> Rect {
        inside(self.tabs, 1 + u16::from(tab.has_heads()), 1)
    }

    /// Returns how many lines of a tab scroll.
    #[must_use]
    pub fn tab_height(&self, tab: Tab) -> usize {
        usize::from(self.tab_list(tab).height)
    }

    /// Returns the column of the divider between the left column and the pane at the right; none when only one is shown.
    #[must_use]
    pub fn divider(&self) -> Option<u16> {
        let right = self.right();
        (right.width > 0 && right.x > 0).then_some(right.x)
    }

    /// Returns the pane at the right: tree, overview, map or tabs.
    #[must_use]
    pub(crate) const fn right(&self) -> Rect {
        if self.tree.width > 0 {
            self.tree
        } else if self.view.width > 0 {
            self.view
        } else {
            self.tabs
        }
    }

    /// Returns the line about the query: the upper border of the tree beside tabs, else the line above tree, files or map.
    #[must_use]
    pub(crate) const fn query_line(&self) -> Rect {
        if self.tree.width > 0 && self.query.height == 0 {
            Rect {
                height: 1,
                ..self.tree
            }
        } else {
            self.query
        }
    }

    /// Returns the cells of the stripe that layers share.
    #[must_use]
    pub(crate) fn stripe_cells(&self) -> Rect {
        Rect {
            x: self.stripe.x + 1,
            width: self.stripe.width.saturating_sub(2),
            ..self.stripe
        }
    }

    /// Returns the cells of the map: inside the border, below the query, above the line about the selected rectangle.
    #[must_use]
    pub fn map_cells(&self) -> Rect {
        inside(self.view, 1 + self.query.height, 2)
    }
}

/// Returns an area without its side borders, its first `above` and its last `below` lines.
#[must_use]
pub(crate) fn inside(area: Rect, above: u16, below: u16) -> Rect {
    if area.width < 2 || area.height < above + below {
        return Rect {
            width: 0,
            height: 0,
            ..area
        };
    }
    Rect::new(
        area.x + 1,
        area.y + above,
        area.width - 2,
        area.height - above - below,
    )
}

/// Returns a number of lines, at most `u16::MAX`.
#[must_use]
pub(crate) fn lines(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}
