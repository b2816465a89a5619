//! What a comparison computes that grows with its images: the files of a query in either one, the weights of the map, and the comparison in the
//! other order. A short computation is run at once, a long one by a worker thread while the view before stays.

use std::sync::Arc;

use crate::compare::{Comparison, Side, Sides};
use crate::image::Image;
use crate::query::Query;
use crate::ui::keys::action::Action;
use crate::ui::loaded::file_query::{FileQuery, FileSelection, is_small};
use crate::ui::loaded::pending::Pending;
use crate::ui::loaded::ticket::Ticket;
use crate::ui::pane::{CompareFocus, CompareView, Filter, Paths as _};

use crate::ui::compare::query::PairQuery;
use crate::ui::compare::row_summary::RowSummary;
use crate::ui::compare::state::Compare;
use crate::ui::compare::trees::{AlignedTrees, CompareOrder};
use crate::ui::compare::views::HIDES_SAME;

/// A computation.
#[derive(Clone, Debug)]
pub enum PairComputation {
    /// Selects the files of a query of either image.
    Files(PairFiles),
    /// Computes the weights of the map.
    Weights(RowWeights),
    /// Swaps before and after; the images in the order that they have then.
    Swap(Arc<Comparison>, Sides<Arc<Image>>),
}

/// The result of a computation.
#[derive(Clone, Debug)]
pub enum PairResult {
    /// The query with the files that it selects.
    Files(PairQuery),
    /// The bytes that differ at every row that passes the filter, and below it.
    Weights(Arc<Vec<u64>>),
    /// The comparison in the other order, and the summary of its rows.
    Swapped(Arc<Comparison>, RowSummary),
}

/// What the files of a query are selected from.
#[derive(Clone, Debug)]
pub struct PairFiles {
    comparison: Arc<Comparison>,
    images: Sides<Arc<Image>>,
    /// The query in words without the image, escaped.
    text: String,
    /// The query of either image; `None` where it does not apply.
    queries: Sides<Option<FileQuery>>,
}

/// What the weights of the map are computed from.
#[derive(Clone, Debug)]
pub struct RowWeights {
    comparison: Arc<Comparison>,
    images: Sides<Arc<Image>>,
    query: Option<PairQuery>,
    filter: Filter,
}

/// What to do with a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum AfterComputation {
    /// Open the files in the trees; the view before stays behind them.
    Open,
    /// Show the map with the weights of this filter.
    Map(Filter),
    /// Swap before and after.
    Swap,
}

impl PairComputation {
    /// Returns whether it takes less than a frame.
    fn is_short(&self) -> bool {
        match self {
            Self::Files(PairFiles {
                comparison,
                queries,
                ..
            }) => {
                let mut queries = [&queries.before, &queries.after].into_iter().flatten();
                is_small(comparison.rows.len()) && queries.all(FileQuery::is_short)
            }
            Self::Weights(RowWeights { comparison, .. }) | Self::Swap(comparison, _) => {
                is_small(comparison.rows.len())
            }
        }
    }

    /// Runs it.
    #[must_use]
    pub(in crate::ui) fn run(self) -> PairResult {
        match self {
            Self::Files(files) => PairResult::Files(files.run()),
            Self::Weights(weights) => {
                let trees = AlignedTrees {
                    comparison: &weights.comparison,
                    images: weights.images.as_ref().map(|image| &**image),
                    order: CompareOrder::default(),
                    query: weights.query.as_ref(),
                    is_flat: false,
                };
                PairResult::Weights(Arc::new(trees.differences(weights.filter)))
            }
            Self::Swap(comparison, images) => {
                let images = images.as_ref().map(|image| &**image);
                let swapped = comparison.swapped(images);
                let summary = RowSummary::of(&swapped, images);
                PairResult::Swapped(Arc::new(swapped), summary)
            }
        }
    }
}

impl PairFiles {
    /// Selects the files.
    fn run(self) -> PairQuery {
        let run = |query: FileQuery| query.run().selection;
        let mut selections = self.queries.clone().map(|query| query.map(run));
        let saves = |side: Side| {
            let selection = selections.get(side).as_ref();
            selection.is_some_and(|selection| selection.bytes() > 0)
        };
        if !Side::BOTH.into_iter().any(saves) {
            // A finding that saves nothing is about files that have sizes.
            let sized = self.queries.map(|query| query.map(FileQuery::with_sizes));
            selections = sized.map(|query| query.map(run));
        }
        let (comparison, images) = (&*self.comparison, self.images.as_ref());
        let images = images.map(|image| &**image);
        let mut query = PairQuery::new(self.text, selections, comparison, images);
        let trees = AlignedTrees {
            comparison,
            images,
            order: CompareOrder::default(),
            query: Some(&query),
            is_flat: false,
        };
        let any = |filter| comparison.rows.ids().any(|row| trees.passes(row, filter));
        query.is_same = !any(HIDES_SAME) && any(Filter::default());
        query
    }
}

