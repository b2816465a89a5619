//! The screen over many images: the pages that are open, one behind another, and what is behind the selected row, which wide terminals show beside it.

use std::sync::Arc;

use crate::fleet::page::{Cell, FleetFacts, List, ListColumnKind, PageTarget, Subject};
use crate::ui::fleet::{OpenPage, PageSelection};
use crate::ui::layout::fleet::FleetAreas;
use crate::ui::layout::{self, Size};
use crate::ui::pane::TextInput;

/// The screen over many images.
#[derive(Debug)]
pub struct FleetScreen {
    /// The run.
    pub facts: Arc<FleetFacts>,
    /// The page in front.
    pub front: OpenPage,
    /// The pages behind it, the first one first.
    pub behind: Vec<PageBehind>,
    /// The page behind the selected row, where there is room beside it.
    pub preview: Option<OpenPage>,
    /// The words of the filter while they are typed.
    pub typing: Option<TextInput>,
    /// Where the pages are drawn; computed after every message.
    pub areas: FleetAreas,
}

/// A page to go back to.
#[derive(Debug)]
pub struct PageBehind {
    /// The page.
    pub page: OpenPage,
    /// The page behind its selected row as it was scrolled, and the areas that it was scrolled in.
    preview: Option<(OpenPage, FleetAreas)>,
}

impl FleetScreen {
    /// Opens the overview of a run.
    #[must_use]
    pub fn new(facts: Arc<FleetFacts>) -> Self {
        Self {
            front: OpenPage::new(&facts, PageTarget::from(Subject::Overview)),
            facts,
            behind: Vec::new(),
            preview: None,
            typing: None,
            areas: FleetAreas::default(),
        }
    }

    /// Lays the pages out.
    pub(crate) fn arrange(&mut self, size: Size) {
        let areas = layout::fleet::areas(size);
        if areas != self.areas {
            // It is scrolled for the old size; the way back would show it otherwise.
            self.preview = None;
        }
        self.areas = areas;
        let rows = self.areas.page_rows();
        let units = self.facts.units;
        self.front
            .arrange(rows.width.into(), rows.height.into(), units);
        let rows = self.areas.preview_rows();
        let target = self.front.selected_target();
        if rows.is_empty() || target.is_none() {
            self.preview = None;
            return;
        }
        if self.preview.as_ref().map(|page| page.target) != target {
            self.preview = target.map(|target| OpenPage::new(&self.facts, target));
        }
        if let Some(page) = &mut self.preview {
            page.arrange(rows.width.into(), rows.height.into(), units);
        }
    }

    /// Opens what is behind the selected row; false if nothing is.
    pub(crate) fn open(&mut self) -> bool {
        let Some(target) = self.front.selected_target() else {
            return false;
        };
        let preview = self.preview.take().filter(|page| page.target == target);
        let page = preview.clone();
        let page = page.unwrap_or_else(|| OpenPage::new(&self.facts, target));
        self.behind.push(PageBehind {
            page: std::mem::replace(&mut self.front, page),
            preview: preview.map(|page| (page, self.areas)),
        });
        true
    }

    /// Returns to the page behind, as it was; false if there is none.
    pub(crate) fn back(&mut self) -> bool {
        let Some(PageBehind { page, preview }) = self.behind.pop() else {
            return false;
        };
        self.front = page;
        let preview = preview.filter(|(_, areas)| *areas == self.areas);
        self.preview = preview.map(|(page, _)| page);
        true
    }

    /// Shows only the rows that contain the words being typed.
    pub(crate) fn set_filter(&mut self, words: &str) {
        self.front.set_filter(&self.facts, words);
    }

    /// Returns the selected row with its list.
    #[must_use]
    pub(crate) fn selected_row(&self) -> Option<(&List, usize)> {
        match self.front.selected()? {
            PageSelection::Row(list, row) => Some((self.front.page.lists.get(list)?, row)),
            PageSelection::More(_) => None,
        }
    }

    /// Returns the text of the selection to copy: the name of an image, the digest of a layer, else the row's own text.
    #[must_use]
    pub(crate) fn copied(&self) -> Option<String> {
        let (list, row) = self.selected_row()?;
        match list.target(row).map(|target| target.subject) {
            Some(Subject::Image(image)) => Some(self.facts.fleet.name_of(image).to_owned()),
            Some(Subject::Layer(layer)) => Some(self.facts.fleet.layer(layer).layer.clone()),
            _ => {
                let cells = list.row(row);
                let is_name = |cell: &&Cell| cell.number(&self.facts).is_none();
                // The long column is the last but the extras.
                let mut long = list.columns.iter().zip(cells);
                let long = long.find(|(column, _)| column.kind == ListColumnKind::Long);
                let cell = long.map(|(_, cell)| cell).filter(is_name);
                let cell = cell.or_else(|| cells.iter().find(is_name));
                let cell = cell.or(cells.first())?;
                Some(self.facts.text(cell).into_owned())
            }
        }
    }

    /// Returns the words of the command that opens the selected image, else of the one that prints the report.
    #[must_use]
    pub(crate) fn command(&self) -> Vec<String> {
        let target = self.selected_row().and_then(|(list, row)| list.target(row));
        let Some(Subject::Image(image)) = target.map(|target| target.subject) else {
            return self.facts.command();
        };
        let name = self.facts.fleet.names_of(image).first();
        let platform = name.and_then(|name| name.platform.clone());
        let option = platform.into_iter();
        let option = option.flat_map(|platform| ["--platform".to_owned(), platform]);
        let words = std::iter::once("dive-rs".to_owned()).chain(option);
        let name = self.facts.fleet.name_of(image).to_owned();
        words.chain([name]).collect()
    }
}
