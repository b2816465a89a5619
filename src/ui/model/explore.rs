//! One image on the screen: its panes, which of them has the keys, and how they follow each other. What a pane does is the pane's; this file only
//! joins them.

mod file;
mod loading;

use std::sync::Arc;

use crate::bytes::Units;
use crate::image::{Image, LayerId, NodeId};

use crate::ui::layout::Areas;
use crate::ui::loaded::content_analysis::{ContentSummary, LoadState};
use crate::ui::loaded::extras::Extras;
use crate::ui::loaded::loading::Loading;
use crate::ui::loaded::summary::ImageSummary;
use crate::ui::model::context::Context;
use crate::ui::model::message::Tab;
use crate::ui::model::start::{SPLIT_RANGE, Start};
use crate::ui::pane::{
    CompareMode, Cursor, FileGroup, Filter, LayersPane, Motion, PackagesPane, TextInput, TreePane,
};
use crate::ui::wording::facts::{self, FactRow};

pub use file::ResolvedFile;

/// Which pane has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// The layers.
    #[default]
    Layers,
    /// The tree.
    Tree,
    /// The tabs below the layers.
    Tabs,
}

/// The explore screen's state.
#[derive(Debug)]
pub struct Explore {
    /// The image, as far as it is read.
    pub image: Arc<Image>,
    /// What is known of it.
    pub summary: Arc<ImageSummary>,
    /// What is known beside it, once that is worked out.
    pub extras: Option<Extras>,
    /// What reading some of its files tells.
    pub content: LoadState,
    /// The load, while it goes on.
    pub loading: Option<Loading>,
    /// The layers pane.
    pub layers: LayersPane,
    /// The tree pane.
    pub tree: TreePane,
    /// The packages tab's lines.
    pub packages: PackagesPane,
    /// The image tab's lines, as there is room for them.
    pub facts: Vec<FactRow>,
    /// The tab in front.
    pub tab: Tab,
    /// The place in each tab, in the order of [`Tab::ALL`].
    pub tab_cursors: [Cursor; Tab::ALL.len()],
    /// Which pane has the keys.
    pub focus: Focus,
    /// The query, while it is typed.
    pub typing: Option<TextInput>,
    /// The query last found.
    pub last_query: String,
    /// The left column's share of the width, in hundredths of a percent, so that it can have any number of columns.
    pub split: u16,
    /// Whether permissions and owner are shown; where nothing is said, when there is room.
    pub attributes: Option<bool>,
    /// While the divider is being dragged, the columns from the pointer to where the right pane begins.
    pub dragging: Option<u16>,
}

impl Explore {
    /// Returns the screen of an image as the user wants it to start.
    #[must_use]
    pub fn new(
        image: Arc<Image>,
        summary: Arc<ImageSummary>,
        loading: Option<Loading>,
        start: &Start,
    ) -> Self {
        let mut layers = LayersPane::default();
        if start.aggregated {
            layers.mode = CompareMode::Bottom;
        }
        let len = image.layers.len();
        Self {
            tree: TreePane::new(&image, layers.range(len), start),
            image,
            summary,
            extras: None,
            content: LoadState::Reading(0, 0),
            loading,
            layers,
            packages: PackagesPane::default(),
            facts: Vec::new(),
            tab: Tab::default(),
            tab_cursors: [Cursor::default(); Tab::ALL.len()],
            focus: Focus::default(),
            typing: None,
            last_query: String::new(),
            split: start.split.clamp(SPLIT_RANGE.0, SPLIT_RANGE.1) * 100,
            attributes: start.attributes,
            dragging: None,
        }
    }

    /// Goes over to a fuller image.
    pub fn replace(&mut self, image: Arc<Image>, summary: Arc<ImageSummary>) {
        let range = self.layers.range(image.layers.len());
        self.tree.replace(&self.image, &image, range);
        self.image = image;
        self.summary = summary;
        self.content = LoadState::Reading(0, 0);
        self.packages.clear();
    }

    /// Takes how far it has come to tell what is installed, and what came of it.
    pub fn tell(&mut self, content: LoadState) {
        if let LoadState::Ready(told) = &content {
            self.packages.list(told);
            self.tree.take(Arc::clone(told));
        }
        self.content = content;
    }

    /// Takes the next order of packages where they have the keys, else of siblings in the tree.
    pub fn sort(&mut self) {
        match (self.focus, self.tab, self.content.ready()) {
            (Focus::Tabs, Tab::Packages, Some(told)) => self.packages.next_order(told),
            (Focus::Tabs, Tab::Packages, None) => {}
            _ => self.tree.toggle_sort(&self.image),
        }
    }

    /// Returns how many layers can be selected.
    #[must_use]
    pub fn layer_count(&self) -> usize {
        self.image.layers.len()
    }

