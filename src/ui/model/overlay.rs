//! What can lie over the screen, one thing at a time. States only; drawing is in `view`, doing in `update`.

use crate::image::NodeId;
use crate::load::Extent;

use crate::ui::loaded::loading::Loading;
use crate::ui::loaded::ticket::Ticket;
use crate::ui::pane::{Cursor, DiffView, TextInput, Viewer};

/// What lies over the screen.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// A file's bytes.
    Viewer(Box<Viewer>),
    /// Two versions of a file.
    Diff(Box<DiffView>),
    /// A path's versions.
    History(History),
    /// Where to extract to.
    Destination(Destination),
    /// Extracting.
    Extracting(Extracting),
    /// One line is asked for.
    Prompt(Box<Prompt>),
}

impl Overlay {
    /// Returns whose answer it waits for, or has had.
    #[must_use]
    pub const fn ticket(&self) -> Option<Ticket> {
        match self {
            Self::Viewer(viewer) => Some(viewer.ticket),
            Self::Diff(view) => Some(view.ticket),
            Self::Extracting(extracting) => Some(extracting.ticket),
            Self::History(_) | Self::Destination(_) | Self::Prompt(_) => None,
        }
    }
}

/// What a line is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptKind {
    /// The file a report goes to.
    Report,
    /// The image to compare with.
    OtherImage,
}

/// A line is asked for.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What for.
    pub kind: PromptKind,
    /// The line, as far as it is typed.
    pub line: TextInput,
    /// FileGroup answer is waited for, and how far it has come.
    pub pending: Option<(Ticket, Loading)>,
}

/// A path's versions, layer by layer.
#[derive(Clone, Debug)]
pub struct History {
    /// The path.
    pub node: NodeId,
    /// How many versions there are.
    pub versions: usize,
    /// The selected version.
    pub cursor: Cursor,
    /// Owner and category of the path: labels and texts.
    pub owner: Vec<(&'static str, String)>,
}

/// A folder is asked for.
#[derive(Clone, Debug)]
pub struct Destination {
    /// What is to be extracted.
    pub extent: Extent,
    /// Its name, safe to show.
    pub what: String,
    /// Its unpacked bytes.
    pub bytes: u64,
    /// The folder, as far as it is typed.
    pub line: TextInput,
}

/// Something is being extracted.
#[derive(Clone, Debug)]
pub struct Extracting {
    /// FileGroup answer is waited for.
    pub ticket: Ticket,
    /// What is extracted, safe to show.
    pub what: String,
    /// The folder, as typed.
    pub to: String,
    /// Unpacked bytes written so far.
    pub done: u64,
    /// Unpacked bytes in all.
    pub bytes: u64,
    /// Whether it is given up and only has to hear of it.
    pub stopping: bool,
}
