//! The back stack: a view opened from a number covers the view it was opened from, and going back restores that view exactly.

use std::sync::Arc;

use crate::image::{EntryId, LayerId, NodeId};
use crate::query::{Condition, PathContent, Query, Selection};

use crate::ui::loaded::file_query::FileSelection;
use crate::ui::model::explore::Explore;
use crate::ui::model::explore::query::AfterQuery;
use crate::ui::pane::{
    CompareMode, Cursor, FileOrder, FilesPane, Filter, Focus, LayersPane, MapPane, OverviewRow,
    Tab, TreePane, View,
};

/// The most views that are kept to go back to; the oldest goes first.
const MOST_VIEWS: usize = 100;

/// A view to go back to: everything that opening another one changes.
#[derive(Clone, Debug)]
pub struct SavedView {
    /// The tree, with its query, folds, filter and cursor.
    pub tree: TreePane,
    /// The list of files.
    pub files: Option<FilesPane>,
    map: MapPane<NodeId>,
    /// The selected line of the overview.
    overview: usize,
    layers: LayersPane,
    /// The tab in front.
    pub(crate) tab: Tab,
    tab_cursors: [Cursor; Tab::ALL.len()],
    focus: Focus,
    /// The view beside the layers.
    pub view: View,
    /// Whether the view above this one was opened for a find, and is left with it.
    left_for_find: bool,
}

impl Explore {
    /// Opens the view of a query. Returns false, and changes nothing, if the query is known to select nothing.
    pub(crate) fn open_query(&mut self, query: &Query, view: View) -> bool {
        let list = (view == View::Files).then(FileOrder::default);
        self.run(
            FileSelection::Query(query.clone()),
            list,
            AfterQuery::Open(view),
        )
    }

    /// Opens the view of a query as the first one, so that going back leaves the image. Does nothing if the query selects nothing.
    pub(crate) fn start_with_query(&mut self, query: &Query, view: View) {
        self.run(
            FileSelection::Query(query.clone()),
            None,
            AfterQuery::Start(view),
        );
    }

    /// Opens the view of a selection, which has no list of files yet.
    pub(super) fn open(&mut self, selection: Arc<Selection>, view: View) {
        let tree = self.tree.under(&self.image, selection);
        let tree = std::mem::replace(&mut self.tree, tree);
        self.push(tree);
        self.map = MapPane::default();
        self.view = view;
    }

    /// Goes back to the view before. Returns false if there is none.
    pub(crate) fn back(&mut self) -> bool {
        let Some(view) = self.views.pop() else {
            return false;
        };
        let SavedView {
            tree,
            files,
            map,
            overview,
            layers,
            tab,
            tab_cursors,
            focus,
            view,
            left_for_find: _,
        } = view;
        // Its answer is for the view that is left.
        self.pending = None;
        (self.view, self.map) = (view, map);
        self.overview.select(overview);
        (self.tree, self.files, self.layers) = (tree, files, layers);
        (self.tab, self.tab_cursors, self.focus) = (tab, tab_cursors, focus);
        true
    }

    /// Goes back to the first view.
    pub(super) fn back_to_first(&mut self) {
        self.back_to(0);
    }

    /// Goes back to the view at a place of the stack.
    pub(crate) fn back_to(&mut self, view: usize) {
        self.views.truncate(view.saturating_add(1));
        self.back();
    }

    /// Returns the query in front; `None` where the tree compares layers.
    #[must_use]
    pub fn query(&self) -> Option<&Query> {
        self.tree.selection().map(|selection| selection.query())
    }

    /// Replaces the query in front, in the same view. Does nothing if it is known to select nothing or there is no query.
    pub(crate) fn change_query(&mut self, query: &Query) -> bool {
        if self.tree.selection().is_none() {
            return false;
        }
        let list = (self.view == View::Files).then(FileOrder::default);
        self.run(
            FileSelection::Query(query.clone()),
            list,
            AfterQuery::Change,
        )
    }