    /// Returns how many lines the layers pane has: those still to come included.
    #[must_use]
    pub fn layer_lines(&self) -> usize {
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
            Tab::Image => self.facts.len(),
            Tab::Hidden => self.summary.hidden.len(),
            Tab::Savings => {
                let told = self.content.ready();
                let findings = told.map(|told| told.content_analysis.findings.list.len());
                findings.map_or(0, |len| len + usize::from(self.not_kept().is_some()))
            }
            Tab::Packages => self.packages.rows().len(),
            Tab::Config => self.summary.config.len(),
        }
    }

    /// Returns the place in the tab in front.
    #[must_use]
    pub const fn tab_cursor(&self) -> Cursor {
        self.tab_cursors[self.tab as usize]
    }

    /// Fits everything into the areas there are.
    pub fn fit(&mut self, areas: &Areas, units: Units) {
        let facts = facts::image_lines(self, units);
        self.facts = facts::rows(facts, usize::from(areas.tab_rows().width));
        let layers = usize::from(areas.layer_rows().height);
        let (at, len) = (self.layers.cursor.at(), self.layer_count());
        self.layers.cursor.place(at, len, layers);
        self.tree
            .lines
            .resize(usize::from(areas.tree_rows().height));
        let (len, height) = (self.tab_len(self.tab), areas.tab_height(self.tab));
        let place = &mut self.tab_cursors[self.tab as usize];
        place.place(place.at(), len, height);
    }

    /// Moves in the pane that has the keys.
    pub fn step(&mut self, motion: Motion, areas: &Areas) {
        match self.focus {
            Focus::Layers => {
                let height = usize::from(areas.layer_rows().height);
                let len = self.layer_count();
                self.layers.cursor.step(motion, len, height);
                self.follow();
            }
            Focus::Tree => self.tree.lines.step(motion),
            Focus::Tabs => {
                let (len, height) = (self.tab_len(self.tab), areas.tab_height(self.tab));
                self.tab_cursors[self.tab as usize].step(motion, len, height);
            }
        }
    }

    /// Selects a layer.
    pub fn select_layer(&mut self, layer: LayerId) {
        let height = self.layer_count();
        self.layers.cursor.place(layer.index(), height, height);
        self.follow();
    }

    /// Lets the tree show what the layers pane says.
    pub fn follow(&mut self) {
        let range = self.layers.range(self.layer_count());
        self.tree.compare(&self.image, range);
    }

    /// Shows a path at a layer against the one below, and gives the tree the keys.
    pub fn show(&mut self, layer: LayerId, node: NodeId) {
        self.layers.mode = CompareMode::Below;
        self.show_among(layer, node, Filter::default());
    }

    /// Shows what is one's, with its largest file selected. False when there is nothing.
    pub fn show_group(&mut self, told: &ContentSummary, group: FileGroup) -> bool {
        let Some(top) = self.image.top() else {
            return false;
        };
        let Some((layer, node, against)) = told.place(group, top) else {
            return false;
        };
        self.layers.mode = against;
        self.show_among(layer, node, Filter::of(group));
        true
    }

    fn show_among(&mut self, layer: LayerId, node: NodeId, filter: Filter) {
        self.select_layer(layer);
        self.tree.go_to(&self.image, node, filter);
        self.focus = Focus::Tree;
    }

    /// Returns what backing out leads out of: the find, the filter, the range, loading.
    #[must_use]
    pub fn escape_context(&self) -> Option<Context> {
        let ranged = self.layers.mode != CompareMode::Below;
        let loads = self.loading.as_ref().is_some_and(|it| !it.cancelled);
        let others = [(ranged, Context::Ranged), (loads, Context::Loading)];
        let other = || others.into_iter().find(|(is, _)| *is);
        self.tree
            .lines
            .escape_context()
            .or_else(|| Some(other()?.1))
    }

    /// Gives the keys to the next pane, or the one before.
    pub const fn turn(&mut self, forward: bool) {
        self.focus = match (self.focus, forward) {
            (Focus::Layers, true) | (Focus::Tabs, false) => Focus::Tree,
            (Focus::Tree, true) | (Focus::Layers, false) => Focus::Tabs,
            (Focus::Tabs, true) | (Focus::Tree, false) => Focus::Layers,
        };
    }

    /// Makes the left column wider or narrower by a step of a key.
    pub fn step_split(&mut self, wider: bool) {
        let step = SPLIT_STEP * 100;
        self.set_split(if wider {
            self.split.saturating_add(step)
        } else {
            self.split.saturating_sub(step)
        });
    }

    /// Gives the left column so many columns of the width, as far as it may have them.
    pub fn set_columns(&mut self, columns: u16, width: u16) {
        let share = (u32::from(columns) * 10_000).div_ceil(u32::from(width.max(1)));
        self.set_split(u16::try_from(share).unwrap_or(u16::MAX));
    }

    fn set_split(&mut self, share: u16) {
        self.split = share.clamp(SPLIT_RANGE.0 * 100, SPLIT_RANGE.1 * 100);
    }
}

/// How much wider or narrower a key makes the left column, in percent of the width.
const SPLIT_STEP: u16 = 4;
