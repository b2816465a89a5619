//! The pane of the two trees: its folds, order, filter, find and place. What a line looks like is `view`'s.

use std::collections::BTreeSet;

use crate::analysis::Status;
use crate::compare::{Comparison, RowId, Side, Sides};
use crate::image::Image;
use crate::ui::pane::{Change, Cursor, Motion, Shape};

use super::rows::{self, Row, Source};

/// The order of siblings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Most bytes lost or gained first.
    #[default]
    Delta,
    /// By name, in byte order.
    Name,
    /// Largest at the left first.
    Left,
    /// Largest at the right first.
    Right,
}

impl Order {
    const ALL: [Self; 4] = [Self::Delta, Self::Name, Self::Left, Self::Right];

    /// Returns the words for it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Delta => "by |Δ| ▾",
            Self::Name => "by name ▴",
            Self::Left => "by left size ▾",
            Self::Right => "by right size ▾",
        }
    }
}

/// The pane's state.
#[derive(Debug, Default)]
pub struct FilesPane {
    rows: Vec<Row>,
    open: BTreeSet<RowId>,
    keep: Option<Vec<bool>>,
    /// The order of siblings.
    pub order: Order,
    hidden: Vec<Change>,
    query: String,
    cursor: Cursor,
    height: usize,
}

/// What the pane looks at.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Ground<'a> {
    pub(super) comparison: &'a Comparison,
    pub(super) images: Sides<&'a Image>,
    pub(super) left: Side,
}

impl FilesPane {
    /// Returns the lines.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns the place.
    #[must_use]
    pub const fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// Returns the selected line.
    #[must_use]
    pub fn selected(&self) -> Option<Row> {
        self.rows.get(self.cursor.at()).copied()
    }

    /// Returns what is looked for; empty when nothing is.
    #[must_use]
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Returns whether paths with a change are shown.
    #[must_use]
    pub fn shows(&self, change: Change) -> bool {
        !self.hidden.contains(&change)
    }

    /// Returns whether anything is hidden.
    #[must_use]
    pub const fn is_filtered(&self) -> bool {
        !self.hidden.is_empty()
    }

    /// Derives the lines anew and stays on the selected path, or the nearest folder above it that is shown.
    pub(in crate::ui) fn derive(&mut self, ground: Ground<'_>) {
        let before = self.selected().map(|line| line.row);
        let source = Source {
            comparison: ground.comparison,
            open: &self.open,
            keep: self.keep.as_deref(),
            unfold: !self.query.is_empty(),
            order: self.order,
            left: ground.left,
        };
        self.rows = source.lines();
        if let Some(row) = before {
            self.select(ground, row);
        }
        self.fit(self.height);
    }

    fn select(&mut self, ground: Ground<'_>, row: RowId) {
        let mut at = Some(row);
        while let Some(row) = at {
            if let Some(place) = self.rows.iter().position(|line| line.row == row) {
                self.cursor.jump(place, self.rows.len(), self.height);
                return;
            }
            at = ground.comparison.rows.parent(row);
        }
    }

    /// Works out anew what is shown.
    pub(in crate::ui) fn filter(&mut self, ground: Ground<'_>) {
        let all = self.hidden.is_empty() && self.query.is_empty();
        let Ground {
            comparison,
            images,
            left,
        } = ground;
        self.keep = (!all).then(|| {
            let shown = |change| self.shows(change);
            rows::keep(comparison, images, left, shown, &self.query)
        });
        self.derive(ground);
    }

    pub(in crate::ui) fn toggle_change(&mut self, ground: Ground<'_>, change: Change) {
        if self.shows(change) {
            self.hidden.push(change);
        } else {
            self.hidden.retain(|&hidden| hidden != change);
        }
        self.filter(ground);
    }

    pub(in crate::ui) fn show_all(&mut self, ground: Ground<'_>) {
        self.hidden.clear();
        self.filter(ground);
    }

    pub(in crate::ui) fn find(&mut self, ground: Ground<'_>, query: &str) {
        if query.is_empty() && !self.query.is_empty() {
            // The way to what was found stays open.
            let mut at = self.selected().map(|line| line.row);
            while let Some(row) = at {
                at = ground.comparison.rows.parent(row);
                self.open.extend(at);
            }
        }
        query.clone_into(&mut self.query);
        self.filter(ground);
    }

