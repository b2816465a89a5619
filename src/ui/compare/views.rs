//! The back stack of the compare screen: a view opened from a line keeps the one it was opened from, and going back restores it exactly.

use crate::compare::{RowId, Side, Sides};
use crate::query::Query;
use crate::ui::pane::{CompareFocus, CompareView, Cursor, Filter, MapPane, Outline, StatusKind};

use crate::ui::compare::map::MapWeights;
use crate::ui::compare::query::PairQuery;
use crate::ui::compare::state::Compare;
use crate::ui::compare::tabs::{CompareTab, LineTarget, TabLine};
use crate::ui::compare::trees::CompareOrder;

/// The most views that are kept to go back to; the oldest is dropped first.
const MOST_VIEWS: usize = 100;

/// The filter of the trees at first: unchanged paths are hidden.
pub(super) const HIDES_SAME: Filter = Filter::hiding(&[StatusKind::Unmodified]);

/// A view, in front or to go back to: everything that opening another one changes.
#[derive(Clone, Debug)]
pub struct CompareViewState {
    /// The lines of the trees.
    pub files: Outline<RowId>,
    /// The filter that it was opened with.
    usual: Filter,
    /// The query that the trees show; `None` for all paths.
    pub query: Option<PairQuery>,
    /// How the files are shown.
    pub view: CompareView,
    /// The map of the differences.
    pub map: MapPane<RowId>,
    /// Its weights, once it was shown.
    pub(super) weights: Option<MapWeights>,
    /// The order of siblings in the trees.
    pub order: CompareOrder,
    /// The tab in front.
    pub tab: CompareTab,
    /// The selected line of it.
    pub tab_cursor: Cursor,
    /// Whether the tab or the files are shown.
    pub focus: CompareFocus,
    /// Whether folders are still to be opened, those of the largest changes first, when the trees are first shown.
    unfold_when_shown: bool,
    /// Whether the view above this one was opened for a find, and is left with it.
    left_for_find: bool,
}

impl CompareViewState {
    /// Returns the first view of a comparison; `unfolds` is whether its trees are unfolded when they are first shown.
    pub(super) fn first(unfolds: bool) -> Self {
        Self {
            files: Outline::new(false, HIDES_SAME),
            usual: HIDES_SAME,
            query: None,
            view: CompareView::default(),
            map: MapPane::default(),
            weights: None,
            order: CompareOrder::default(),
            tab: CompareTab::default(),
            tab_cursor: Cursor::default(),
            focus: CompareFocus::default(),
            unfold_when_shown: unfolds,
            left_for_find: false,
        }
    }

    /// Swaps before and after.
    pub(super) fn swap(&mut self) {
        self.files.swap_sides();
        self.usual.swap_sides();
        if let Some(query) = &mut self.query {
            query.swap();
        }
        if let Some(weights) = &mut self.weights {
            weights.swap();
        }
        self.order = self.order.swapped();
    }
}

impl Compare {
    /// Returns the filter that the view in front was opened with.
    #[must_use]
    pub(crate) const fn usual_filter(&self) -> Filter {
        self.front.usual
    }

    /// Returns whether the user changed the filter.
    #[must_use]
    pub(crate) fn is_filtered(&self) -> bool {
        self.front.files.filter() != self.front.usual
    }

    /// Returns whether the user shows what is unchanged; a find shows it in the files only.
    #[must_use]
    pub(super) fn shows_same(&self) -> bool {
        let is_shown = self.front.files.filter().shows(StatusKind::Unmodified);
        is_shown && !self.shows_all_found
    }

    /// Returns whether the tab in front shows what is unchanged other than at first.
    #[must_use]
    pub(crate) fn is_tab_filtered(&self) -> bool {
        let is_usual = self.shows_same() == self.front.usual.shows(StatusKind::Unmodified);
        self.front.tab.has_same() && !is_usual
    }

