//! The diff of two versions of a file: its rows and the part in view. `compare` computes the differences; the shell reads the bytes.

use std::ops::Range;

use crate::compare::{DiffLine, FileDiff, Side, Sides};
use crate::syntax::{Colouring, SyntaxRole};
use crate::ui::loaded::ticket::Ticket;

use crate::ui::pane::cursor::Motion;
use crate::ui::pane::viewer::{ReadState, Viewer, Viewport};
use crate::ui::pane::wrap::{self, WrapMode};

/// The differences of two versions, as rows.
#[derive(Clone, Debug)]
pub struct DiffRows {
    /// The differences.
    pub content: FileDiff,
    /// How many bytes each version has.
    pub sizes: Sides<u64>,
    /// Whether they are too large to be compared line by line.
    pub large: bool,
    rows: Vec<DiffRow>,
    beside: Vec<DiffRow>,
    /// The tokens of the lines of either version parsed so far.
    colouring: Sides<Colouring>,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
enum DiffRow {
    Head(String),
    Line(PairedLine<usize>),
    Pair(Sides<Option<usize>>),
}

/// A line, and the line of the other version that it replaces or that replaces it, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PairedLine<L> {
    pub(crate) line: L,
    pub(crate) other: Option<L>,
}

/// A row to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DiffShown<'a> {
    /// A group's head.
    Head(&'a str),
    /// A line of either version, or of both.
    Line(PairedLine<&'a DiffLine>),
    /// A line of each version, where it has one.
    Pair(Sides<Option<&'a DiffLine>>),
}

impl DiffRows {
    /// Returns the rows of what was found.
    #[must_use]
    pub fn new(content: FileDiff, sizes: Sides<u64>, large: bool) -> Self {
        let (mut rows, mut beside) = (Vec::new(), Vec::new());
        if let FileDiff::Text(diff) = &content {
            let mut others = vec![None; diff.lines.len()];
            for group in &diff.groups {
                let pairs = diff.side_by_side(group);
                for pair in &pairs {
                    let (Some(before), Some(after)) = (pair.before, pair.after) else {
                        continue;
                    };
                    if before != after {
                        (others[before], others[after]) = (Some(after), Some(before));
                    }
                }
                rows.push(DiffRow::Head(diff.head(group)));
                rows.extend(group.clone().map(|line| {
                    let other = others[line];
                    DiffRow::Line(PairedLine { line, other })
                }));
                beside.push(DiffRow::Head(diff.head(group)));
                beside.extend(pairs.into_iter().map(DiffRow::Pair));
            }
        }
        Self {
            content,
            sizes,
            large,
            rows,
            beside,
            colouring: Sides::default(),
        }
    }

    /// Adds the tokens of the lines of a version that follow those already parsed.
    pub(crate) fn colour(&mut self, side: Side, more: Colouring) {
        self.colouring.get_mut(side).append(more);
    }

    /// Returns the columns of the tokens of a line, were it one row.
    #[must_use]
    pub(crate) fn tokens(&self, line: &DiffLine) -> Vec<(Range<usize>, SyntaxRole)> {
        let sides = [Side::After, Side::Before].into_iter();
        let place = sides.filter_map(|side| Some((side, (*line.numbers.get(side))?)));
        let tokens = place
            .map(|(side, number)| self.colouring.get(side).line(number - 1))
            .find(|tokens| !tokens.is_empty())
            .unwrap_or_default();
        let columns = wrap::token_columns(&line.text, tokens);
        let roles = tokens.iter().map(|token| token.role);
        columns.into_iter().zip(roles).collect()
    }

    /// Returns how many rows there are.
    #[must_use]
    pub(crate) const fn len(&self, beside: bool) -> usize {
        self.list(beside).len()
    }

    const fn list(&self, beside: bool) -> &Vec<DiffRow> {
        if beside { &self.beside } else { &self.rows }
    }

    /// Returns whether there are no rows: the versions are the same, or no text.
    #[must_use]
    pub(crate) const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the reason why there are no rows, if there are none.
    #[must_use]
    pub(crate) const fn why_empty(&self) -> Option<&'static str> {
        match &self.content {
            FileDiff::Same => Some("the contents are the same"),
            FileDiff::Binary { .. } if self.large => Some("too large to be compared line by line"),
            FileDiff::Binary { .. } => Some("not text"),
            FileDiff::Text(_) => None,
        }
    }

    /// Returns a row.
    #[must_use]
    pub(crate) fn row(&self, at: usize, beside: bool) -> Option<DiffShown<'_>> {
        let FileDiff::Text(diff) = &self.content else {
            return None;
        };
        Some(match self.list(beside).get(at)? {
            DiffRow::Head(head) => DiffShown::Head(head),
            DiffRow::Line(PairedLine { line, other }) => DiffShown::Line(PairedLine {
                line: &diff.lines[*line],
                other: other.map(|other| &diff.lines[other]),
            }),
            DiffRow::Pair(pair) => {
                DiffShown::Pair(pair.map(|line| line.map(|line| &diff.lines[line])))
            }
        })
    }
}

/// Columns of the numbers and the sign before a line, in one column and in two.
pub(crate) const ALONE: usize = 14;
pub(crate) const BESIDE: usize = 8;

/// What is shown of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinePart {
    /// What follows so many columns.
    Scrolled(usize),
    /// One of the lines of the screen that it takes.
    Wrapped(usize),
}

impl LinePart {
    /// Returns how many columns come before it, where so many are shown.
    #[must_use]
    pub(crate) const fn skipped(self, columns: usize) -> usize {
        match self {
            Self::Scrolled(skip) => skip,
            Self::Wrapped(at) => at.saturating_mul(columns),
        }
    }