    /// Shows a view of what is shown, and focuses it. If the tree has a find, the list has the files whose path contains its text as typed, deleted files included; if it hides
    /// small files, so does the list. Returns false if there are no such files.
    pub(crate) fn show_view(&mut self, view: View) -> bool {
        if let (View::Files, Some(query)) = (view, self.narrowed()) {
            return self.open_query(&query, View::Files);
        }
        self.pending = None;
        if self.view == view {
            self.focus = view.focus();
        }
        let (files, then) = (self.shown_files(), AfterQuery::Show(view));
        let is_known = matches!(files, FileSelection::Before(_));
        match view {
            View::Files if self.files.is_none() => {
                self.run(files, Some(FileOrder::default()), then)
            }
            View::Map if !is_known => self.run(files, None, then),
            _ => {
                (self.view, self.focus) = (view, view.focus());
                true
            }
        }
    }

    /// Returns the query for what a find and a least size leave of a tree that compares layers; `None` if it has neither.
    fn narrowed(&self) -> Option<Query> {
        if self.query().is_some() {
            return None;
        }
        let lines = &self.tree.lines;
        let query = lines
            .find()
            .map(|find| Query::of(Condition::Path(find.text().to_owned())));
        match lines.filter().least() {
            0 => query,
            least => {
                let query = query.unwrap_or_else(|| Query::of(Condition::Visible));
                Some(query.and(Condition::MinSize(least)))
            }
        }
    }

    /// Makes the list or the map again, if it is shown, after the image was replaced. The focused pane stays focused.
    pub(super) fn show_again(&mut self) {
        let focus = self.focus;
        self.show_view(self.view);
        self.focus = focus;
    }

    /// Shows the files as a list, or the list's as a tree.
    pub(crate) fn toggle_files(&mut self) -> bool {
        let Some(list) = self.list() else {
            return self.show_view(View::Files);
        };
        if let (Some(content), true) = (list.selected(), self.query().is_some()) {
            self.tree
                .go_to(&self.image, content.node, Filter::default());
        }
        self.show_view(View::Tree)
    }

    /// Shows a path in the tree at a layer, compared with the layer below, and focuses the tree. The view before stays on the stack.
    pub fn show(&mut self, layer: LayerId, node: NodeId) {
        self.push(self.tree.clone());
        self.layers.mode = CompareMode::Below;
        if self.query().is_some() {
            self.map = MapPane::default();
        }
        self.tree.leave_query();
        self.select_layer(layer);
        self.tree.go_to(&self.image, node, Filter::default());
        self.show_view(View::Tree);
    }

    /// Shows the tree for a find. From another view without a query it is the tree after the last layer, which has all visible files. That view stays
    /// behind it: the one that the first find was started from, if another one is typed or a hit is gone to.
    pub(crate) fn show_tree(&mut self) {
        let has_find = self.tree.lines.find().is_some();
        if self.view != View::Tree && !(has_find && self.is_left_for_find()) {
            self.push(self.tree.clone());
            if let Some(view) = self.views.last_mut() {
                view.left_for_find = true;
            }
            if let (Some(top), None, false) = (self.image.top(), self.query(), has_find) {
                self.layers.mode = CompareMode::Below;
                self.select_layer(top);
                self.tree
                    .go_to(&self.image, NodeId::ROOT, Filter::default());
            }
        }
        self.show_view(View::Tree);
    }

    /// Returns to the view that the find in front was started from, if that was another one.
    pub(crate) fn leave_find(&mut self) {
        if self.is_left_for_find() {
            self.back();
        }
    }

    /// Makes the view in front one that was not opened for a find: leaving the next one leads back to it.
    pub(crate) fn stay_on_hit(&mut self) {
        if let Some(view) = self.views.last_mut() {
            view.left_for_find = false;
        }
    }

    /// Returns whether the view in front was opened for a find.
    fn is_left_for_find(&self) -> bool {
        self.views.last().is_some_and(|view| view.left_for_find)
    }

    /// Returns the list of files, while it is shown.
    #[must_use]
    pub fn list(&self) -> Option<&FilesPane> {
        self.files.as_ref().filter(|_| self.view == View::Files)
    }

    /// Returns what the list or the tree selects; `None` where the tree compares layers.
    #[must_use]
    pub fn selection(&self) -> Option<&Arc<Selection>> {
        match self.view {
            View::Files => Some(self.list()?.selection()),
            _ => self.tree.selection(),
        }
    }