    /// Opens what the selected line of the tab leads to: a path, or the files behind its number. Returns false if it leads nowhere.
    pub(crate) fn open_line(&mut self) -> bool {
        let opens = self.selected_line();
        match opens.and_then(|line| line.opens.clone()) {
            Some(LineTarget::Row(row)) => {
                self.push();
                (self.front.query, self.front.view) = (None, CompareView::Tree);
                self.clear_map();
                self.go_to(row);
                self.front.usual = self.front.files.filter();
                self.front.focus = CompareFocus::Files;
                true
            }
            Some(LineTarget::Query { words, queries }) => self.select_files(words, queries),
            Some(LineTarget::Either(queries)) => self.select_either(queries),
            Some(LineTarget::Tab(tab)) => {
                self.push();
                self.choose_tab(tab);
                true
            }
            None => false,
        }
    }

    /// Opens the files of the active image's query, or of the other one's where that has none.
    fn select_either(&mut self, mut queries: Sides<Option<(String, Query)>>) -> bool {
        let side = self.side_of(&queries);
        let Some((words, query)) = queries.get_mut(side).take() else {
            return false;
        };
        let mut one = Sides::default();
        *one.get_mut(side) = Some(query);
        self.select_files(words, one)
    }

    /// Returns the active side if it has a value, else the other one.
    pub(super) fn side_of<T>(&self, values: &Sides<Option<T>>) -> Side {
        match values.get(self.active_side) {
            Some(_) => self.active_side,
            None => self.active_side.other(),
        }
    }

    /// Returns the selected line of the tab.
    #[must_use]
    pub(crate) fn selected_line(&self) -> Option<&TabLine> {
        self.lines.get(self.front.tab_cursor.at())
    }

    /// Returns the half of the selected line that opening it is about; `None` if it is about both.
    #[must_use]
    pub(crate) fn selected_half(&self) -> Option<Side> {
        match self.selected_line()?.opens.as_ref()? {
            LineTarget::Either(queries) => Some(self.side_of(queries)),
            LineTarget::Row(_) | LineTarget::Tab(_) | LineTarget::Query { .. } => None,
        }
    }

    /// Returns the path that is selected: a row of the files, or what the selected line of the tab leads to.
    #[must_use]
    pub(crate) fn selected_path(&self) -> Option<RowId> {
        match self.front.focus {
            CompareFocus::Files => self.selected_row(),
            CompareFocus::Tabs => match self.selected_line()?.opens {
                Some(LineTarget::Row(row)) => Some(row),
                _ => None,
            },
        }
    }

    /// Returns the query behind the number on the selected line of the tab, of the active image where it applies to that, else of the other one.
    #[must_use]
    pub(crate) fn selected_query(&self) -> Option<(Side, Query)> {
        if self.front.focus != CompareFocus::Tabs {
            return None;
        }
        let queries = match self.selected_line()?.opens.clone()? {
            LineTarget::Query { queries, .. } => queries,
            LineTarget::Either(queries) => queries.map(|query| query.map(|(_, query)| query)),
            LineTarget::Row(_) | LineTarget::Tab(_) => return None,
        };
        let side = self.side_of(&queries);
        let query = queries.get(side).clone()?;
        Some((side, query))
    }

    /// Returns the image in which the selection is explored.
    #[must_use]
    pub(crate) fn explored_side(&self) -> Side {
        if let Some(row) = self.selected_path() {
            return self.side_at(row);
        }
        let query = self.selected_query();
        query.map_or(self.active_side, |(side, _)| side)
    }

    /// Opens the folders of the largest changes when the trees are first shown, until their lines fill the pane.
    pub(super) fn unfold(&mut self) {
        let is_shown = self.areas.file_rows().height > 0 && self.front.view == CompareView::Tree;
        if self.front.unfold_when_shown && is_shown && !self.front.files.has_work() {
            self.front.unfold_when_shown = false;
            self.with_files(|lines, trees| lines.unfold(trees));
        }
    }

