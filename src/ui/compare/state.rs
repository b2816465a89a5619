//! The compare screen's state: two images, what came of comparing them, the panes, and which side stands at the left.

use std::sync::Arc;

use crate::bytes::Units;
use crate::compare::{Comparison, RowId, Side, Sides};
use crate::image::Image;
use crate::ui::loaded::content_analysis::{ContentComparison, ContentSummary};
use crate::ui::loaded::extras::Extras;
use crate::ui::pane::{Cursor, Filter, Motion, Outline, TextInput};

use crate::ui::compare::areas::Areas;
use crate::ui::compare::beside;
use crate::ui::compare::files::{Locked, Order, next_change};
use crate::ui::compare::headline;
use crate::ui::compare::top::{TopLine, TopTab, lines};
use crate::ui::compare::why::Asking;

/// Which pane has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// The pane above.
    Top,
    /// The trees.
    #[default]
    Files,
}

/// The compare screen's state.
#[derive(Debug)]
pub struct Compare {
    /// The images.
    pub images: Sides<Arc<Image>>,
    /// What came of comparing them.
    pub comparison: Arc<Comparison>,
    /// The side at the left.
    pub left: Side,
    /// The side that is looked into and extracted from, where it has the path.
    pub near: Side,
    /// The side last looked into.
    pub viewed: Side,
    /// The lines of the trees.
    pub files: Outline<RowId>,
    /// The order of siblings in them.
    pub order: Order,
    /// The tab in front.
    pub tab: TopTab,
    /// Its lines.
    pub lines: Vec<TopLine>,
    /// The place in it.
    pub place: Cursor,
    /// Which pane has the keys.
    pub focus: Focus,
    /// The query, while it is typed.
    pub typing: Option<TextInput>,
    /// The query last found.
    pub last_query: String,
    /// What is known beside them, once that is worked out.
    extras: Option<Sides<Extras>>,
    /// What is told of both, or why it is not, once that is known.
    content_analysis: Option<Result<Arc<ContentComparison>, String>>,
    /// The numbers at the top, each with its name.
    pub(super) headline: Vec<String>,
    /// How many lines the pane above has; where nothing was said, as many as its tab needs.
    pub height: Option<u16>,
    /// Whether the line between the panes is being dragged.
    pub dragging: bool,
    units: Units,
}

impl Compare {
    /// Returns the screen of two images, the first one at the left.
    #[must_use]
    pub fn new(images: Sides<Arc<Image>>, comparison: Arc<Comparison>, units: Units) -> Self {
        let mut compare = Self {
            images,
            comparison,
            left: Side::Before,
            near: Side::After,
            viewed: Side::After,
            files: Outline::new(false, Filter::default()),
            order: Order::default(),
            tab: TopTab::default(),
            lines: Vec::new(),
            place: Cursor::default(),
            focus: Focus::default(),
            typing: None,
            last_query: String::new(),
            extras: None,
            content_analysis: None,
            headline: Vec::new(),
            height: None,
            dragging: false,
            units,
        };
        compare.tell();
        compare.with_files(|lines, trees| {
            lines.refilter(trees);
            lines.finish(trees);
        });
        compare
    }

    /// Takes what was worked out beside these images; of others it says nothing.
    pub fn take(&mut self, images: &Sides<Arc<Image>>, extras: Sides<Extras>) {
        if self.is_of(images) {
            self.extras = Some(extras);
            self.tell();
        }
    }

    /// Takes what is told of these images, or why it is not; of others it says nothing.
    pub fn tell_of(
        &mut self,
        images: &Sides<Arc<Image>>,
        told: Result<Arc<ContentComparison>, String>,
    ) {
        if self.is_of(images) {
            self.content_analysis = Some(told);
            self.tell();
        }
    }

    /// Returns what is told of one of them, once it is.
    #[must_use]
    pub fn content_analysis(&self, side: Side) -> Option<&ContentSummary> {
        let content_analysis = self.content_analysis.as_ref()?.as_ref().ok()?;
        Some(content_analysis.sides.get(side))
    }

