//! The layout of the compare screen: the lines of the header, the height of the pane above the trees. Nothing here draws.

use ratatui::layout::Rect;

use crate::ui::layout::{Size, inside, lines};
use crate::ui::pane::{CompareFocus, CompareTab, CompareView};

/// The least lines of the pane above the trees, its border included.
const LEAST_TOP: u16 = 4;
/// The least lines of the trees, border, heads and the line about the selected path included.
const LEAST_FILES: u16 = 7;

/// The areas of the screen, borders included; an area that is not shown is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CompareAreas {
    /// The lines at the top.
    pub header: Rect,
    /// The pane above the trees.
    pub top: Rect,
    /// The trees.
    pub files: Rect,
}

impl CompareAreas {
    /// Returns the height of the pane above that is nearest to a height; `None` when only one pane is shown.
    #[must_use]
    pub(crate) fn nearest_height(&self, height: u16) -> Option<u16> {
        let most = (self.top.height + self.files.height).saturating_sub(LEAST_FILES);
        let both = self.top.height > 0 && self.files.height > 0;
        both.then(|| height.clamp(LEAST_TOP, most.max(LEAST_TOP)))
    }

    /// Returns the lines of the pane above.
    #[must_use]
    pub fn top_rows(&self) -> Rect {
        inside(self.top, 1, u16::from(self.files.height == 0))
    }

    /// Returns the lines that hold paths: below border and heads, above the line about the selected one.
    #[must_use]
    pub fn file_rows(&self) -> Rect {
        inside(self.files, 2, 2)
    }
}

/// What the areas depend on besides the size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CompareShape {
    /// The lines of numbers below the first line of the header.
    pub(crate) header_lines: usize,
    /// The lines of the tab in front.
    pub(crate) lines: usize,
    /// The tab in front.
    pub(crate) tab: CompareTab,
    /// Which pane has the focus.
    pub(crate) focus: CompareFocus,
    /// The height of the pane above, once the user sets it.
    pub(crate) height: Option<u16>,
}

/// Returns how many lines of numbers the header has below its first line, at most.
#[must_use]
pub(crate) const fn most_header_lines(size: Size) -> usize {
    match size.height {
        0..16 => 0,
        16..24 => 1,
        _ => 2,
    }
}

/// Returns the areas of the compare screen.
#[must_use]
pub(crate) fn areas(size: Size, shape: &CompareShape) -> CompareAreas {
    let above = lines(shape.header_lines).saturating_add(1);
    let header = Rect::new(0, 0, size.width, above.min(size.height));
    let rest = size.height.saturating_sub(above + 1);
    let body = Rect::new(0, above, size.width, rest);
    if body.height < 14 {
        let (top, files) = match shape.focus {
            CompareFocus::Top => (body, Rect::default()),
            CompareFocus::Files => (Rect::default(), body),
        };
        return CompareAreas { header, top, files };
    }
    // The reasons come first.
    let most = match shape.tab {
        CompareTab::Why => body.height / 2,
        _ => body.height / 3,
    };
    let needed = lines(shape.lines).saturating_add(1).clamp(LEAST_TOP, most);
    let height = shape.height.unwrap_or(needed);
    let height = height.clamp(LEAST_TOP, body.height - LEAST_FILES);
    CompareAreas {
        header,
        top: Rect { height, ..body },
        files: Rect {
            y: body.y + height,
            height: body.height - height,
            ..body
        },
    }
}

/// Returns the cells of the map: inside the border, above the line about the selected rectangle.
#[must_use]
pub(crate) fn map_cells(areas: &CompareAreas) -> Rect {
    inside(areas.files, 1, 2)
}

/// Returns the tab whose title is at a column of the upper border.
#[must_use]
pub(crate) fn tab_at(top: Rect, x: u16) -> Option<CompareTab> {
    let titles = CompareTab::ALL.map(CompareTab::title);
    title_at(top, &titles, x).map(|at| CompareTab::ALL[at])
}

/// Returns the view whose title is at a column of the border above the files.
#[must_use]
pub(crate) fn view_at(files: Rect, x: u16) -> Option<CompareView> {
    let titles = CompareView::ALL.map(CompareView::title);
    title_at(files, &titles, x).map(|at| CompareView::ALL[at])
}

/// Returns the place of the title at a column of a border; a title has a blank before and after it.
fn title_at(pane: Rect, titles: &[&str], x: u16) -> Option<usize> {
    let mut end = pane.x + 1;
    titles.iter().position(|title| {
        let start = end;
        end += lines(title.len() + 2);
        (start..end).contains(&x)
    })
}
