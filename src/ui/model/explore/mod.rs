//! The state of the explore screen: one image, its panes, and how they follow each other. A pane's own logic is in `pane`; key contexts are in
//! `contexts`.

mod file;
mod loading;
mod query;
mod texts;
mod views;

use std::sync::Arc;

use crate::compare::Side;
use crate::image::{Image, LayerId, NodeId};

use crate::ui::layout::overlay::OverlayAreas;
use crate::ui::layout::query_line::QueryLine;
use crate::ui::layout::views::ViewLabel;
use crate::ui::layout::{ExploreAreas, FileColumns, TreeColumns};
use crate::ui::loaded::content_analysis::LoadState;
use crate::ui::loaded::extras::Extras;
use crate::ui::loaded::file_query::FileQuery;
use crate::ui::loaded::loading::Loading;
use crate::ui::loaded::pending::Pending;
use crate::ui::loaded::summary::ExploreSummary;
use crate::ui::model::start::{SPLIT_RANGE, Start};
use crate::ui::pane::{
    CompareMode, Cursor, FactsPane, FilesPane, Focus, LayersPane, MapPane, Motion, OverviewPane,
    PackagesPane, SelectionDetails, Tab, TextInput, TreePane, View,
};

pub(crate) use file::ResolvedFile;
use query::{AfterQuery, VisibleFiles};
pub(crate) use texts::{
    HeaderText, LayerText, OverviewLine, OverviewText, SavingsText, SectionText, SelectionInput,
    Texts, TitleInput, ViewTitle,
};
pub use views::SavedView;
pub(crate) use views::next_least;

/// The state of the explore screen.
#[derive(Debug)]
pub struct Explore {
    /// The image, with the layers loaded so far.
    pub image: Arc<Image>,
    /// Its analysis.
    pub summary: Arc<ExploreSummary>,
    /// Transfer times and vulnerabilities, once computed.
    pub extras: Option<Arc<Extras>>,
    /// The content analysis.
    pub content: LoadState,
    /// The load; none when all layers are loaded.
    pub loading: Option<Loading>,
    /// The layers pane.
    pub layers: LayersPane,
    /// The tree pane.
    pub tree: TreePane,
    /// The overview.
    pub overview: OverviewPane,
    /// The map.
    pub map: MapPane<NodeId>,
    /// The view beside the layers.
    pub view: View,
    /// The view that `esc` leads back to at last.
    pub home: View,
    /// Whether the tabs are below the layers beside the tree, as in dive: where the tree is the first view.
    is_like_dive: bool,
    /// The side of the comparison that the image was opened from.
    pub side: Option<Side>,
    /// The list of the query's files, or of all visible ones, once it was shown.
    pub files: Option<FilesPane>,
    /// All visible files, once they were shown.
    visible: VisibleFiles,
    /// The query that a worker thread runs.
    pending: Option<Pending<FileQuery, AfterQuery>>,
    /// The views to go back to, oldest first.
    pub views: Vec<SavedView>,
    /// The lines of the Packages tab.
    pub packages: PackagesPane,
    /// The lines of the Image tab.
    pub facts: FactsPane,
    /// The tab in front.
    pub tab: Tab,
    /// The cursor of each tab, in the order of [`Tab::ALL`].
    pub(crate) tab_cursors: [Cursor; Tab::ALL.len()],
    /// The focused pane.
    pub focus: Focus,
    /// Whether folders are still to be opened, the heaviest first, when the tree is first shown.
    unfold_when_shown: bool,
    /// Whether the heaviest layer is still to be selected, once all layers are loaded.
    selects_heaviest: bool,
    /// The words of a find while they are typed.
    pub typing: Option<TextInput>,
    /// The words of the last find.
    pub last_find: String,
    /// The left column's share of the width, in basis points, so that it can have any number of columns.
    pub left_width_basis_points: u16,
    /// The cells of each layer on the stripe; computed after every message.
    pub stripe: Vec<u16>,
    /// Whether permissions and owner are shown; unset: when there is room.
    pub attributes: Option<bool>,
    /// While the divider is dragged, the columns from the pointer to the right pane.
    pub(crate) dragging: Option<u16>,
    /// Where the panes are drawn; computed after every message.
    pub areas: ExploreAreas,
    /// The columns of the tree; computed after every message.
    pub columns: TreeColumns,
    /// The columns of the list of files; computed after every message.
    pub(crate) file_columns: FileColumns,
    /// The titles of the views, or of the tabs below the layers; computed after every message.
    pub(crate) view_labels: Vec<ViewLabel>,
    /// The line about the query; computed after every message.
    pub(crate) query_line: QueryLine,
    /// The details of the selection, where they have a pane.
    pub selection: SelectionDetails,
    /// Where the start of the selected file is drawn in it; computed after every message.
    pub preview_areas: OverlayAreas,
    /// The texts of the panes; worded when their input changes.
    pub(crate) texts: Texts,
    /// How often the data of the image have changed.
    revision: u64,
}