    pub(in crate::ui) fn next_order(&mut self, ground: Ground<'_>) {
        let next = (self.order as usize + 1) % Order::ALL.len();
        self.order = Order::ALL[next];
        self.derive(ground);
    }

    pub(in crate::ui) fn fold(&mut self, ground: Ground<'_>, open: Option<bool>) {
        let Some(line) = self.selected() else { return };
        if line.shape == Shape::Leaf {
            return;
        }
        let open = open.unwrap_or(line.shape == Shape::Closed);
        if open {
            self.open.insert(line.row);
        } else {
            self.open.remove(&line.row);
        }
        self.derive(ground);
    }

    pub(in crate::ui) fn fold_all(&mut self, ground: Ground<'_>) {
        if self.open.is_empty() {
            let rows = &ground.comparison.rows;
            self.open = rows
                .ids()
                .filter(|&row| rows.end(row).0 > row.0 + 1)
                .collect();
        } else {
            self.open.clear();
        }
        self.derive(ground);
    }

    /// Closes the folder, or goes to the one above.
    pub(in crate::ui) fn leave(&mut self, ground: Ground<'_>) {
        let Some(line) = self.selected() else { return };
        if line.shape == Shape::Open && self.query.is_empty() {
            self.fold(ground, Some(false));
        } else if let Some(parent) = ground.comparison.rows.parent(line.row) {
            self.select(ground, parent);
        }
    }

    /// Opens the folder, or steps into it.
    pub(in crate::ui) fn enter(&mut self, ground: Ground<'_>) {
        match self.selected().map(|line| line.shape) {
            Some(Shape::Closed) => self.fold(ground, Some(true)),
            Some(Shape::Open) => self.step(Motion::Down),
            _ => {}
        }
    }

    /// Goes to the next change, or the one before: into folders that hold some, past what is the same. False when there is none.
    pub(in crate::ui) fn next_change(&mut self, ground: Ground<'_>, forward: bool) -> bool {
        let comparison = ground.comparison;
        let mut at = self.cursor.at();
        loop {
            let next = if forward {
                at.checked_add(1)
            } else {
                at.checked_sub(1)
            };
            let Some((next, line)) = next.and_then(|next| Some((next, *self.rows.get(next)?)))
            else {
                return false;
            };
            let inside = comparison.change(line.row) == crate::compare::Change::Same;
            let status = comparison.statuses[line.row.index()];
            at = next;
            if !inside {
                self.cursor.jump(at, self.rows.len(), self.height);
                return true;
            }
            if status != Status::Unmodified && line.shape == Shape::Closed {
                self.cursor.jump(at, self.rows.len(), self.height);
                self.fold(ground, Some(true));
                if !forward {
                    let end = comparison.rows.end(line.row);
                    let inside = |other: &Row| other.row > line.row && other.row < end;
                    at += 1 + self.rows[at + 1..]
                        .iter()
                        .take_while(|row| inside(row))
                        .count();
                }
            }
        }
    }

    /// Goes to a row, opening the folders above it.
    pub(in crate::ui) fn reveal(&mut self, ground: Ground<'_>, row: RowId) {
        let mut at = Some(row);
        while let Some(parent) = at.and_then(|row| ground.comparison.rows.parent(row)) {
            self.open.insert(parent);
            at = Some(parent);
        }
        self.derive(ground);
        self.select(ground, row);
    }

    /// Moves.
    pub fn step(&mut self, motion: Motion) {
        self.cursor.step(motion, self.rows.len(), self.height);
    }

    /// Turns the wheel.
    pub fn wheel(&mut self, down: bool, lines: usize) {
        self.cursor.wheel(down, lines, self.rows.len(), self.height);
    }

    /// Selects a line that is in view.
    pub fn point(&mut self, line: usize) {
        self.cursor
            .place(self.cursor.top() + line, self.rows.len(), self.height);
    }

    /// Fits the place to so many lines in view.
    pub fn fit(&mut self, height: usize) {
        self.height = height;
        self.cursor.place(self.cursor.at(), self.rows.len(), height);
    }
}
