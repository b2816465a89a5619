//! The shell: the only one that touches the terminal, the threads and the loader for the model. Waits, takes everything that has come, draws once;
//! `perform` does what the model asks for. Nothing is decided here.

mod input;
mod jobs;
mod lend;
pub(in crate::ui) mod open;
mod output;
mod perform;
mod terminal;

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use crossterm::event::Event;

use crate::analysis::BaseHint;
use crate::failure::Failure;
use crate::image::Image;
use crate::load::{Cancel, Contents, Request};

use self::jobs::Wake;
use crate::ui::loaded::content_analysis::LoadState;
use crate::ui::model::message::{Msg, News};
use crate::ui::model::{Model, Screen};
use crate::ui::{update, view};

/// The least time between two frames that only show progress.
const FRAME: Duration = Duration::from_millis(33);
/// How long whoever leaves waits for an extraction without being told.
const SILENT: Duration = Duration::from_millis(200);
/// How long a cancelled load is given to tidy up.
const TIDY: Duration = Duration::from_secs(2);

/// A model with the world around it.
pub(in crate::ui) struct Shell {
    pub(in crate::ui) terminal: terminal::Drawn,
    pub(in crate::ui) model: Model,
    pub(in crate::ui) wake: Sender<Wake>,
    pub(in crate::ui) go_on: Sender<()>,
    pub(in crate::ui) cancel: Cancel,
    pub(in crate::ui) contents: Vec<(Arc<Image>, Contents)>,
    /// Whether the thread that loads is still at it.
    pub(in crate::ui) loading: bool,
    /// How many extractions are not over yet, given up ones included.
    pub(in crate::ui) extracting: usize,
    /// How an image that is named or picked on the screen is loaded, but for its name.
    pub(in crate::ui) how: (Request, BaseHint),
    /// What was asked for and may be given up.
    pub(in crate::ui) asked: HashMap<u32, Cancel>,
    /// What goes on behind the screen that is shown.
    pub(in crate::ui) behind: Cancel,
}

/// How the program ends.
enum End {
    /// The user leaves.
    Quit,
    /// Something else ends it.
    Failure(Failure),
}

impl Shell {
    /// Goes on until the end.
    pub(in crate::ui) fn run(mut self, woken: &Receiver<Wake>) -> Result<(), Failure> {
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
                let stays = error.is_cancelled()
                    && matches!(self.model.screen, Screen::Explore(_) | Screen::Compare(_));
                (!stays).then_some(End::Failure(error))
            }
            Wake::Terminate => Some(End::Failure(Failure::cancelled("ended from outside"))),
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
        if let Msg::Extracted(..) = &msg {
            self.extracting -= 1;
        }
        let effect = update::update(&mut self.model, msg)?;
        self.perform(effect)
    }

    /// Ends: whatever goes on is given up, and waited for while it tidies up: a load for a while, what is being extracted until nothing of it is left
    /// half-written, or until a second signal.
    fn end(self, end: End, woken: &Receiver<Wake>) -> Result<(), Failure> {
        terminal::close();
        self.cancel.cancel();
        self.behind.cancel();
        self.asked.values().for_each(Cancel::cancel);
        let deadline = Instant::now() + TIDY;
        let (mut loading, mut extracting) = (self.loading, self.extracting);
        let mut said = false;
        while extracting > 0 {
            let wake = if said {
                woken.recv().map_err(RecvTimeoutError::from)
            } else {
                woken.recv_timeout(SILENT)
            };
            match wake {
                Ok(Wake::Tell(msg)) if matches!(*msg, Msg::Extracted(..)) => extracting -= 1,
                Ok(Wake::Loaded(..) | Wake::Failed(_)) => loading = false,
                Ok(Wake::Terminate) | Err(RecvTimeoutError::Disconnected) => extracting = 0,
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => {
                    said = true;
                    let _ = writeln!(io::stderr(), "stopping what is being extracted…");
                }
            }
        }
        while loading
            && let Ok(wake) = woken.recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            loading = !matches!(wake, Wake::Loaded(..) | Wake::Failed(_));
        }
        match end {
            End::Quit => Ok(()),
            End::Failure(error) => Err(error),
        }
    }
}

fn is_progress(wake: &Wake) -> bool {
    let Wake::Tell(msg) = wake else { return false };
    matches!(
        **msg,
        Msg::Load(
            _,
            News::Progress(..) | News::Time(_) | News::LoadState(LoadState::Reading(..))
        ) | Msg::Written(..)
            | Msg::Again(..)
    )
}
