//! The bytes of a file as lines of text or of hex. Nothing here reads or draws.

use std::fmt::Write as _;
use std::ops::Range;

use crate::analysis::ProgramSummary;
use crate::syntax::{Colouring, Token};
use crate::ui::pane::wrap::{self, WrapMode};

/// Bytes a line of hex may show, the most first.
const HEX_BYTES: [usize; 3] = [16, 8, 4];

/// The bytes of a file in memory at once.
pub const WINDOW: usize = 4 << 20;
/// How many hits of a search are kept.
pub(super) const MOST_HITS: usize = 10_000;

/// Text or hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteFormat {
    /// Lines of text.
    Text,
    /// Hex, with so many bytes per line.
    Hex(usize),
}

/// The bytes of a file, or a window of a large one.
#[derive(Clone, Debug, Default)]
pub struct FileWindow {
    bytes: Vec<u8>,
    /// Where each line of text starts.
    starts: Vec<usize>,
    /// The offset of the bytes in the file.
    from: u64,
    size: u64,
    binary: bool,
    wrap_mode: WrapMode,
    /// The summary of a program.
    program: Option<ProgramSummary>,
    /// The tokens of the lines parsed so far.
    colouring: Colouring,
}

impl FileWindow {
    /// Returns the first bytes of a file of `size` bytes.
    #[must_use]
    pub fn new(bytes: Vec<u8>, size: u64) -> Self {
        Self::window(bytes, 0, size)
    }

    /// Returns the bytes at offset `from` of a file of `size` bytes.
    #[must_use]
    pub fn window(bytes: Vec<u8>, from: u64, size: u64) -> Self {
        let breaks = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let mut starts: Vec<usize> = std::iter::once(0)
            .chain(breaks.map(|(at, _)| at + 1))
            .collect();
        if starts.last() == Some(&bytes.len()) {
            starts.pop();
        }
        let head = &bytes[..bytes.len().min(8192)];
        let odd = head
            .iter()
            .filter(|byte| {
                byte.is_ascii_control() && !matches!(byte, b'\n' | b'\t' | b'\r' | 0x1b | 0x0c | 8)
            })
            .count();
        Self {
            binary: head.contains(&0) || odd * 10 > head.len(),
            starts,
            from,
            size,
            bytes,
            wrap_mode: WrapMode::Anywhere,
            program: None,
            colouring: Colouring::default(),
        }
    }

    /// Stores the summary of the program.
    pub(crate) fn set_program(&mut self, program: Option<ProgramSummary>) {
        self.program = program;
    }

    /// Adds the tokens of the lines that follow those already parsed. The first line is that of the file.
    pub(crate) fn colour(&mut self, more: Colouring) {
        self.colouring.append(more);
    }

    /// Returns the tokens of a line of text.
    #[must_use]
    pub(crate) fn tokens(&self, line: usize) -> &[Token] {
        self.colouring.line(line)
    }

    /// Returns the columns at which tokens of a line of text start and end, were it one row.
    #[must_use]
    pub(crate) fn token_columns(&self, line: usize, tokens: &[Token]) -> Vec<Range<usize>> {
        wrap::token_columns(self.text(line), tokens)
    }

    /// Returns the summary of the program.
    #[must_use]
    pub const fn program(&self) -> Option<&ProgramSummary> {
        self.program.as_ref()
    }

    /// Returns a text, wrapped between words.
    #[must_use]
    pub(crate) fn words(text: &str) -> Self {
        Self {
            wrap_mode: WrapMode::Words,
            ..Self::new(text.as_bytes().to_vec(), text.len() as u64)
        }
    }

    /// Returns whether the bytes are probably not text.
    #[must_use]
    pub(crate) const fn is_binary(&self) -> bool {
        self.binary
    }

    /// Returns which bytes of the file are here.
    #[must_use]
    pub const fn range(&self) -> std::ops::Range<u64> {
        self.from..self.from.saturating_add(self.bytes.len() as u64)
    }

    /// Returns whether all bytes of the file are here.
    #[must_use]
    pub(crate) const fn is_complete(&self) -> bool {
        self.from == 0 && self.range().end >= self.size
    }

    /// Returns the hex format that fits in so many columns.
    #[must_use]
    pub(crate) fn hex_within(&self, columns: usize) -> ByteFormat {
        let fits = |&bytes: &usize| self.letters(bytes) + bytes <= columns;
        let [.., least] = HEX_BYTES;
        ByteFormat::Hex(HEX_BYTES.into_iter().find(fits).unwrap_or(least))
    }

    /// Returns where in the file a line starts; past the last line, where the bytes end.
    #[must_use]
    pub fn offset(&self, line: usize, format: ByteFormat) -> u64 {
        let start = match format {
            ByteFormat::Hex(bytes) => line.saturating_mul(bytes).min(self.bytes.len()),
            ByteFormat::Text => self.starts.get(line).copied().unwrap_or(self.bytes.len()),
        };
        self.from + start as u64
    }

    /// Returns the line that contains a byte of the file, or the nearest line of this window.
    #[must_use]
    pub(crate) fn line_of(&self, offset: u64, format: ByteFormat) -> usize {
        let at = offset.saturating_sub(self.from);
        let at = usize::try_from(at)
            .unwrap_or(usize::MAX)
            .min(self.bytes.len());
        let line = match format {
            ByteFormat::Hex(bytes) => at / bytes,
            ByteFormat::Text => self
                .starts
                .partition_point(|&start| start <= at)
                .saturating_sub(1),
        };
        line.min(self.len(format).saturating_sub(1))
    }

