//! The work of an outline that takes several steps: filtering, finding, listing lines. A step is shorter than a frame; a key may cancel the rest.

use crate::ui::pane::cursor::Cursor;
use crate::ui::pane::filter::Filter;
use crate::ui::pane::filtered_paths::FilterPass;
use crate::ui::pane::find::Find;
use crate::ui::pane::folds::Folds;
use crate::ui::pane::outline::Outline;
use crate::ui::pane::paths::{PathId, Paths};
use crate::ui::pane::rows::{RowBuilder, RowPrefix, TreeRow};

/// Work in several steps; the outline keeps its lines until the last one.
#[derive(Clone, Debug)]
pub(super) enum Work<I> {
    /// Computes the paths that the filter keeps.
    Keep(FilterPass),
    /// Sums what the complete find selects.
    Sum(FilterPass),
    /// Derives the lines again.
    Rows(RowBuilder<I>),
}

impl<I: PathId> Outline<I> {
    /// Replaces the tree by another one of `count` paths; `same` maps the paths. Folds, find and filter stay. The lines have to be derived.
    pub(super) fn carry(&mut self, count: usize, same: impl Fn(I) -> Option<I>) {
        self.folds = self.folds.carry(&same);
        self.find_folds = self.find_folds.carry(&same);
        self.find = self.find.take().map(|find| Find::new(find.text(), count));
        (self.kept, self.found) = (None, None);
        self.goal = None;
        self.home = self.home.and_then(&same);
        self.work = None;
        self.rows.clear();
    }

