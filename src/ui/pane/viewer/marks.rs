//! The columns of a row in view that are part of a hit or of a token. No colours.

use std::ops::Range;

use crate::syntax::SyntaxRole;
use crate::ui::pane::document::{ByteFormat, FileWindow};
use crate::ui::pane::viewer::{ReadState, Viewer, Viewport};

/// A part of a row that is a hit or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The columns.
    pub columns: Range<usize>,
    /// Whether it is the hit that was shown last.
    pub last: bool,
}

impl Viewer {
    /// Returns the marks of a row of a line in view.
    #[must_use]
    pub(crate) fn marks(&self, (line, row): (usize, usize), page: Viewport) -> Vec<Mark> {
        let ReadState::Ready(document) = &self.state else {
            return Vec::new();
        };
        let from = document.offset(line, self.format);
        let to = document.offset(line + 1, self.format);
        let first = self.hits.places.partition_point(|hit| hit.end <= from);
        let past = self.hits.places.partition_point(|hit| hit.start < to);
        let hits = self.hits.places.get(first..past).unwrap_or_default();
        if hits.is_empty() {
            return Vec::new();
        }
        let mark = |at: usize, columns| Mark {
            columns,
            last: first + at == self.hit,
        };
        let marks = hits.iter().enumerate();
        if let ByteFormat::Hex(bytes) = self.format {
            let columns = |hit| document.hex_columns(line, bytes, hit).into_iter();
            let marks = marks.flat_map(|(at, hit)| columns(hit).map(move |it| mark(at, it)));
            return marks.filter(|mark| !mark.columns.is_empty()).collect();
        }
        let (shown, indent) = self.shown_columns(document, (line, row), page);
        let ends = hits.iter().flat_map(|hit| [hit.start, hit.end]);
        let columns = document.columns_of(line, ends);
        let marks = columns
            .chunks_exact(2)
            .enumerate()
            .map(|(at, ends)| mark(at, within(&(ends[0]..ends[1]), &shown, indent)));
        marks.filter(|mark| !mark.columns.is_empty()).collect()
    }

    /// Returns the columns of the tokens of a row of a line in view.
    #[must_use]
    pub(crate) fn tokens(
        &self,
        (line, row): (usize, usize),
        page: Viewport,
    ) -> Vec<(Range<usize>, SyntaxRole)> {
        let document = match &self.state {
            ReadState::Ready(document) if !self.is_hex() => document,
            _ => return Vec::new(),
        };
        let tokens = document.tokens(line);
        if tokens.is_empty() {
            return Vec::new();
        }
        let (shown, indent) = self.shown_columns(document, (line, row), page);
        let columns = document.token_columns(line, tokens);
        let parts = columns.iter().zip(tokens);
        parts
            .map(|(columns, token)| (within(columns, &shown, indent), token.role))
            .filter(|(columns, _)| !columns.is_empty())
            .collect()
    }

    /// Returns which columns of a line of text a row in view shows, and how many columns the row is indented.
    fn shown_columns(
        &self,
        document: &FileWindow,
        (line, row): (usize, usize),
        page: Viewport,
    ) -> (Range<usize>, usize) {
        if self.wrap {
            let indent = document.indent(line, row, page.columns);
            (document.columns_on(line, row, page.columns), indent)
        } else {
            (self.left..self.left + page.columns, 0)
        }
    }
}

/// Returns the part of columns that is shown, counted from the start of the row.
fn within(columns: &Range<usize>, shown: &Range<usize>, indent: usize) -> Range<usize> {
    let place = |column: usize| column.clamp(shown.start, shown.end) - shown.start + indent;
    place(columns.start)..place(columns.end)
}
