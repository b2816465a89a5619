//! The compare screen's state: two images, their comparison and the panes. Before is at the left.

use std::sync::Arc;

use crate::bytes::Units;
use crate::compare::{Comparison, RowId, Side, Sides};
use crate::image::Image;
use crate::ui::layout::Size;
use crate::ui::layout::compare::{self, CompareAreas};
use crate::ui::layout::views::{self, ViewLabel};
use crate::ui::loaded::content_analysis::{ContentComparison, ContentSummary};
use crate::ui::loaded::extras::Extras;
use crate::ui::loaded::job_result::JobResult;
use crate::ui::loaded::pending::Pending;
use crate::ui::loaded::summary::ExploreSummary;
use crate::ui::pane::{
    CompareFocus, CompareView, Derived, Filter, FindState, Motion, Outline, TextInput,
};

use crate::ui::compare::computation::{AfterComputation, PairComputation};
use crate::ui::compare::content_lines::ContentLines;
use crate::ui::compare::headline::{self, Header, Headline};
use crate::ui::compare::row_summary::RowSummary;
use crate::ui::compare::tab_columns::TabColumns;
use crate::ui::compare::tabs::{CompareTab, TabLine};
use crate::ui::compare::trees::{AlignedTrees, next_change};
use crate::ui::compare::views::CompareViewState;

/// The compare screen's state.
#[derive(Debug)]
pub struct Compare {
    /// The images.
    pub images: Sides<Arc<Image>>,
    /// Their comparison.
    pub comparison: Arc<Comparison>,
    /// The summary of each, for exploring it.
    pub summaries: Sides<Arc<ExploreSummary>>,
    /// The side to open and extract files from, where it has the path.
    pub active_side: Side,
    /// The side whose file was opened last.
    pub(crate) viewed: Side,
    /// The view in front.
    pub front: CompareViewState,
    /// Whether the trees are unfolded when they are first shown.
    pub(super) unfolds: bool,
    /// The views to go back to, oldest first.
    pub views: Vec<CompareViewState>,
    /// The computation that a worker thread runs.
    pub(super) pending: Option<Pending<PairComputation, AfterComputation>>,
    /// What the tabs list of all rows.
    pub(super) row_summary: RowSummary,
    /// The lines of the tab in front.
    pub lines: Vec<TabLine>,
    /// The words of a find while they are typed.
    pub typing: Option<TextInput>,
    /// The words of the last find.
    pub last_find: String,
    /// Which hit of the find is selected, in words.
    pub(crate) hit_position: Derived<Option<FindState<RowId>>, String>,
    /// The lines of the trees before the find, if it was started from there.
    pub(super) before_find: Option<Outline<RowId>>,
    /// Whether unchanged paths are shown because of a find.
    pub(super) shows_all_found: bool,
    /// The extras of both, once loaded.
    pub(super) extras: Option<Sides<Arc<Extras>>>,
    /// The comparison of both content analyses, or its error, once it is complete.
    pub(super) content_analysis: Option<JobResult<Arc<ContentComparison>>>,
    /// The parts of the header.
    headline: Headline,
    /// The header, and the size that it is laid out for; `None` once it is out of date.
    header: (Option<Size>, Header),
    /// The titles of the views; computed after every message.
    pub(crate) view_labels: Vec<ViewLabel>,
    /// The totals of the files, the longest text first; computed after every message.
    pub(super) totals: Vec<String>,
    /// The number of shared layers and the bytes to download, the longest text first.
    shared: [String; 3],
    /// The columns of the lines of the tab in front, and the width that they are shared out of; `None` once they are out of date.
    pub(super) tab_columns: (Option<u16>, TabColumns),
    /// Where the panes are drawn; computed after every message.
    pub areas: CompareAreas,
    units: Units,
}

impl Compare {
    /// Returns the screen of two images; `unfolds` is whether the folders of the largest changes are open at first.
    #[must_use]
    pub(crate) fn new(
        images: Sides<Arc<Image>>,
        comparison: Arc<Comparison>,
        summaries: Sides<Arc<ExploreSummary>>,
        unfolds: bool,
        units: Units,
    ) -> Self {
        let both = images.as_ref().map(|image| &**image);
        let mut compare = Self {
            row_summary: RowSummary::of(&comparison, both),
            images,
            comparison,
            summaries,
            active_side: Side::After,
            viewed: Side::After,
            front: CompareViewState::first(unfolds),
            unfolds,
            views: Vec::new(),
            pending: None,
            lines: Vec::new(),
            typing: None,
            last_find: String::new(),
            hit_position: Derived::default(),
            before_find: None,
            shows_all_found: false,
            extras: None,
            content_analysis: None,
            headline: Headline::default(),
            header: (None, Header::default()),
            totals: Vec::new(),
            shared: Default::default(),
            tab_columns: (None, TabColumns::default()),
            view_labels: Vec::new(),
            areas: CompareAreas::default(),
            units,
        };
        compare.refresh();
        compare.with_files(|lines, trees| {
            lines.refilter(trees);
            lines.finish(trees);
        });
        compare
    }

