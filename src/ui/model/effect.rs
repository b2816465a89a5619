//! Effects: work that an update requests, as values. `shell::perform` runs them.

use std::sync::Arc;

use crate::bytes::Units;
use crate::compare::{Comparison, Sides};
use crate::image::{EntryId, Image, LayerId};
use crate::load::{ExtractScope, ListedImage};
use crate::report::Format;

use crate::ui::loaded::ticket::Ticket;
use crate::ui::model::computation::Computation;
use crate::ui::model::picker::PickImage;

/// Work for the shell.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Quit.
    Quit,
    /// End with the picked image.
    Pick(Box<PickImage>),
    /// Load the picked image.
    Load(PickImage),
    /// Load the two picked images and compare them.
    LoadTwo(Sides<PickImage>),
    /// Load another image and compare the one on the screen with it.
    CompareWith {
        /// The ticket of the request.
        ticket: Ticket,
        /// The image on the screen.
        image: Arc<Image>,
        /// The reference of the other image, as typed.
        reference: String,
        /// The one of the images there that was picked.
        picked: Option<Box<ListedImage>>,
    },
    /// Write a report of the comparison.
    Report {
        /// The images.
        images: Sides<Arc<Image>>,
        /// Their comparison.
        comparison: Arc<Comparison>,
        /// The units of sizes.
        units: Units,
        /// The format.
        format: Format,
        /// The file, as typed.
        to: String,
    },
    /// Cancel loading and quit.
    CancelLoad,
    /// Stop loading and keep the layers loaded so far.
    StopLoad,
    /// Suspend the process.
    Suspend,
    /// Read a window of a file that starts at this byte.
    Read(Ticket, FileRef, u64),
    /// Cancel the last preview and read the start of this file, if any.
    Preview(Option<(Ticket, FileRef)>),
    /// Search a file for a text.
    Search(Ticket, FileRef, String),
    /// Compare two versions of a file.
    Diff {
        /// The ticket of the request.
        ticket: Ticket,
        /// The name of the file in its folder.
        name: Vec<u8>,
        /// The image of either version.
        images: Sides<Arc<Image>>,
        /// The layer and the entry of either version.
        versions: Sides<(LayerId, EntryId)>,
    },
    /// Show a file in `$PAGER`.
    Page(FileRef),
    /// Extract files into a folder.
    Extract {
        /// The ticket of the request.
        ticket: Ticket,
        /// The image.
        image: Arc<Image>,
        /// The files.
        extent: ExtractScope,
        /// The folder, as typed.
        to: String,
    },
    /// Cancel the request with this ticket.
    Stop(Ticket),
    /// Run a computation of a screen.
    Compute(Ticket, Box<Computation>),
    /// Copy a text to the clipboard of the terminal.
    Copy(String),
    /// Complete a path.
    Complete(String),
}

/// A file of an image.
#[derive(Clone, Debug)]
pub struct FileRef {
    /// The image.
    pub image: Arc<Image>,
    /// The name of the file in its folder.
    pub name: Vec<u8>,
    /// The layer that stores the file.
    pub layer: LayerId,
    /// The file's entry.
    pub entry: EntryId,
}
