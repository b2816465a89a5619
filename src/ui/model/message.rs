//! Everything that can happen to the model and everything it can ask for, as values. No key is named here (that is `keys`'), nothing is done here.

use std::sync::Arc;
use std::time::Duration;

use crate::bytes::Units;
use crate::compare::{Comparison, Sides};
use crate::image::{EntryId, Image, LayerId};
use crate::load::{Extent, Extracted, LocalImage, Progress};
use crate::report::Format;

use crate::ui::keys::key::Key;
use crate::ui::loaded::content_analysis::{ContentComparison, LoadState};
use crate::ui::loaded::extras::Extras;
use crate::ui::loaded::summary::ImageSummary;
use crate::ui::pane::{Differences, Document, Edit, Hits};

pub use crate::ui::model::RereadProgress;
pub use crate::ui::model::action::Action;

/// Which load an answer belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadId(pub u32);

impl LoadId {
    /// Of two images, the first one's load.
    pub const BEFORE: Self = Self(0);
    /// Of two images, the second one's load.
    pub const AFTER: Self = Self(1);
}

/// Which question an answer belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ticket(pub u32);

/// The terminal's size in columns and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// The tabs below the layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// The image's numbers.
    #[default]
    Image,
    /// What is shipped and not seen.
    Hidden,
    /// What can go.
    Savings,
    /// What is installed.
    Packages,
    /// Run configuration and history.
    Config,
}

impl Tab {
    /// All tabs, in the order they are shown.
    pub const ALL: [Self; 5] = [
        Self::Image,
        Self::Hidden,
        Self::Savings,
        Self::Packages,
        Self::Config,
    ];

    /// Returns the tab's title.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Image => "Image",
            Self::Hidden => "Hidden",
            Self::Savings => "Savings",
            Self::Packages => "Packages",
            Self::Config => "Config",
        }
    }

    /// Returns whether column heads stand above the tab's lines.
    #[must_use]
    pub const fn has_heads(self) -> bool {
        matches!(self, Self::Hidden | Self::Savings | Self::Packages)
    }
}

/// What the mouse did, at a column and a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mouse {
    /// The main button went down.
    Press(u16, u16),
    /// It moved while down.
    Drag(u16, u16),
    /// It went up.
    Release,
    /// The wheel turned; `true` is down.
    Wheel(u16, u16, bool),
}

/// LoadUpdate of a load.
#[derive(Clone, Debug)]
pub enum LoadUpdate {
    /// How far it has come, after so much time.
    Progress(Progress, Duration),
    /// So much time has passed.
    Elapsed(Duration),
    /// Some layers are read.
    Partial(Arc<Image>, Arc<ImageSummary>),
    /// All layers are read.
    Loaded(Arc<Image>, Arc<ImageSummary>),
    /// What was asked for beside the image is worked out.
    Extras(Box<Extras>),
    /// How far it has come to tell what is installed, and what came of it.
    Content(LoadState),
}

/// Something happened.
#[derive(Clone, Debug)]
pub enum Msg {
    /// The terminal has another size.
    Resize(Size),
    /// A key that means something.
    Do(Action),
    /// A key that means nothing where it was pressed.
    Unbound(Key),
    /// A change to the line being typed.
    Edit(Edit),
    /// The mouse.
    Mouse(Mouse),
    /// LoadUpdate of a load.
    Load(LoadId, LoadUpdate),
    /// A file's bytes, or why they cannot be had.
    FileContent(Ticket, Result<Document, String>),
    /// How far the reading is that leads to the answer to a question.
    RereadProgress(Ticket, RereadProgress),
    /// Where in a file a text stands, or why it cannot be told.
    SearchHits(Ticket, Result<Hits, String>),
    /// What two versions of a file differ in, or why it cannot be told.
    Diff(Ticket, Result<Differences, String>),
    /// Unpacked bytes an extraction has written so far.
    ExtractProgress(Ticket, u64),
    /// What an extraction wrote, or why it did not.
    Extracted(Ticket, Result<Extracted, String>),
    /// Two images are loaded and compared.
    Compared(Sides<Arc<Image>>, Arc<Comparison>),
    /// What is installed in two images and why they differ, or why it cannot be told.
    ContentComparison(Sides<Arc<Image>>, Result<Arc<ContentComparison>, String>),
    /// What was asked for beside two images is worked out.
    ComparisonExtras(Sides<Arc<Image>>, Box<Sides<Extras>>),
    /// The file a report was written to, or why it was not.
    Reported(Result<String, String>),
    /// Why an image cannot be compared with the one on the screen.
    CompareFailed(String),
    /// Something to tell that went wrong outside.
    Error(String),
    /// Nothing else is waiting: go on with what takes several steps.
    Continue,
}

/// Something the shell is asked to do.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Leave the program.
    Quit,
    /// Load the image that was picked.
    Load(LocalImage),
    /// Load the two images that were picked, and compare them.
    LoadTwo(Sides<LocalImage>),
    /// Load another image, and compare the one on the screen with it.
    CompareWith {
        /// FileGroup answer it is.
        ticket: Ticket,
        /// The image on the screen.
        image: Arc<Image>,
        /// The other one, as typed.
        reference: String,
    },
    /// Write what came of comparing.
    Report {
        /// The images.
        images: Sides<Arc<Image>>,
        /// What came of it.
        comparison: Arc<Comparison>,
        /// Units of sizes for people.
        units: Units,
        /// How it is written.
        format: Format,
        /// The file, as typed.
        to: String,
    },
    /// Give up loading and leave.
    CancelLoad,
    /// Give up loading, and stay with what has come.
    StopLoad,
    /// Stop, and come back later.
    Suspend,
    /// Read a window of a file, from this byte on.
    Read(Ticket, FileRef, u64),
    /// Look for a text in a whole file.
    Search(Ticket, FileRef, String),
    /// Tell what two versions of a file differ in.
    Diff {
        /// FileGroup answer it is.
        ticket: Ticket,
        /// The image of either version.
        images: Sides<Arc<Image>>,
        /// The layers and the records of both.
        versions: Sides<(LayerId, EntryId)>,
    },
    /// Show a file in `$PAGER`.
    Page(FileRef),
    /// Write a path and what is below it into a folder.
    Extract {
        /// FileGroup answer it is.
        ticket: Ticket,
        /// The image.
        image: Arc<Image>,
        /// What is written.
        extent: Extent,
        /// The folder, as typed.
        to: String,
    },
    /// Give up what was asked for with this ticket.
    Stop(Ticket),
}

/// A file whose bytes are wanted.
#[derive(Clone, Debug)]
pub struct FileRef {
    /// The image.
    pub image: Arc<Image>,
    /// The layer that holds the record.
    pub layer: LayerId,
    /// The record.
    pub entry: EntryId,
}
