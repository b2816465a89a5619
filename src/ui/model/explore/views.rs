//! The back stack: a view opened from a number covers the view it was opened from, and going back restores that view exactly.

use std::sync::Arc;

use crate::image::{EntryId, LayerId, NodeId};
use crate::query::{PathContent, Query, Selection, Term};

use crate::ui::model::explore::Explore;
use crate::ui::pane::{
    CompareMode, Cursor, FilesPane, Filter, Find, Focus, LayersPane, Tab, TreePane, View,
};

/// The most views that are kept to go back to; the oldest goes first.
const MOST_VIEWS: usize = 100;

/// A view to go back to: everything that opening another one changes.
#[derive(Clone, Debug)]
pub struct SavedView {
    /// The tree, with its query, folds, filter and cursor.
    pub tree: TreePane,
    /// The list of files, where it was shown in the tree's place.
    pub files: Option<FilesPane>,
    layers: LayersPane,
    tab: Tab,
    tab_cursors: [Cursor; Tab::ALL.len()],
    focus: Focus,
    /// The view beside the layers.
    pub view: View,
}

impl Explore {
    /// Opens the view of a query, as a list of files or as a tree. Returns false, and changes nothing, if the query selects nothing.
    pub(crate) fn open_query(&mut self, query: &Query, as_list: bool) -> bool {
        let selection = self.select(query);
        if selection.contents().is_empty() {
            return false;
        }
        let files = as_list.then(|| FilesPane::new(&selection));
        let tree = self.tree.under(&self.image, selection);
        let tree = std::mem::replace(&mut self.tree, tree);
        let files = std::mem::replace(&mut self.files, files);
        self.push(tree, files);
        self.show_view(View::Tree);
        true
    }

    /// Goes back to the view before. Returns false if there is none.
    pub(crate) fn back(&mut self) -> bool {
        let Some(view) = self.views.pop() else {
            return false;
        };
        let SavedView {
            tree,
            files,
            layers,
            tab,
            tab_cursors,
            focus,
            view,
        } = view;
        self.view = view;
        (self.tree, self.files, self.layers) = (tree, files, layers);
        (self.tab, self.tab_cursors, self.focus) = (tab, tab_cursors, focus);
        true
    }

    /// Goes back to the first view.
    pub(super) fn back_to_first(&mut self) {
        self.views.truncate(1);
        self.back();
    }

    /// Returns the query in front; `None` where the tree compares layers.
    #[must_use]
    pub fn query(&self) -> Option<&Query> {
        self.tree.selection().map(|selection| selection.query())
    }

    /// Replaces the query in front, in the same view. Does nothing if it selects nothing or there is no query.
    pub(crate) fn change_query(&mut self, query: &Query) -> bool {
        if self.tree.selection().is_none() {
            return false;
        }
        let selection = self.select(query);
        if selection.contents().is_empty() {
            return false;
        }
        let is_list = self.files.is_some();
        self.files = is_list.then(|| FilesPane::new(&selection));
        self.tree = self.tree.under(&self.image, selection);
        true
    }

    /// Shows the files of the tree's query as a list, or the list's as a tree. Where the tree compares layers, opens the list of all visible files.
    pub(crate) fn toggle_files(&mut self) -> bool {
        let Some(selection) = self.tree.selection().cloned() else {
            // The hits of a find, deleted files included, else all visible files.
            let find = self.tree.lines.find().map(Find::query);
            let term = find.map_or(Term::Visible, |query| Term::Path(query.to_owned()));
            return self.open_query(&Query::of(term), true);
        };
        match self.files.take() {
            Some(files) => {
                if let Some(content) = files.selected(&selection) {
                    self.tree
                        .go_to(&self.image, content.node, Filter::default());
                }
            }
            None => self.files = Some(FilesPane::new(&selection)),
        }
        self.show_view(View::Tree);
        true
    }

