//! Selects the files of a query and puts them in order. Time grows with the size of the image, so a worker thread does it for a large one. Has no
//! state of a screen.

use std::sync::Arc;

use crate::image::Image;
use crate::query::{Query, Selection};
use crate::ui::loaded::content_analysis::ContentSummary;
use crate::ui::loaded::summary::ExploreSummary;
use crate::ui::pane::{FileOrder, FilesPane};

/// How many paths are looked at at once, at most.
const SMALL: usize = 30_000;

/// What is selected.
#[derive(Clone, Debug)]
pub(crate) enum FileSelection {
    /// What a query selects.
    Query(Query),
    /// The same, each content with its size: of a finding that saves nothing.
    WithSizes(Query),
    /// What was selected before.
    Before(Arc<Selection>),
}

/// A query to run.
#[derive(Clone, Debug)]
pub struct FileQuery {
    pub(crate) image: Arc<Image>,
    pub(crate) summary: Arc<ExploreSummary>,
    pub(crate) content: Option<Arc<ContentSummary>>,
    pub(crate) selected: FileSelection,
    /// The order of a list, if one is wanted.
    pub(crate) order: Option<FileOrder>,
}

/// The files of a query.
#[derive(Clone, Debug)]
pub struct FoundFiles {
    pub(crate) selection: Arc<Selection>,
    pub(crate) list: Option<FilesPane>,
}

/// Returns whether a pass over so many paths takes less than a frame.
#[must_use]
pub(in crate::ui) const fn is_small(paths: usize) -> bool {
    paths <= SMALL
}

impl FileQuery {
    /// Returns whether it takes less than a frame.
    #[must_use]
    pub(crate) fn is_short(&self) -> bool {
        is_small(self.image.tree.len())
    }

    /// Returns the same query with the size of each content.
    #[must_use]
    pub(crate) fn with_sizes(self) -> Self {
        let selected = match self.selected {
            FileSelection::Query(query) => FileSelection::WithSizes(query),
            selected => selected,
        };
        Self { selected, ..self }
    }

    /// Runs it.
    #[must_use]
    pub fn run(self) -> FoundFiles {
        let content = self.content.as_ref();
        let content = content.map(|content| &content.content_analysis);
        let selection = match self.selected {
            FileSelection::Before(selection) => selection,
            FileSelection::Query(query) => {
                let analysis = &self.summary.analysis;
                Arc::new(Selection::of(&self.image, analysis, content, &query))
            }
            FileSelection::WithSizes(query) => {
                let analysis = &self.summary.analysis;
                Arc::new(Selection::with_sizes(
                    &self.image,
                    analysis,
                    content,
                    &query,
                ))
            }
        };
        let packages = content.map(|content| &content.packages);
        let list = |order| FilesPane::new(&self.image, packages, Arc::clone(&selection), order);
        FoundFiles {
            list: self.order.map(list),
            selection,
        }
    }
}
