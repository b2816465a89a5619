//! The list of a selection's contents: their order, the cursor and the marks. Only the lines up to the view are put in order, so that a million files
//! open within a frame; nothing here draws.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::query::{PathContent, Selection};

use crate::ui::pane::cursor::{Cursor, Motion};

/// The order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileOrder {
    /// Largest first, then by path.
    #[default]
    Size,
    /// By layer, largest first in each.
    Layer,
    /// The paths that most layers store first, largest first among equals.
    Copies,
    /// By the name of the package, unowned and hidden files last, largest first in each.
    Owner,
    /// By path, as the tree has it.
    Name,
}

impl FileOrder {
    const ALL: [Self; 5] = [
        Self::Size,
        Self::Layer,
        Self::Copies,
        Self::Owner,
        Self::Name,
    ];

    /// Returns the order after this one, from the last to the first.
    #[must_use]
    pub(crate) const fn next(self) -> Self {
        Self::ALL[(self as usize + 1) % Self::ALL.len()]
    }
}

/// How many lines are put in order at least.
const LEAST: usize = 4096;

/// The list.
#[derive(Clone, Debug)]
pub struct FilesPane {
    selection: Arc<Selection>,
    cursor: Cursor,
    sort: FileOrder,
    /// What comes before the bytes in the order, for each content; empty when nothing does.
    ranks: Vec<u32>,
    /// Places in [`Selection::contents`]; the first `sorted` are in order and in front of all others.
    order: Vec<u32>,
    sorted: usize,
    /// Places of the marked contents.
    marks: BTreeSet<u32>,
}

impl FilesPane {
    /// Returns the list of a selection, largest first.
    #[must_use]
    pub(crate) fn new(selection: Arc<Selection>) -> Self {
        let mut pane = Self {
            selection,
            cursor: Cursor::default(),
            sort: FileOrder::default(),
            ranks: Vec::new(),
            order: Vec::new(),
            sorted: 0,
            marks: BTreeSet::new(),
        };
        pane.arrange();
        pane
    }

    /// Returns what is listed.
    #[must_use]
    pub const fn selection(&self) -> &Arc<Selection> {
        &self.selection
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
    pub const fn sort(&self) -> FileOrder {
        self.sort
    }

    /// Returns the content on a line.
    #[must_use]
    pub fn content(&self, at: usize) -> Option<PathContent> {
        let place = *self.order.get(at)?;
        self.selection.contents().get(place as usize).copied()
    }

    /// Returns the selected content.
    #[must_use]
    pub(crate) fn selected(&self) -> Option<PathContent> {
        self.content(self.cursor.at())
    }

    /// Returns whether the content on a line is marked.
    #[must_use]
    pub fn is_marked(&self, at: usize) -> bool {
        self.order
            .get(at)
            .is_some_and(|place| self.marks.contains(place))
    }

    /// Returns whether any content is marked.
    #[must_use]
    pub fn has_marks(&self) -> bool {
        !self.marks.is_empty()
    }

    /// Returns the marked contents by path, then by layer.
    pub fn marked(&self) -> impl Iterator<Item = PathContent> {
        let contents = self.selection.contents();
        let marked = self.marks.iter();
        marked.filter_map(|&place| contents.get(place as usize).copied())
    }

    /// Marks the selected content, or clears its mark, and goes to the next line.
    pub(crate) fn toggle_mark(&mut self, height: usize) {
        let Some(&place) = self.order.get(self.cursor.at()) else {
            return;
        };
        if !self.marks.remove(&place) {
            self.marks.insert(place);
        }
        self.step(Motion::Down, height);
    }

    /// Clears all marks.
    pub(crate) fn clear_marks(&mut self) {
        self.marks.clear();
    }

    /// Takes an order and goes to the first line. `rank` is what comes before the bytes in it, if anything does.
    pub(crate) fn set_sort(&mut self, sort: FileOrder, rank: Option<impl Fn(&PathContent) -> u32>) {
        self.sort = sort;
        self.cursor = Cursor::default();
        let contents = self.selection.contents().iter();
        self.ranks = rank.map_or_else(Vec::new, |rank| contents.map(rank).collect());
        self.arrange();
    }

    /// Moves the cursor.
    pub(crate) fn step(&mut self, motion: Motion, height: usize) {
        self.cursor.step(motion, self.order.len(), height);
        self.fit(height);
    }

    /// Moves the view.
    pub(crate) fn wheel(&mut self, down: bool, lines: usize, height: usize) {
        self.cursor.wheel(down, lines, self.order.len(), height);
        self.fit(height);
    }

    /// Selects the line at a place in view, if there is one, and returns whether it was selected already.
    pub fn click(&mut self, line: usize, height: usize) -> Option<bool> {
        self.cursor.click(line, self.order.len(), height)
    }

    /// Keeps the cursor in view and puts the lines in view in order.
    pub(crate) fn fit(&mut self, height: usize) {
        let (at, len) = (self.cursor.at(), self.order.len());
        self.cursor.place(at, len, height);
        self.sort_up_to(self.cursor.top().saturating_add(height));
    }

    fn arrange(&mut self) {
        let len = u32::try_from(self.selection.contents().len()).unwrap_or(u32::MAX);
        self.order = (0..len).collect();
        self.sorted = 0;
        if self.sort == FileOrder::Name {
            // Contents are in the order of their paths.
            self.sorted = self.order.len();
        }
        self.sort_up_to(0);
    }

    /// Puts lines in order, at least twice as many as before, so that scrolling to the end costs no more than one sort.
    fn sort_up_to(&mut self, end: usize) {
        if end.min(self.order.len()) <= self.sorted && self.sorted > 0 {
            return;
        }
        let target = end.max(LEAST).max(self.sorted.saturating_mul(2));
        let target = target.min(self.order.len());
        let (contents, ranks) = (self.selection.contents(), &self.ranks);
        let key = |place: &u32| {
            let at = *place as usize;
            let rank = ranks.get(at).copied().unwrap_or(0);
            (rank, Reverse(contents[at].bytes), *place)
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
