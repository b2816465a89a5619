//! The viewer: which file, its bytes, and the part in view. The shell reads the bytes; a [`Ticket`] ties an answer to its request.

mod hits;
mod marks;
mod scroll;

use std::sync::Arc;

use crate::failure::Failure;
use crate::image::{EntryId, LayerId, NodeId};
use crate::ui::loaded::job_result::JobResult;
use crate::ui::loaded::ticket::Ticket;

use crate::ui::pane::cursor::Motion;
use crate::ui::pane::document::{ByteFormat, FileWindow, WINDOW};
use crate::ui::pane::search::Hits;
use crate::ui::pane::text_input::TextInput;
use crate::ui::pane::wrap::TAB;

pub(crate) use marks::Mark;

/// The state of something that is read.
#[derive(Clone, Debug)]
pub enum ReadState<T> {
    /// It is being read.
    Reading,
    /// It could not be read; the error.
    Failed(Arc<Failure>),
    /// It is here.
    Ready(T),
}

/// The last column a view can begin at: no byte takes more columns than a tab.
const FARTHEST: usize = WINDOW * TAB;

/// The columns and lines in view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Viewport {
    /// Columns of text.
    pub columns: usize,
    /// Lines.
    pub height: usize,
}

/// The file in the viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewedFile {
    /// Its path.
    pub node: NodeId,
    /// The layer that stores it.
    pub layer: LayerId,
    /// Its entry.
    pub entry: EntryId,
    /// The version to compare it with, where one is stored.
    pub other: Option<(LayerId, EntryId)>,
}

/// The viewer's state.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The ticket of the request.
    pub ticket: Ticket,
    /// The file; `None` for the full text of a line.
    pub file: Option<ViewedFile>,
    /// The opened path and every link followed from it, escaped.
    pub way: Vec<String>,
    /// The bytes.
    pub state: ReadState<FileWindow>,
    /// Text or hex.
    pub format: ByteFormat,
    /// Whether long lines are wrapped.
    pub wrap: bool,
    /// The first line in view.
    pub top: usize,
    /// The first of its rows in view, where it has several.
    pub row: usize,
    /// The first column in view.
    pub left: usize,
    /// The query, while it is typed.
    pub typing: Option<TextInput>,
    /// The text last searched for.
    pub query: String,
    /// The hits in the file.
    pub hits: Hits,
    /// The index of the current hit.
    pub hit: usize,
    /// Whether the file is being searched.
    pub(crate) searching: bool,
    /// The line of the Savings tab that the text leads to.
    pub(crate) leads_to: Option<usize>,
    /// The jump to bytes that are not loaded yet.
    pub jump: Option<PendingJump>,
    /// The columns that a text was last wrapped to, and how many rows it took.
    pub(super) text_rows: Option<(usize, usize)>,
}

/// A jump to bytes that are not loaded yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingJump {
    /// The byte that will be in view.
    pub to: u64,
    /// The motion to apply there.
    pub then: Option<Motion>,
    /// Whether the bytes were requested.
    pub requested: bool,
}

impl PendingJump {
    /// Returns the offset of the window that has the byte in its middle.
    #[must_use]
    pub(crate) const fn from(self) -> u64 {
        let from = self.to.saturating_sub(WINDOW as u64 / 2);
        from - from % 16
    }
}

impl Viewer {
    /// Returns a viewer that waits for the bytes of a file.
    #[must_use]
    pub(crate) fn of(ticket: Ticket, file: ViewedFile, way: Vec<String>) -> Self {
        Self::new(ticket, Some(file), way, ReadState::Reading)
    }

    /// Returns a viewer of a text; `title` is escaped.
    #[must_use]
    pub(crate) fn of_text(ticket: Ticket, title: String, text: &str) -> Self {
        Self {
            wrap: true,
            ..Self::new(
                ticket,
                None,
                vec![title],
                ReadState::Ready(FileWindow::words(text)),
            )
        }
    }