    fn is_of(&self, images: &Sides<Arc<Image>>) -> bool {
        let same = |side: Side| Arc::ptr_eq(images.get(side), self.images.get(side));
        same(Side::Before) && same(Side::After)
    }

    /// Returns both images.
    #[must_use]
    pub fn both(&self) -> Sides<&Image> {
        self.images.as_ref().map(|image| &**image)
    }

    /// Lets the trees do something with what they look at.
    pub(in crate::ui) fn with_files<T>(
        &mut self,
        act: impl FnOnce(&mut Outline<RowId>, &Locked<'_>) -> T,
    ) -> T {
        let trees = Locked {
            comparison: &self.comparison,
            images: self.images.as_ref().map(|image| &**image),
            left: self.left,
            order: self.order,
        };
        act(&mut self.files, &trees)
    }

    /// Takes the next order of siblings.
    pub fn next_order(&mut self) {
        self.order = self.order.next();
        self.with_files(|lines, trees| lines.rederive(trees));
    }

    /// Goes to the next change, or the one before; false when there is none.
    pub fn next_change(&mut self, forward: bool) -> bool {
        self.with_files(|lines, trees| next_change(lines, trees, forward))
    }

    /// Puts the other side at the left.
    pub fn swap(&mut self) {
        self.left = self.left.other();
        self.tell();
        self.with_files(|lines, trees| lines.refilter(trees));
    }

    /// Works out what depends on which side is at the left.
    fn tell(&mut self) {
        let (comparison, both) = (&self.comparison, self.both());
        self.headline = headline::parts(
            comparison,
            both,
            self.extras.as_ref(),
            self.asking().counts(self.content_analysis.as_ref()),
            self.left,
            self.units,
        );
        self.show_tab(self.tab);
    }

    /// Returns the way to ask why the images differ.
    fn asking(&self) -> Asking<'_> {
        Asking {
            comparison: &self.comparison,
            images: self.both(),
            left: self.left,
            units: self.units,
        }
    }

    /// Shows a tab.
    pub fn show_tab(&mut self, tab: TopTab) {
        if tab != self.tab {
            self.place = Cursor::default();
        }
        self.tab = tab;
        let where_ = lines(tab, &self.comparison, self.both(), self.left, self.units);
        let asking = self.asking();
        self.lines = match tab {
            TopTab::Why => {
                let mut lines = asking.why(self.content_analysis.as_ref());
                if let Some(extras) = &self.extras {
                    lines.extend(beside::full(extras, self.left, self.units));
                }
                lines.extend(where_);
                if let Some(extras) = &self.extras {
                    let both = self.both();
                    lines.extend(beside::moved(extras, both, &self.comparison, self.left));
                }
                lines
            }
            TopTab::Packages => asking.packages(self.content_analysis.as_ref()),
            _ => where_,
        };
    }

    /// Returns the row that the selected line of the pane above is about.
    #[must_use]
    pub fn row_above(&self) -> Option<RowId> {
        self.lines.get(self.place.at())?.row
    }

    /// Goes to it.
    pub fn open_line(&mut self) {
        if let Some(row) = self.row_above() {
            self.with_files(|lines, trees| lines.go_to(trees, row));
            self.focus = Focus::Files;
        }
    }

    /// Goes to the other end of what moved. False when the selected path did not.
    pub fn follow_move(&mut self) -> bool {
        let row = self.files.selected().map(|line| line.path);
        let Some(twin) = row.and_then(|row| self.comparison.moves.twin(row)) else {
            return false;
        };
        self.with_files(|lines, trees| lines.go_to(trees, twin));
        true
    }

    /// Moves in the pane that has the keys.
    pub fn step(&mut self, motion: Motion, areas: &Areas) {
        match self.focus {
            Focus::Files => self.files.step(motion),
            Focus::Top => {
                let height = usize::from(areas.top_rows().height);
                self.place.step(motion, self.lines.len(), height);
            }
        }
    }

    /// Fits everything into the areas there are.
    pub fn fit(&mut self, areas: &Areas) {
        self.files.resize(usize::from(areas.file_rows().height));
        let height = usize::from(areas.top_rows().height);
        self.place.place(self.place.at(), self.lines.len(), height);
    }
}