    /// Returns whether the start of the line is a part of it, or scrolled out at its left.
    #[must_use]
    pub(crate) const fn is_first(self) -> bool {
        matches!(self, Self::Scrolled(_) | Self::Wrapped(0))
    }

    /// Returns the part of a line as text.
    #[must_use]
    pub(crate) fn of(self, line: &[u8], columns: usize) -> String {
        match self {
            Self::Scrolled(skip) => wrap::shown_line(line, skip, columns),
            Self::Wrapped(at) => wrap::row(line, at, columns, WrapMode::Anywhere),
        }
    }
}

/// The state of the view.
#[derive(Clone, Debug)]
pub struct DiffView {
    /// The ticket of the request.
    pub ticket: Ticket,
    /// The path, safe to show.
    pub path: String,
    /// Which versions these are, in words.
    pub against: Sides<String>,
    /// Whether both versions are shown side by side.
    pub beside: bool,
    /// The differences, while they are loading or once they are computed.
    pub state: ReadState<DiffRows>,
    /// The first row in view.
    pub top: usize,
    /// The first column in view.
    pub left: usize,
    /// Whether long lines are wrapped.
    pub wrap: bool,
    /// The viewer to return to, if any.
    pub back: Option<Box<Viewer>>,
}

impl DiffView {
    /// Returns how many rows there are.
    #[must_use]
    pub(crate) const fn len(&self) -> usize {
        match &self.state {
            ReadState::Ready(differences) => differences.len(self.beside),
            _ => 0,
        }
    }

    /// Returns the columns of the text of a line.
    #[must_use]
    pub(crate) const fn room(&self, columns: usize) -> usize {
        if self.beside {
            (columns.saturating_sub(1) / 2).saturating_sub(BESIDE)
        } else {
            columns.saturating_sub(ALONE)
        }
    }

    /// Returns how many lines of the screen a row takes.
    fn lines_of(&self, row: DiffShown<'_>, columns: usize) -> usize {
        let room = self.room(columns);
        let lines = |line: &DiffLine| wrap::rows(&line.text, room, WrapMode::Anywhere);
        match row {
            _ if !self.wrap => 1,
            DiffShown::Head(_) => 1,
            DiffShown::Line(PairedLine { line, .. }) => lines(line),
            DiffShown::Pair(pair) => {
                let both = [pair.before, pair.after].into_iter().flatten();
                both.map(lines).max().unwrap_or(1)
            }
        }
    }

    /// Returns the lines in view: each a part of a row.
    pub(crate) fn in_view(&self, page: Viewport) -> Vec<(DiffShown<'_>, LinePart)> {
        let ReadState::Ready(differences) = &self.state else {
            return Vec::new();
        };
        let rows = (self.top..).map_while(|at| differences.row(at, self.beside));
        let parts = rows.flat_map(|row| {
            let lines = self.lines_of(row, page.columns);
            (0..lines).map(move |at| {
                let part = if self.wrap {
                    LinePart::Wrapped(at)
                } else {
                    LinePart::Scrolled(self.left)
                };
                (row, part)
            })
        });
        parts.take(page.height).collect()
    }

    /// Moves the view.
    pub(crate) fn step(&mut self, motion: Motion, page: Viewport) {
        self.top = motion.scroll(self.top, page.height);
        self.clamp(page);
    }

    /// Keeps the view on the rows: the last ones fill it.
    pub(crate) fn clamp(&mut self, page: Viewport) {
        self.top = self.top.min(self.last_top(page));
    }

    /// Returns the first row of the last page. A row that is higher than the page starts it.
    fn last_top(&self, page: Viewport) -> usize {
        let len = self.len();
        let ReadState::Ready(differences) = &self.state else {
            return 0;
        };
        let mut left = page.height;
        let fits = |at: &usize| {
            let row = differences.row(*at, self.beside);
            let lines = row.map_or(1, |row| self.lines_of(row, page.columns));
            let fits = lines <= left;
            left = left.saturating_sub(lines);
            fits
        };
        let fitting = (0..len).rev().take_while(fits).count();
        len.saturating_sub(fitting.max(1))
    }

    /// Shows one column, or two.
    pub(crate) fn turn(&mut self, page: Viewport) {
        self.beside = !self.beside;
        self.clamp(page);
    }

    /// Wraps long lines, or cuts them.
    pub(crate) fn toggle_wrap(&mut self, page: Viewport) {
        (self.wrap, self.left) = (!self.wrap, 0);
        self.clamp(page);
    }

    /// Moves the view sideways.
    pub(crate) fn shift(&mut self, right: bool) {
        if self.wrap {
            return;
        }
        self.left = if right {
            (self.left + 8).min(1 << 20)
        } else {
            self.left.saturating_sub(8)
        };
    }

    /// Scrolls to the head of the next or the previous group of changes; false if there is none or the view cannot scroll to it.
    pub(crate) fn next_group(&mut self, forward: bool, page: Viewport) -> bool {
        let ReadState::Ready(differences) = &self.state else {
            return false;
        };
        let is_head = |at: &usize| {
            matches!(
                differences.list(self.beside).get(*at),
                Some(DiffRow::Head(_))
            )
        };
        let found = if forward {
            (self.top + 1..differences.len(self.beside)).find(is_head)
        } else {
            (0..self.top).rfind(is_head)
        };
        let top = self.top;
        self.top = found.unwrap_or(top);
        self.clamp(page);
        self.top != top
    }
}
