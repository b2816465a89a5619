//! A tree as a list of lines under one cursor: folds, filter and find, the lines that follow from them, moving and selecting. Used for the tree of one
//! image and the aligned tree of two. Work in several steps is in `steps`; [`Paths`] describes the tree. No drawing.

use std::cmp::Reverse;

use crate::compare::{FileCounts, Sides};

use crate::ui::pane::cursor::{Cursor, Motion};
use crate::ui::pane::filter::{Filter, StatusKind};
use crate::ui::pane::filtered_paths::FilteredPaths;
use crate::ui::pane::find::Find;
use crate::ui::pane::folds::Folds;
use crate::ui::pane::paths::{PathId, Paths};
use crate::ui::pane::rows::{RowPrefix, RowSource, TreeRow};
use crate::ui::pane::steps::Work;

/// The lines of a high screen.
const HIGH: usize = 60;

/// The outline's state.
#[derive(Clone, Debug)]
pub struct Outline<I> {
    pub(super) folds: Folds<I>,
    pub(super) find_folds: Folds<I>,
    pub(super) filter: Filter,
    pub(super) kept: Option<FilteredPaths>,
    pub(super) find: Option<Find<I>>,
    /// What the filter keeps of what the complete find selects.
    pub(super) found: Option<FilteredPaths>,
    pub(super) rows: Vec<TreeRow<I>>,
    pub(super) cursor: Cursor,
    pub(super) height: usize,
    pub(super) work: Option<Work<I>>,
    /// The path to select once no work is pending.
    pub(super) goal: Option<I>,
    /// The cursor before the find.
    pub(super) home_cursor: Cursor,
    /// The path that was selected before the find, or before the list became empty: it is selected again if nothing else is.
    pub(super) home: Option<I>,
}

/// What the place of the selected hit among all hits follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FindState<I> {
    text: String,
    hits: usize,
    is_done: bool,
    selected: Option<I>,
    at: usize,
    rows: usize,
}

impl<I: PathId> Outline<I> {
    /// Returns whether every path was looked at and none is a hit.
    #[must_use]
    pub(crate) fn has_no_hit(&self) -> bool {
        let find = self.find.as_ref().filter(|find| find.broken().is_none());
        find.is_some_and(|find| find.is_done() && find.hits().is_empty()) && !self.has_work()
    }

    /// Returns the state of the find.
    #[must_use]
    pub(crate) fn find_state(&self) -> Option<FindState<I>> {
        let find = self.find.as_ref()?;
        Some(FindState {
            text: find.text().to_owned(),
            hits: find.hits().len(),
            is_done: find.is_done(),
            selected: self.selected().map(|row| row.path),
            at: self.cursor.at(),
            rows: self.rows.len(),
        })
    }

    /// Returns an outline without lines yet.
    #[must_use]
    pub(crate) fn new(all_open: bool, filter: Filter) -> Self {
        let mut folds = Folds::default();
        folds.set_all(all_open);
        folds.set(I::of(0), true);
        Self {
            folds,
            find_folds: Folds::default(),
            filter,
            kept: None,
            find: None,
            found: None,
            rows: Vec::new(),
            cursor: Cursor::default(),
            height: 1,
            work: None,
            goal: None,
            home_cursor: Cursor::default(),
            home: None,
        }
    }

    /// Returns another outline without lines yet. It counts as high until its height is known, so that going to a path does not scroll needlessly.
    #[must_use]
    pub(super) fn fresh_copy(&self, all_open: bool) -> Self {
        Self {
            height: self.height.max(HIGH),
            ..Self::new(all_open, Filter::default())
        }
    }

    /// Returns the filter.
    #[must_use]
    pub(crate) const fn filter(&self) -> Filter {
        self.filter
    }

    /// Returns what is being found.
    #[must_use]
    pub const fn find(&self) -> Option<&Find<I>> {
        self.find.as_ref()
    }

    /// Returns all lines.
    #[must_use]
    pub fn rows(&self) -> &[TreeRow<I>] {
        &self.rows
    }

    /// Returns the cursor.
    #[must_use]
    pub const fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// Returns the selected line.
    #[must_use]
    pub fn selected(&self) -> Option<TreeRow<I>> {
        self.rows.get(self.cursor.at()).copied()
    }

    /// Takes the number of lines in view.
    pub(crate) fn resize(&mut self, height: usize) {
        self.height = height;
        self.cursor
            .set(self.cursor.at(), self.rows.len(), self.height);
    }

    /// Moves the cursor.
    pub(crate) fn step(&mut self, motion: Motion) {
        self.goal = None;
        self.cursor.step(motion, self.rows.len(), self.height);
    }

    /// Moves the view.
    pub(crate) fn wheel(&mut self, down: bool, lines: usize) {
        self.cursor.wheel(down, lines, self.rows.len(), self.height);
    }

    /// Selects the line at a place in view, if there is one, and returns whether it was selected already.
    pub(crate) fn click(&mut self, line: usize) -> Option<bool> {
        self.goal = None;
        self.cursor.click(line, self.rows.len(), self.height)
    }

    /// Selects a line.
    pub(crate) fn jump(&mut self, at: usize) {
        self.goal = None;
        self.cursor.jump(at, self.rows.len(), self.height);
    }

    /// Opens the heaviest closed folder again and again, until the lines that have bytes fill the view. The selected path stays selected.
    pub(crate) fn unfold(&mut self, paths: &impl Paths<Id = I>) {
        let heavy = |rows: &[TreeRow<I>]| rows.iter().filter(|row| row.weight > 0).count();
        let selected = self.selected().map(|row| row.path);
        while heavy(&self.rows) < self.height {
            let closed = self.rows.iter().enumerate();
            let closed = closed.filter(|(_, row)| row.shape == RowPrefix::Closed && row.weight > 0);
            let Some((at, _)) = closed.max_by_key(|(at, row)| (row.weight, Reverse(*at))) else {
                break;
            };
            self.set_open_at(paths, at, true);
        }
        if let Some(path) = selected {
            self.select(paths, path);
        }
    }

