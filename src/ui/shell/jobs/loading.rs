//! Loading one image or two, and telling all that comes of it: how far it is, parts that can be browsed, the whole, and what is worked out behind
//! the screen afterwards.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use crate::analysis::{Analysis, BaseHint};
use crate::compare::{Side, Sides};
use crate::failure::Failure;
use crate::image::Image;
use crate::load::{self, Cancel, Loaded, Progress, Request};
use crate::pair::{self, Pair};
use crate::ui::loaded::content_analysis::{ContentComparison, ContentSummary, LoadState};
use crate::ui::loaded::extras::{Extras, ExtrasRequest};
use crate::ui::loaded::summary::ImageSummary;
use crate::ui::loaded::ticket::LoadId;
use crate::ui::model::message::{LoadUpdate, Msg};
use crate::ui::shell::jobs::{ShellEvent, internal_error, one_line, start};

const SECOND: Duration = Duration::from_secs(1);
/// How often the reading of all files that tell of packages is told of.
const STEPS: usize = 100;

/// Loads an image and sends news of it.
pub(in crate::ui) fn load<L>(
    load: LoadId,
    base: BaseHint,
    asked: ExtrasRequest,
    cancel: Cancel,
    events: Sender<ShellEvent>,
    read: L,
) where
    L: FnOnce(&Cancel, &(dyn Fn(Progress) + Sync)) -> Result<Loaded, load::Error> + Send + 'static,
{
    let begun = Instant::now();
    let partials = partials(load, base.clone(), events.clone());
    let ticking = clock(vec![load], begun, events.clone());
    start(&events.clone(), move || {
        let until_loaded = ticking;
        let report = |progress| {
            // Nobody listens any more when the program ends.
            let _ = match progress {
                Progress::Partial(image) => partials.send(image).map_err(drop),
                progress => {
                    let update = LoadUpdate::Progress(progress, begun.elapsed());
                    events
                        .send(ShellEvent::message(Msg::Load(load, update)))
                        .map_err(drop)
                }
            };
        };
        let work = || {
            let loaded = read(&cancel, &report)?;
            let summary = Arc::new(ImageSummary::of(&loaded.image, &base));
            Ok::<_, load::Error>((loaded, summary))
        };
        let (mut beside, background) = (None, cancel.child());
        let ended = match catch_unwind(AssertUnwindSafe(work)) {
            Ok(Ok((loaded, summary))) => {
                beside = Some((loaded.clone(), Arc::clone(&summary)));
                let contents = vec![(Arc::clone(&loaded.image), loaded.contents)];
                let update = LoadUpdate::Loaded(loaded.image, summary);
                ShellEvent::Loaded(
                    contents,
                    background.clone(),
                    Box::new(Msg::Load(load, update)),
                )
            }
            Ok(Err(error)) => ShellEvent::Failed(error.into()),
            Err(_) => ShellEvent::Failed(internal_error("reading the image")),
        };
        drop(until_loaded);
        let _ = events.send(ended);
        if let Some((loaded, summary)) = beside {
            analyse_content(
                load,
                &loaded,
                &summary.analysis,
                &asked,
                &background,
                &events,
            );
        }
    });
}

/// Works out what takes longer than the screen should wait for: what is installed, then what was asked for beside the image.
fn analyse_content(
    load: LoadId,
    loaded: &Loaded,
    analysis: &Analysis,
    asked: &ExtrasRequest,
    background: &Cancel,
    events: &Sender<ShellEvent>,
) {
    // Nobody listens any more when the program ends.
    let send = |update| {
        let _ = events.send(ShellEvent::message(Msg::Load(load, update)));
    };
    let progress = |done: usize, all: usize| {
        if done.is_multiple_of(all.div_ceil(STEPS).max(1)) {
            send(LoadUpdate::Content(LoadState::Reading(done, all)));
        }
    };
    let work = || Ok(ContentSummary::of(loaded, analysis, background, progress)?);
    let told = caught(work).map(Arc::new);
    let packages = told.as_ref().ok().map(Arc::clone);
    send(LoadUpdate::Content(match told {
        Ok(told) => LoadState::Ready(told),
        Err(why) => LoadState::Failed(why),
    }));
    let packages = packages
        .as_ref()
        .map(|told| &told.content_analysis.packages);
    let extras = Extras::of(loaded, analysis, asked, packages, background);
    send(LoadUpdate::Extras(Box::new(extras)));
}

/// Does what tells of packages, and returns in words why it did not.
fn caught<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(internal_error("the content analysis")))
        .map_err(|error| one_line(&error))
}

