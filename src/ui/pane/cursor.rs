//! A place in a list and the part of the list that is in view. Numbers only: it knows neither what the list holds nor how it is drawn.

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
    /// Returns the first line in view after the view of `height` lines has moved; one past the last when it goes to the end.
    #[must_use]
    pub fn scroll(self, top: usize, height: usize) -> usize {
        let page = height.max(2) - 1;
        match self {
            Self::Up => top.saturating_sub(1),
            Self::Down => top.saturating_add(1),
            Self::PageUp => top.saturating_sub(page),
            Self::PageDown => top.saturating_add(page),
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
    pub fn place(&mut self, at: usize, len: usize, height: usize) {
        let height = height.max(1);
        self.at = at.min(len.saturating_sub(1));
        if self.at < self.top {
            self.top = self.at;
        } else if self.at >= self.top.saturating_add(height) {
            self.top = self.at + 1 - height;
        }
        self.top = self.top.min(len.saturating_sub(height));
    }

    /// Selects a row and, where it was out of view, brings it to the middle.
    pub fn jump(&mut self, at: usize, len: usize, height: usize) {
        let at = at.min(len.saturating_sub(1));
        if at < self.top || at >= self.top.saturating_add(height.max(1)) {
            self.top = at.saturating_sub(height / 2);
        }
        self.place(at, len, height);
    }

    /// Moves.
    pub fn step(&mut self, motion: Motion, len: usize, height: usize) {
        let page = height.max(2) - 1;
        let at = match motion {
            Motion::Up => self.at.saturating_sub(1),
            Motion::Down => self.at.saturating_add(1),
            Motion::PageUp => self.at.saturating_sub(page),
            Motion::PageDown => self.at.saturating_add(page),
            Motion::First => 0,
            Motion::Last => usize::MAX,
        };
        self.place(at, len, height);
    }

    /// Moves the view, and the selected row only as far as it has to stay in view.
    pub fn wheel(&mut self, down: bool, lines: usize, len: usize, height: usize) {
        let height = height.max(1);
        let top = if down {
            self.top.saturating_add(lines)
        } else {
            self.top.saturating_sub(lines)
        };
        self.top = top.min(len.saturating_sub(height));
        let at = self.at.clamp(self.top, self.top + height - 1);
        self.place(at, len, height);
    }
}
