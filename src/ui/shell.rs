//! The shell: the only one that touches the terminal, the threads and the loader for the model. Waits, takes everything that has come, draws once.
//! Nothing is decided here.

mod lend;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use crossterm::event::Event;
use ratatui::DefaultTerminal;

use crate::analysis::BaseHint;
use crate::compare::{Comparison, Sides};
use crate::image::Image;
use crate::load::{self, Cancel, Contents, Error, Loaded, LocalImage, Progress, Pull, Request};
use crate::pair::Pair;

use super::aside::Asked;
use super::jobs::{self, Extraction, Wake};
use super::message::{Effect, Msg, News, Ticket};
use super::model::{Model, Screen};
use super::pick::called;
use super::told::Telling;
use super::{input, reading, terminal, update, view};

/// The least time between two frames that only show progress.
const FRAME: Duration = Duration::from_millis(33);
/// How long a cancelled load is given to tidy up.
const TIDY: Duration = Duration::from_secs(2);

/// A model with the world around it.
pub(super) struct Shell {
    pub(super) terminal: DefaultTerminal,
    pub(super) model: Model,
    pub(super) wake: Sender<Wake>,
    pub(super) go_on: Sender<()>,
    pub(super) cancel: Cancel,
    pub(super) contents: Vec<(Arc<Image>, Contents)>,
    /// Whether the thread that loads is still at it.
    pub(super) loading: bool,
    /// How an image that is named or picked on the screen is loaded, but for its name.
    pub(super) how: (Request, BaseHint),
    /// What was asked for and may be given up.
    pub(super) asked: HashMap<u32, Cancel>,
    /// What goes on behind the screen that is shown.
    pub(super) behind: Cancel,
}

/// How the program ends.
enum End {
    /// The user leaves.
    Quit,
    /// Something else ends it.
    Error(Error),
}

impl Shell {
    /// Starts to load.
    pub(super) fn load<L>(&mut self, base: BaseHint, loader: L)
    where
        L: FnOnce(&Cancel, &(dyn Fn(Progress) + Sync)) -> Result<Loaded, Error> + Send + 'static,
    {
        self.loading = true;
        let (cancel, wake) = (self.cancel.clone(), self.wake.clone());
        let asked = self.model.options.asked.clone();
        jobs::load(self.model.load, base, asked, cancel, wake, loader);
    }

    /// Starts to load the image that was picked.
    fn load_picked(&mut self, image: &LocalImage) {
        let (request, base) = (self.picked(image), self.how.1.clone());
        self.load(base, move |cancel, progress| {
            load::load(&request, cancel, progress)
        });
    }

    /// Starts to load the two images that were picked.
    fn load_picked_two(&mut self, images: &Sides<LocalImage>) {
        let requests = images.as_ref().map(|image| self.picked(image));
        let base = self.how.1.clone();
        self.loading = true;
        let (cancel, wake) = (self.cancel.clone(), self.wake.clone());
        let asked = self.model.options.asked.clone();
        jobs::load_two(asked, cancel, wake, move |cancel, progress| {
            Ok(Pair::load(requests.as_ref(), &base, cancel, progress)?)
        });
    }

    /// Returns how an image of an engine's list is loaded.
    fn picked(&self, image: &LocalImage) -> Request {
        Request {
            reference: called(image).to_owned(),
            source: Some(image.engine.into()),
            pull: Pull::Never,
            ..self.how.0.clone()
        }
    }

    /// Goes on until the end.
    pub(super) fn run(mut self, woken: &Receiver<Wake>) -> Result<(), Error> {
        loop {
            if let Err(error) = self.terminal.draw(|frame| view::view(&self.model, frame)) {
                return Err(jobs::terminal(&error));
            }
            let drawn = Instant::now();
            let mut next = if self.model.has_work() {
                woken.try_recv().unwrap_or(Wake::tell(Msg::GoOn))
            } else {
                woken.recv().unwrap_or(Wake::Terminate)
            };
            loop {
                let urgent = !is_progress(&next);
                if let Some(end) = self.take(next) {
                    return self.end(end, woken);
                }
                let wait = if urgent {
                    Duration::ZERO
                } else {
                    FRAME.saturating_sub(drawn.elapsed())
                };
                match woken.recv_timeout(wait) {
                    Ok(more) => next = more,
                    Err(_) => break,
                }
            }
        }
    }

    /// Takes what has come, and returns the end if it is one.
    fn take(&mut self, wake: Wake) -> Option<End> {
        match wake {
            Wake::Input(events) => {
                for event in events {
                    for msg in input::messages(&self.model, &event) {
                        if let Some(end) = self.tell(msg) {
                            return Some(end);
                        }
                    }
                    if let Event::Resize(..) = event {
                        let _ = self.terminal.autoresize();
                    }
                }
                let _ = self.go_on.send(());
                None
            }
            Wake::Tell(msg) => self.tell(*msg),
            Wake::Loaded(contents, behind, msg) => {
                self.contents = contents;
                self.loading = false;
                // What was asked for stays with its own screen.
                self.asked.clear();
                let end = self.tell(*msg);
                // One that was given up comes too late to end anything.
                if !behind.is_cancelled() {
                    std::mem::replace(&mut self.behind, behind).cancel();
                }
                end
            }
            Wake::Failed(error) => {
                self.loading = false;
                // The user gave up loading and stays with what had come.
                let stays = error.cancelled
                    && matches!(self.model.screen, Screen::Explore(_) | Screen::Compare(_));
                (!stays).then_some(End::Error(error))
            }
            Wake::Terminate => Some(End::Error(cancelled("ended from outside"))),
            Wake::Suspend => {
                self.suspend();
                None
            }
        }
    }