    /// Returns the size of the file in bytes.
    #[must_use]
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// Returns how many lines there are.
    #[must_use]
    pub(crate) fn len(&self, format: ByteFormat) -> usize {
        match format {
            ByteFormat::Hex(bytes) => self.bytes.len().div_ceil(bytes),
            ByteFormat::Text => self.starts.len(),
        }
    }

    /// Returns whether there is nothing to see.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Returns a line as safe text; of one of text `skip` columns are left out at its start and about `width` shown.
    #[must_use]
    pub(crate) fn line(&self, at: usize, format: ByteFormat, skip: usize, width: usize) -> String {
        match format {
            ByteFormat::Hex(bytes) => self.hex(at, bytes),
            ByteFormat::Text => wrap::shown_line(self.text(at), skip, width),
        }
    }

    /// Returns how many rows of `columns` a line of text takes.
    #[must_use]
    pub(crate) fn rows(&self, at: usize, columns: usize) -> usize {
        wrap::rows(self.text(at), columns, self.wrap_mode)
    }

    /// Returns one of the rows of `columns` a line of text takes, as safe text.
    #[must_use]
    pub(crate) fn row(&self, at: usize, row: usize, columns: usize) -> String {
        wrap::row(self.text(at), row, columns, self.wrap_mode)
    }

    /// Returns how many columns one of the rows of `columns` of a line of text is indented.
    #[must_use]
    pub(crate) fn indent(&self, at: usize, row: usize, columns: usize) -> usize {
        wrap::row_indent(self.text(at), row, columns, self.wrap_mode)
    }

    /// Returns which columns of a line of text, were it one row, are on one of its rows of `columns`.
    #[must_use]
    pub(crate) fn columns_on(&self, at: usize, row: usize, columns: usize) -> Range<usize> {
        wrap::columns_on(self.text(at), row, columns, self.wrap_mode)
    }

    /// Returns the row of its line of text that shows a byte of the file.
    #[must_use]
    pub(crate) fn row_of(&self, offset: u64, columns: usize) -> usize {
        let line = self.line_of(offset, ByteFormat::Text);
        let place = self.place_in(line, offset, ByteFormat::Text);
        wrap::row_of(self.text(line), place, columns, self.wrap_mode)
    }

    /// Returns the columns of bytes of the file in a line of text, were it one row; of bytes beside it, its ends. They come in order.
    #[must_use]
    pub(crate) fn columns_of(&self, line: usize, offsets: impl Iterator<Item = u64>) -> Vec<usize> {
        let places = offsets.map(|offset| self.place_in(line, offset, ByteFormat::Text));
        wrap::columns_of(self.text(line), places)
    }

    /// Returns the byte of the file at a column of the first line, if that line may start before this window; `None` for any other line.
    #[must_use]
    pub(crate) fn cut_at(&self, line: usize, column: usize) -> Option<u64> {
        let format = line == 0 && self.from > 0;
        format.then(|| self.from + wrap::byte_at(self.text(line), column) as u64)
    }

    /// Returns the columns of a line of hex, of so many bytes, that show bytes of the file, as hex and as letters.
    #[must_use]
    pub(crate) fn hex_columns(
        &self,
        line: usize,
        wide: usize,
        bytes: &Range<u64>,
    ) -> [Range<usize>; 2] {
        let place = |offset| self.place_in(line, offset, ByteFormat::Hex(wide)).min(wide);
        let (start, end) = (place(bytes.start), place(bytes.end));
        let hex = |place: usize| self.digits() + 2 + place * 3 + place / 8;
        let letters = self.letters(wide);
        if start >= end {
            return [0..0, 0..0];
        }
        [hex(start)..hex(end - 1) + 2, letters + start..letters + end]
    }

    /// Returns the columns of the place at the start of a line of hex.
    fn digits(&self) -> usize {
        let last = self.size.checked_ilog2().unwrap_or(0);
        (last as usize / 4 + 1).max(8)
    }

    /// Returns the column at which the letters of a line of hex begin, of so many bytes.
    fn letters(&self, bytes: usize) -> usize {
        self.digits() + 2 + bytes * 3 + bytes.div_ceil(8)
    }

    fn text(&self, at: usize) -> &[u8] {
        let Some(&start) = self.starts.get(at) else {
            return &[];
        };
        let end = self.starts.get(at + 1).map_or(self.bytes.len(), |end| *end);
        &self.bytes[start..end]
    }

    /// Returns the index of a byte of the file in the line that contains it; 0 for a byte before the line.
    fn place_in(&self, line: usize, offset: u64, format: ByteFormat) -> usize {
        let place = offset.saturating_sub(self.offset(line, format));
        usize::try_from(place).unwrap_or(usize::MAX)
    }

    fn hex(&self, at: usize, wide: usize) -> String {
        let start = at * wide;
        let end = (start + wide).min(self.bytes.len());
        let bytes = self.bytes.get(start..end).unwrap_or_default();
        let digits = self.digits();
        let mut line = format!("{:0digits$x} ", self.from + start as u64);
        for place in 0..wide {
            if place % 8 == 0 {
                line.push(' ');
            }
            let _ = match bytes.get(place) {
                Some(byte) => write!(line, "{byte:02x} "),
                None => write!(line, "   "),
            };
        }
        line.push(' ');
        let plain = |&byte: &u8| {
            if (b' '..0x7f).contains(&byte) {
                char::from(byte)
            } else {
                '·'
            }
        };
        line.extend(bytes.iter().map(plain));
        line
    }

    /// Returns a copy of at most so many bytes at the start.
    #[must_use]
    pub(crate) fn head(&self, most: usize) -> Vec<u8> {
        self.bytes[..self.bytes.len().min(most)].to_vec()
    }

    /// Returns the bytes.
    #[must_use]
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