    /// Opens what a query selects in the trees. Returns false if that is nothing.
    pub(super) fn open_files(&mut self, query: PairQuery) -> bool {
        if !query.selects(&self.comparison, RowId::ROOT) {
            return false;
        }
        self.push();
        // Where no file differs, all of them are shown.
        let usual = if query.is_same() {
            Filter::default()
        } else {
            HIDES_SAME
        };
        self.front.usual = usual;
        (self.front.query, self.front.view) = (Some(query), CompareView::Tree);
        self.clear_map();
        self.front.files = Outline::new(false, usual);
        self.front.unfold_when_shown = self.unfolds;
        let largest = self.largest().unwrap_or(RowId::ROOT);
        self.with_files(|lines, trees| {
            lines.go_to_with_filter(trees, largest, usual);
        });
        self.front.focus = CompareFocus::Files;
        true
    }

    /// Returns the row of the largest file that the query selects of the image that has more.
    fn largest(&self) -> Option<RowId> {
        let query = self.front.query.as_ref()?;
        let weight = |side: &Side| (query.total(*side), query.selections.get(*side).is_some());
        let side = [Side::After, Side::Before].into_iter().max_by_key(weight)?;
        let largest = query.selections.get(side).as_ref()?.largest()?;
        query.row_of(&self.comparison, side, largest.node)
    }

    /// Goes back to the view before. Returns false if there is none.
    pub fn back(&mut self) -> bool {
        let Some(view) = self.views.pop() else {
            return false;
        };
        self.front = view;
        self.front.left_for_find = false;
        self.leave_computation();
        self.show_tab(self.front.tab);
        true
    }

    /// Shows unchanged paths for a find, as hits may be, in the trees or the list; from any other view in the trees, and that view stays behind them. Typing
    /// another find keeps where the first one was started from.
    pub(crate) fn begin_find(&mut self) {
        let is_listed =
            self.front.focus == CompareFocus::Files && self.front.view != CompareView::Map;
        if self.front.files.find().is_none() {
            self.before_find = is_listed.then(|| self.front.files.clone());
            if !is_listed {
                self.front.left_for_find = true;
                self.push();
                self.front.left_for_find = false;
            }
        }
        if !is_listed {
            self.show_view(CompareView::Tree);
        }
        if !self.is_filtered() {
            self.shows_all_found = true;
            self.with_files(|lines, trees| lines.set_filter(trees, Filter::default()));
        }
    }

    /// Returns to the view that a find was started from; in the trees every line is as it was.
    pub(crate) fn cancel_find(&mut self) {
        if let Some(files) = self.before_find.take() {
            self.shows_all_found = false;
            self.front.files = files;
        } else {
            self.end_find();
        }
    }

    /// Returns to the view that a find was started from. In the trees the selected path stays selected, and unchanged paths are hidden again unless one is
    /// selected.
    pub(crate) fn end_find(&mut self) {
        self.before_find = None;
        if self.views.last().is_some_and(|view| view.left_for_find) {
            self.shows_all_found = false;
            self.back();
            return;
        }
        let selected = self.front.files.selected().map(|line| line.path);
        let is_listed = selected.is_none_or(|row| self.differs(row));
        if std::mem::take(&mut self.shows_all_found) && is_listed {
            let usual = self.front.usual;
            self.with_files(|lines, trees| lines.set_filter(trees, usual));
        }
    }

    /// Ends the find in the view in front, which stays, with its selected path. Unchanged paths are hidden again unless that is one.
    pub(crate) fn stay_on_hit(&mut self) {
        self.with_files(|lines, trees| lines.end_find(trees));
        if let Some(view) = self.views.last_mut() {
            view.left_for_find = false;
        }
        self.end_find();
        self.relist();
    }

    /// Selects a row; the filter is cleared if it hides the row.
    pub(super) fn go_to(&mut self, row: RowId) {
        let filter = if self.differs(row) {
            HIDES_SAME
        } else {
            Filter::default()
        };
        self.with_files(|lines, trees| lines.go_to_with_filter(trees, row, filter));
    }

    pub(super) fn push(&mut self) {
        if self.views.len() == MOST_VIEWS {
            self.views.remove(0);
        }
        self.views.push(self.front.clone());
    }
}