/// Loads two images at once, compares them and sends news of both.
pub(in crate::ui) fn load_two<L>(
    asked: ExtrasRequest,
    cancel: Cancel,
    events: Sender<ShellEvent>,
    read: L,
) where
    L: FnOnce(&Cancel, &(dyn Fn(Side, Progress) + Sync)) -> Result<Pair, pair::Error>
        + Send
        + 'static,
{
    let begun = Instant::now();
    let ticking = clock(vec![LoadId::BEFORE, LoadId::AFTER], begun, events.clone());
    start(&events.clone(), move || {
        let until_loaded = ticking;
        let report = |side, progress| {
            let load = match side {
                Side::Before => LoadId::BEFORE,
                Side::After => LoadId::AFTER,
            };
            if !matches!(progress, Progress::Partial(_)) {
                let update = LoadUpdate::Progress(progress, begun.elapsed());
                // Nobody listens any more when the program ends.
                let _ = events.send(ShellEvent::message(Msg::Load(load, update)));
            }
        };
        let ended = match catch_unwind(AssertUnwindSafe(|| read(&cancel, &report))) {
            Ok(Ok(pair)) => {
                drop(until_loaded);
                return send_pair(pair, &asked, &cancel, &events);
            }
            Ok(Err(error)) => ShellEvent::Failed(error.into()),
            Err(_) => ShellEvent::Failed(internal_error("comparing the images")),
        };
        let _ = events.send(ended);
    });
}

/// Tells every second how much time has passed, until what it returns is dropped: an engine may say nothing for long.
fn clock(loads: Vec<LoadId>, begun: Instant, events: Sender<ShellEvent>) -> Sender<()> {
    let (alive, over) = channel();
    start(&events.clone(), move || {
        while over.recv_timeout(SECOND) == Err(RecvTimeoutError::Timeout) {
            for &load in &loads {
                let update = LoadUpdate::Elapsed(begun.elapsed());
                if events
                    .send(ShellEvent::message(Msg::Load(load, update)))
                    .is_err()
                {
                    return;
                }
            }
        }
    });
    alive
}

/// Loads another image, compares the one that is loaded with it, and sends news of both. A failure is told, and nothing is lost.
pub(in crate::ui) fn compare_with(
    before: Loaded,
    request: Request,
    base: BaseHint,
    asked: ExtrasRequest,
    cancel: Cancel,
    events: Sender<ShellEvent>,
) {
    let begun = Instant::now();
    start(&events.clone(), move || {
        let report = |progress| {
            if !matches!(progress, Progress::Partial(_)) {
                let update = LoadUpdate::Progress(progress, begun.elapsed());
                let _ = events.send(ShellEvent::message(Msg::Load(LoadId::AFTER, update)));
            }
        };
        let work = || {
            let after = load::load(&request, &cancel, report)?;
            let pair = Pair::of(Sides::new(before, after), &base, &cancel);
            pair.map_err(Failure::from)
        };
        let ended = match catch_unwind(AssertUnwindSafe(work)) {
            Ok(Ok(pair)) => return send_pair(pair, &asked, &cancel, &events),
            // Given up: nobody waits.
            Ok(Err(error)) if error.is_cancelled() => return,
            Ok(Err(error)) => ShellEvent::message(Msg::CompareFailed(one_line(&error))),
            Err(_) => ShellEvent::Failed(internal_error("comparing the images")),
        };
        let _ = events.send(ended);
    });
}

/// Sends the news of two images that were compared, then what was asked for beside them.
fn send_pair(pair: Pair, asked: &ExtrasRequest, cancel: &Cancel, events: &Sender<ShellEvent>) {
    let (loaded, comparison) = (pair.loaded.clone(), Arc::clone(&pair.comparison));
    let background = cancel.child();
    let _ = events.send(compared(pair, background.clone()));
    let images = loaded.as_ref().map(|loaded| Arc::clone(&loaded.image));
    let pair = Pair { loaded, comparison };
    let told = caught(|| Ok(ContentComparison::of(&pair, &background)?)).map(Arc::new);
    if background.is_cancelled() {
        return;
    }
    let kept = told.as_ref().ok().map(Arc::clone);
    let _ = events.send(ShellEvent::message(Msg::ContentComparison(
        images.clone(),
        told,
    )));
    let extras = Extras::both(&pair, asked, kept.as_deref(), &background);
    let _ = events.send(ShellEvent::message(Msg::ComparisonExtras(
        images,
        Box::new(extras),
    )));
}

/// Returns the news of two images that were compared.
fn compared(pair: Pair, background: Cancel) -> ShellEvent {
    let images = pair.loaded.as_ref().map(|loaded| Arc::clone(&loaded.image));
    let Sides { before, after } = pair.loaded;
    let contents = [before, after].map(|loaded| (loaded.image, loaded.contents));
    let msg = Msg::Compared(images, pair.comparison);
    ShellEvent::Loaded(contents.into(), background, Box::new(msg))
}

/// Works out what is known of partial images, only ever of the latest.
fn partials(load: LoadId, base: BaseHint, events: Sender<ShellEvent>) -> Sender<Arc<Image>> {
    let (send, receive) = channel::<Arc<Image>>();
    start(&events.clone(), move || {
        while let Ok(first) = receive.recv() {
            let image = receive.try_iter().last().unwrap_or(first);
            let summary = Arc::new(ImageSummary::of(&image, &base));
            let update = LoadUpdate::Partial(image, summary);
            if events
                .send(ShellEvent::message(Msg::Load(load, update)))
                .is_err()
            {
                return;
            }
        }
    });
    send
}
