//! What takes time, each on a thread of its own that sends what it finds: loading, extracting, the terminal's input, signals. No
//! thread here sees the model.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event::{self, Event};

use crate::analysis::{Analysis, BaseHint};
use crate::bytes::Units;
use crate::compare::{Side, Sides, Why};
use crate::image::Image;
use crate::load::{self, Cancel, Contents, Error, Extent, Loaded, Progress, Request};
use crate::pair::Pair;
use crate::report::{self, Compared, Format, Report, Target};

use super::aside::{Aside, Asked};
use super::known::Known;
use super::message::{LoadId, Msg, News, Ticket};
use super::told::{Telling, Told, ToldTwo};

/// Something the shell is woken by.
pub(super) enum Wake {
    /// Events of the terminal; the thread that sent them waits until they are dealt with.
    Input(Vec<Event>),
    /// A message as it stands.
    Tell(Box<Msg>),
    /// Loading has ended well; the wish is that of what goes on behind the screen.
    Loaded(Vec<(Arc<Image>, Contents)>, Cancel, Box<Msg>),
    /// Loading, or the terminal, has failed.
    Failed(Error),
    /// The process was asked to end.
    Terminate,
    /// The process was asked to stop for a while.
    Suspend,
}

impl Wake {
    pub(super) fn tell(msg: Msg) -> Self {
        Self::Tell(Box::new(msg))
    }
}

const SECOND: Duration = Duration::from_secs(1);
/// How often the reading of all files that tell of packages is told of.
const STEPS: usize = 100;
/// The least time between two reports of one extraction.
const REPORT: Duration = Duration::from_millis(33);

/// Loads an image and sends news of it.
pub(super) fn load<L>(
    load: LoadId,
    base: BaseHint,
    asked: Asked,
    cancel: Cancel,
    wake: Sender<Wake>,
    read: L,
) where
    L: FnOnce(&Cancel, &(dyn Fn(Progress) + Sync)) -> Result<Loaded, Error> + Send + 'static,
{
    let begun = Instant::now();
    let partials = partials(load, base.clone(), wake.clone());
    let ticking = clock(vec![load], begun, wake.clone());
    thread::spawn(move || {
        let until_loaded = ticking;
        let report = |progress| {
            // Nobody listens any more when the program ends.
            let _ = match progress {
                Progress::Partial(image) => partials.send(image).map_err(drop),
                progress => {
                    let news = News::Progress(progress, begun.elapsed());
                    wake.send(Wake::tell(Msg::Load(load, news))).map_err(drop)
                }
            };
        };
        let work = || {
            let loaded = read(&cancel, &report)?;
            let known = Arc::new(Known::of(&loaded.image, &base));
            Ok((loaded, known))
        };
        let (mut beside, behind) = (None, cancel.child());
        let ended = match catch_unwind(AssertUnwindSafe(work)) {
            Ok(Ok((loaded, known))) => {
                beside = Some((loaded.clone(), Arc::clone(&known)));
                let contents = vec![(Arc::clone(&loaded.image), loaded.contents)];
                let news = News::Loaded(loaded.image, known);
                Wake::Loaded(contents, behind.clone(), Box::new(Msg::Load(load, news)))
            }
            Ok(Err(error)) => Wake::Failed(error),
            Err(_) => Wake::Failed(internal("reading the image")),
        };
        drop(until_loaded);
        let _ = wake.send(ended);
        if let Some((loaded, known)) = beside {
            go_behind(load, &loaded, &known.analysis, &asked, &behind, &wake);
        }
    });
}

/// Works out what takes longer than the screen should wait for: what is installed, then what was asked for beside the image.
fn go_behind(
    load: LoadId,
    loaded: &Loaded,
    analysis: &Analysis,
    asked: &Asked,
    behind: &Cancel,
    wake: &Sender<Wake>,
) {
    // Nobody listens any more when the program ends.
    let send = |news| {
        let _ = wake.send(Wake::tell(Msg::Load(load, news)));
    };
    let progress = |done: usize, all: usize| {
        if done.is_multiple_of(all.div_ceil(STEPS).max(1)) {
            send(News::Telling(Telling::Reading(done, all)));
        }
    };
    let work = || Told::of(loaded, analysis, behind, progress);
    let told = behind_screen(work).map(Arc::new);
    let packages = told.as_ref().ok().map(Arc::clone);
    send(News::Telling(match told {
        Ok(told) => Telling::Told(told),
        Err(why) => Telling::Failed(why),
    }));
    let packages = packages.as_ref().map(|told| &told.story.packages);
    let scan = asked.scans.first();
    let aside = Aside::of(loaded, analysis, asked, scan, packages, behind);
    send(News::Aside(Box::new(aside)));
}

/// Does what tells of packages, and returns in words why it did not.
fn behind_screen<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(internal("telling what is installed")))
        .map_err(|error| words(&error))
}