    /// Shows a path in the tree at a layer, compared with the layer below, and focuses the tree. The view before stays on the stack.
    pub fn show(&mut self, layer: LayerId, node: NodeId) {
        let files = self.files.take();
        self.push(self.tree.clone(), files);
        self.layers.mode = CompareMode::Below;
        self.tree.leave_query();
        self.select_layer(layer);
        self.tree.go_to(&self.image, node, Filter::default());
        self.show_view(View::Tree);
    }

    /// Shows the tree for a find. Any other view stays behind it.
    pub(crate) fn show_tree(&mut self) {
        self.found_from = None;
        if self.view != View::Tree || self.files.is_some() {
            let files = self.files.take();
            self.push(self.tree.clone(), files);
            self.found_from = Some(self.views.len());
        }
        self.show_view(View::Tree);
    }

    /// Returns to the view that a cancelled find was started from.
    pub(crate) fn leave_find(&mut self) {
        if let Some(depth) = self.found_from.take()
            && depth <= self.views.len()
        {
            self.views.truncate(depth);
            self.back();
        }
    }

    /// Returns the selected path: the tree's, or the list's.
    #[must_use]
    pub(crate) fn selected_node(&self) -> Option<NodeId> {
        match &self.files {
            Some(_) => self.selected_content().map(|content| content.node),
            None => self.tree.lines.selected().map(|row| row.path),
        }
    }

    /// Returns the selected content under a query; `None` for folders and where the tree compares layers.
    #[must_use]
    pub fn selected_content(&self) -> Option<PathContent> {
        let selection = self.tree.selection()?;
        match &self.files {
            Some(files) => files.selected(selection),
            None => selection.shown(self.tree.lines.selected()?.path),
        }
    }

    /// Returns the record shown at a path under a query, with its layer: the selected content's, else what is visible there in the end.
    #[must_use]
    pub(crate) fn entry_under_query(&self, node: NodeId) -> Option<(LayerId, EntryId)> {
        let selection = self.tree.selection()?;
        let selected = self.selected_content();
        let content = selected.filter(|content| content.node == node);
        let content = content.or_else(|| selection.shown(node));
        let record = content.map(|content| (content.layer, content.entry));
        record.or_else(|| {
            let events = self.image.timeline.of(node).iter().rev();
            let mut records = events.filter_map(|event| Some((event.layer, event.entry?)));
            records.next()
        })
    }

    /// Returns the query that the number on the selected line of the Image tab is the total of.
    #[must_use]
    pub(crate) fn number(&self) -> Option<Term> {
        let row = self.facts.rows().get(self.tab_cursor().at())?;
        let term = self.facts.facts().get(row.fact)?.opens.clone();
        term.filter(|_| self.tab == Tab::Image)
    }

    fn select(&self, query: &Query) -> Arc<Selection> {
        let content = self.content.ready();
        let content = content.map(|content| &content.content_analysis);
        let analysis = &self.summary.analysis;
        Arc::new(Selection::of(&self.image, analysis, content, query))
    }

    /// Puts the view in front, with this tree and this list, behind the next one.
    fn push(&mut self, tree: TreePane, files: Option<FilesPane>) {
        if self.views.len() == MOST_VIEWS {
            self.views.remove(0);
        }
        self.views.push(SavedView {
            tree,
            files,
            layers: self.layers,
            tab: self.tab,
            tab_cursors: self.tab_cursors,
            focus: self.focus,
            view: self.view,
        });
    }
}

/// Returns the query with its least size stepped on, or without it after the last step.
#[must_use]
pub(crate) fn next_least(query: &Query) -> Query {
    let mut least = Filter::default();
    let mut terms = query.terms.clone();
    terms.retain(|term| match term {
        Term::LeastSize(bytes) => {
            least.set_least(*bytes);
            false
        }
        _ => true,
    });
    least.next_least();
    let query = Query { terms };
    match least.least() {
        0 => query,
        bytes => query.and(Term::LeastSize(bytes)),
    }
}
