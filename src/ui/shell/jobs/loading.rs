//! Loads one image or two on worker threads and sends messages: progress, partial images, the complete image, then the content analysis and the extras.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use crate::analysis::{Analysis, BaseHint};
use crate::compare::{Side, Sides};
use crate::failure::Failure;
use crate::fleet::page::FleetFacts;
use crate::image::Image;
use crate::load::{self, Cancel, Loaded, Progress, Request};
use crate::pair::{self, Pair};
use crate::ui::loaded::content_analysis::{ContentComparison, ContentSummary, LoadState};
use crate::ui::loaded::extras::{Extras, ExtrasRequest};
use crate::ui::loaded::job_result::JobResult;
use crate::ui::loaded::summary::{self, ExploreSummary};
use crate::ui::loaded::ticket::LoadId;
use crate::ui::model::message::{LoadUpdate, Msg};
use crate::ui::shell::jobs::{self, ShellEvent, internal_error, start};

const SECOND: Duration = Duration::from_secs(1);
/// How many progress messages a content analysis sends at most.
const STEPS: usize = 100;

/// Loads an image and sends its progress.
pub(in crate::ui) fn load<L>(
    load: LoadId,
    base: BaseHint,
    extras_request: ExtrasRequest,
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
            // When the program ends, the receiver is gone.
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
            let summary = Arc::new(ExploreSummary::of(&loaded.image, &base));
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
            Ok(Err(error)) => jobs::failed(None, error.choices().map(<[_]>::to_vec), error.into()),
            Err(_) => ShellEvent::Failed(internal_error("reading the image")),
        };
        drop(until_loaded);
        let _ = events.send(ended);
        if let Some((loaded, summary)) = beside {
            analyse_content(
                load,
                &loaded,
                &summary.analysis,
                &extras_request,
                &background,
                &events,
            );
        }
    });
}

/// Reads the rows of many images, and sends every second how long that takes.
pub(in crate::ui) fn fleet(
    load: LoadId,
    events: Sender<ShellEvent>,
    read: impl FnOnce() -> Result<FleetFacts, Failure> + Send + 'static,
) {
    let ticking = clock(vec![load], Instant::now(), events.clone());
    start(&events.clone(), move || {
        let until_read = ticking;
        let ended = match catch_unwind(AssertUnwindSafe(read)) {
            Ok(Ok(facts)) => ShellEvent::message(Msg::Fleet(Arc::new(facts))),
            Ok(Err(why)) => ShellEvent::Failed(why),
            Err(_) => ShellEvent::Failed(internal_error("reading the rows")),
        };
        drop(until_read);
        // When the program ends, the receiver is gone.
        let _ = events.send(ended);
    });
}

/// Runs the content analysis, then computes the extras.
fn analyse_content(
    load: LoadId,
    loaded: &Loaded,
    analysis: &Analysis,
    extras_request: &ExtrasRequest,
    background: &Cancel,
    events: &Sender<ShellEvent>,
) {
    // When the program ends, the receiver is gone.
    let send = |update| {
        let _ = events.send(ShellEvent::message(Msg::Load(load, update)));
    };
    let progress = |done: usize, all: usize| {
        if done.is_multiple_of(all.div_ceil(STEPS).max(1)) {
            send(LoadUpdate::Content(LoadState::Reading(done, all)));
        }
    };
    let work = || Ok(ContentSummary::of(loaded, analysis, background, progress)?);
    let content = caught(work).map(Arc::new);
    let packages = content.as_ref().ok().map(Arc::clone);
    send(LoadUpdate::Content(match content {
        Ok(content) => LoadState::Ready(content),
        Err(why) => LoadState::Failed(why),
    }));
    let packages = packages
        .as_ref()
        .map(|content| &content.content_analysis.packages);
    let extras = Extras::of(loaded, analysis, extras_request, packages, background);
    send(LoadUpdate::Extras(Arc::new(extras)));
}

/// Runs a content analysis; a panic in it is an error.
fn caught<T>(work: impl FnOnce() -> Result<T, Failure>) -> JobResult<T> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(internal_error("the content analysis")))
        .map_err(Arc::new)
}