impl Compare {
    /// Selects the files of a query of either image, then opens them. Returns false if there are none where that is known already.
    pub(super) fn select_files(&mut self, text: String, queries: Sides<Option<Query>>) -> bool {
        let query = |side: Side, query: Option<Query>| {
            Some(FileQuery {
                image: Arc::clone(self.images.get(side)),
                summary: Arc::clone(self.summaries.get(side)),
                content: self.content_analysis(side).map(Arc::clone),
                selected: FileSelection::Query(query?),
                order: None,
            })
        };
        let queries = Sides::new(
            query(Side::Before, queries.before),
            query(Side::After, queries.after),
        );
        let files = PairFiles {
            comparison: Arc::clone(&self.comparison),
            images: self.images.clone(),
            text,
            queries,
        };
        self.compute(PairComputation::Files(files), AfterComputation::Open)
    }

    /// Computes the weights of the map, unless they are being computed, then shows it. Waits for the end of a swap.
    pub(super) fn weigh(&mut self) {
        if self.is_swapping() {
            return;
        }
        let filter = self.front.files.filter();
        let then = AfterComputation::Map(filter);
        if self.pending.as_ref().map(Pending::then) == Some(&then) {
            return;
        }
        let weights = RowWeights {
            comparison: Arc::clone(&self.comparison),
            images: self.images.clone(),
            query: self.front.query.clone(),
            filter,
        };
        self.compute(PairComputation::Weights(weights), then);
    }

    /// Returns whether before and after are being swapped.
    #[must_use]
    pub(crate) fn is_swapping(&self) -> bool {
        let then = self.pending.as_ref().map(Pending::then);
        then == Some(&AfterComputation::Swap)
    }

    /// Returns what a worker thread computes, in words.
    #[must_use]
    pub(crate) fn computing(&self) -> Option<&'static str> {
        Some(match self.pending.as_ref()?.then() {
            AfterComputation::Open => "selecting the files",
            AfterComputation::Map(_) => "computing the map",
            AfterComputation::Swap => "swapping before and after",
        })
    }

    /// Returns whether an action would cancel the swap that a worker thread computes: it needs another computation, or opens another screen.
    #[must_use]
    pub(crate) fn waits_for_swap(&self, action: Action) -> bool {
        self.is_swapping()
            && match action {
                Action::ShowFiles(CompareView::Map) => !self.is_weighed(),
                Action::Open => self.front.focus == CompareFocus::Tabs && self.opens(),
                Action::ExploreImage => true,
                _ => false,
            }
    }

    /// Swaps before and after; while they are being swapped, cancels that.
    pub(crate) fn swap(&mut self) {
        if self.is_swapping() {
            self.cancel_computation();
            return;
        }
        let comparison = Arc::clone(&self.comparison);
        let images = self.images.clone().swapped();
        self.compute(
            PairComputation::Swap(comparison, images),
            AfterComputation::Swap,
        );
    }

    fn compute(&mut self, computation: PairComputation, then: AfterComputation) -> bool {
        self.pending = None;
        if computation.is_short() {
            return self.take(computation.run(), then);
        }
        self.pending = Some(Pending::new(computation, then));
        true
    }

    /// Returns the computation to request with this ticket, if one waits.
    pub(crate) fn take_computation(
        &mut self,
        ticket: impl FnOnce() -> Ticket,
    ) -> Option<(Ticket, PairComputation)> {
        self.pending.as_mut()?.take(ticket)
    }

    /// Takes the result of a computation; `None` if it was cancelled, false if a query selects nothing.
    pub(crate) fn answer(&mut self, ticket: Ticket, result: PairResult) -> Option<bool> {
        let then = Pending::answered(&mut self.pending, ticket)?;
        Some(self.take(result, then))
    }

    /// Cancels the computation for a view that is left. A swap is about every view.
    pub(super) fn leave_computation(&mut self) {
        if !self.is_swapping() {
            self.pending = None;
        }
    }

    /// Cancels the computation that a worker thread runs. Returns false if there is none.
    pub(crate) fn cancel_computation(&mut self) -> bool {
        self.pending.take().is_some()
    }

    fn take(&mut self, result: PairResult, then: AfterComputation) -> bool {
        match (result, then) {
            (PairResult::Files(query), AfterComputation::Open) => self.open_files(query),
            (PairResult::Weights(bytes), AfterComputation::Map(filter)) => {
                self.set_weights(filter, bytes);
                self.put_in_front(CompareView::Map);
                true
            }
            (PairResult::Swapped(comparison, summary), AfterComputation::Swap) => {
                self.take_swapped(comparison, summary);
                true
            }
            _ => false,
        }
    }
}
