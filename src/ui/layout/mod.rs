//! Where everything is drawn: areas computed from the terminal's size and a few numbers of the screen. Pure. `update` computes them once a message and
//! keeps them in the model; `view` draws into them.

pub mod overlay;
mod size;
mod tree;

use ratatui::layout::{Position, Rect};

use crate::ui::pane::{Focus, Tab};

pub use size::Size;
pub use tree::{TreeColumns, tree_columns};

/// The least width at which two columns are shown beside each other.
pub const TWO_COLUMN_WIDTH: u16 = 80;
/// The least size at which anything is shown.
pub const MIN_SIZE: Size = Size {
    width: 40,
    height: 10,
};

/// The areas of the explore screen, with borders; the area of a hidden pane is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    /// The header line.
    pub header: Rect,
    /// The layers pane.
    pub layers: Rect,
    /// The details of the selected layer.
    pub details: Rect,
    /// The tabs.
    pub tabs: Rect,
    /// The tree pane.
    pub tree: Rect,
    /// The footer line.
    pub footer: Rect,
}

/// Returns whether the terminal is too small to show anything.
#[must_use]
pub const fn is_too_small(size: Size) -> bool {
    size.width < MIN_SIZE.width || size.height < MIN_SIZE.height
}

/// Returns the area between header and footer.
#[must_use]
pub const fn body(size: Size) -> Rect {
    Rect {
        x: 0,
        y: 1,
        width: size.width,
        height: size.height.saturating_sub(2),
    }
}

/// Returns the lines of the picker that list images: below the border and the column heads.
#[must_use]
pub fn pick_rows(size: Size) -> Rect {
    inside(body(size), 2, 1)
}

/// Returns the areas of the explore screen. `split` is the left column's share of the width in hundredths of a percent, `layers` the number of lines
/// of the layers pane.
#[must_use]
pub fn areas(size: Size, split: u16, focus: Focus, layers: usize) -> Areas {
    let body = body(size);
    let header = Rect::new(0, 0, size.width, 1.min(size.height));
    let footer = Rect::new(
        0,
        size.height.saturating_sub(1),
        size.width,
        1.min(size.height),
    );
    let (left, tree) = if size.width >= TWO_COLUMN_WIDTH {
        let width = u32::from(size.width) * u32::from(split) / 10_000;
        let width = u16::try_from(width)
            .unwrap_or(size.width)
            .clamp(30, size.width - 36);
        split_at(body, width)
    } else if focus == Focus::Tree {
        (Rect::default(), body)
    } else {
        (body, Rect::default())
    };
    let (layers, details, tabs) = column(left, focus, layers);
    Areas {
        header,
        layers,
        details,
        tabs,
        tree,
        footer,
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

impl Areas {
    /// Returns the lines of the layers pane that list layers: below the border and the column heads.
    #[must_use]
    pub fn layer_rows(&self) -> Rect {
        inside(self.layers, 2, u16::from(self.details.height == 0))
    }

    /// Returns the lines of the tree pane that list paths: below the border and the column heads, above the status line.
    #[must_use]
    pub fn tree_rows(&self) -> Rect {
        inside(self.tree, 2, 2)
    }

    /// Returns the status line of the tree pane, which describes the selected path.
    #[must_use]
    pub fn tree_status(&self) -> Rect {
        let inner = inside(self.tree, 0, 1);
        Rect {
            y: inner.y + inner.height.saturating_sub(1),
            height: inner.height.min(1),
            ..inner
        }
    }

    /// Returns the lines inside the border of the tabs.
    #[must_use]
    pub fn tab_rows(&self) -> Rect {
        inside(self.tabs, 1, 1)
    }

    /// Returns how many lines of a tab scroll.
    #[must_use]
    pub fn tab_height(&self, tab: Tab) -> usize {
        let heads = u16::from(tab.has_heads());
        usize::from(self.tab_rows().height.saturating_sub(heads))
    }

    /// Returns the column of the divider between the left column and the tree; none when only one is shown.
    #[must_use]
    pub fn divider(&self) -> Option<u16> {
        (self.tree.width > 0 && self.layers.width + self.tabs.width > 0).then_some(self.tree.x)
    }
}

/// Returns an area without its side borders, its first `above` and its last `below` lines.
#[must_use]
pub fn inside(area: Rect, above: u16, below: u16) -> Rect {
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

/// Returns the tabs whose titles fit, each with its title and place on the tabs' upper border: all of them, or the front one and its neighbours with
/// `‹` and `›` where tabs are left out.
#[must_use]
pub fn tab_titles(tabs: Rect, front: Tab) -> Vec<(Tab, String, Rect)> {
    let room = usize::from(tabs.width.saturating_sub(2));
    let width = |pad: usize, first: usize, end: usize| {
        let titles = Tab::ALL[first..end].iter();
        let titles: usize = titles.map(|tab| tab.title().len() + 2 * pad + 1).sum();
        titles - 1 + usize::from(first > 0) + usize::from(end < Tab::ALL.len())
    };
    let (mut first, mut end, front) = (0, Tab::ALL.len(), front as usize);
    let pad = usize::from(width(1, first, end) <= room);
    while width(pad, first, end) > room && end - first > 1 {
        if front - first > end - 1 - front {
            first += 1;
        } else {
            end -= 1;
        }
    }
    let mut x = tabs.x + 1;
    let title = |at: usize| {
        let left = if at == first && first > 0 { "‹" } else { "" };
        let right = if at + 1 == end && end < Tab::ALL.len() {
            "›"
        } else {
            ""
        };
        let (tab, pad) = (Tab::ALL[at], " ".repeat(pad));
        let title = format!("{left}{pad}{}{pad}{right}", tab.title());
        let place = Rect::new(x, tabs.y, lines(title.chars().count()), 1);
        x += place.width + 1;
        (tab, title, place)
    };
    (first..end).map(title).collect()
}

/// Returns the tab whose title is at a position.
#[must_use]
pub fn tab_at(tabs: Rect, front: Tab, at: Position) -> Option<Tab> {
    let mut titles = tab_titles(tabs, front).into_iter();
    titles
        .find(|(.., place)| place.contains(at))
        .map(|(tab, ..)| tab)
}

/// Returns a number of lines, at most `u16::MAX`.
#[must_use]
pub fn lines(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}
