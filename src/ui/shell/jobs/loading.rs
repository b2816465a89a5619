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
use crate::ui::loaded::content_analysis::{ContentComparison, ContentView, LoadState};
use crate::ui::loaded::extras::{Aside, Asked};
use crate::ui::loaded::summary::ImageSummary;
use crate::ui::model::message::{LoadId, Msg, News};
use crate::ui::shell::jobs::{Wake, internal, start, words};

const SECOND: Duration = Duration::from_secs(1);
/// How often the reading of all files that tell of packages is told of.
const STEPS: usize = 100;

/// Loads an image and sends news of it.
pub(in crate::ui) fn load<L>(
    load: LoadId,
    base: BaseHint,
    asked: Asked,
    cancel: Cancel,
    wake: Sender<Wake>,
    read: L,
) where
    L: FnOnce(&Cancel, &(dyn Fn(Progress) + Sync)) -> Result<Loaded, load::Error> + Send + 'static,
{
    let begun = Instant::now();
    let partials = partials(load, base.clone(), wake.clone());
    let ticking = clock(vec![load], begun, wake.clone());
    start(&wake.clone(), move || {
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
            let known = Arc::new(ImageSummary::of(&loaded.image, &base));
            Ok::<_, load::Error>((loaded, known))
        };
        let (mut beside, behind) = (None, cancel.child());
        let ended = match catch_unwind(AssertUnwindSafe(work)) {
            Ok(Ok((loaded, known))) => {
                beside = Some((loaded.clone(), Arc::clone(&known)));
                let contents = vec![(Arc::clone(&loaded.image), loaded.contents)];
                let news = News::Loaded(loaded.image, known);
                Wake::Loaded(contents, behind.clone(), Box::new(Msg::Load(load, news)))
            }
            Ok(Err(error)) => Wake::Failed(error.into()),
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
            send(News::LoadState(LoadState::Reading(done, all)));
        }
    };
    let work = || Ok(ContentView::of(loaded, analysis, behind, progress)?);
    let told = behind_screen(work).map(Arc::new);
    let packages = told.as_ref().ok().map(Arc::clone);
    send(News::LoadState(match told {
        Ok(told) => LoadState::ContentView(told),
        Err(why) => LoadState::Failed(why),
    }));
    let packages = packages
        .as_ref()
        .map(|told| &told.content_analysis.packages);
    let aside = Aside::of(loaded, analysis, asked, packages, behind);
    send(News::Aside(Box::new(aside)));
}

/// Does what tells of packages, and returns in words why it did not.
fn behind_screen<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(internal("telling what is installed")))
        .map_err(|error| words(&error))
}

/// Loads two images at once, compares them and sends news of both.
pub(in crate::ui) fn load_two<L>(asked: Asked, cancel: Cancel, wake: Sender<Wake>, read: L)
where
    L: FnOnce(&Cancel, &(dyn Fn(Side, Progress) + Sync)) -> Result<Pair, pair::Error>
        + Send
        + 'static,
{
    let begun = Instant::now();
    let ticking = clock(vec![LoadId::BEFORE, LoadId::AFTER], begun, wake.clone());
    start(&wake.clone(), move || {
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
            Ok(Err(error)) => Wake::Failed(error.into()),
            Err(_) => Wake::Failed(internal("comparing the images")),
        };
        let _ = wake.send(ended);
    });
}

/// Tells every second how much time has passed, until what it returns is dropped: an engine may say nothing for long.
fn clock(loads: Vec<LoadId>, begun: Instant, wake: Sender<Wake>) -> Sender<()> {
    let (alive, over) = channel();
    start(&wake.clone(), move || {
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
pub(in crate::ui) fn compare_with(
    before: Loaded,
    request: Request,
    base: BaseHint,
    asked: Asked,
    cancel: Cancel,
    wake: Sender<Wake>,
) {
    let begun = Instant::now();
    start(&wake.clone(), move || {
        let report = |progress| {
            if !matches!(progress, Progress::Partial(_)) {
                let news = News::Progress(progress, begun.elapsed());
                let _ = wake.send(Wake::tell(Msg::Load(LoadId::AFTER, news)));
            }
        };
        let work = || {
            let after = load::load(&request, &cancel, report)?;
            let pair = Pair::of(Sides::new(before, after), &base, &cancel);
            pair.map_err(Failure::from)
        };
        let ended = match catch_unwind(AssertUnwindSafe(work)) {
            Ok(Ok(pair)) => return tell_pair(pair, &asked, &cancel, &wake),
            // Given up: nobody waits.
            Ok(Err(error)) if error.is_cancelled() => return,
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
    let told = behind_screen(|| Ok(ContentComparison::of(&pair, &behind)?)).map(Arc::new);
    if behind.is_cancelled() {
        return;
    }
    let kept = told.as_ref().ok().map(Arc::clone);
    let _ = wake.send(Wake::tell(Msg::ContentComparison(images.clone(), told)));
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

/// Works out what is known of partial images, only ever of the latest.
fn partials(load: LoadId, base: BaseHint, wake: Sender<Wake>) -> Sender<Arc<Image>> {
    let (send, receive) = channel::<Arc<Image>>();
    start(&wake.clone(), move || {
        while let Ok(first) = receive.recv() {
            let image = receive.try_iter().last().unwrap_or(first);
            let known = Arc::new(ImageSummary::of(&image, &base));
            let news = News::Partial(image, known);
            if wake.send(Wake::tell(Msg::Load(load, news))).is_err() {
                return;
            }
        }
    });
    send
}