    fn tell(&mut self, msg: Msg) -> Option<End> {
        if let Msg::Content(ticket, _)
        | Msg::Found(ticket, _)
        | Msg::Differs(ticket, _)
        | Msg::Extracted(ticket, _) = &msg
        {
            self.asked.remove(&ticket.0);
        }
        match update::update(&mut self.model, msg)? {
            Effect::Quit => return Some(End::Quit),
            Effect::CancelLoad => return Some(End::Error(cancelled("loading was cancelled"))),
            Effect::StopLoad => self.cancel.cancel(),
            Effect::Load(image) => self.load_picked(&image),
            Effect::LoadTwo(images) => self.load_picked_two(&images),
            Effect::CompareWith {
                ticket,
                image,
                reference,
            } => {
                if let Some((contents, cancel)) = self.ask(ticket, &image) {
                    let (request, base) = self.how.clone();
                    let named = jobs::expand(&reference).to_string_lossy().into_owned();
                    let request = request.beside(named);
                    let loaded = Loaded { image, contents };
                    // What was reported of one image says nothing of two.
                    let asked = Asked {
                        scans: Vec::new(),
                        ..self.model.options.asked.clone()
                    };
                    jobs::compare_with(loaded, request, base, asked, cancel, self.wake.clone());
                }
            }
            Effect::Report {
                images,
                comparison,
                units,
                format,
                to,
            } => {
                if let Some(pair) = self.pair(images, comparison) {
                    jobs::report(pair, units, format, to, self.wake.clone());
                }
            }
            Effect::Suspend => self.suspend(),
            Effect::Read(ticket, wanted, from) => {
                if let Some((contents, cancel)) = self.ask(ticket, &wanted.image) {
                    let wake = self.wake.clone();
                    reading::window(ticket, wanted, from, contents, cancel, wake);
                }
            }
            Effect::Search(ticket, wanted, text) => {
                if let Some((contents, cancel)) = self.ask(ticket, &wanted.image) {
                    let wake = self.wake.clone();
                    reading::search(ticket, wanted, text, contents, cancel, wake);
                }
            }
            Effect::Diff {
                ticket,
                images,
                versions,
            } => {
                let before = self.contents(&images.before);
                if let Some(before) = before
                    && let Some((after, cancel)) = self.ask(ticket, &images.after)
                {
                    let (wake, contents) = (self.wake.clone(), Sides::new(before, after));
                    reading::diff(ticket, images, versions, contents, cancel, wake);
                }
            }
            Effect::Extract {
                ticket,
                image,
                extent,
                to,
            } => {
                if let Some((contents, cancel)) = self.ask(ticket, &image) {
                    let what = Extraction {
                        ticket,
                        image,
                        extent,
                        to,
                    };
                    jobs::extract(what, contents, cancel, self.wake.clone());
                }
            }
            Effect::Page(wanted) => {
                if let Err(why) = self.page(&wanted) {
                    let _ = self.wake.send(Wake::tell(Msg::Trouble(why)));
                }
            }
            Effect::Stop(ticket) => {
                if let Some(cancel) = self.asked.remove(&ticket.0) {
                    cancel.cancel();
                }
            }
        }
        None
    }

    /// Returns two images with the way back to their bytes.
    fn pair(&self, images: Sides<Arc<Image>>, comparison: Arc<Comparison>) -> Option<Pair> {
        let loaded = images.map(|image| {
            let contents = self.contents(&image)?;
            Some(Loaded { image, contents })
        });
        Some(Pair {
            loaded: Sides::new(loaded.before?, loaded.after?),
            comparison,
        })
    }

    /// Returns the way back to an image's bytes.
    fn contents(&self, image: &Arc<Image>) -> Option<Contents> {
        let mut all = self.contents.iter();
        let found = all.find(|(loaded, _)| Arc::ptr_eq(loaded, image))?;
        Some(found.1.clone())
    }

    fn ask(&mut self, ticket: Ticket, image: &Arc<Image>) -> Option<(Contents, Cancel)> {
        let contents = self.contents(image)?;
        // One thing lies over the screen, so one question is open: an earlier one is given up.
        self.asked.drain().for_each(|(_, cancel)| cancel.cancel());
        let cancel = Cancel::default();
        self.asked.insert(ticket.0, cancel.clone());
        Some((contents, cancel))
    }

    /// Ends: whatever goes on is given up, and a load is waited for while it tidies up.
    fn end(self, end: End, woken: &Receiver<Wake>) -> Result<(), Error> {
        terminal::close();
        self.cancel.cancel();
        self.behind.cancel();
        self.asked.values().for_each(Cancel::cancel);
        let deadline = Instant::now() + TIDY;
        let mut loading = self.loading;
        while loading
            && let Ok(wake) = woken.recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            loading = !matches!(wake, Wake::Loaded(..) | Wake::Failed(_));
        }
        match end {
            End::Quit => Ok(()),
            End::Error(error) => Err(error),
        }
    }
}

fn is_progress(wake: &Wake) -> bool {
    let Wake::Tell(msg) = wake else { return false };
    matches!(
        **msg,
        Msg::Load(
            _,
            News::Progress(..) | News::Time(_) | News::Telling(Telling::Reading(..))
        ) | Msg::Written(..)
    )
}

fn cancelled(why: &str) -> Error {
    Error {
        message: why.to_owned(),
        hint: None,
        cancelled: true,
    }
}
