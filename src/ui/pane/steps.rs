//! What the tree pane does in several steps: comparing, filtering, finding, deriving its lines. Each step is short enough for a frame; a key in
//! between is served first, and one that makes the rest needless ends it. Moving and folding are `tree`'s.

use crate::image::{Image, NodeId};

use super::comparison::{Comparison, Draft, Range};
use super::filter::{Filter, Keeping};
use super::find::Find;
use super::folds::Folds;
use super::rows::{Deriving, Row};
use super::tree::TreePane;

/// What takes several steps; until the last one the pane shows what it showed.
#[derive(Debug)]
pub(super) enum Work {
    /// Two other states are compared.
    Compare(Draft),
    /// What the filter keeps is worked out.
    Keep(Keeping),
    /// The lines are derived again.
    Rows(Deriving),
}

impl TreePane {
    /// Starts to compare two other states; folds, filter and the selected path stay.
    pub fn compare(&mut self, image: &Image, range: Range) {
        let wanted = match &self.work {
            Some(Work::Compare(draft)) => draft.range(),
            _ => self.comparison.range(),
        };
        if wanted == range {
            return;
        }
        if self.comparison.range() == range {
            // Back before the other one was ready.
            self.work = None;
            self.refilter(image);
        } else {
            self.work = Some(Work::Compare(Draft::new(range)));
        }
    }

    /// Goes over to a fuller image of the same name; folds and the selected path stay as far as it has them.
    pub fn replace(&mut self, from: &Image, to: &Image, range: Range) {
        let same = |node| to.tree.find(&from.tree.path(node));
        let selected = self.selected().and_then(|row| same(row.node));
        self.folds = self.folds.carry(from, to);
        self.find_folds = self.find_folds.carry(from, to);
        self.find = self.find.take().map(|find| Find::new(find.query()));
        self.comparison = Comparison::of(to, range);
        self.keep = None;
        self.goal = None;
        self.rows.clear();
        self.work = None;
        self.refilter(to);
        self.finish(to);
        if let Some(node) = selected {
            self.select(to, node);
        }
    }

    /// Does another step of what takes several, and returns whether there was one to do.
    fn work_on(&mut self, image: &Image) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        match work {
            Work::Compare(draft) => match draft.step(image, Some(&self.comparison)) {
                Ok(comparison) => {
                    self.comparison = comparison;
                    self.refilter(image);
                    self.first_lines(image);
                }
                Err(more) => self.work = Some(Work::Compare(more)),
            },
            Work::Keep(keeping) => match keeping.step(image, self.filter, &self.comparison) {
                Ok(keep) => {
                    self.keep = Some(keep);
                    self.rederive(image);
                    self.first_lines(image);
                }
                Err(more) => self.work = Some(Work::Keep(more)),
            },
            Work::Rows(mut rows) => {
                if self.source(image).go_on(&mut rows) {
                    let selected = self.selected();
                    self.rows = rows.done;
                    match self.goal.take() {
                        Some(goal) => self.select(image, goal),
                        None => self.stay(image, selected),
                    }
                } else {
                    self.work = Some(Work::Rows(rows));
                }
            }
        }
        true
    }

    /// Derives the first lines at once: mostly they are all there are, and no frame shows old lines of a new state.
    fn first_lines(&mut self, image: &Image) {
        if matches!(self.work, Some(Work::Rows(_))) {
            self.work_on(image);
        }
    }

    /// Ends finding and filtering, and goes to a path: it is selected when the lines that have it are ready.
    pub fn go_to(&mut self, image: &Image, node: NodeId) {
        self.find = None;
        self.filter = Filter::default();
        self.folds.reveal(image, node);
        self.goal = Some(node);
        if matches!(self.work, Some(Work::Keep(_))) {
            self.work = None;
        }
        self.refilter(image);
        self.first_lines(image);
    }

    /// Does all that is left of what takes several steps.
    pub fn finish(&mut self, image: &Image) {
        while self.work_on(image) {}
    }

    /// Starts to find a query; an empty one shows everything again.
    pub fn start_find(&mut self, image: &Image, query: &str) {
        self.find = Some(Find::new(query)).filter(|find| !find.query().is_empty());
        self.find_folds = Folds::default();
        self.find_on(image);
    }

    /// Goes on with what takes several steps.
    pub fn go_on(&mut self, image: &Image) {
        if !self.work_on(image) {
            self.find_on(image);
        }
    }

    /// Looks at some more paths.
    fn find_on(&mut self, image: &Image) {
        let Some(find) = &mut self.find else {
            self.derive(image);
            return;
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
    }

    /// Returns whether there is something to go on with.
    #[must_use]
    pub fn has_work(&self, image: &Image) -> bool {
        self.work.is_some() || self.find.as_ref().is_some_and(|find| !find.is_done(image))
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
    pub fn next_hit(&mut self, forward: bool) {
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
    }

    /// Works out again what the filter keeps, and then the lines.
    pub(super) fn refilter(&mut self, image: &Image) {
        if matches!(self.work, Some(Work::Compare(_))) {
            // Comes next anyway.
            return;
        }
        if self.filter.is_active() {
            self.work = Some(Work::Keep(Keeping::new(image)));
        } else {
            self.keep = None;
            self.rederive(image);
        }
    }

    /// Starts to derive the lines again, unless that comes next anyway.
    pub(super) fn rederive(&mut self, image: &Image) {
        if !matches!(self.work, Some(Work::Compare(_) | Work::Keep(_))) {
            let rows = self.source(image).start(NodeId::ROOT, 0);
            self.work = Some(Work::Rows(rows));
        }
    }

    /// Derives all lines again at once; the selected path stays selected, or else the nearest folder above it that is in the list.
    pub(super) fn derive(&mut self, image: &Image) {
        if matches!(self.work, Some(Work::Rows(_))) {
            self.work = None;
        }
        let selected = self.selected();
        self.rows = self.source(image).below(NodeId::ROOT, 0);
        self.stay(image, selected);
    }

    pub(super) fn stay(&mut self, image: &Image, selected: Option<Row>) {
        match selected {
            Some(row) => self.select(image, row.node),
            None => self.resize(self.height),
        }
    }
}
