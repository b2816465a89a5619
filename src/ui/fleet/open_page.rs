//! A page that is open: the order and the filter of its lists, the selected row, and the lines in view. A row is looked up by its place; no row is visited but those in view.

use std::ops::Range;
use std::sync::Arc;

use crate::bytes::Units;
use crate::fleet::page::{FleetFacts, List, Page, PageTarget};
use crate::ui::fleet::blocks::{Blocks, ListBlock, PageLine};
use crate::ui::layout;
use crate::ui::pane::Motion;

/// A page that is open.
#[derive(Clone, Debug)]
pub struct OpenPage {
    /// What leads to it.
    pub target: PageTarget,
    /// Its lists.
    pub page: Arc<Page>,
    /// The rows of each list that are shown, in their order; nothing for all in the page's own.
    shown: Vec<Option<Vec<u32>>>,
    /// The column that each list is sorted by, if it is not in the page's own order.
    orders: Vec<Option<usize>>,
    /// The words that shown rows contain.
    filter: String,
    blocks: Blocks,
    /// The selected list, by its place among the blocks, and the selected line of those that can be.
    at: (usize, usize),
    /// The first line in view.
    top: usize,
    height: usize,
    /// The row to select once the lines are laid out, by its list and its place in the page's own order.
    wanted: Option<(usize, usize)>,
    /// Where the cells of a row of each list are.
    places: Vec<Vec<Range<usize>>>,
}

/// What is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageSelection {
    /// A row of a list, by its place in the page's own order.
    Row(usize, usize),
    /// The rows of a list that are left out.
    More(usize),
}

impl OpenPage {
    /// Opens the page behind a target.
    #[must_use]
    pub(crate) fn new(facts: &FleetFacts, target: PageTarget) -> Self {
        let page = facts.page(target);
        Self {
            target,
            shown: vec![None; page.lists.len()],
            orders: vec![None; page.lists.len()],
            page: Arc::new(page),
            filter: String::new(),
            blocks: Blocks::default(),
            at: (0, 0),
            top: 0,
            height: 0,
            wanted: None,
            places: Vec::new(),
        }
    }

    /// Returns the columns of a row that each cell of a list has; none for one that finds no room.
    #[must_use]
    pub(crate) fn places(&self, list: usize) -> &[Range<usize>] {
        self.places.get(list).map_or(&[], Vec::as_slice)
    }

    /// Lays its lines out, and brings the selected one into view.
    pub(crate) fn arrange(&mut self, columns: usize, height: usize, units: Units) {
        let lists = self.page.lists.iter();
        let places = lists.map(|list| layout::fleet::columns(&list.columns, columns, units));
        self.places = places.collect();
        let counts: Vec<usize> = (0..self.page.lists.len()).map(|at| self.len(at)).collect();
        let is_filtered = !self.filter.is_empty();
        self.blocks = Blocks::new(&self.page, &counts, is_filtered, columns, height);
        self.height = height.max(1);
        let wanted = self.wanted.take();
        match wanted.and_then(|row| self.place_of(row)) {
            Some(place) => self.select(place),
            None => self.keep_in_view(),
        }
    }

    /// Returns the line of a row among those that can be selected.
    fn place_of(&self, (list, row): (usize, usize)) -> Option<(usize, usize)> {
        let blocks = self.blocks.list();
        let block = blocks.iter().position(|block| block.list == list)?;
        let shown = match &self.shown[list] {
            Some(rows) => rows.iter().position(|other| *other as usize == row)?,
            None => row,
        };
        Some((block, shown))
    }

    /// Returns how many rows of a list pass the filter.
    #[must_use]
    pub fn len(&self, list: usize) -> usize {
        match self.shown.get(list) {
            Some(Some(rows)) => rows.len(),
            _ => self.page.lists.get(list).map_or(0, List::len),
        }
    }