    /// Stores the extras if they are of these images, in either order.
    pub(crate) fn set_extras(&mut self, images: &Sides<Arc<Image>>, extras: Sides<Arc<Extras>>) {
        if let Some(is_swapped) = self.is_of(images) {
            self.extras = Some(if is_swapped { extras.swapped() } else { extras });
            self.refresh();
        }
    }

    /// Stores the content analyses, or their error, if they are of these images, in either order.
    pub(crate) fn set_content(
        &mut self,
        images: &Sides<Arc<Image>>,
        content: JobResult<Arc<ContentComparison>>,
    ) {
        if let Some(is_swapped) = self.is_of(images) {
            self.content_analysis = Some(match content {
                Ok(content) if is_swapped => Ok(self.in_this_order(&content)),
                content => content,
            });
            self.refresh();
        }
    }

    /// Returns the content analyses of these images in the other order as they are in this one.
    fn in_this_order(&self, content: &ContentComparison) -> Arc<ContentComparison> {
        Arc::new(content.swapped(&self.comparison, self.both()))
    }

    /// Returns the content analysis of one image, once it is complete.
    #[must_use]
    pub fn content_analysis(&self, side: Side) -> Option<&Arc<ContentSummary>> {
        let content_analysis = self.content_analysis.as_ref()?.as_ref().ok()?;
        Some(content_analysis.sides.get(side))
    }

    /// Returns the extras of one image, once they are computed.
    #[must_use]
    pub fn extras(&self, side: Side) -> Option<&Arc<Extras>> {
        self.extras.as_ref().map(|extras| extras.get(side))
    }

    /// Lists the tab in front again, after the filter changed.
    pub(crate) fn relist(&mut self) {
        self.show_tab(self.front.tab);
    }

    /// Returns whether images are these in the other order; `None` for other images.
    fn is_of(&self, images: &Sides<Arc<Image>>) -> Option<bool> {
        let is_same = |one: &Sides<Arc<Image>>| {
            let same = |side: Side| Arc::ptr_eq(one.get(side), self.images.get(side));
            same(Side::Before) && same(Side::After)
        };
        if is_same(images) {
            return Some(false);
        }
        is_same(&images.clone().swapped()).then_some(true)
    }

    /// Returns both images.
    #[must_use]
    pub fn both(&self) -> Sides<&Image> {
        self.images.as_ref().map(|image| &**image)
    }

    /// Runs an action on the trees with the comparison they show.
    pub(in crate::ui) fn with_files<T>(
        &mut self,
        act: impl FnOnce(&mut Outline<RowId>, &AlignedTrees<'_>) -> T,
    ) -> T {
        let mut files = std::mem::replace(
            &mut self.front.files,
            Outline::new(false, Filter::default()),
        );
        let result = act(&mut files, &self.trees());
        self.front.files = files;
        result
    }

    /// Returns the rows that the trees and the list show.
    pub(super) fn trees(&self) -> AlignedTrees<'_> {
        AlignedTrees {
            comparison: &self.comparison,
            images: self.both(),
            order: self.front.order,
            query: self.front.query.as_ref(),
            is_flat: self.front.view == CompareView::Files,
        }
    }

    /// Sorts siblings by the next order.
    pub(crate) fn next_order(&mut self) {
        self.front.order = self.front.order.next();
        self.with_files(|lines, _| lines.rederive());
    }

    /// Selects the next or the previous change; false when there is none.
    pub(crate) fn next_change(&mut self, forward: bool) -> bool {
        self.with_files(|lines, trees| next_change(lines, trees, forward))
    }

    /// Shows the files in a view and focuses them; the selected path stays selected if it is listed. The map is shown once its weights are computed.
    pub(crate) fn show_view(&mut self, view: CompareView) {
        self.leave_computation();
        if view == CompareView::Map && !self.is_weighed() {
            return self.weigh();
        }
        self.front.focus = CompareFocus::Files;
        self.put_in_front(view);
    }

    /// Shows a tab and focuses it, for a key. A tab that the view in front was opened from is shown as it was, without the way back from it.
    pub(crate) fn choose_tab(&mut self, tab: CompareTab) {
        self.leave_computation();
        let is_it = |view: &CompareViewState| view.focus == CompareFocus::Tabs && view.tab == tab;
        if let Some(at) = self.views.iter().position(is_it) {
            self.views.truncate(at + 1);
            self.back();
            return;
        }
        self.show_tab(tab);
        self.front.focus = CompareFocus::Tabs;
    }

    /// Puts a view of the files in front and focuses it; one that is in front already leaves the focus where it is.
    pub(super) fn put_in_front(&mut self, view: CompareView) {
        if self.front.view != view {
            (self.front.view, self.front.focus) = (view, CompareFocus::Files);
            self.before_find = None;
            self.with_files(|lines, trees| lines.change_view(trees));
        }
    }

