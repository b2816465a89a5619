//! The tree pane: what is compared, what is open, left out and found, and the lines that follow from it. No layer choice (that is `layers`'), no
//! drawing.

use crate::image::{Image, LayerId, NodeId};

use super::comparison::{Comparison, Range};
use super::cursor::{Cursor, Motion};
use super::filter::{Change, Filter};
use super::find::Find;
use super::folds::Folds;
use super::rows::{Row, Shape, Sort, Source};

/// The tree pane's state.
#[derive(Debug)]
pub struct TreePane {
    comparison: Comparison,
    folds: Folds,
    find_folds: Folds,
    filter: Filter,
    keep: Option<Vec<bool>>,
    find: Option<Find>,
    sort: Sort,
    rows: Vec<Row>,
    cursor: Cursor,
    height: usize,
}

impl TreePane {
    /// Returns the pane over a comparison, everything folded below the top.
    #[must_use]
    pub fn new(image: &Image, range: Range) -> Self {
        let mut folds = Folds::default();
        folds.set(NodeId::ROOT, true);
        let mut pane = Self {
            comparison: Comparison::of(image, range, None),
            folds,
            find_folds: Folds::default(),
            filter: Filter::default(),
            keep: None,
            find: None,
            sort: Sort::default(),
            rows: Vec::new(),
            cursor: Cursor::default(),
            height: 1,
        };
        pane.derive(image);
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

    /// Compares two other states; folds, filter and the selected path stay.
    pub fn compare(&mut self, image: &Image, range: Range) {
        if self.comparison.range() == range {
            return;
        }
        let empty = Comparison::empty();
        let last = std::mem::replace(&mut self.comparison, empty);
        self.comparison = Comparison::of(image, range, Some(last));
        self.refilter(image);
    }

    /// Goes over to a fuller image of the same name; folds and the selected path stay as far as it has them.
    pub fn replace(&mut self, from: &Image, to: &Image, range: Range) {
        let same = |node| to.tree.find(&from.tree.path(node));
        let selected = self.selected().and_then(|row| same(row.node));
        self.folds = self.folds.carry(from, to);
        self.find_folds = self.find_folds.carry(from, to);
        self.find = self.find.take().map(|find| Find::new(find.query()));
        self.comparison = Comparison::of(to, range, None);
        self.rows.clear();
        self.keep = self.filter.keep(to, &self.comparison);
        self.derive(to);
        if let Some(node) = selected {
            self.select(to, node);
        }
    }

    /// Moves the cursor.
    pub fn step(&mut self, motion: Motion) {
        self.cursor.step(motion, self.rows.len(), self.height);
    }

    /// Moves the view.
    pub fn wheel(&mut self, down: bool, lines: usize) {
        self.cursor.wheel(down, lines, self.rows.len(), self.height);
    }

    /// Selects the line at a place in view, if there is one, and returns whether it was selected already.
    pub fn click(&mut self, line: usize) -> Option<bool> {
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
        self.derive(image);
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
        self.derive(image);
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

    /// Starts to find a query; an empty one shows everything again.
    pub fn start_find(&mut self, image: &Image, query: &str) {
        self.find = Some(Find::new(query)).filter(|find| !find.query().is_empty());
        self.find_folds = Folds::default();
        self.go_on(image);
    }

    /// Looks at some more paths, and returns whether there are more to look at.
    pub fn go_on(&mut self, image: &Image) -> bool {
        let Some(find) = &mut self.find else {
            self.derive(image);
            return false;
        };
        let (hits, best) = (find.hits().len(), find.best());
        find.step(image);
        let now = (find.hits().len(), find.best());
        let done = find.is_done(image);
        if now != (hits, best) || done {
            self.derive(image);
            if best != now.1
                && let Some(best) = now.1
            {
                self.select(image, best);
            }
        }
        !done
    }

    /// Returns whether there is something left to look at.
    #[must_use]
    pub fn is_finding(&self, image: &Image) -> bool {
        self.find.as_ref().is_some_and(|find| !find.is_done(image))
    }

    /// Ends finding; the selected path stays selected, its folders open.
    pub fn end_find(&mut self, image: &Image) {
        let selected = self.selected();
        self.find = None;
        match selected {
            Some(row) => self.reveal(image, row.node),
            None => self.derive(image),
        }
    }

    /// Selects the next or the last hit before, going around at the end.
    pub fn next_hit(&mut self, image: &Image, forward: bool) {
        let Some(find) = &self.find else { return };
        let (len, at) = (self.rows.len(), self.cursor.at());
        let place = |step: usize| {
            if forward {
                (at + step) % len
            } else {
                (at + len - step) % len
            }
        };
        let next = (1..=len)
            .map(place)
            .find(|&place| find.is_hit(self.rows[place].node));
        if let Some(next) = next {
            self.cursor.jump(next, len, self.height);
        }
        let _ = image;
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

    fn current_folds(&mut self) -> &mut Folds {
        if self.find.is_some() {
            &mut self.find_folds
        } else {
            &mut self.folds
        }
    }

    fn refilter(&mut self, image: &Image) {
        self.keep = self.filter.keep(image, &self.comparison);
        self.derive(image);
    }

    fn source<'a>(&'a self, image: &'a Image) -> Source<'a> {
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

    /// Derives all lines again; the selected path stays selected, or else the nearest folder above it that is in the list.
    fn derive(&mut self, image: &Image) {
        let selected = self.selected();
        self.rows = self.source(image).below(NodeId::ROOT, 0);
        match selected {
            Some(row) => self.select(image, row.node),
            None => self.resize(self.height),
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

    fn select(&mut self, image: &Image, node: NodeId) {
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
