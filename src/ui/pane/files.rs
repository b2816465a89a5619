//! The list of a query's contents: their order and the cursor. Only the lines up to the view are put in order, so that a million files open within a
//! frame; nothing here draws.

use std::cmp::Reverse;

use crate::query::{PathContent, Selection};

use crate::ui::pane::cursor::{Cursor, Motion};

/// The order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FileOrder {
    /// Largest first, then by path.
    #[default]
    Size,
    /// By layer, largest first in each.
    Layer,
    /// By path, as the tree has it.
    Name,
}

impl FileOrder {
    const fn next(self) -> Self {
        match self {
            Self::Size => Self::Layer,
            Self::Layer => Self::Name,
            Self::Name => Self::Size,
        }
    }
}

/// How many lines are put in order at least.
const LEAST: usize = 4096;

/// The list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilesPane {
    cursor: Cursor,
    sort: FileOrder,
    /// Places in [`Selection::contents`]; the first `sorted` are in order and in front of all others.
    order: Vec<u32>,
    sorted: usize,
}

impl FilesPane {
    /// Returns the list of a selection, largest first.
    #[must_use]
    pub(crate) fn new(selection: &Selection) -> Self {
        let mut pane = Self {
            cursor: Cursor::default(),
            sort: FileOrder::default(),
            order: Vec::new(),
            sorted: 0,
        };
        pane.arrange(selection);
        pane
    }

    /// Returns how many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Returns whether there are no lines.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Returns the cursor.
    #[must_use]
    pub const fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// Returns the order.
    #[must_use]
    pub(crate) const fn sort(&self) -> FileOrder {
        self.sort
    }

    /// Returns the content on a line.
    #[must_use]
    pub fn content(&self, selection: &Selection, at: usize) -> Option<PathContent> {
        let place = *self.order.get(at)?;
        selection.contents().get(place as usize).copied()
    }

    /// Returns the selected content.
    #[must_use]
    pub(crate) fn selected(&self, selection: &Selection) -> Option<PathContent> {
        self.content(selection, self.cursor.at())
    }

    /// Takes the next order and goes to the first line.
    pub(crate) fn next_sort(&mut self, selection: &Selection) {
        self.sort = self.sort.next();
        self.cursor = Cursor::default();
        self.arrange(selection);
    }

    /// Moves the cursor.
    pub(crate) fn step(&mut self, selection: &Selection, motion: Motion, height: usize) {
        self.cursor.step(motion, self.order.len(), height);
        self.fit(selection, height);
    }

    /// Moves the view.
    pub(crate) fn wheel(&mut self, selection: &Selection, down: bool, lines: usize, height: usize) {
        self.cursor.wheel(down, lines, self.order.len(), height);
        self.fit(selection, height);
    }

    /// Selects the line at a place in view, if there is one, and returns whether it was selected already.
    pub fn click(&mut self, line: usize, height: usize) -> Option<bool> {
        self.cursor.click(line, self.order.len(), height)
    }

    /// Keeps the cursor in view and puts the lines in view in order.
    pub(crate) fn fit(&mut self, selection: &Selection, height: usize) {
        let (at, len) = (self.cursor.at(), self.order.len());
        self.cursor.place(at, len, height);
        self.sort_up_to(selection, self.cursor.top().saturating_add(height));
    }

    fn arrange(&mut self, selection: &Selection) {
        let len = u32::try_from(selection.contents().len()).unwrap_or(u32::MAX);
        self.order = (0..len).collect();
        self.sorted = 0;
        if self.sort == FileOrder::Name {
            // Contents are in the order of their paths.
            self.sorted = self.order.len();
        }
        self.sort_up_to(selection, 0);
    }

    /// Puts lines in order, at least twice as many as before, so that scrolling to the end costs no more than one sort.
    fn sort_up_to(&mut self, selection: &Selection, end: usize) {
        if end.min(self.order.len()) <= self.sorted && self.sorted > 0 {
            return;
        }
        let target = end.max(LEAST).max(self.sorted.saturating_mul(2));
        let target = target.min(self.order.len());
        let contents = selection.contents();
        let by_layer = self.sort == FileOrder::Layer;
        let key = |place: &u32| {
            let content = &contents[*place as usize];
            let layer = if by_layer { content.layer.0 } else { 0 };
            (layer, Reverse(content.bytes), *place)
        };
        let rest = &mut self.order[self.sorted..];
        let wanted = target - self.sorted;
        if wanted < rest.len() {
            rest.select_nth_unstable_by_key(wanted, key);
        }
        rest[..wanted].sort_unstable_by_key(key);
        self.sorted = target;
    }
}
