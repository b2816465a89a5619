//! Worker threads, which send their results as messages: extractions and reports here, loads in `loading`, file contents in `contents`, terminal events
//! and signals in `terminal_events`. No thread reads the model.

pub(in crate::ui) mod completion;
pub(in crate::ui) mod contents;
pub(in crate::ui) mod loading;
pub(in crate::ui) mod terminal_events;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::thread::Builder;
use std::time::{Duration, Instant, UNIX_EPOCH};

use crossterm::event::Event;

use crate::bytes::Units;
use crate::compare::{ContentChanges, Side, Sides};
use crate::failure::Failure;
use crate::image::Image;
use crate::load::{Cancel, ExtractScope, FileContents, ListedImage};
use crate::pair::Pair;
use crate::report::{self, ComparisonFacts, Destination, Facts, Format, Report};

use crate::ui::loaded::loading::{ByteProgress, RereadProgress};
use crate::ui::loaded::ticket::Ticket;
use crate::ui::model::computation::Computation;
use crate::ui::model::message::Msg;
use crate::ui::model::picker::Picker;

/// An event that wakes the shell.
pub(in crate::ui) enum ShellEvent {
    /// Events of the terminal; the thread that sent them waits until they are dealt with.
    Input(Vec<Event>),
    /// A message for the model.
    Message(Box<Msg>),
    /// An image is loaded; the `Cancel` belongs to its background work.
    Loaded(Vec<(Arc<Image>, FileContents)>, Cancel, Box<Msg>),
    /// Loading has failed because there are several images; of two images, one of this side.
    Several(Option<Side>, Vec<ListedImage>, Failure),
    /// Loading, or the terminal, has failed.
    Failed(Failure),
    /// A signal that ends the process. Once the sender is dropped, the terminal is restored.
    #[cfg_attr(not(unix), expect(dead_code, reason = "there are no such signals"))]
    Terminate(Sender<()>),
    /// The signal that suspends the process.
    #[cfg_attr(not(unix), expect(dead_code, reason = "no signal reports it there"))]
    Suspend,
}

impl ShellEvent {
    /// Returns whether a load has ended.
    pub(in crate::ui) const fn ends_load(&self) -> bool {
        matches!(self, Self::Loaded(..) | Self::Several(..) | Self::Failed(_))
    }

    pub(in crate::ui) fn message(msg: Msg) -> Self {
        Self::Message(Box::new(msg))
    }
}

/// Returns the event of a load that failed.
pub(in crate::ui) fn failed(
    side: Option<Side>,
    choices: Option<Vec<ListedImage>>,
    failure: Failure,
) -> ShellEvent {
    match choices {
        Some(images) => ShellEvent::Several(side, images, failure),
        None => ShellEvent::Failed(failure),
    }
}

/// Returns the message that lets the user pick one of several images, for a side of a comparison if `pair` names its images.
pub(in crate::ui) fn pick(images: Vec<ListedImage>, pair: Option<(Side, Sides<String>)>) -> Msg {
    Msg::Pick(Box::new(Picker::of_archive(images, pair, now())))
}

/// Returns the time in seconds since 1970.
pub(in crate::ui) fn now() -> i64 {
    let now = UNIX_EPOCH.elapsed().unwrap_or_default().as_secs();
    i64::try_from(now).unwrap_or(i64::MAX)
}

/// Starts a thread. If the system refuses, the program ends with that error.
pub(in crate::ui) fn start(events: &Sender<ShellEvent>, work: impl FnOnce() + Send + 'static) {
    if let Err(error) = Builder::new().spawn(work) {
        let _ = events.send(ShellEvent::Failed(Failure::thread(error)));
    }
}

/// The least time between two reports of one extraction.
const REPORT: Duration = Duration::from_millis(33);

/// Writes a report of the comparison to a new file.
pub(in crate::ui) fn report(
    pair: Pair,
    units: Units,
    format: Format,
    to: String,
    events: Sender<ShellEvent>,
) {
    start(&events.clone(), move || {
        let path = expand(&to);
        let name = crate::escape::text(&path.to_string_lossy()).into_owned();
        let work = || {
            if path.exists() {
                return Err(Failure::new(format!(
                    "{name} already exists: name another file"
                )));
            }
            write_report(&pair, units, format, path.clone())
        };
        let written = catch_unwind(AssertUnwindSafe(work))
            .unwrap_or_else(|_| Err(internal_error("writing the report")));
        let _ = events.send(ShellEvent::message(Msg::Reported(
            written.map(|()| name.clone()).map_err(Arc::new),
        )));
    });
}

