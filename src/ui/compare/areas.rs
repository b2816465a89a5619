//! The layout of the compare screen: the lines of the header, the height of the pane above the trees. Nothing here draws.

use ratatui::layout::Rect;

use crate::ui::layout::Size;
use crate::ui::layout::inside;

use crate::ui::compare::headline;
use crate::ui::compare::state::{Compare, CompareFocus};
use crate::ui::compare::tabs::CompareTab;

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

/// Returns where everything stands.
#[must_use]
pub fn areas(size: Size, compare: &Compare) -> CompareAreas {
    let lines = u16::try_from(compare.headlines(size).len()).unwrap_or(0) + 1;
    let header = Rect::new(0, 0, size.width, lines.min(size.height));
    let rest = size.height.saturating_sub(lines + 1);
    let body = Rect::new(0, lines, size.width, rest);
    if body.height < 14 {
        let (top, files) = match compare.focus {
            CompareFocus::Top => (body, Rect::default()),
            CompareFocus::Files => (Rect::default(), body),
        };
        return CompareAreas { header, top, files };
    }
    let lines = u16::try_from(compare.lines.len()).unwrap_or(u16::MAX);
    // The reasons come first.
    let most = match compare.tab {
        CompareTab::Why => body.height / 2,
        _ => body.height / 3,
    };
    let needed = lines.saturating_add(1).clamp(LEAST_TOP, most);
    let height = compare.height.unwrap_or(needed);
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

/// Returns the tab whose title is at a column of the upper border; a title has a blank before and after it.
#[must_use]
pub fn tab_at(top: Rect, x: u16) -> Option<CompareTab> {
    let mut end = top.x + 1;
    CompareTab::ALL.into_iter().find(|tab| {
        let start = end;
        end += u16::try_from(tab.title().len() + 2).unwrap_or(0);
        (start..end).contains(&x)
    })
}

impl Compare {
    /// Returns the lines of numbers below the first one, for so many columns.
    #[must_use]
    pub(crate) fn headlines(&self, size: Size) -> Vec<String> {
        let most = match size.height {
            0..16 => 0,
            16..24 => 1,
            _ => 2,
        };
        let columns = usize::from(size.width).saturating_sub(2);
        headline::lay_out(&self.headline, columns, most)
    }

    /// Makes the pane above higher or lower.
    pub(crate) fn set_height(&mut self, size: Size, height: u16) {
        let body = areas(size, self);
        let most = (body.top.height + body.files.height).saturating_sub(LEAST_FILES);
        if body.top.height > 0 && body.files.height > 0 {
            self.height = Some(height.clamp(LEAST_TOP, most.max(LEAST_TOP)));
        }
    }
}