/// Loads two images at once, compares them and sends news of both.
pub(super) fn load_two<L>(asked: Asked, cancel: Cancel, wake: Sender<Wake>, read: L)
where
    L: FnOnce(&Cancel, &(dyn Fn(Side, Progress) + Sync)) -> Result<Pair, Error> + Send + 'static,
{
    let begun = Instant::now();
    let ticking = clock(vec![LoadId::BEFORE, LoadId::AFTER], begun, wake.clone());
    thread::spawn(move || {
        let until_loaded = ticking;
        let report = |side, progress| {
            let load = match side {
                Side::Before => LoadId::BEFORE,
                Side::After => LoadId::AFTER,
            };
            if !matches!(progress, Progress::Partial(_)) {
                let news = News::Progress(progress, begun.elapsed());
                // Nobody listens any more when the program ends.
                let _ = wake.send(Wake::tell(Msg::Load(load, news)));
            }
        };
        let ended = match catch_unwind(AssertUnwindSafe(|| read(&cancel, &report))) {
            Ok(Ok(pair)) => {
                drop(until_loaded);
                return tell_pair(pair, &asked, &cancel, &wake);
            }
            Ok(Err(error)) => Wake::Failed(error),
            Err(_) => Wake::Failed(internal("comparing the images")),
        };
        let _ = wake.send(ended);
    });
}

/// Tells every second how much time has passed, until what it returns is dropped: an engine may say nothing for long.
fn clock(loads: Vec<LoadId>, begun: Instant, wake: Sender<Wake>) -> Sender<()> {
    let (alive, over) = channel();
    thread::spawn(move || {
        while over.recv_timeout(SECOND) == Err(RecvTimeoutError::Timeout) {
            for &load in &loads {
                let news = News::Time(begun.elapsed());
                if wake.send(Wake::tell(Msg::Load(load, news))).is_err() {
                    return;
                }
            }
        }
    });
    alive
}

/// Loads another image, compares the one that is loaded with it, and sends news of both. A failure is told, and nothing is lost.
pub(super) fn compare_with(
    before: Loaded,
    request: Request,
    base: BaseHint,
    asked: Asked,
    cancel: Cancel,
    wake: Sender<Wake>,
) {
    let begun = Instant::now();
    thread::spawn(move || {
        let report = |progress| {
            if !matches!(progress, Progress::Partial(_)) {
                let news = News::Progress(progress, begun.elapsed());
                let _ = wake.send(Wake::tell(Msg::Load(LoadId::AFTER, news)));
            }
        };
        let work = || {
            let after = load::load(&request, &cancel, report)?;
            let pair = Pair::of(Sides::new(before, after), &base, &cancel);
            pair.map_err(load::Error::from)
        };
        let ended = match catch_unwind(AssertUnwindSafe(work)) {
            Ok(Ok(pair)) => return tell_pair(pair, &asked, &cancel, &wake),
            // Given up: nobody waits.
            Ok(Err(error)) if error.cancelled => return,
            Ok(Err(error)) => Wake::tell(Msg::NotCompared(words(&error))),
            Err(_) => Wake::Failed(internal("comparing the images")),
        };
        let _ = wake.send(ended);
    });
}

/// Sends the news of two images that were compared, then what was asked for beside them.
fn tell_pair(pair: Pair, asked: &Asked, cancel: &Cancel, wake: &Sender<Wake>) {
    let (loaded, comparison) = (pair.loaded.clone(), Arc::clone(&pair.comparison));
    let behind = cancel.child();
    let _ = wake.send(compared(pair, behind.clone()));
    let images = loaded.as_ref().map(|loaded| Arc::clone(&loaded.image));
    let pair = Pair { loaded, comparison };
    let told = behind_screen(|| Ok(ToldTwo::of(&pair, &behind)?)).map(Arc::new);
    if behind.is_cancelled() {
        return;
    }
    let kept = told.as_ref().ok().map(Arc::clone);
    let _ = wake.send(Wake::tell(Msg::ToldTwo(images.clone(), told)));
    let asides = Aside::both(&pair, asked, kept.as_deref(), &behind);
    let _ = wake.send(Wake::tell(Msg::Asides(images, Box::new(asides))));
}

/// Returns the news of two images that were compared.
fn compared(pair: Pair, behind: Cancel) -> Wake {
    let images = pair.loaded.as_ref().map(|loaded| Arc::clone(&loaded.image));
    let Sides { before, after } = pair.loaded;
    let contents = [before, after].map(|loaded| (loaded.image, loaded.contents));
    let msg = Msg::Compared(images, pair.comparison);
    Wake::Loaded(contents.into(), behind, Box::new(msg))
}

/// Writes what came of comparing into a file that is not there yet, as it would be written without a screen.
pub(super) fn report(pair: Pair, units: Units, format: Format, to: String, wake: Sender<Wake>) {
    thread::spawn(move || {
        let path = expand(&to);
        let name = crate::escape::text(&path.to_string_lossy()).into_owned();
        let work = || {
            if path.exists() {
                return Err(format!("{name} is there already: name another file"));
            }
            write_report(&pair, units, format, path.clone())
        };
        let written = catch_unwind(AssertUnwindSafe(work))
            .unwrap_or_else(|_| Err(words(&internal("writing the report"))));
        let _ = wake.send(Wake::tell(Msg::Reported(written.map(|()| name.clone()))));
    });
}