    /// Returns the selected path: the tree's, or the list's.
    #[must_use]
    pub(crate) fn selected_node(&self) -> Option<NodeId> {
        match self.view {
            View::Files => self.list()?.selected().map(|content| content.node),
            _ => self.tree.lines.selected().map(|row| row.path),
        }
    }

    /// Returns the path on the selected line of the focused pane; `None` where that is no path.
    #[must_use]
    pub(crate) fn focused_path(&self) -> Option<NodeId> {
        match self.focus {
            Focus::Tree | Focus::Files => self.selected_node(),
            Focus::Map => self.map.selected().map(|tile| tile.node),
            Focus::Overview => match self.overview.selected()? {
                OverviewRow::File(at) => self.summary.largest.get(at).map(|file| file.node),
                _ => None,
            },
            Focus::Tabs if self.tab == Tab::Hidden => {
                self.focused_content().map(|content| content.node)
            }
            Focus::Layers | Focus::Tabs => None,
        }
    }

    /// Returns the selected content of a list or of a tree under a query; `None` for folders and where the tree compares layers.
    #[must_use]
    pub fn selected_content(&self) -> Option<PathContent> {
        let selection = self.selection()?;
        match self.view {
            View::Files => self.list()?.selected(),
            _ => selection.shown(self.tree.lines.selected()?.path),
        }
    }

    /// Returns the content on the selected line of the focused pane: that of a list or of a tree under a query, or the largest hidden one of a path.
    #[must_use]
    pub(super) fn focused_content(&self) -> Option<PathContent> {
        if (self.focus, self.tab) != (Focus::Tabs, Tab::Hidden) {
            return self.selected_content();
        }
        let row = self.summary.hidden.get(self.tab_cursor().at())?;
        let (layer, entry) = self.image.timeline.stored_entry(row.node, row.stored_in)?;
        Some(PathContent {
            bytes: row.bytes,
            node: row.node,
            layer,
            entry,
            hidden: Some(row.how),
        })
    }

    /// Returns the record shown at a path of a selection, with its layer: the selected content's, else what is visible there in the end.
    #[must_use]
    pub(crate) fn entry_under_query(&self, node: NodeId) -> Option<(LayerId, EntryId)> {
        let selection = self.selection()?;
        let selected = self.selected_content();
        let content = selected.filter(|content| content.node == node);
        let content = content.or_else(|| selection.shown(node));
        let record = content.map(|content| (content.layer, content.entry));
        record.or_else(|| {
            let events = self.image.timeline.events(node).iter().rev();
            let mut records = events.filter_map(|event| Some((event.layer, event.entry?)));
            records.next()
        })
    }

    /// Returns the query that the number on the selected line of the Image tab is the total of.
    #[must_use]
    pub(crate) fn number(&self) -> Option<Condition> {
        let row = self.facts.rows().get(self.tab_cursor().at())?;
        let condition = self.facts.facts().get(row.fact)?.opens.clone();
        condition.filter(|_| self.tab == Tab::Image)
    }

    /// Uses an order of the list of files.
    pub(crate) fn sort_files(&mut self, order: FileOrder) {
        if let Some(list) = &self.files {
            let selected = FileSelection::Before(Arc::clone(list.selection()));
            self.run(selected, Some(order), AfterQuery::Sort);
        }
    }

    /// Puts the view in front, with this tree, behind the next one, which has no list of files yet.
    fn push(&mut self, tree: TreePane) {
        if self.views.len() == MOST_VIEWS {
            self.views.remove(0);
        }
        self.views.push(SavedView {
            tree,
            files: self.files.take(),
            map: self.map.clone(),
            overview: self.overview.at(),
            layers: self.layers,
            tab: self.tab,
            tab_cursors: self.tab_cursors,
            focus: self.focus,
            view: self.view,
            left_for_find: false,
        });
    }
}

/// Returns the query with its least size stepped on, or without it after the last step.
#[must_use]
pub(crate) fn next_least(query: &Query) -> Query {
    let mut least = Filter::default();
    let mut conditions = query.conditions.clone();
    conditions.retain(|condition| match condition {
        Condition::MinSize(bytes) => {
            least.set_least(*bytes);
            false
        }
        _ => true,
    });
    least.next_least();
    let query = Query { conditions };
    match least.least() {
        0 => query,
        bytes => query.and(Condition::MinSize(bytes)),
    }
}