impl Explore {
    /// Returns the screen of an image in its initial state.
    #[must_use]
    pub(crate) fn new(
        image: Arc<Image>,
        summary: Arc<ExploreSummary>,
        loading: Option<Loading>,
        start: &Start,
    ) -> Self {
        let mut layers = LayersPane::default();
        if start.aggregated {
            layers.mode = CompareMode::Bottom;
        }
        // As in dive, the tree as the first view starts at the bottom layer.
        let selects_heaviest = start.view != View::Tree;
        if selects_heaviest && loading.is_none() {
            layers.select_heaviest(&image);
        }
        let range = layers.range(image.layers.len());
        let mut overview = OverviewPane::default();
        overview.list(&summary, None);
        let mut explore = Self {
            overview,
            map: MapPane::default(),
            view: start.view,
            home: start.view,
            is_like_dive: start.view == View::Tree,
            side: None,
            tree: TreePane::new(&image, range, start.sort, start.filter, start.folded),
            image,
            summary,
            extras: None,
            content: LoadState::Reading(0, 0),
            loading,
            layers,
            files: None,
            visible: VisibleFiles::default(),
            pending: None,
            views: Vec::new(),
            packages: PackagesPane::default(),
            facts: FactsPane::default(),
            tab: Tab::default(),
            tab_cursors: [Cursor::default(); Tab::ALL.len()],
            focus: if start.view == View::Tree {
                Focus::Layers
            } else {
                start.view.focus()
            },
            unfold_when_shown: start.unfold && start.folded,
            selects_heaviest,
            typing: None,
            last_find: String::new(),
            stripe: Vec::new(),
            left_width_basis_points: start.split.clamp(SPLIT_RANGE.0, SPLIT_RANGE.1) * 100,
            attributes: start.attributes,
            dragging: None,
            areas: ExploreAreas::default(),
            columns: TreeColumns::default(),
            file_columns: FileColumns::default(),
            view_labels: Vec::new(),
            query_line: QueryLine::default(),
            selection: SelectionDetails::default(),
            preview_areas: OverlayAreas::default(),
            texts: Texts::default(),
            revision: 0,
        };
        explore.show_again();
        explore
    }

    /// Replaces the image by one with more layers loaded.
    pub(crate) fn replace(&mut self, image: Arc<Image>, summary: Arc<ExploreSummary>) {
        self.back_to_first();
        if self.loading.is_none() && self.selects_heaviest && self.view != View::Tree {
            self.layers.select_heaviest(&image);
        }
        let range = self.layers.range(image.layers.len());
        self.tree.replace(&self.image, &image, range);
        self.image = image;
        self.summary = summary;
        self.content = LoadState::Reading(0, 0);
        self.packages.clear();
        self.map = MapPane::default();
        (self.files, self.pending) = (None, None);
        self.visible = VisibleFiles::default();
        self.show_again();
        self.selection = SelectionDetails::default();
        self.overview.list(&self.summary, None);
        self.data_changed();
    }

    /// Stores the progress or the result of the content analysis.
    pub(crate) fn set_content(&mut self, content: LoadState) {
        if let LoadState::Ready(summary) = &content {
            self.packages.list(summary);
            self.overview.list(&self.summary, Some(summary));
        }
        self.content = content;
        self.data_changed();
    }

