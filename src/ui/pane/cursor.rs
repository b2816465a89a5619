//! The selected row of a list and the rows in view. Numbers only; no items, no drawing.

/// A way to move in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// One view's height up.
    PageUp,
    /// One view's height down.
    PageDown,
    /// To the first row.
    First,
    /// To the last row.
    Last,
}

impl Motion {
    /// Returns the row after the motion from row `at`, for a view of `height` rows; past the last row for the last one.
    #[must_use]
    pub fn scroll(self, at: usize, height: usize) -> usize {
        let page = height.max(2) - 1;
        match self {
            Self::Up => at.saturating_sub(1),
            Self::Down => at.saturating_add(1),
            Self::PageUp => at.saturating_sub(page),
            Self::PageDown => at.saturating_add(page),
            Self::First => 0,
            Self::Last => usize::MAX,
        }
    }
}

/// The selected row and the first row in view. After every call the selected row is in the list (0 when it is empty) and in view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    at: usize,
    top: usize,
}

impl Cursor {
    /// Returns the selected row.
    #[must_use]
    pub const fn at(self) -> usize {
        self.at
    }

    /// Returns the first row in view.
    #[must_use]
    pub const fn top(self) -> usize {
        self.top
    }

    /// Selects a row of a list of `len` rows of which `height` are in view.
    pub(crate) fn set(&mut self, at: usize, len: usize, height: usize) {
        let height = height.max(1);
        self.at = at.min(len.saturating_sub(1));
        if self.at < self.top {
            self.top = self.at;
        } else if self.at >= self.top.saturating_add(height) {
            self.top = self.at + 1 - height;
        }
        self.top = self.top.min(len.saturating_sub(height));
    }

    /// Selects a row and, if it was out of view, scrolls it to the middle.
    pub fn jump(&mut self, at: usize, len: usize, height: usize) {
        let at = at.min(len.saturating_sub(1));
        if at < self.top || at >= self.top.saturating_add(height.max(1)) {
            self.top = at.saturating_sub(height / 2);
        }
        self.set(at, len, height);
    }

    /// Selects a row that another order of the list moved, on the same line of the view as far as there are rows above it.
    pub(crate) fn follow(&mut self, at: usize, len: usize) {
        let line = self.at - self.top;
        self.at = at.min(len.saturating_sub(1));
        self.top = self.at.saturating_sub(line);
    }

    /// Moves.
    pub fn step(&mut self, motion: Motion, len: usize, height: usize) {
        self.set(motion.scroll(self.at, height), len, height);
    }

    /// Selects the row on a line of the view, and returns whether it was selected already; `None` if there is no such row.
    pub fn click(&mut self, line: usize, len: usize, height: usize) -> Option<bool> {
        let at = self.top + line;
        let was = self.at == at;
        (at < len).then(|| {
            self.set(at, len, height);
            was
        })
    }

    /// Scrolls the view, and moves the selected row only as far as needed to keep it in view.
    pub fn wheel(&mut self, down: bool, lines: usize, len: usize, height: usize) {
        let height = height.max(1);
        let top = if down {
            self.top.saturating_add(lines)
        } else {
            self.top.saturating_sub(lines)
        };
        self.top = top.min(len.saturating_sub(height));
        let at = self.at.clamp(self.top, self.top + height - 1);
        self.set(at, len, height);
    }
}
