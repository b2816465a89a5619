//! The shell: waits for events, applies all that are pending, and draws once. It is the only part that touches the terminal, threads and the loader;
//! `perform` runs effects. It makes no decisions.

mod input;
mod jobs;
pub(in crate::ui) mod open;
mod output;
mod perform;
mod suspend;
pub(in crate::ui) mod terminal;

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use crossterm::event::Event;

use crate::analysis::BaseHint;
use crate::compare::{Side, Sides};
use crate::failure::Failure;
use crate::image::Image;
use crate::load::{Cancel, FileContents, Request};

use self::jobs::ShellEvent;
use crate::ui::loaded::content_analysis::LoadState;
use crate::ui::model::message::{LoadUpdate, Msg};
use crate::ui::model::picker::PickImage;
use crate::ui::model::{Model, Screen};
use crate::ui::{update, view};

/// The least time between two frames that only show progress.
const FRAME: Duration = Duration::from_millis(33);
/// How long quitting waits for an extraction before it prints a message.
const SILENT: Duration = Duration::from_millis(200);
/// How long a cancelled load may take to clean up.
const TIDY: Duration = Duration::from_secs(2);

/// The model with terminal, threads and loader.
pub(in crate::ui) struct Shell {
    pub(in crate::ui) terminal: terminal::Tui,
    /// The stream that the terminal is on.
    pub(in crate::ui) stream: terminal::TerminalStream,
    pub(in crate::ui) model: Model,
    pub(in crate::ui) events: Sender<ShellEvent>,
    pub(in crate::ui) resume: Sender<()>,
    pub(in crate::ui) cancel: Cancel,
    pub(in crate::ui) contents: Vec<(Arc<Image>, FileContents)>,
    /// Whether the loader thread is running.
    pub(in crate::ui) loading: bool,
    /// Running extractions, including cancelled ones.
    pub(in crate::ui) extracting: usize,
    /// How other images are loaded.
    pub(in crate::ui) load_options: (Request, BaseHint),
    /// The two images that are compared from the start, and how.
    pub(in crate::ui) pair: Option<(Sides<Request>, BaseHint)>,
    /// The one of the two for which an image is picked.
    pub(in crate::ui) picking: Option<Side>,
    /// The requests that can be cancelled, by ticket.
    pub(in crate::ui) running: HashMap<u32, Cancel>,
    /// The reading of the start of the selected file.
    pub(in crate::ui) preview: Cancel,
    /// The background work of the current screen.
    pub(in crate::ui) background: Cancel,
    /// The last press of the mouse.
    pub(in crate::ui) clicks: input::Clicks,
    /// What waits after a signal until the terminal is restored.
    pub(in crate::ui) signalled: Option<Sender<()>>,
}

/// How the program exits.
enum Exit {
    /// The user quits.
    Quit,
    /// The user has picked an image.
    Picked(Box<PickImage>),
    /// An error or a signal.
    Failure(Failure),
}

impl Shell {
    /// Runs until the exit; returns the image that the user picked, if that ended it.
    pub(in crate::ui) fn run(
        mut self,
        received: &Receiver<ShellEvent>,
    ) -> Result<Option<Box<PickImage>>, Failure> {
        // The first frame is laid out.
        if let Some(end) = self.apply(Msg::Continue) {
            return self.end(end, received);
        }
        loop {
            if let Err(error) = self.terminal.draw(|frame| view::view(&self.model, frame)) {
                return Err(jobs::terminal(error));
            }
            let drawn = Instant::now();
            let mut next = if self.model.has_work() {
                received
                    .try_recv()
                    .unwrap_or(ShellEvent::message(Msg::Continue))
            } else {
                match received.recv() {
                    Ok(event) => event,
                    Err(_) => return self.end(Exit::Quit, received),
                }
            };
            loop {
                let urgent = !is_progress(&next);
                if let Some(end) = self.take(next) {
                    return self.end(end, received);
                }
                let wait = if urgent {
                    Duration::ZERO
                } else {
                    FRAME.saturating_sub(drawn.elapsed())
                };
                match received.recv_timeout(wait) {
                    Ok(more) => next = more,
                    Err(_) => break,
                }
            }
        }
    }

