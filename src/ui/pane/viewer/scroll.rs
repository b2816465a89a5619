//! The part of a file in view and how it scrolls: by lines, or by rows if long lines are wrapped.

use crate::ui::pane::cursor::Motion;
use crate::ui::pane::document::{ByteFormat, FileWindow};
use crate::ui::pane::viewer::{ReadState, Viewer, Viewport};

impl Viewer {
    /// Returns the lines in view, each with its row.
    #[must_use]
    pub(crate) fn in_view(&self, page: Viewport) -> Vec<(usize, usize)> {
        let (mut line, mut row) = (self.top, self.row);
        let mut view = Vec::with_capacity(page.height);
        while view.len() < page.height && line < self.len() {
            let rows = self.rows(line, page);
            let room = page.height - view.len();
            view.extend((row..rows).take(room).map(|row| (line, row)));
            (line, row) = (line + 1, 0);
        }
        view
    }

    /// Returns the byte of the file at which the view starts, if its line may start before this window, so that the column is unknown. Uses the line of the
    /// current hit, else the first line in view.
    #[must_use]
    pub(crate) fn begins_at(&self, page: Viewport) -> Option<u64> {
        let ReadState::Ready(document) = &self.state else {
            return None;
        };
        let hit = self.hits.places.get(self.hit);
        let hit = hit.filter(|hit| document.range().contains(&hit.start));
        let line = hit.map(|hit| document.line_of(hit.start, self.format));
        let seen = self.top..self.top + page.height;
        let line = line.filter(|line| seen.contains(line));
        document.cut_at(line.unwrap_or(self.top), self.left)
    }

    /// Moves the view. Where the bytes here end before the file does, the view is [going](Self::going).
    pub(crate) fn step(&mut self, motion: Motion, page: Viewport) {
        let was = self.top;
        self.scroll(motion, page);
        self.clamp(page);
        let ReadState::Ready(document) = &self.state else {
            return;
        };
        let (here, size) = (document.range(), document.size());
        let (more_above, more_below) = (here.start > 0, here.end < size && here.start < here.end);
        let at_start = (self.top, self.row) == (0, 0);
        let to = match motion {
            Motion::First if more_above => 0,
            Motion::Last if more_below => size,
            Motion::Up | Motion::PageUp if more_above && at_start => {
                document.offset(was, self.format)
            }
            Motion::Down | Motion::PageDown
                if more_below && (self.top, self.row) >= self.last(page) =>
            {
                document.offset(was, self.format)
            }
            _ => return,
        };
        self.go(to, Some(motion));
    }

    /// Returns how many rows of `columns` the text takes with long lines wrapped. Counts again only when the width changes.
    pub(crate) fn count_text_rows(&mut self, columns: usize) -> usize {
        if let Some((counted, rows)) = self.text_rows
            && counted == columns
        {
            return rows;
        }
        let ReadState::Ready(document) = &self.state else {
            return 0;
        };
        let lines = 0..document.len(ByteFormat::Text);
        let rows = lines.map(|line| document.rows(line, columns)).sum();
        self.text_rows = Some((columns, rows));
        rows
    }

    /// Returns how many rows a line takes.
    pub(super) fn rows(&self, line: usize, page: Viewport) -> usize {
        match &self.state {
            ReadState::Ready(document) if self.wrap && !self.is_hex() => {
                document.rows(line, page.columns)
            }
            _ => 1,
        }
    }

    pub(super) fn scroll(&mut self, motion: Motion, page: Viewport) {
        let most = page.height.max(2) - 1;
        match motion {
            Motion::Up => self.move_by(false, 1, page),
            Motion::Down => self.move_by(true, 1, page),
            Motion::PageUp => self.move_by(false, most, page),
            Motion::PageDown => self.move_by(true, most, page),
            Motion::First => (self.top, self.row) = (0, 0),
            Motion::Last => (self.top, self.row) = self.last(page),
        }
    }

    /// Moves the first row in view by so many rows.
    pub(super) fn move_by(&mut self, down: bool, mut count: usize, page: Viewport) {
        while down && self.top < self.len() {
            let left = self.rows(self.top, page) - self.row.min(self.rows(self.top, page));
            if count < left {
                self.row += count;
                return;
            }
            count -= left;
            (self.top, self.row) = (self.top + 1, 0);
        }
        if !down {
            (self.top, self.row) = self.above((self.top, self.row), count, page);
        }
    }

    /// Returns the place so many rows above another, or the first one.
    pub(super) fn above(
        &self,
        from: (usize, usize),
        mut count: usize,
        page: Viewport,
    ) -> (usize, usize) {
        let (mut line, mut row) = from;
        while row < count && line > 0 {
            count -= row;
            line -= 1;
            row = self.rows(line, page);
        }
        (line, row.saturating_sub(count))
    }

    /// Returns the first place in view when the last line is.
    fn last(&self, page: Viewport) -> (usize, usize) {
        self.above((self.len(), 0), page.height, page)
    }

    /// Keeps the view on the lines, and lines of hex within the columns.
    pub(crate) fn clamp(&mut self, page: Viewport) {
        if let (true, ReadState::Ready(document)) = (self.is_hex(), &self.state) {
            self.reformat(document.hex_within(page.columns), page);
        }
        if self.top < self.len() {
            self.row = self.row.min(self.rows(self.top, page) - 1);
        }
        (self.top, self.row) = (self.top, self.row).min(self.last(page));
    }

    /// Puts the row that shows a byte of the file first.
    pub(super) fn look_at(&mut self, offset: u64, page: Viewport) {
        if let ReadState::Ready(document) = &self.state {
            (self.top, self.row) = self.place_of(document, offset, page);
        }
    }

    pub(super) fn place_of(
        &self,
        document: &FileWindow,
        offset: u64,
        page: Viewport,
    ) -> (usize, usize) {
        let row = if self.wrap && !self.is_hex() {
            document.row_of(offset, page.columns)
        } else {
            0
        };
        (document.line_of(offset, self.format), row)
    }
}