/// Loads two images at the same time, compares them and sends progress and result.
pub(in crate::ui) fn load_two<L>(
    extras_request: ExtrasRequest,
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
                // When the program ends, the receiver is gone.
                let _ = events.send(ShellEvent::message(Msg::Load(load, update)));
            }
        };
        let ended = match catch_unwind(AssertUnwindSafe(|| read(&cancel, &report))) {
            Ok(Ok(pair)) => {
                drop(until_loaded);
                return send_pair(pair, &extras_request, &cancel, &events);
            }
            Ok(Err(error)) => {
                let choices = error.error.choices().map(<[_]>::to_vec);
                jobs::failed(Some(error.side), choices, error.into())
            }
            Err(_) => ShellEvent::Failed(internal_error("comparing the images")),
        };
        let _ = events.send(ended);
    });
}

/// Sends the elapsed time every second until the returned sender is dropped: an engine may send nothing for long.
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

/// Loads another image and compares the loaded one with it. The user picks one of several images. Any other error is shown as a notice; the screen stays.
pub(in crate::ui) fn compare_with(
    before: Loaded,
    request: Request,
    base: BaseHint,
    extras_request: ExtrasRequest,
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
        let names = Sides::new(
            before.image.about.reference.clone(),
            request.reference.clone(),
        );
        let failed = |failure: Failure| Box::new(Msg::CompareFailed(Arc::new(failure)));
        let several = |error: load::Error| match error.choices() {
            Some(images) if request.can_reopen() => {
                Box::new(jobs::pick(images.to_vec(), Some((Side::After, names))))
            }
            _ => failed(error.into()),
        };
        let work = || {
            let after = load::load(&request, &cancel, report).map_err(several)?;
            let pair = Pair::of(Sides::new(before, after), &base, &cancel);
            pair.map_err(|error| failed(error.into()))
        };
        let ended = match catch_unwind(AssertUnwindSafe(work)) {
            Ok(Ok(pair)) => return send_pair(pair, &extras_request, &cancel, &events),
            // The user cancelled it.
            Ok(Err(_)) if cancel.is_cancelled() => return,
            Ok(Err(answer)) => ShellEvent::Message(answer),
            Err(_) => ShellEvent::Failed(internal_error("comparing the images")),
        };
        let _ = events.send(ended);
    });
}

/// Sends two compared images, then their content analysis and extras.
fn send_pair(
    pair: Pair,
    extras_request: &ExtrasRequest,
    cancel: &Cancel,
    events: &Sender<ShellEvent>,
) {
    let (loaded, comparison) = (pair.loaded.clone(), Arc::clone(&pair.comparison));
    let background = cancel.child();
    let _ = events.send(compared(pair, background.clone()));
    let images = loaded.as_ref().map(|loaded| Arc::clone(&loaded.image));
    let pair = Pair { loaded, comparison };
    let content = caught(|| Ok(ContentComparison::of(&pair, &background)?)).map(Arc::new);
    if background.is_cancelled() {
        return;
    }
    let kept = content.as_ref().ok().map(Arc::clone);
    let _ = events.send(ShellEvent::message(Msg::ContentComparison(
        images.clone(),
        content,
    )));
    let extras = Extras::both(&pair, extras_request, kept.as_deref(), &background);
    let _ = events.send(ShellEvent::message(Msg::ComparisonExtras(
        images,
        extras.map(Arc::new),
    )));
}

/// Returns the event of two compared images.
fn compared(pair: Pair, background: Cancel) -> ShellEvent {
    let images = pair.loaded.as_ref().map(|loaded| Arc::clone(&loaded.image));
    let Sides { before, after } = pair.loaded;
    let contents = [before, after].map(|loaded| (loaded.image, loaded.contents));
    let summaries = summary::of_pair(&images, &pair.comparison);
    let msg = Msg::Compared(images, pair.comparison, summaries);
    ShellEvent::Loaded(contents.into(), background, Box::new(msg))
}

/// Analyses partial images, only ever the latest.
fn partials(load: LoadId, base: BaseHint, events: Sender<ShellEvent>) -> Sender<Arc<Image>> {
    let (send, receive) = channel::<Arc<Image>>();
    start(&events.clone(), move || {
        while let Ok(first) = receive.recv() {
            let image = receive.try_iter().last().unwrap_or(first);
            let summary = Arc::new(ExploreSummary::of(&image, &base));
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