    const fn new(
        ticket: Ticket,
        file: Option<ViewedFile>,
        way: Vec<String>,
        state: ReadState<FileWindow>,
    ) -> Self {
        Self {
            ticket,
            file,
            way,
            state,
            format: ByteFormat::Text,
            wrap: false,
            top: 0,
            row: 0,
            left: 0,
            typing: None,
            query: String::new(),
            hits: Hits {
                places: Vec::new(),
                more: false,
            },
            hit: 0,
            searching: false,
            leads_to: None,
            jump: None,
            text_rows: None,
        }
    }

    /// Stores the bytes or the error.
    pub fn answer(&mut self, answer: JobResult<FileWindow>, page: Viewport) {
        let jump = self.jump.take();
        self.state = match answer {
            Ok(document) => {
                if jump.is_none() && document.is_binary() {
                    self.format = document.hex_within(page.columns);
                }
                ReadState::Ready(document)
            }
            Err(why) => ReadState::Failed(why),
        };
        if let Some(jump) = jump {
            self.look_at(jump.to, page);
            if let Some(motion) = jump.then {
                self.scroll(motion, page);
            } else {
                self.move_by(false, page.height / 3, page);
                self.show_hit_columns(page);
            }
            self.clamp(page);
        }
    }

    /// Returns the bytes, once they are loaded.
    pub(crate) const fn window(&mut self) -> Option<&mut FileWindow> {
        match &mut self.state {
            ReadState::Ready(document) => Some(document),
            _ => None,
        }
    }

    /// Returns how many lines there are.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        match &self.state {
            ReadState::Ready(document) => document.len(self.format),
            _ => 0,
        }
    }

    /// Returns whether there is no line to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the columns of line numbers and of the space after them; 0 where lines are not counted from the start of a file.
    #[must_use]
    pub(crate) fn number_columns(&self) -> usize {
        match &self.state {
            ReadState::Ready(document)
                if self.file.is_some() && !self.is_hex() && document.range().start == 0 =>
            {
                document.len(ByteFormat::Text).to_string().len() + 1
            }
            _ => 0,
        }
    }

    /// Returns the lines above the text: one for the summary of a program.
    #[must_use]
    pub(crate) fn lines_above(&self) -> u16 {
        match &self.state {
            ReadState::Ready(document) => document.program().is_some().into(),
            _ => 0,
        }
    }

    /// Returns whether the bytes are shown as hex.
    #[must_use]
    pub(crate) const fn is_hex(&self) -> bool {
        matches!(self.format, ByteFormat::Hex(_))
    }

    fn go(&mut self, to: u64, then: Option<Motion>) {
        if self.jump.is_none_or(|jump| jump.to != to) {
            self.jump = Some(PendingJump {
                to,
                then,
                requested: false,
            });
        }
    }

    /// Moves the view sideways.
    pub(crate) fn shift(&mut self, right: bool) {
        self.left = if self.wrap || self.is_hex() {
            0
        } else if right {
            (self.left + 8).min(FARTHEST)
        } else {
            self.left.saturating_sub(8)
        };
    }

    /// Switches between text and hex at the same place.
    pub(crate) fn toggle_hex(&mut self, page: Viewport) {
        let ReadState::Ready(document) = &self.state else {
            return;
        };
        let format = match self.format {
            ByteFormat::Text => document.hex_within(page.columns),
            ByteFormat::Hex(_) => ByteFormat::Text,
        };
        self.left = 0;
        self.reformat(format, page);
        self.clamp(page);
    }

    /// Changes the format; the first line in view stays in view.
    fn reformat(&mut self, format: ByteFormat, page: Viewport) {
        if let ReadState::Ready(document) = &self.state
            && format != self.format
        {
            let at = document.offset(self.top, self.format);
            self.format = format;
            self.look_at(at, page);
        }
    }

    /// Switches wrapping.
    pub(crate) fn toggle_wrap(&mut self, page: Viewport) {
        self.wrap = !self.wrap;
        (self.row, self.left) = (0, 0);
        self.clamp(page);
    }
}