    /// Opens a closed folder or closes an open one.
    pub(crate) fn toggle(&mut self, paths: &impl Paths<Id = I>) {
        if let Some(row) = self.selected() {
            match row.shape {
                RowPrefix::Leaf => {}
                RowPrefix::Closed => self.set_open(paths, true),
                RowPrefix::Open => self.set_open(paths, false),
            }
        }
    }

    /// Opens all folders, or closes all when they are.
    pub(crate) fn toggle_all(&mut self) {
        let folds = self.current_folds();
        let open = !folds.all_open();
        folds.set_all(open);
        folds.set(I::of(0), true);
        self.rederive();
    }

    /// Opens the selected folder, or steps into it when it is open.
    pub(crate) fn enter(&mut self, paths: &impl Paths<Id = I>) {
        match self.selected().map(|row| row.shape) {
            Some(RowPrefix::Closed) => self.set_open(paths, true),
            Some(RowPrefix::Open) => self.step(Motion::Down),
            _ => {}
        }
    }

    /// Closes the selected folder, or goes to the folder it is in.
    pub(crate) fn leave(&mut self, paths: &impl Paths<Id = I>) {
        let Some(row) = self.selected() else { return };
        if row.shape == RowPrefix::Open {
            self.set_open(paths, false);
        } else {
            let above = &self.rows[..self.cursor.at()];
            if let Some(at) = above.iter().rposition(|other| other.depth < row.depth) {
                self.cursor.jump(at, self.rows.len(), self.height);
            }
        }
    }

    /// Shows or hides paths with a change.
    pub(crate) fn toggle_change(&mut self, paths: &impl Paths<Id = I>, change: StatusKind) {
        self.filter.toggle(change);
        self.refilter(paths);
    }

    /// Goes on to the next least size.
    pub(crate) fn next_least(&mut self, paths: &impl Paths<Id = I>) {
        self.filter.next_least();
        self.refilter(paths);
    }

    /// Sets the filter.
    pub(crate) fn set_filter(&mut self, paths: &impl Paths<Id = I>, filter: Filter) {
        self.filter = filter;
        self.refilter(paths);
    }

    /// Lists the same paths once before and after are swapped.
    pub(crate) fn swap_sides(&mut self) {
        self.filter.swap_sides();
        for filtered in [&mut self.kept, &mut self.found].into_iter().flatten() {
            filtered.swap_sides();
        }
        if let Some(Work::Keep(pass) | Work::Sum(pass)) = &mut self.work {
            pass.restart();
        }
    }

    /// Returns the bytes that filter and find select at a path and below it; `None` without either.
    #[must_use]
    pub(crate) fn selected_bytes(&self, path: I) -> Option<Sides<u64>> {
        Some(self.sums()?.sum(path))
    }

    /// Returns the number of files that filter and find select; `None` without either.
    #[must_use]
    pub(crate) fn selected_counts(&self) -> Option<FileCounts> {
        Some(self.sums()?.counts())
    }

    /// Returns the sums of what filter and find select; those of the filter until the find is complete.
    fn sums(&self) -> Option<&FilteredPaths> {
        self.found.as_ref().or(self.kept.as_ref())
    }

    /// Opens the folders above a path and selects it; when it is not in the list, the nearest folder above it that is.
    pub(crate) fn reveal(&mut self, paths: &impl Paths<Id = I>, path: I) {
        self.folds.reveal(paths, path);
        self.derive_and_select(paths, Some(path));
    }

    pub(super) fn current_folds(&mut self) -> &mut Folds<I> {
        if self.find.is_some() {
            &mut self.find_folds
        } else {
            &mut self.folds
        }
    }

    pub(super) fn source<'a, P: Paths<Id = I>>(&'a self, paths: &'a P) -> RowSource<'a, P> {
        RowSource {
            paths,
            folds: &self.folds,
            find_folds: &self.find_folds,
            kept: self.kept.as_ref(),
            find: self.find.as_ref(),
            sums: self.sums(),
        }
    }

    /// Opens or closes the selected folder.
    fn set_open(&mut self, paths: &impl Paths<Id = I>, open: bool) {
        let Some(row) = self.selected() else { return };
        if self.source(paths).is_open(row.path) != open {
            self.set_open_at(paths, self.cursor.at(), open);
        }
    }

    /// Opens or closes the folder on a line: only the lines below it are derived.
    pub(super) fn set_open_at(&mut self, paths: &impl Paths<Id = I>, at: usize, open: bool) {
        let row = self.rows[at];
        if self.source(paths).is_open(row.path) != open {
            let folds = self.current_folds();
            let flipped = !folds.is_open(row.path);
            folds.set(row.path, flipped);
        }
        if matches!(self.work, Some(Work::Rows(_))) {
            // The lines that are being derived do not reflect this.
            self.rederive();
        }
        self.rows[at].shape = if open {
            RowPrefix::Open
        } else {
            RowPrefix::Closed
        };
        let end = at + 1 + self.subtree_len(at);
        let below = if open {
            self.source(paths).below(row.path, row.depth + 1)
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

    pub(super) fn select(&mut self, paths: &impl Paths<Id = I>, path: I) {
        let mut wanted = Some(path);
        while let Some(path) = wanted {
            if let Some(at) = self.rows.iter().position(|row| row.path == path) {
                self.cursor.jump(at, self.rows.len(), self.height);
                return;
            }
            wanted = paths.parent(path).filter(|up| up.number() != 0);
        }
        self.resize(self.height);
    }
}