    /// Stores transfer times and vulnerabilities.
    pub(crate) fn set_extras(&mut self, extras: Arc<Extras>) {
        self.extras = Some(extras);
        self.data_changed();
    }

    /// Makes the texts of the panes out of date.
    pub(crate) const fn data_changed(&mut self) {
        self.revision += 1;
    }

    /// Returns how often the data of the image have changed.
    #[must_use]
    pub(crate) const fn revision(&self) -> u64 {
        self.revision
    }

    /// Uses the next order of the focused list: of files, of packages, else of the tree.
    pub fn sort(&mut self) {
        if let (Focus::Files, Some(list)) = (self.focus, self.list()) {
            self.sort_files(list.sort().next());
            return;
        }
        match (self.focus, self.tab, self.content.ready()) {
            (Focus::Tabs, Tab::Packages, Some(content)) => self.packages.next_order(content),
            (Focus::Tabs, Tab::Packages, None) => {}
            _ => self.tree.toggle_sort(&self.image),
        }
    }

    /// Returns how many layers can be selected.
    #[must_use]
    pub fn layer_count(&self) -> usize {
        self.image.layers.len()
    }

    /// Returns how many lines the layers pane has, with the layers that are not loaded yet.
    #[must_use]
    pub(crate) fn layer_lines(&self) -> usize {
        let loading = self
            .loading
            .as_ref()
            .map_or(0, |loading| loading.headings.len());
        self.layer_count().max(loading)
    }

    /// Returns the selected layer.
    #[must_use]
    pub fn layer(&self) -> Option<LayerId> {
        self.layers.selected(self.layer_count())
    }

    /// Returns how many lines a tab has.
    #[must_use]
    pub fn tab_len(&self, tab: Tab) -> usize {
        match tab {
            Tab::Image => self.facts.rows().len(),
            Tab::Hidden => self.summary.hidden.len(),
            Tab::Savings => {
                let content = self.content.ready();
                let findings = content.map(|content| content.content_analysis.findings.list.len());
                findings.map_or(0, |len| len + usize::from(self.not_kept().is_some()))
            }
            Tab::Packages => self.packages.rows().len(),
            Tab::Config => self.summary.config.len(),
        }
    }

    /// Returns the finding on the selected line of the Savings tab.
    #[must_use]
    pub(crate) fn selected_finding(&self) -> Option<usize> {
        let line = self.content.ready()?.listed.get(self.tab_cursor().at())?;
        Some(line.finding)
    }

    /// Returns the cursor of the tab in front.
    #[must_use]
    pub const fn tab_cursor(&self) -> Cursor {
        self.tab_cursors[self.tab as usize]
    }

    /// Keeps every cursor in view after the areas or the lines changed.
    pub(crate) fn fit(&mut self) {
        let layers = usize::from(self.areas.layer_rows().height);
        let (at, len) = (self.layers.cursor.at(), self.layer_count());
        self.layers.cursor.set(at, len, layers);
        let tree = usize::from(self.areas.tree_rows().height);
        if tree > 0 || self.view == View::Tree {
            self.tree.lines.resize(tree);
            if self.unfold_when_shown && tree > 0 && self.query().is_none() && !self.tree.has_work()
            {
                self.unfold_when_shown = false;
                let Self { image, tree, .. } = self;
                tree.with(image, |lines, paths| lines.unfold(paths));
            }
        }
        let files = usize::from(self.areas.file_rows().height);
        if let (View::Files, Some(list)) = (self.view, &mut self.files) {
            list.fit(files);
        }
        let (len, height) = (self.tab_len(self.tab), self.areas.tab_height(self.tab));
        let cursor = &mut self.tab_cursors[self.tab as usize];
        cursor.set(cursor.at(), len, height);
    }

