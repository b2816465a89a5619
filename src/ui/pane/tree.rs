//! The tree pane: what is compared, what is open, left out and found, and the lines that follow from it; moving, folding, selecting. What takes
//! several steps is in `steps`; no layer choice (that is `layers`'), no drawing.

use crate::image::{Image, LayerId, NodeId};

use super::comparison::{Comparison, Range};
use super::cursor::{Cursor, Motion};
use super::filter::{Change, Filter};
use super::find::Find;
use super::folds::Folds;
use super::rows::{Row, Shape, Sort, Source};
use super::steps::Work;
use crate::ui::start::Start;

/// The tree pane's state.
#[derive(Debug)]
pub struct TreePane {
    pub(super) comparison: Comparison,
    pub(super) folds: Folds,
    pub(super) find_folds: Folds,
    pub(super) filter: Filter,
    pub(super) keep: Option<Vec<bool>>,
    pub(super) find: Option<Find>,
    pub(super) sort: Sort,
    pub(super) rows: Vec<Row>,
    pub(super) cursor: Cursor,
    pub(super) height: usize,
    pub(super) work: Option<Work>,
    /// What is selected when there is nothing left to work on.
    pub(super) goal: Option<NodeId>,
}

impl TreePane {
    /// Returns the pane over a comparison as the user wants it to start.
    #[must_use]
    pub fn new(image: &Image, range: Range, start: &Start) -> Self {
        let mut folds = Folds::default();
        folds.set_all(!start.folded);
        folds.set(NodeId::ROOT, true);
        let mut pane = Self {
            comparison: Comparison::of(image, range),
            folds,
            find_folds: Folds::default(),
            filter: start.filter,
            keep: None,
            find: None,
            sort: start.sort,
            rows: Vec::new(),
            cursor: Cursor::default(),
            height: 1,
            work: None,
            goal: None,
        };
        pane.refilter(image);
        pane.finish(image);
        pane
    }

    /// Returns what is compared.
    #[must_use]
    pub const fn comparison(&self) -> &Comparison {
        &self.comparison
    }

    /// Returns the filter.
    #[must_use]
    pub const fn filter(&self) -> Filter {
        self.filter
    }

    /// Returns what is being found.
    #[must_use]
    pub const fn find(&self) -> Option<&Find> {
        self.find.as_ref()
    }

    /// Returns the order of siblings.
    #[must_use]
    pub const fn sort(&self) -> Sort {
        self.sort
    }

    /// Returns all lines.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns the cursor.
    #[must_use]
    pub const fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// Returns the selected line.
    #[must_use]
    pub fn selected(&self) -> Option<Row> {
        self.rows.get(self.cursor.at()).copied()
    }

    /// Takes the number of lines in view.
    pub fn resize(&mut self, height: usize) {
        self.height = height;
        self.cursor
            .place(self.cursor.at(), self.rows.len(), self.height);
    }

    /// Moves the cursor.
    pub fn step(&mut self, motion: Motion) {
        self.goal = None;
        self.cursor.step(motion, self.rows.len(), self.height);
    }

    /// Moves the view.
    pub fn wheel(&mut self, down: bool, lines: usize) {
        self.cursor.wheel(down, lines, self.rows.len(), self.height);
    }

    /// Selects the line at a place in view, if there is one, and returns whether it was selected already.
    pub fn click(&mut self, line: usize) -> Option<bool> {
        self.goal = None;
        let at = self.cursor.top() + line;
        (at < self.rows.len()).then(|| {
            let was = self.cursor.at() == at;
            self.cursor.place(at, self.rows.len(), self.height);
            was
        })
    }

    /// Opens a closed folder or closes an open one.
    pub fn toggle(&mut self, image: &Image) {
        if let Some(row) = self.selected() {
            match row.shape {
                Shape::Leaf => {}
                Shape::Closed => self.set_open(image, true),
                Shape::Open => self.set_open(image, false),
            }
        }
    }

    /// Opens all folders, or closes all when they are.
    pub fn toggle_all(&mut self, image: &Image) {
        let folds = self.current_folds();
        let open = !folds.all_open();
        folds.set_all(open);
        folds.set(NodeId::ROOT, true);
        self.rederive(image);
    }