fn write_report(pair: &Pair, units: Units, format: Format, path: PathBuf) -> Result<(), Failure> {
    let content_analyses = pair.content_analyses(&Cancel::default())?;
    let content_analyses = content_analyses.as_ref();
    let why = ContentChanges::of(&pair.comparison, pair.images(), content_analyses);
    let facts = ComparisonFacts {
        images: pair.images(),
        comparison: &pair.comparison,
        transfer: None,
        vulnerabilities: None,
        why: Some((content_analyses, &why)),
        units,
    };
    let report = Report {
        format,
        destination: Destination::of(path),
    };
    report::write(&[report], Facts::Two(&facts), false)
}

/// Returns contents that send the progress of reading an image again.
pub(in crate::ui) fn watched(
    ticket: Ticket,
    contents: FileContents,
    events: Sender<ShellEvent>,
) -> FileContents {
    let last = Mutex::new(None::<Instant>);
    let kept = contents.are_kept();
    contents.watched(move |done, total| {
        let Ok(mut last) = last.lock() else { return };
        if last.is_none_or(|last| last.elapsed() >= REPORT) {
            *last = Some(Instant::now());
            let total = total.unwrap_or(0);
            let progress = ByteProgress { done, total };
            let _ = events.send(ShellEvent::message(Msg::RereadProgress(
                ticket,
                RereadProgress { progress, kept },
            )));
        }
    })
}

/// Runs a computation of a screen.
pub(in crate::ui) fn compute(ticket: Ticket, computation: Computation, events: Sender<ShellEvent>) {
    start(&events.clone(), move || {
        let computed = catch_unwind(AssertUnwindSafe(|| computation.run()));
        let msg = match computed {
            Ok(computed) => Msg::Computed(ticket, Box::new(computed)),
            Err(_) => Msg::Error(Arc::new(internal_error("computing what is shown"))),
        };
        // When the program ends, the receiver is gone.
        let _ = events.send(ShellEvent::message(msg));
    });
}

/// Files to extract and their destination.
pub(in crate::ui) struct Extraction {
    pub(in crate::ui) ticket: Ticket,
    pub(in crate::ui) image: Arc<Image>,
    pub(in crate::ui) extent: ExtractScope,
    pub(in crate::ui) to: String,
}

/// Extracts.
pub(in crate::ui) fn extract(
    what: Extraction,
    contents: FileContents,
    cancel: Cancel,
    events: Sender<ShellEvent>,
) {
    start(&events.clone(), move || {
        let ticket = what.ticket;
        let last = std::cell::Cell::new(Instant::now());
        let progress = |bytes| {
            if last.get().elapsed() >= REPORT {
                last.set(Instant::now());
                let _ = events.send(ShellEvent::message(Msg::ExtractProgress(ticket, bytes)));
            }
        };
        let to = expand(&what.to);
        let work = || {
            let extracted = contents.extract(&what.image, what.extent, &to, &cancel, progress);
            extracted.map_err(Failure::from)
        };
        let answer = catch_unwind(AssertUnwindSafe(work))
            .unwrap_or_else(|_| Err(internal_error("extracting")))
            .map_err(Arc::new);
        let _ = events.send(ShellEvent::message(Msg::Extracted(ticket, answer)));
    });
}

/// Returns the typed folder with a leading `~` replaced by the home folder.
pub(in crate::ui) fn expand(typed: &str) -> PathBuf {
    let home = || std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
    match typed.strip_prefix('~') {
        Some("") => home().unwrap_or_else(|| typed.into()),
        Some(rest) if rest.starts_with('/') => home().map_or_else(
            || typed.into(),
            |home| home.join(Path::new(rest.trim_start_matches('/'))),
        ),
        _ => typed.into(),
    }
}

/// Returns an error of the terminal.
pub(in crate::ui) fn terminal(error: std::io::Error) -> Failure {
    Failure::new("the terminal cannot be used")
        .because(error)
        .hint("run in a terminal and check `ulimit -n`; `--report text` needs no terminal")
}

pub(in crate::ui) fn internal_error(doing: &str) -> Failure {
    Failure::new(format!("{doing} failed inside dive-rs"))
        .hint("please report it, with the lines above")
}