    /// Moves the cursor of the focused pane.
    pub(crate) fn step(&mut self, motion: Motion) {
        match self.focus {
            Focus::Layers => {
                let height = usize::from(self.areas.layer_rows().height);
                let len = self.layer_count();
                self.layers.cursor.step(motion, len, height);
                self.update_range();
            }
            Focus::Tree => self.tree.lines.step(motion),
            Focus::Files => {
                let height = usize::from(self.areas.file_rows().height);
                if let Some(files) = &mut self.files {
                    files.step(motion, height);
                }
            }
            Focus::Overview => self.overview.step(motion),
            Focus::Map => self.map.step(motion),
            Focus::Tabs => {
                let (len, height) = (self.tab_len(self.tab), self.areas.tab_height(self.tab));
                self.tab_cursors[self.tab as usize].step(motion, len, height);
            }
        }
    }

    /// Marks the selected file of the list, or clears its mark.
    pub(crate) fn toggle_mark(&mut self) {
        let height = usize::from(self.areas.file_rows().height);
        if let Some(files) = &mut self.files {
            files.toggle_mark(height);
        }
    }

    /// Selects a layer.
    pub(crate) fn select_layer(&mut self, layer: LayerId) {
        let height = self.layer_count();
        self.layers.cursor.set(layer.index(), height, height);
        self.update_range();
    }

    /// Makes the tree show the layers that the layers pane compares.
    pub(crate) fn update_range(&mut self) {
        self.selects_heaviest = false;
        let range = self.layers.range(self.layer_count());
        self.tree.compare(&self.image, range);
    }

    /// Shows a tab and focuses it: below the layers beside the tree, else at the right.
    pub(crate) fn show_tab(&mut self, tab: Tab) {
        self.pending = None;
        self.tab = tab;
        if !self.has_tabs_below() {
            self.view = View::Tabs;
        }
        self.focus = Focus::Tabs;
    }

    /// Selects the layer above the selected one, or the one below. Returns a notice if there is none.
    pub(crate) fn step_layer(&mut self, up: bool) -> Option<String> {
        let before = self.layer();
        let motion = if up { Motion::Down } else { Motion::Up };
        let (len, height) = (
            self.layer_count(),
            usize::from(self.areas.layer_rows().height),
        );
        self.layers.cursor.step(motion, len, height);
        self.update_range();
        let number = before.filter(|_| self.layer() == before)?.0 + 1;
        let end = if up { "last" } else { "first" };
        Some(format!("layer {number} is the {end} one"))
    }

    /// Returns whether the tabs are below the layers; else they are views as the others.
    #[must_use]
    pub(crate) const fn has_tabs_below(&self) -> bool {
        self.is_like_dive && matches!(self.view, View::Tree)
    }

    /// Focuses the next pane, or the previous one.
    pub(crate) const fn focus_next(&mut self, forward: bool) {
        if !self.has_tabs_below() {
            self.focus = match self.focus {
                Focus::Layers => self.view.focus(),
                _ => Focus::Layers,
            };
            return;
        }
        self.focus = match (self.focus, forward) {
            (Focus::Layers, true) | (Focus::Tabs, false) => Focus::Tree,
            (Focus::Tree, true) | (Focus::Layers, false) => Focus::Tabs,
            (Focus::Tabs, true)
            | (Focus::Tree, false)
            | (Focus::Overview | Focus::Files | Focus::Map, _) => Focus::Layers,
        };
    }

    /// Widens or narrows the left column by one step.
    pub(crate) fn step_split(&mut self, wider: bool) {
        let step = SPLIT_STEP * 100;
        self.set_split(if wider {
            self.left_width_basis_points.saturating_add(step)
        } else {
            self.left_width_basis_points.saturating_sub(step)
        });
    }

    /// Sets the left column's width in columns, within its limits.
    pub(crate) fn set_columns(&mut self, columns: u16, width: u16) {
        let share = (u32::from(columns) * 10_000).div_ceil(u32::from(width.max(1)));
        self.set_split(u16::try_from(share).unwrap_or(u16::MAX));
    }

    fn set_split(&mut self, share: u16) {
        self.left_width_basis_points = share.clamp(SPLIT_RANGE.0 * 100, SPLIT_RANGE.1 * 100);
    }
}

/// How much a key press changes the left column's width, in percent of the screen.
const SPLIT_STEP: u16 = 4;
