//! The compare screen's state: two images, what came of comparing them, the panes, and which side stands at the left.

use std::sync::Arc;

use ratatui::layout::Rect;

use crate::bytes::Units;
use crate::compare::{Comparison, RowId, Side, Sides};
use crate::image::{EntryId, Image, Kind, LayerId, NodeId};
use crate::ui::aside::Aside;
use crate::ui::layout::inside;
use crate::ui::message::Size;
use crate::ui::pane::{Change, Cursor, Filter, Line, Motion, Outline};

use super::beside;
use super::files::{Locked, Order, change, next_change};
use super::headline;
use super::top::{TopLine, TopTab, lines};

/// The least lines of the pane above the trees, its border included.
const LEAST_TOP: u16 = 4;
/// The least lines of the trees, border, heads and the line about the selected path included.
const LEAST_FILES: u16 = 7;

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
    pub typing: Option<Line>,
    /// The query last found.
    pub last_query: String,
    /// What is known beside them, once that is worked out.
    asides: Option<Sides<Aside>>,
    /// The numbers at the top, each with its name.
    headline: Vec<String>,
    /// How many lines the pane above has; where nothing was said, as many as its tab needs.
    pub height: Option<u16>,
    /// Whether the line between the panes is being dragged.
    pub dragging: bool,
    units: Units,
}

/// The areas of the screen, borders included; an area that is not shown is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    /// The lines at the top.
    pub header: Rect,
    /// The pane above the trees.
    pub top: Rect,
    /// The trees.
    pub files: Rect,
}

impl Areas {
    /// Returns the lines of the pane above.
    #[must_use]
    pub fn top_rows(&self) -> Rect {
        inside(self.top, 1, u16::from(self.files.height == 0))
    }

    /// Returns the lines that hold paths: below border and heads, above the line about the selected one.
    #[must_use]
    pub fn file_rows(&self) -> Rect {
        inside(self.files, 2, 2)
    }
}

/// Returns where everything stands.
#[must_use]
pub fn areas(size: Size, compare: &Compare) -> Areas {
    let lines = u16::try_from(compare.headlines(size).len()).unwrap_or(0) + 1;
    let header = Rect::new(0, 0, size.width, lines.min(size.height));
    let rest = size.height.saturating_sub(lines + 1);
    let body = Rect::new(0, lines, size.width, rest);
    if body.height < 14 {
        let (top, files) = match compare.focus {
            Focus::Top => (body, Rect::default()),
            Focus::Files => (Rect::default(), body),
        };
        return Areas { header, top, files };
    }
    let lines = u16::try_from(compare.lines.len()).unwrap_or(u16::MAX);
    let needed = lines.saturating_add(1).clamp(LEAST_TOP, body.height / 3);
    let height = compare.height.unwrap_or(needed);
    let height = height.clamp(LEAST_TOP, body.height - LEAST_FILES);
    Areas {
        header,
        top: Rect { height, ..body },
        files: Rect {
            y: body.y + height,
            height: body.height - height,
            ..body
        },
    }
}

/// Returns the tab whose title stands at a column of the upper border; titles stand one beside the other, a blank before and after each.
#[must_use]
pub fn tab_at(top: Rect, x: u16) -> Option<TopTab> {
    let mut end = top.x + 1;
    TopTab::ALL.into_iter().find(|tab| {
        let start = end;
        end += u16::try_from(tab.title().len() + 2).unwrap_or(0);
        (start..end).contains(&x)
    })
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
            asides: None,
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
    pub fn take(&mut self, images: &Sides<Arc<Image>>, asides: Sides<Aside>) {
        let same = |side: Side| Arc::ptr_eq(images.get(side), self.images.get(side));
        if same(Side::Before) && same(Side::After) {
            self.asides = Some(asides);
            self.tell();
        }
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
            self.asides.as_ref(),
            self.left,
            self.units,
        );
        self.show_tab(self.tab);
    }

    /// Returns the lines of numbers below the first one, for so many columns.
    #[must_use]
    pub fn headlines(&self, size: Size) -> Vec<String> {
        let most = match size.height {
            0..16 => 0,
            16..24 => 1,
            _ => 2,
        };
        let columns = usize::from(size.width).saturating_sub(2);
        headline::lay_out(&self.headline, columns, most)
    }

    /// Makes the pane above higher or lower.
    pub fn set_height(&mut self, size: Size, height: u16) {
        let body = areas(size, self);
        let most = (body.top.height + body.files.height).saturating_sub(LEAST_FILES);
        if body.top.height > 0 && body.files.height > 0 {
            self.height = Some(height.clamp(LEAST_TOP, most.max(LEAST_TOP)));
        }
    }

    /// Shows a tab.
    pub fn show_tab(&mut self, tab: TopTab) {
        if tab != self.tab {
            self.place = Cursor::default();
        }
        self.tab = tab;
        self.lines = lines(tab, &self.comparison, self.both(), self.left, self.units);
        if let (TopTab::Why, Some(asides)) = (tab, &self.asides) {
            self.lines
                .extend(beside::full(asides, self.left, self.units));
        }
    }

    /// Goes to the row that the selected line of the pane above is about.
    pub fn open_line(&mut self) {
        if let Some(row) = self.lines.get(self.place.at()).and_then(|line| line.row) {
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

    /// Returns what happened to a row, from the left side to the right.
    #[must_use]
    pub fn change(&self, row: RowId) -> Change {
        change(&self.comparison, self.left, row)
    }

    /// Returns the bytes right − left at and below a row.
    #[must_use]
    pub fn delta(&self, row: RowId) -> i128 {
        let delta = self.comparison.delta(row);
        if self.left == Side::Before {
            delta
        } else {
            -delta
        }
    }

    /// Returns the side that is looked into at a row: the near one where it has the path, else the other.
    #[must_use]
    pub fn side_at(&self, row: RowId) -> Side {
        match self.comparison.rows.node(row, self.near) {
            Some(_) => self.near,
            None => self.near.other(),
        }
    }

    /// Returns the regular file that a side shows at a row, links followed.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub fn file(&self, row: RowId, side: Side) -> Result<(NodeId, LayerId, EntryId), String> {
        let image = self.images.get(side);
        let top = image.top().ok_or("the image has no layers")?;
        let node = self.comparison.rows.node(row, side);
        let mut node = node.ok_or_else(|| format!("{} has no such path", side.name()))?;
        for _ in 0..40 {
            let id = image
                .timeline
                .at(node, top)
                .ok_or("it is not in the image")?;
            let entry = image.entry(id);
            match entry.kind() {
                Kind::File => {
                    let layer = image.timeline.origin(node, top);
                    return Ok((node, layer.ok_or("no layer holds it")?, id));
                }
                Kind::Symlink | Kind::HardLink => {
                    let next = image.resolve(node, entry);
                    node = next.ok_or("the link leads nowhere in the image")?;
                }
                Kind::Directory => return Err("it is a folder".to_owned()),
                _ => return Err("it is a device or a pipe".to_owned()),
            }
        }
        Err("the links go in a circle".to_owned())
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