    /// Opens the selected folder, or steps into it when it is open.
    pub fn enter(&mut self, image: &Image) {
        match self.selected().map(|row| row.shape) {
            Some(Shape::Closed) => self.set_open(image, true),
            Some(Shape::Open) => self.step(Motion::Down),
            _ => {}
        }
    }

    /// Closes the selected folder, or goes to the folder it is in.
    pub fn leave(&mut self, image: &Image) {
        let Some(row) = self.selected() else { return };
        if row.shape == Shape::Open {
            self.set_open(image, false);
        } else {
            let above = &self.rows[..self.cursor.at()];
            if let Some(at) = above.iter().rposition(|other| other.depth < row.depth) {
                self.cursor.jump(at, self.rows.len(), self.height);
            }
        }
    }

    /// Takes the other order.
    pub fn toggle_sort(&mut self, image: &Image) {
        self.sort = match self.sort {
            Sort::Size => Sort::Name,
            Sort::Name => Sort::Size,
        };
        self.rederive(image);
    }

    /// Shows or hides paths with a change.
    pub fn toggle_change(&mut self, image: &Image, change: Change) {
        self.filter.toggle(change);
        self.refilter(image);
    }

    /// Goes on to the next least size.
    pub fn next_least(&mut self, image: &Image) {
        self.filter.next_least();
        self.refilter(image);
    }

    /// Leaves nothing out any more.
    pub fn clear_filter(&mut self, image: &Image) {
        self.filter = Filter::default();
        self.refilter(image);
    }

    /// Opens the folders above a path and selects it; when it is not in the list, the nearest folder above it that is.
    pub fn reveal(&mut self, image: &Image, node: NodeId) {
        self.folds.reveal(image, node);
        self.derive(image);
        self.select(image, node);
    }

    /// Returns the layer that has a path which neither state has: the last one that put it there.
    #[must_use]
    pub fn elsewhere(&self, image: &Image, node: NodeId) -> Option<LayerId> {
        if self.comparison.shown(node).is_some() {
            return None;
        }
        let events = image.timeline.of(node);
        let last = events.iter().rev().find(|event| event.entry.is_some());
        last.map(|event| event.layer)
    }

    pub(super) fn current_folds(&mut self) -> &mut Folds {
        if self.find.is_some() {
            &mut self.find_folds
        } else {
            &mut self.folds
        }
    }

    pub(super) fn source<'a>(&'a self, image: &'a Image) -> Source<'a> {
        Source {
            image,
            comparison: &self.comparison,
            folds: &self.folds,
            find_folds: &self.find_folds,
            keep: self.keep.as_deref(),
            find: self.find.as_ref(),
            sort: self.sort,
        }
    }

    /// Opens or closes the selected folder: only the lines below it are derived.
    fn set_open(&mut self, image: &Image, open: bool) {
        let Some(row) = self.selected() else { return };
        let was = self.source(image).is_open(row.node);
        if was == open {
            return;
        }
        let folds = self.current_folds();
        let flipped = !folds.is_open(row.node);
        folds.set(row.node, flipped);
        if matches!(self.work, Some(Work::Rows(_))) {
            // The lines that are on their way know nothing of this.
            self.rederive(image);
        }
        let at = self.cursor.at();
        self.rows[at].shape = if open { Shape::Open } else { Shape::Closed };
        let end = at + 1 + self.subtree_len(at);
        let below = if open {
            self.source(image).below(row.node, row.depth + 1)
        } else {
            Vec::new()
        };
        self.rows.splice(at + 1..end, below);
        self.resize(self.height);
    }

    fn subtree_len(&self, at: usize) -> usize {
        let depth = self.rows[at].depth;
        self.rows[at + 1..]
            .iter()
            .take_while(|row| row.depth > depth)
            .count()
    }

    pub(super) fn select(&mut self, image: &Image, node: NodeId) {
        let mut wanted = Some(node);
        while let Some(node) = wanted {
            if let Some(at) = self.rows.iter().position(|row| row.node == node) {
                self.cursor.jump(at, self.rows.len(), self.height);
                return;
            }
            wanted = image.tree.parent(node).filter(|&up| up != NodeId::ROOT);
        }
        self.resize(self.height);
    }
}