fn write_report(pair: &Pair, units: Units, format: Format, path: PathBuf) -> Result<(), String> {
    let tells = format.tells_story(false);
    let stories = tells.then(|| pair.stories(&Cancel::default()));
    let stories = stories
        .transpose()
        .map_err(|error| words(&load::Error::from(error)))?;
    let stories = stories.as_ref().map(Sides::as_ref);
    let why = stories.map(Why::of);
    let facts = Compared {
        images: pair.images(),
        comparison: &pair.comparison,
        deliveries: None,
        vulnerabilities: None,
        why: stories.zip(why.as_ref()),
        units,
    };
    let report = Report {
        format,
        target: Target::of(path),
    };
    report::write_comparison(&[report], &facts, false).map_err(|failure| {
        let causes = failure.causes.into_iter();
        let parts: Vec<String> = std::iter::once(failure.message).chain(causes).collect();
        parts.join(": ")
    })
}

/// Works out what is known of partial images, only ever of the latest.
fn partials(load: LoadId, base: BaseHint, wake: Sender<Wake>) -> Sender<Arc<Image>> {
    let (send, receive) = channel::<Arc<Image>>();
    thread::spawn(move || {
        while let Ok(first) = receive.recv() {
            let image = receive.try_iter().last().unwrap_or(first);
            let known = Arc::new(Known::of(&image, &base));
            let news = News::Partial(image, known);
            if wake.send(Wake::tell(Msg::Load(load, news))).is_err() {
                return;
            }
        }
    });
    send
}

/// What is to be extracted, and where to.
pub(super) struct Extraction {
    pub(super) ticket: Ticket,
    pub(super) image: Arc<Image>,
    pub(super) extent: Extent,
    pub(super) to: String,
}

/// Extracts.
pub(super) fn extract(what: Extraction, contents: Contents, cancel: Cancel, wake: Sender<Wake>) {
    thread::spawn(move || {
        let ticket = what.ticket;
        let last = std::cell::Cell::new(Instant::now());
        let progress = |bytes| {
            if last.get().elapsed() >= REPORT {
                last.set(Instant::now());
                let _ = wake.send(Wake::tell(Msg::Written(ticket, bytes)));
            }
        };
        let to = expand(&what.to);
        let work = || contents.extract(&what.image, what.extent, &to, &cancel, progress);
        let answer = catch_unwind(AssertUnwindSafe(work))
            .unwrap_or_else(|_| Err(internal("extracting")))
            .map_err(|error| words(&error));
        let _ = wake.send(Wake::tell(Msg::Extracted(ticket, answer)));
    });
}

/// Returns the folder that was typed, a leading `~` standing for the user's own.
pub(super) fn expand(typed: &str) -> PathBuf {
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

/// Waits for the terminal's events. After each lot it waits until the lot is dealt with, so that a pager, or a stopped program, has the terminal's
/// input for itself.
pub(super) fn input(wake: Sender<Wake>, go_on: Receiver<()>) {
    thread::spawn(move || {
        loop {
            let mut lot = Vec::new();
            let failed = loop {
                match event::read() {
                    Ok(event) => lot.push(event),
                    Err(error) => break Some(error),
                }
                if lot.len() >= 64 || !event::poll(Duration::ZERO).unwrap_or(false) {
                    break None;
                }
            };
            let sent = match failed {
                Some(error) => wake.send(Wake::Failed(terminal(&error))),
                None => wake.send(Wake::Input(lot)),
            };
            if sent.is_err() || go_on.recv().is_err() {
                return;
            }
        }
    });
}

/// Passes on the signals that end or stop a program.
#[cfg(unix)]
pub(super) fn signals(wake: Sender<Wake>) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM, SIGTSTP])
    else {
        return;
    };
    thread::spawn(move || {
        for signal in signals.forever() {
            if signal == SIGINT && super::terminal::is_lent() {
                // Meant for the pager.
                continue;
            }
            let said = if signal == SIGTSTP {
                Wake::Suspend
            } else {
                Wake::Terminate
            };
            if wake.send(said).is_err() {
                return;
            }
        }
    });
}

/// There are no such signals here.
#[cfg(not(unix))]
pub(super) fn signals(_wake: Sender<Wake>) {}

/// Returns an error of the terminal.
pub(super) fn terminal(error: &std::io::Error) -> Error {
    Error {
        message: format!("the terminal: {error}"),
        hint: None,
        cancelled: false,
    }
}

pub(super) fn internal(doing: &str) -> Error {
    Error {
        message: format!("{doing} failed inside dive-rs"),
        hint: Some("please report it, with the lines above".to_owned()),
        cancelled: false,
    }
}

/// Returns an error on one line.
pub(super) fn words(error: &Error) -> String {
    match &error.hint {
        Some(hint) => format!("{} ({hint})", error.message),
        None => error.message.clone(),
    }
}