    /// Runs one step of the pending work, and returns whether there was any.
    fn run_step(&mut self, paths: &impl Paths<Id = I>) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        match work {
            Work::Keep(pass) => match pass.step(paths, self.filter) {
                Ok(kept) => {
                    self.kept = Some(kept);
                    self.rederive();
                    self.find_again(paths);
                    self.first_lines(paths);
                }
                Err(more) => self.work = Some(Work::Keep(more)),
            },
            Work::Sum(pass) => {
                if self.sum_found(paths, pass) {
                    self.list_found(paths);
                }
            }
            Work::Rows(mut rows) => {
                if self.source(paths).resume(&mut rows) {
                    let selected = self.selected();
                    self.rows = rows.done;
                    match self.goal.take() {
                        Some(goal) => self.select(paths, goal),
                        None => self.keep_selected(paths, selected),
                    }
                } else {
                    self.work = Some(Work::Rows(rows));
                }
            }
        }
        true
    }

    /// Runs a step of the pass that sums what the find selects, and returns whether it was the last.
    fn sum_found(&mut self, paths: &impl Paths<Id = I>, pass: FilterPass) -> bool {
        match pass.step(paths, self.filter) {
            Ok(found) => self.found = Some(found),
            Err(more) => self.work = Some(Work::Sum(more)),
        }
        self.found.is_some()
    }

    /// Lists the hits of a complete find with their sums.
    fn list_found(&mut self, paths: &impl Paths<Id = I>) {
        self.derive_and_select(paths, None);
        if !paths.is_flat() && self.find.as_ref().is_some_and(Find::is_unranked) {
            self.first_hit(paths);
        }
    }

    /// Derives the first lines at once: usually these are all, and no frame shows old lines of a new state.
    pub(super) fn first_lines(&mut self, paths: &impl Paths<Id = I>) {
        if matches!(self.work, Some(Work::Rows(_))) {
            self.run_step(paths);
        }
    }

    /// Ends the find, sets a filter and a goal: the path is selected once its line is derived.
    pub(super) fn set_goal(&mut self, paths: &impl Paths<Id = I>, path: I, filter: Filter) {
        (self.find, self.found) = (None, None);
        self.home = None;
        self.filter = filter;
        self.folds.reveal(paths, path);
        self.goal = Some(path);
        self.work = None;
    }

    /// Ends find and filter and goes to a path, which is selected once its line is derived.
    pub(crate) fn go_to(&mut self, paths: &impl Paths<Id = I>, path: I) {
        self.go_to_with_filter(paths, path, Filter::default());
    }

    /// Does as [`Self::go_to`] and sets a filter.
    pub(crate) fn go_to_with_filter(
        &mut self,
        paths: &impl Paths<Id = I>,
        path: I,
        filter: Filter,
    ) {
        self.set_goal(paths, path, filter);
        self.refilter(paths);
        self.first_lines(paths);
    }

    /// Runs all pending work.
    pub fn finish(&mut self, paths: &impl Paths<Id = I>) {
        while self.run_step(paths) {}
    }

    /// Lists the paths of another view, which may be flat where this one is not. The filter and the find stay, and the selected path stays selected if it is
    /// listed. No old line is left: until there are new ones, the list is empty.
    pub(crate) fn change_view(&mut self, paths: &impl Paths<Id = I>) {
        let selected = self.selected().map(|row| row.path).or(self.goal);
        self.rows.clear();
        self.goal = selected;
        if let Some(path) = selected {
            self.folds.reveal(paths, path);
        }
        self.refilter(paths);
        self.first_lines(paths);
        if let Some(find) = self.find.take() {
            // What a hit is differs between the views.
            let home = self.home;
            self.start_find(paths, find.text());
            self.home = home;
            match selected {
                Some(path) if self.work.is_none() => self.select(paths, path),
                _ => self.goal = selected.or(self.goal),
            }
        }
    }

    /// Starts to find a text; an empty one shows everything again.
    pub(crate) fn start_find(&mut self, paths: &impl Paths<Id = I>, text: &str) {
        if self.find.is_none() {
            self.home = self.selected().map(|row| row.path);
            self.home_cursor = self.cursor;
        }
        self.find = Some(Find::new(text, paths.count())).filter(|find| !find.text().is_empty());
        self.found = None;
        if matches!(self.work, Some(Work::Sum(_))) {
            self.work = None;
        }
        self.find_folds = Folds::default();
        let is_done = self.find.as_ref().is_none_or(Find::is_done);
        if paths.is_flat() && is_done {
            self.derive_and_select(paths, None);
        }
        self.continue_find(paths);
    }

    /// Continues the pending work.
    pub(crate) fn resume(&mut self, paths: &impl Paths<Id = I>) {
        if !self.run_step(paths) {
            self.continue_find(paths);
        }
    }

    /// Looks at some more paths.
    fn continue_find(&mut self, paths: &impl Paths<Id = I>) {
        if matches!(self.work, Some(Work::Keep(_))) {
            // Hits are paths that the filter keeps.
            return;
        }
        let was_done = self.find.as_ref().is_none_or(Find::is_done);
        if paths.is_flat() && was_done {
            return;
        }
        let Some(find) = &mut self.find else {
            self.derive(paths);
            return;
        };
        let (hits, best) = (find.hits().len(), find.best());
        find.step(paths, self.kept.as_ref());
        let now = (find.hits().len(), find.best());
        let done = find.is_done();
        let is_unranked = find.is_unranked();
        // Usually one step is enough, and no frame shows hits without their sums.
        let is_summed = done && self.sum_found(paths, FilterPass::new(paths, self.find.as_ref()));
        if paths.is_flat() {
            // Every hit is a line: they are derived once all are known.
            if is_summed {
                self.derive_and_select(paths, now.1);
            }
            return;
        }
        if now != (hits, best) || done {
            self.derive(paths);
            if best != now.1
                && let Some(best) = now.1
            {
                self.select(paths, best);
            }
        }
        let is_at_hit = self.cursor.at() < self.rows.len() && self.is_hit(self.cursor.at());
        if is_unranked && !was_done && (is_summed || !is_at_hit) {
            self.first_hit(paths);
        }
    }

    /// Selects the first hit in the order of the lines.
    fn first_hit(&mut self, paths: &impl Paths<Id = I>) {
        self.cursor = Cursor::default();
        if !self.rows.is_empty() && !self.is_hit(0) {
            self.next_hit(paths, true);
        }
    }

    /// Returns whether work is pending.
    #[must_use]
    pub(crate) fn has_work(&self) -> bool {
        self.work.is_some() || self.find.as_ref().is_some_and(|find| !find.is_done())
    }

    /// Ends the find. The selected path stays selected and its folders are opened; without a hit, the path that was selected before is selected again.
    pub(crate) fn end_find(&mut self, paths: &impl Paths<Id = I>) {
        let selected = self.selected().map(|row| row.path);
        (self.find, self.found) = (None, None);
        match selected.or(self.home) {
            Some(path) => self.reveal(paths, path),
            None => self.derive_and_select(paths, None),
        }
    }

    /// Leaves the find: folds, the selected path and its line of the view are as before it.
    pub(crate) fn cancel_find(&mut self, paths: &impl Paths<Id = I>) {
        let selected = self.selected().map(|row| row.path);
        let home = self.home.take().or(selected);
        (self.find, self.found) = (None, None);
        self.derive_and_select(paths, home);
        if self.selected().map(|row| row.path) == home {
            let at = self.cursor.at();
            self.cursor = self.home_cursor;
            self.cursor.follow(at, self.rows.len());
            self.resize(self.height);
        }
    }

    /// Selects the next or the previous hit, wrapping around at the ends. A closed folder with hits is opened on the way.
    pub(crate) fn next_hit(&mut self, paths: &impl Paths<Id = I>, forward: bool) {
        let mut at = self.cursor.at();
        if forward && self.hides_hits(paths, at) {
            self.set_open_at(paths, at, true);
        }
        // Every step but the last opens a folder.
        for _ in 0..paths.count() {
            let len = self.rows.len();
            let Some(next) = self.hit_beside(paths, at, forward) else {
                return;
            };
            let shut = self.hides_hits(paths, next);
            if !shut || forward && self.is_hit(next) {
                self.cursor.jump(next, len, self.height);
                return;
            }
            self.set_open_at(paths, next, true);
            // Continues at the first or the last of its lines.
            at = if forward {
                next
            } else {
                next + self.rows.len() - len + 1
            };
        }
    }

    /// Returns the nearest line, going around, that is a hit or hides some.
    fn hit_beside(&self, paths: &impl Paths<Id = I>, at: usize, forward: bool) -> Option<usize> {
        let len = self.rows.len();
        let place = |step: usize| {
            if forward {
                (at + step) % len
            } else {
                (at + len - step) % len
            }
        };
        let wanted = |&place: &usize| self.is_hit(place) || self.hides_hits(paths, place);
        (1..=len).map(place).find(wanted)
    }

    fn is_hit(&self, at: usize) -> bool {
        let find = self.find.as_ref();
        find.is_some_and(|find| find.is_hit(self.rows[at].path))
    }

    /// Returns whether a line is a closed folder with hits below it.
    fn hides_hits(&self, paths: &impl Paths<Id = I>, at: usize) -> bool {
        let (find, row) = (self.find.as_ref(), self.rows.get(at));
        row.is_some_and(|row| row.shape == RowPrefix::Closed)
            && find.is_some_and(|find| find.has_below(paths, self.rows[at].path))
    }

    /// Computes again what the filter keeps, then the lines.
    pub(in crate::ui) fn refilter(&mut self, paths: &impl Paths<Id = I>) {
        if self.filter.is_active() {
            self.work = Some(Work::Keep(FilterPass::new(paths, None)));
        } else {
            self.work = None;
            self.kept = None;
            self.rederive();
            self.find_again(paths);
        }
    }

    /// Starts the find again, after the filter kept other paths.
    fn find_again(&mut self, paths: &impl Paths<Id = I>) {
        if let Some(find) = &self.find {
            (self.find, self.found) = (Some(Find::new(find.text(), paths.count())), None);
            self.continue_find(paths);
        }
    }

    /// Starts to derive the lines again, unless that comes next anyway.
    pub(in crate::ui) fn rederive(&mut self) {
        if !matches!(self.work, Some(Work::Keep(_))) {
            self.work = Some(Work::Rows(RowBuilder::new(I::of(0), 0)));
        }
    }

    /// Derives all lines again and selects a path: at once, or where all paths are lines, in steps.
    pub(super) fn derive_and_select(&mut self, paths: &impl Paths<Id = I>, path: Option<I>) {
        if paths.is_flat() {
            self.goal = path.or(self.goal);
            self.rederive();
            self.first_lines(paths);
            return;
        }
        self.derive(paths);
        if let Some(path) = path {
            self.select(paths, path);
        }
    }

    /// Derives all lines again at once; the selected path stays selected, or else the nearest folder above it that is in the list.
    pub(super) fn derive(&mut self, paths: &impl Paths<Id = I>) {
        if matches!(self.work, Some(Work::Rows(_))) {
            self.work = None;
        }
        let selected = self.selected();
        self.rows = self.source(paths).below(I::of(0), 0);
        self.keep_selected(paths, selected);
    }

    fn keep_selected(&mut self, paths: &impl Paths<Id = I>, selected: Option<TreeRow<I>>) {
        let path = selected.map(|row| row.path).or(self.home);
        if self.rows.is_empty() {
            self.home = self.home.or(path);
        } else if self.find.is_none() {
            self.home = None;
        }
        match path {
            Some(path) => self.select(paths, path),
            None => self.resize(self.height),
        }
    }
}
