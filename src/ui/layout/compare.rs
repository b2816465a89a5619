//! The layout of the compare screen: the lines of the header, and one pane below it. Nothing here draws.

use ratatui::layout::Rect;

use crate::ui::layout::{Size, inside, lines};
use crate::ui::pane::CompareFocus;

/// The areas of the screen, borders included; an area that is not shown is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CompareAreas {
    /// The lines at the top.
    pub header: Rect,
    /// The pane, while it shows a tab.
    pub tabs: Rect,
    /// The pane, while it shows files.
    pub files: Rect,
}

impl CompareAreas {
    /// Returns the pane below the header.
    #[must_use]
    pub(crate) const fn pane(&self) -> Rect {
        if self.tabs.height > 0 {
            self.tabs
        } else {
            self.files
        }
    }

    /// Returns the lines of a tab.
    #[must_use]
    pub fn tab_rows(&self) -> Rect {
        inside(self.tabs, 1, 1)
    }

    /// Returns the line about the files: what is selected, their order and filter.
    #[must_use]
    pub(crate) fn about_files(&self) -> Rect {
        let rows = inside(self.files, 1, 1);
        Rect {
            height: rows.height.min(1),
            ..rows
        }
    }

    /// Returns the lines that hold paths: below border, line about the files and heads, above the line about the selected path.
    #[must_use]
    pub fn file_rows(&self) -> Rect {
        inside(self.files, 3, 2)
    }

    /// Returns the cells of the map: below the line about the files, above the line about the selected rectangle.
    #[must_use]
    pub(crate) fn map_cells(&self) -> Rect {
        inside(self.files, 2, 2)
    }
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

/// Returns the areas of the compare screen, whose header has so many lines of numbers.
#[must_use]
pub(crate) fn areas(size: Size, header_lines: usize, focus: CompareFocus) -> CompareAreas {
    let above = lines(header_lines).saturating_add(1);
    let header = Rect::new(0, 0, size.width, above.min(size.height));
    let rest = size.height.saturating_sub(above + 1);
    let body = Rect::new(0, above, size.width, rest);
    let (tabs, files) = match focus {
        CompareFocus::Tabs => (body, Rect::default()),
        CompareFocus::Files => (Rect::default(), body),
    };
    CompareAreas {
        header,
        tabs,
        files,
    }
}