    /// Returns whether nothing can be selected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.list().iter().all(|block| block.stops() == 0)
    }

    /// Returns the lines in view.
    pub fn in_view(&self) -> impl Iterator<Item = PageLine<'_>> {
        let end = self.top.saturating_add(self.height).min(self.blocks.len());
        (self.top..end).map(|at| self.blocks.line(at))
    }

    /// Returns the first line in view, and the number of all.
    #[must_use]
    pub fn scroll(&self) -> (usize, usize) {
        (self.top, self.blocks.len())
    }

    /// Returns the line of the selection among those in view; nothing without one.
    #[must_use]
    pub fn selected_line(&self) -> Option<usize> {
        self.selected()?;
        self.line_of(self.at).checked_sub(self.top)
    }

    /// Returns the place of a shown row in the page's own order.
    #[must_use]
    pub fn row(&self, list: usize, shown: usize) -> usize {
        match self.shown.get(list) {
            Some(Some(rows)) => rows.get(shown).map_or(usize::MAX, |row| *row as usize),
            _ => shown,
        }
    }

    /// Returns what is selected.
    #[must_use]
    pub fn selected(&self) -> Option<PageSelection> {
        let block = self.blocks.list().get(self.at.0)?;
        if self.at.1 < block.rows {
            Some(PageSelection::Row(
                block.list,
                self.row(block.list, self.at.1),
            ))
        } else {
            (self.at.1 < block.stops()).then_some(PageSelection::More(block.list))
        }
    }

    /// Returns what is behind the selection.
    #[must_use]
    pub fn selected_target(&self) -> Option<PageTarget> {
        match self.selected()? {
            PageSelection::Row(list, row) => self.page.lists.get(list)?.target(row),
            PageSelection::More(list) => Some(PageTarget {
                subject: self.target.subject,
                alone: Some(self.page.lists.get(list)?.kind),
            }),
        }
    }

    /// Returns the selected list.
    #[must_use]
    pub(crate) fn selected_list(&self) -> Option<usize> {
        Some(self.blocks.list().get(self.at.0)?.list)
    }

    /// Returns the place of the selected line in its list, from 1, and the number of that list's rows.
    #[must_use]
    pub fn position(&self) -> Option<(usize, usize)> {
        let list = self.selected_list()?;
        (self.len(list) > 0).then(|| (self.at.1 + 1, self.len(list)))
    }

    /// Moves the selection.
    pub(crate) fn step(&mut self, motion: Motion) {
        let blocks = self.blocks.list();
        let stops = |block: usize| blocks.get(block).map_or(0, ListBlock::stops);
        let (block, stop) = self.at;
        let target = match motion {
            Motion::Down if stop + 1 < stops(block) => (block, stop + 1),
            Motion::Down => match self.next_list(true, false) {
                Some(next) => (next, 0),
                None => self.at,
            },
            Motion::Up if stop > 0 => (block, stop - 1),
            Motion::Up => match self.next_list(false, false) {
                Some(before) => (before, stops(before).saturating_sub(1)),
                None => self.at,
            },
            Motion::First => (0, 0),
            Motion::Last => {
                let last = (0..blocks.len()).rfind(|block| stops(*block) > 0);
                last.map_or(self.at, |last| (last, stops(last).saturating_sub(1)))
            }
            Motion::PageDown | Motion::PageUp => {
                self.stop_near(motion.scroll(self.line_of(self.at), self.height))
            }
        };
        self.select(target);
    }

    /// Selects the first line of the next list or of the one before; after the last one of the first.
    pub(crate) fn step_list(&mut self, forward: bool) {
        let Some(next) = self.next_list(forward, true) else {
            return;
        };
        // As much of the list as there is room for below its heading.
        let last = self.blocks.list().get(next).map_or(0, ListBlock::last);
        self.top = self.top.max((last + 1).saturating_sub(self.height));
        self.select((next, 0));
    }

    fn next_list(&self, forward: bool, wraps: bool) -> Option<usize> {
        let (at, len) = (self.at.0, self.blocks.list().len());
        let has_lines = |block: &usize| self.blocks.list()[*block].stops() > 0;
        if forward {
            let rest = at.saturating_add(1).min(len)..len;
            let first = if wraps { 0..at.min(len) } else { 0..0 };
            rest.chain(first).find(has_lines)
        } else {
            let before = (0..at.min(len)).rev();
            let last = if wraps {
                at.saturating_add(1).min(len)..len
            } else {
                0..0
            };
            before.chain(last.rev()).find(has_lines)
        }
    }

    /// Returns the line that can be selected nearest to a line.
    fn stop_near(&self, line: usize) -> (usize, usize) {
        let blocks = self.blocks.list();
        let next = blocks.partition_point(|block| block.first <= line);
        let block = next.saturating_sub(1);
        let Some(found) = blocks.get(block) else {
            return (0, 0);
        };
        let stop = line.saturating_sub(found.rows_from);
        if found.stops() == 0 {
            return self.at;
        }
        (block, stop.min(found.stops() - 1))
    }

    /// Selects the line of those in view; returns what was pressed, if it can be.
    pub(crate) fn press(&mut self, line: usize) -> Option<PageSelection> {
        let at = self.top.saturating_add(line);
        let blocks = self.blocks.list();
        let block = blocks
            .partition_point(|block| block.first <= at)
            .checked_sub(1)?;
        let stop = at.checked_sub(blocks[block].rows_from)?;
        if stop >= blocks[block].stops() {
            return None;
        }
        self.select((block, stop));
        self.selected()
    }

    /// Returns the list whose column heads are on a line of those in view.
    pub(crate) fn heads_at(&self, line: usize) -> Option<usize> {
        match self.blocks.line(self.top.saturating_add(line)) {
            PageLine::Heads(list) => Some(list),
            _ => None,
        }
    }

    /// Scrolls the view, and moves the selection only as far as needed to keep it in view.
    pub(crate) fn wheel(&mut self, down: bool, lines: usize) {
        let top = if down {
            self.top.saturating_add(lines)
        } else {
            self.top.saturating_sub(lines)
        };
        self.top = top.min(self.blocks.len().saturating_sub(self.height));
        let line = self.line_of(self.at);
        if line < self.top {
            let next = (self.top..self.top + self.height).map(|line| self.stop_near(line));
            self.at = next
                .into_iter()
                .find(|at| self.line_of(*at) >= self.top)
                .unwrap_or(self.at);
        } else if line >= self.top + self.height {
            self.at = self.stop_near(self.top + self.height - 1);
        }
    }

    fn line_of(&self, (block, stop): (usize, usize)) -> usize {
        let block = self.blocks.list().get(block);
        block.map_or(0, |block| block.rows_from + stop)
    }

    /// Brings the selected line into view, if there is still one.
    fn keep_in_view(&mut self) {
        self.at = self.nearest(self.at);
        let line = self.line_of(self.at);
        let last = self.blocks.len().saturating_sub(self.height);
        self.top = self.top.clamp((line + 1).saturating_sub(self.height), line);
        self.top = self.top.min(last);
    }

    /// Returns the line itself if it can be selected, else one near it.
    fn nearest(&self, (block, stop): (usize, usize)) -> (usize, usize) {
        let blocks = self.blocks.list();
        let mut block = block.min(blocks.len().saturating_sub(1));
        if blocks.get(block).is_none_or(|block| block.stops() == 0) {
            let first = blocks.iter().position(|block| block.stops() > 0);
            block = first.unwrap_or(block);
        }
        let stops = blocks.get(block).map_or(0, ListBlock::stops);
        (block, stop.min(stops.saturating_sub(1)))
    }

    /// Selects a line, as far as there is one, and brings it into view: with its heading where it is the first of its list, with the notes where it is the last.
    fn select(&mut self, at: (usize, usize)) {
        self.at = self.nearest(at);
        let blocks = self.blocks.list();
        let (block, line) = (self.at.0, self.line_of(self.at));
        let (mut start, mut end) = (line, line);
        if let Some(found) = blocks.get(block) {
            if self.at.1 == 0 {
                let is_first = blocks[..block].iter().all(|block| block.stops() == 0);
                start = if is_first { 0 } else { found.first };
            }
            if self.at.1 + 1 >= found.stops() {
                end = found.last();
            }
        }
        let height = self.height.max(1);
        if end >= self.top + height {
            self.top = end + 1 - height;
        }
        if start < self.top {
            self.top = start;
        }
        // The selected line comes before its heading and its notes.
        self.keep_in_view();
    }

    /// Returns the words that shown rows contain.
    #[must_use]
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// Shows only the rows that contain all words, in any case.
    pub(crate) fn set_filter(&mut self, facts: &FleetFacts, words: &str) {
        if let Some(PageSelection::Row(list, row)) = self.selected() {
            self.wanted = Some((list, row));
        }
        words.clone_into(&mut self.filter);
        for list in 0..self.page.lists.len() {
            self.derive(facts, list);
        }
        self.at = (0, 0);
        self.top = 0;
    }

    /// Returns the column that a list is sorted by, if it is not in the page's own order.
    #[must_use]
    pub fn order(&self, list: usize) -> Option<usize> {
        *self.orders.get(list)?
    }

    /// Sorts the selected list by the next column, after the last one in the page's own order.
    pub(crate) fn sort_next(&mut self, facts: &FleetFacts) {
        let Some(list) = self.selected_list() else {
            return;
        };
        let next = self.order(list).map_or(0, |column| column + 1);
        let columns = self.page.lists[list].columns.len();
        self.sort(facts, list, (next < columns).then_some(next));
    }

    /// Sorts a list by a column: numbers from the largest, texts from A.
    pub(crate) fn sort(&mut self, facts: &FleetFacts, list: usize, column: Option<usize>) {
        if let Some(order) = self.orders.get_mut(list) {
            *order = column;
        }
        self.derive(facts, list);
        if let Some(block) = self
            .blocks
            .list()
            .iter()
            .position(|block| block.list == list)
        {
            self.at = (block, 0);
        }
    }

    /// Derives the shown rows of a list from its filter and its order.
    fn derive(&mut self, facts: &FleetFacts, at: usize) {
        let (list, order) = (&self.page.lists[at], self.orders[at]);
        if self.filter.is_empty() && order.is_none() {
            self.shown[at] = None;
            return;
        }
        let words = self.filter.to_lowercase();
        let words: Vec<&str> = words.split_whitespace().collect();
        let fits = |row: &u32| words.is_empty() || contains(facts, list, *row as usize, &words);
        let all = 0..u32::try_from(list.len()).unwrap_or(u32::MAX);
        let mut rows: Vec<u32> = all.filter(fits).collect();
        if let Some(column) = order {
            let cell = |row: &u32| list.row(*row as usize).get(column);
            if list.columns[column].kind.is_number() {
                rows.sort_by_cached_key(|row| {
                    let number = cell(row).and_then(|cell| cell.number(facts));
                    std::cmp::Reverse(number)
                });
            } else {
                rows.sort_by_cached_key(|row| cell(row).map(|cell| facts.text(cell).into_owned()));
            }
        }
        self.shown[at] = Some(rows);
    }
}

/// Returns whether the texts of a row contain all words.
fn contains(facts: &FleetFacts, list: &List, row: usize, words: &[&str]) -> bool {
    let cells = list.row(row).iter().zip(&list.columns);
    let texts = cells.filter(|(_, column)| !column.kind.is_number());
    let mut all = String::new();
    for (cell, _) in texts {
        all += &facts.text(cell).to_lowercase();
        all.push('\n');
    }
    words.iter().all(|word| all.contains(word))
}
