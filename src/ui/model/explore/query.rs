//! Queries of the explore screen: a short one is answered at once, a long one by a worker thread while the view before stays.

use std::fmt;
use std::sync::Arc;

use crate::image::NodeId;
use crate::query::{Query, Selection};

use crate::ui::loaded::content_analysis::LoadState;
use crate::ui::loaded::file_query::{FileQuery, FileSelection, FoundFiles};
use crate::ui::loaded::pending::Pending;
use crate::ui::loaded::ticket::Ticket;
use crate::ui::model::explore::Explore;
use crate::ui::pane::{FileOrder, FilesPane, MapPane, SelectedFiles, View};

/// What to do with the files of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AfterQuery {
    /// Open them in a view; the view before stays behind it.
    Open(View),
    /// Open them in a view, which is the first one.
    Start(View),
    /// Show them instead of the query in front.
    Change,
    /// Show the files of the query in front, or all visible ones, in another view.
    Show(View),
    /// Show the list in another order.
    Sort,
}

/// All visible files, once they were shown. No part of a view: its text for debugging is always the same.
#[derive(Clone, Default)]
pub(super) struct VisibleFiles(pub(super) Option<Arc<Selection>>);

impl fmt::Debug for VisibleFiles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("VisibleFiles")
    }
}

impl Explore {
    /// Runs a query. Returns false if it selects nothing where that is known already.
    pub(super) fn run(
        &mut self,
        selected: FileSelection,
        order: Option<FileOrder>,
        then: AfterQuery,
    ) -> bool {
        let query = FileQuery {
            image: Arc::clone(&self.image),
            summary: Arc::clone(&self.summary),
            content: match &self.content {
                LoadState::Ready(content) => Some(Arc::clone(content)),
                LoadState::Reading(..) | LoadState::Failed(_) => None,
            },
            selected,
            order,
        };
        self.pending = None;
        if query.is_short() {
            return self.take(query.run(), then);
        }
        self.pending = Some(Pending::new(query, then));
        true
    }

    /// Returns what the list and the map of the view in front show: what the query selects, else all visible files.
    pub(super) fn shown_files(&self) -> FileSelection {
        match self.map_files() {
            Some(selection) => FileSelection::Before(Arc::clone(selection)),
            None => FileSelection::Query(Query::default()),
        }
    }

    /// Runs a change of the map with the files that it shows; `None` while they are not known.
    pub(crate) fn with_map<T>(
        &mut self,
        act: impl FnOnce(&mut MapPane<NodeId>, &SelectedFiles<'_>) -> T,
    ) -> Option<T> {
        let selection = self.map_files().map(Arc::clone)?;
        let files = SelectedFiles {
            image: &self.image,
            selection: &selection,
        };
        Some(act(&mut self.map, &files))
    }

    /// Returns the folder that a zoom into the map shows; `None` where the selected rectangle is a file of the folder shown.
    #[must_use]
    pub(crate) fn map_folder(&self) -> Option<NodeId> {
        let selection = self.map_files()?;
        self.map.next_folder(&SelectedFiles {
            image: &self.image,
            selection,
        })
    }

    /// Returns the files that the map shows: what the query selects, else all visible ones, once they are known.
    #[must_use]
    pub fn map_files(&self) -> Option<&Arc<Selection>> {
        self.tree.selection().or(self.visible.0.as_ref())
    }

    /// Returns the query to request with this ticket, if one waits.
    pub(crate) fn take_query(
        &mut self,
        ticket: impl FnOnce() -> Ticket,
    ) -> Option<(Ticket, FileQuery)> {
        self.pending.as_mut()?.take(ticket)
    }

    /// Returns what a worker thread computes, in words.
    #[must_use]
    pub(crate) fn computing(&self) -> Option<&'static str> {
        let sorts = self.pending.as_ref()?.then() == &AfterQuery::Sort;
        Some(if sorts {
            "sorting the files"
        } else {
            "selecting the files"
        })
    }

    /// Takes the answer to a query; `None` if it was cancelled, false if it selects nothing.
    pub(crate) fn answer(&mut self, ticket: Ticket, found: FoundFiles) -> Option<bool> {
        let then = Pending::answered(&mut self.pending, ticket)?;
        Some(self.take(found, then))
    }

    /// Cancels the query that a worker thread runs. Returns false if there is none.
    pub(crate) fn cancel_query(&mut self) -> bool {
        self.pending.take().is_some()
    }

    fn take(&mut self, found: FoundFiles, then: AfterQuery) -> bool {
        let FoundFiles { selection, list } = found;
        let is_empty = selection.contents().is_empty();
        match then {
            AfterQuery::Open(_) | AfterQuery::Start(_) | AfterQuery::Change if is_empty => {
                return false;
            }
            AfterQuery::Open(view) => {
                let list = self.with_selected(list);
                self.open(selection, view);
                self.focus = view.focus();
                self.files = list;
                return true;
            }
            AfterQuery::Start(view) => {
                self.open(selection, view);
                self.focus = view.focus();
                self.views.clear();
                self.home = view;
            }
            AfterQuery::Change => {
                self.tree = self.tree.under(&self.image, selection);
                self.map = MapPane::default();
                self.files = self.with_selected(list);
                return true;
            }
            AfterQuery::Show(view) => {
                if self.query().is_none() && self.visible.0.is_none() {
                    self.visible.0 = Some(selection);
                }
                self.front(view);
            }
            AfterQuery::Sort => {
                if let (Some(mut list), Some(files)) = (list, self.files.take()) {
                    list.reordered(files);
                    self.files = Some(list);
                }
                return true;
            }
        }
        self.files = list.or(self.files.take());
        true
    }

    /// Selects in a list what is selected in the one in front.
    fn with_selected(&self, list: Option<FilesPane>) -> Option<FilesPane> {
        let mut list = list?;
        if let Some(content) = self.list().and_then(FilesPane::selected) {
            list.select(content);
        }
        Some(list)
    }

    /// Puts a view in front and focuses it. A view that is in front already, as one that is made again, leaves the focus where it is.
    fn front(&mut self, view: View) {
        if self.view != view {
            (self.view, self.focus) = (view, view.focus());
        }
    }
}