    /// Handles an event, and returns the exit if it is one.
    fn take(&mut self, events: ShellEvent) -> Option<Exit> {
        match events {
            ShellEvent::Input(events) => {
                for event in events {
                    for msg in input::messages(&self.model, &mut self.clicks, &event) {
                        if let Some(end) = self.apply(msg) {
                            return Some(end);
                        }
                    }
                    if let Event::Resize(..) = event {
                        let _ = self.terminal.autoresize();
                    }
                }
                let _ = self.resume.send(());
                None
            }
            ShellEvent::Message(msg) => self.apply(*msg),
            ShellEvent::Loaded(contents, background, msg) => {
                self.contents = contents;
                self.loading = false;
                // Requests belong to their own screen.
                self.running.clear();
                let end = self.apply(*msg);
                // A cancelled load arrives too late to replace anything.
                if !background.is_cancelled() {
                    std::mem::replace(&mut self.background, background).cancel();
                }
                end
            }
            ShellEvent::Several(side, images, failure) => {
                self.loading = false;
                self.several(side, images, failure)
            }
            ShellEvent::Failed(error) => {
                self.loading = false;
                // The user cancelled loading and keeps the layers loaded so far.
                let stays = error.is_cancelled()
                    && matches!(self.model.screen, Screen::Explore(_) | Screen::Compare(_));
                (!stays).then_some(Exit::Failure(error))
            }
            ShellEvent::Terminate(restored) => {
                self.signalled = Some(restored);
                Some(Exit::Failure(Failure::cancelled("terminated by a signal")))
            }
            ShellEvent::Suspend => {
                self.suspend();
                None
            }
        }
    }

    fn apply(&mut self, msg: Msg) -> Option<Exit> {
        // The thread that sent a content or a diff still colours it.
        if let Msg::SearchHits(ticket, _) | Msg::Extracted(ticket, _) = &msg {
            self.running.remove(&ticket.0);
        }
        if let Msg::Extracted(..) = &msg {
            self.extracting -= 1;
        }
        let effect = update::update(&mut self.model, msg)?;
        self.perform(effect)
    }

    /// Cancels all work and waits for it to clean up: for a load at most [`TIDY`], for an extraction until no file is half-written or a second signal
    /// arrives.
    fn end(
        mut self,
        end: Exit,
        received: &Receiver<ShellEvent>,
    ) -> Result<Option<Box<PickImage>>, Failure> {
        terminal::close();
        drop(self.signalled.take());
        self.cancel.cancel();
        self.background.cancel();
        self.preview.cancel();
        self.running.values().for_each(Cancel::cancel);
        let deadline = Instant::now() + TIDY;
        let (mut loading, mut extracting) = (self.loading, self.extracting);
        let mut announced = false;
        while extracting > 0 {
            let events = if announced {
                received.recv().map_err(RecvTimeoutError::from)
            } else {
                received.recv_timeout(SILENT)
            };
            match events {
                Ok(ShellEvent::Message(msg)) if matches!(*msg, Msg::Extracted(..)) => {
                    extracting -= 1;
                }
                Ok(event) if event.ends_load() => loading = false,
                Ok(ShellEvent::Terminate(_)) | Err(RecvTimeoutError::Disconnected) => {
                    extracting = 0;
                }
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => {
                    announced = true;
                    let _ = writeln!(io::stderr(), "cancelling the extraction…");
                }
            }
        }
        while loading
            && let Ok(events) =
                received.recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            loading = !events.ends_load();
        }
        match end {
            Exit::Quit => Ok(None),
            Exit::Picked(image) => Ok(Some(image)),
            Exit::Failure(error) => Err(error),
        }
    }
}

fn is_progress(events: &ShellEvent) -> bool {
    let ShellEvent::Message(msg) = events else {
        return false;
    };
    matches!(
        **msg,
        Msg::Load(
            _,
            LoadUpdate::Progress(..)
                | LoadUpdate::Elapsed(_)
                | LoadUpdate::Content(LoadState::Reading(..))
        ) | Msg::ExtractProgress(..)
            | Msg::RereadProgress(..)
    )
}