    /// Takes the comparison in the other order. Every view lists the same rows in the same order, and the active image stays the same one.
    pub(super) fn take_swapped(&mut self, comparison: Arc<Comparison>, summary: RowSummary) {
        (self.comparison, self.row_summary) = (comparison, summary);
        self.images = self.images.clone().swapped();
        self.summaries = self.summaries.clone().swapped();
        self.extras = self.extras.take().map(Sides::swapped);
        let content = self.content_analysis.take();
        self.content_analysis = content.map(|content| Ok(self.in_this_order(&*content?)));
        self.active_side = self.active_side.other();
        self.viewed = self.viewed.other();
        if let Some(files) = &mut self.before_find {
            files.swap_sides();
        }
        for view in self.views.iter_mut().chain([&mut self.front]) {
            view.swap();
        }
        self.refresh();
    }

    /// Computes the header and the tab in front.
    fn refresh(&mut self) {
        let content = self.content_analysis.as_ref();
        let lines = self.content_lines();
        let mut headline = headline::parts(
            &self.comparison,
            self.both(),
            self.extras.as_ref(),
            lines.counts(content),
            self.units,
        );
        headline
            .numbers
            .splice(0..0, ContentLines::dangers(content));
        self.headline = headline;
        self.shared = headline::shared(&self.comparison, self.both(), self.units);
        self.header.0 = None;
        self.show_tab(self.front.tab);
    }

    /// Returns the header.
    #[must_use]
    pub(crate) const fn header(&self) -> &Header {
        &self.header.1
    }

    /// Returns the columns of the lines of the tab in front.
    #[must_use]
    pub(crate) const fn tab_columns(&self) -> &TabColumns {
        &self.tab_columns.1
    }

    /// Computes the areas and keeps both cursors in view.
    pub(crate) fn arrange(&mut self, size: Size) {
        if self.header.0 != Some(size) {
            let most = compare::most_header_lines(size);
            self.header = (Some(size), self.headline.laid_out(size.width.into(), most));
        }
        self.areas = compare::areas(size, self.header().lines.len(), self.front.focus);
        self.fit();
        let width = self.areas.tab_rows().width;
        if self.tab_columns.0 != Some(width) {
            let columns = TabColumns::of(&self.lines, width.into());
            self.tab_columns = (Some(width), columns);
        }
        self.arrange_map();
        self.sum_up();
    }

    /// Returns the number of shared layers and the bytes to download, the longest text first.
    #[must_use]
    pub(crate) const fn shared(&self) -> &[String; 3] {
        &self.shared
    }

    /// Returns whether the first view is in front.
    #[must_use]
    pub(crate) fn is_home(&self) -> bool {
        self.front.focus == CompareFocus::Tabs && self.front.tab == CompareTab::default()
    }

    /// Returns the place of the view in front among the [views](views::COMPARED).
    #[must_use]
    pub(crate) fn front_index(&self) -> usize {
        views::compared(self.front.focus, self.front.tab, self.front.view)
    }

    /// Returns the units of sizes.
    pub(super) const fn units(&self) -> Units {
        self.units
    }

    /// Returns the lines that explain the difference.
    pub(super) fn content_lines(&self) -> ContentLines<'_> {
        ContentLines {
            comparison: &self.comparison,
            images: self.both(),
            units: self.units,
        }
    }

    /// Returns whether the selected line of the tab leads to a path or to files.
    #[must_use]
    pub fn opens(&self) -> bool {
        let line = self.lines.get(self.front.tab_cursor.at());
        line.is_some_and(|line| line.opens.is_some())
    }

    /// Selects the other end of a move; false when the selected path did not move.
    pub(crate) fn follow_move(&mut self) -> bool {
        let row = self.front.files.selected().map(|line| line.path);
        let Some(counterpart) = row.and_then(|row| self.comparison.moves.counterpart(row)) else {
            return false;
        };
        self.go_to(counterpart);
        true
    }

    /// Moves the cursor of the focused pane.
    pub fn step(&mut self, motion: Motion) {
        match self.front.focus {
            CompareFocus::Files if self.front.view == CompareView::Map => {
                self.front.map.step(motion);
            }
            CompareFocus::Files => self.front.files.step(motion),
            CompareFocus::Tabs => {
                let height = usize::from(self.areas.tab_rows().height);
                self.front.tab_cursor.step(motion, self.lines.len(), height);
            }
        }
    }

    /// Keeps both cursors in view.
    fn fit(&mut self) {
        self.front
            .files
            .resize(usize::from(self.areas.file_rows().height));
        self.unfold();
        let height = usize::from(self.areas.tab_rows().height);
        let cursor = &mut self.front.tab_cursor;
        // While the files are shown, the tab keeps its place.
        if height > 0 {
            cursor.set(cursor.at(), self.lines.len(), height);
        }
    }
}
