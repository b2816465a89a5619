//! Looking into a file: which file, how far its bytes have come, what part of them is in view. Reading them is the shell's; a [`Ticket`] tells
//! which answer belongs to which question.

mod hits;
mod marks;
mod scroll;

use crate::image::{EntryId, LayerId, NodeId};
use crate::ui::loaded::ticket::Ticket;

use crate::ui::pane::cursor::Motion;
use crate::ui::pane::document::{ByteFormat, Document, WINDOW};
use crate::ui::pane::search::Hits;
use crate::ui::pane::text_input::TextInput;
use crate::ui::pane::wrap::TAB;

pub use marks::Mark;

/// How far something that is read has come.
#[derive(Clone, Debug)]
pub enum Stage<T> {
    /// It is being read.
    Reading,
    /// It could not be read, and why.
    Failed(String),
    /// It is here.
    Ready(T),
}

/// The last column a view can begin at: no byte takes more columns than a tab.
const FARTHEST: usize = WINDOW * TAB;

/// How much is in view at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Viewport {
    /// Columns of text.
    pub columns: usize,
    /// Lines.
    pub height: usize,
}

/// The file that is looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewedFile {
    /// Its path.
    pub node: NodeId,
    /// The layer that holds it.
    pub layer: LayerId,
    /// Its record.
    pub entry: EntryId,
    /// The version in the earlier of the two states, where it is a file too.
    pub below: Option<(LayerId, EntryId)>,
}

/// The viewer's state.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Which question the bytes answer.
    pub ticket: Ticket,
    /// The file; nothing when it is a text that the screen has no room for.
    pub file: Option<ViewedFile>,
    /// The path that was opened and every link followed from there, safe to show.
    pub way: Vec<String>,
    /// How far the bytes have come.
    pub stage: Stage<Document>,
    /// How they are cut into lines: as text or as hex.
    pub format: ByteFormat,
    /// Whether lines of text that are too long go on in the next row.
    pub wrap: bool,
    /// The first line in view.
    pub top: usize,
    /// The first of its rows in view, where it has several.
    pub row: usize,
    /// The first column in view.
    pub left: usize,
    /// What is being typed to search for.
    pub typing: Option<TextInput>,
    /// The text last searched for.
    pub query: String,
    /// Where in the file it stands.
    pub hits: Hits,
    /// Which of them was shown last.
    pub hit: usize,
    /// Whether the file is being searched.
    pub searching: bool,
    /// Where the view goes when the bytes there have come.
    pub jump: Option<PendingJump>,
    /// The columns that a text was last wrapped to, and how many rows it took.
    pub(super) text_rows: Option<(usize, usize)>,
}

/// A way to bytes that are not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingJump {
    /// The byte that will be in view.
    pub to: u64,
    /// How the view moves from there.
    pub then: Option<Motion>,
    /// Whether the bytes were requested.
    pub requested: bool,
}

impl PendingJump {
    /// Returns where the window of the file begins that has the byte in its middle.
    #[must_use]
    pub const fn from(self) -> u64 {
        let from = self.to.saturating_sub(WINDOW as u64 / 2);
        from - from % 16
    }
}

impl Viewer {
    /// Returns a viewer that waits for the bytes of a file.
    #[must_use]
    pub fn of(ticket: Ticket, file: ViewedFile, way: Vec<String>) -> Self {
        Self::new(ticket, Some(file), way, Stage::Reading)
    }

    /// Returns a viewer of a text that is no file; `title` is safe to show.
    #[must_use]
    pub fn of_text(ticket: Ticket, title: String, text: &str) -> Self {
        Self {
            wrap: true,
            ..Self::new(
                ticket,
                None,
                vec![title],
                Stage::Ready(Document::words(text)),
            )
        }
    }

    const fn new(
        ticket: Ticket,
        file: Option<ViewedFile>,
        way: Vec<String>,
        stage: Stage<Document>,
    ) -> Self {
        Self {
            ticket,
            file,
            way,
            stage,
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
            jump: None,
            text_rows: None,
        }
    }

    /// Takes the answer.
    pub fn answer(&mut self, answer: Result<Document, String>, page: Viewport) {
        let jump = self.jump.take();
        self.stage = match answer {
            Ok(document) => {
                if jump.is_none() && document.is_binary() {
                    self.format = document.hex_within(page.columns);
                }
                Stage::Ready(document)
            }
            Err(why) => Stage::Failed(why),
        };
        if let Some(jump) = jump {
            self.look_at(jump.to, page);
            if let Some(motion) = jump.then {
                self.scroll(motion, page);
            } else {
                self.move_by(false, page.height / 3, page);
                self.look_aside(page);
            }
            self.clamp(page);
        }
    }

    /// Returns how many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.stage {
            Stage::Ready(document) => document.len(self.format),
            _ => 0,
        }
    }

    /// Returns whether there is no line to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns whether the bytes are shown as hex.
    #[must_use]
    pub const fn is_hex(&self) -> bool {
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
    pub fn shift(&mut self, right: bool) {
        self.left = if self.wrap || self.is_hex() {
            0
        } else if right {
            (self.left + 8).min(FARTHEST)
        } else {
            self.left.saturating_sub(8)
        };
    }

    /// Shows text as hex, or hex as text, from the same place.
    pub fn toggle_hex(&mut self, page: Viewport) {
        let Stage::Ready(document) = &self.stage else {
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

    /// Cuts the bytes in another way; what is first in view stays in view.
    fn reformat(&mut self, format: ByteFormat, page: Viewport) {
        if let Stage::Ready(document) = &self.stage
            && format != self.format
        {
            let at = document.offset(self.top, self.format);
            self.format = format;
            self.look_at(at, page);
        }
    }

    /// Lets long lines go on in the next row, or not any more.
    pub fn toggle_wrap(&mut self, page: Viewport) {
        self.wrap = !self.wrap;
        (self.row, self.left) = (0, 0);
        self.clamp(page);
    }
}
