//! Messages: everything that can happen to the model, as values. Keys are mapped to actions in `keys`; `update` applies messages.

use std::sync::Arc;
use std::time::Duration;

use crate::analysis::ProgramSummary;
use crate::compare::{Comparison, Side, Sides};
use crate::failure::Failure;
use crate::fleet::page::FleetFacts;
use crate::image::Image;
use crate::load::{ExtractResult, Progress};
use crate::syntax::Colouring;

use crate::ui::keys::action::Action;
use crate::ui::keys::key::Key;
use crate::ui::layout::Size;
use crate::ui::loaded::content_analysis::{ContentComparison, LoadState};
use crate::ui::loaded::extras::Extras;
use crate::ui::loaded::job_result::JobResult;
use crate::ui::loaded::loading::RereadProgress;
use crate::ui::loaded::summary::ExploreSummary;
use crate::ui::loaded::ticket::{LoadId, Ticket};
use crate::ui::model::computation::Computed;
use crate::ui::model::picker::Picker;
use crate::ui::pane::{DiffRows, Edit, FileWindow, Hits};

/// A mouse event, at a column and a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mouse {
    /// The main button was pressed.
    Press(u16, u16),
    /// The main button was pressed again at the same place, soon after.
    Double(u16, u16),
    /// The mouse moved with the button down.
    Drag(u16, u16),
    /// The button was released.
    Release,
    /// The wheel turned; `true` is down.
    Wheel(u16, u16, bool),
}

/// What a loader thread reports about an image.
#[derive(Clone, Debug)]
pub enum LoadUpdate {
    /// Progress, with the time since the start of the load.
    Progress(Progress, Duration),
    /// The time since the start of the load, sent every second.
    Elapsed(Duration),
    /// Some layers are loaded.
    Partial(Arc<Image>, Arc<ExploreSummary>),
    /// All layers are loaded.
    Loaded(Arc<Image>, Arc<ExploreSummary>),
    /// Transfer times and vulnerabilities.
    Extras(Arc<Extras>),
    /// The progress or the result of the content analysis.
    Content(LoadState),
}

/// A message.
#[derive(Clone, Debug)]
pub enum Msg {
    /// The terminal was resized.
    Resize(Size),
    /// A bound key was pressed.
    Do(Action),
    /// A key without a binding was pressed.
    Unbound(Key),
    /// A key that edits the line being typed was pressed.
    Edit(Edit),
    /// A mouse event.
    Mouse(Mouse),
    /// A report of a loader thread.
    Load(LoadId, LoadUpdate),
    /// Bytes of a file, or the error.
    FileContent(Ticket, JobResult<FileWindow>),
    /// The summary of the program in the viewer.
    Program(Ticket, ProgramSummary),
    /// Tokens of further lines of the text in the viewer.
    Colouring(Ticket, Colouring),
    /// Tokens of further lines of one version in a diff.
    DiffColouring(Ticket, Side, Colouring),
    /// The progress of reading the image again for a request.
    RereadProgress(Ticket, RereadProgress),
    /// The hits of a search in a file, or the error.
    SearchHits(Ticket, JobResult<Hits>),
    /// The differences between two versions of a file, or the error.
    Diff(Ticket, JobResult<DiffRows>),
    /// The unpacked bytes that an extraction has written so far.
    ExtractProgress(Ticket, u64),
    /// The result of an extraction, or the error.
    Extracted(Ticket, JobResult<ExtractResult>),
    /// Two images are loaded and compared; with the summary of each.
    Compared(
        Sides<Arc<Image>>,
        Arc<Comparison>,
        Sides<Arc<ExploreSummary>>,
    ),
    /// The rows of many images are read and summed up.
    Fleet(Arc<FleetFacts>),
    /// The content analysis of two images, or the error.
    ContentComparison(Sides<Arc<Image>>, JobResult<Arc<ContentComparison>>),
    /// Transfer times and vulnerabilities of two images.
    ComparisonExtras(Sides<Arc<Image>>, Sides<Arc<Extras>>),
    /// The path that was typed, its completion, and the names that fit.
    Completed(String, String, Vec<String>),
    /// The file that a report was written to, or the error.
    Reported(JobResult<String>),
    /// The error of loading the image to compare with.
    CompareFailed(Arc<Failure>),
    /// The result of a computation.
    Computed(Ticket, Box<Computed>),
    /// An error that the shell reports.
    Error(Arc<Failure>),
    /// The archive has several images: the user picks one.
    Pick(Box<Picker>),
    /// No other message is waiting: continue work that takes several steps.
    Continue,
}
