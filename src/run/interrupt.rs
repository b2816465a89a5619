//! Ctrl-C without a screen: the run ends at once, wherever it is, and leaves every report whole or as it was. The screen hears signals itself.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, Builder};

use crate::failure::{Failure, Kind, Outcome};
use crate::report::{self, ProgressLine};
use crate::scan;

/// What comes first.
enum First {
    Ended(thread::Result<Result<Outcome, Failure>>),
    #[cfg_attr(not(unix), expect(dead_code, reason = "no signal says so there"))]
    Interrupted,
}

/// Does some work on a thread of its own, and leaves it alone when the user interrupts: a read from a pipe or an engine may never return.
///
/// # Errors
/// The work's own [`Failure`], or one that says that the user stopped it.
pub(super) fn interruptible(
    work: impl FnOnce() -> Result<Outcome, Failure> + Send + 'static,
) -> Result<Outcome, Failure> {
    let (send, first) = channel();
    let started = listen(send.clone()).and_then(|()| {
        Builder::new().spawn(move || {
            // Nobody listens any more after an interrupt.
            let _ = send.send(First::Ended(catch_unwind(AssertUnwindSafe(work))));
        })
    });
    started.map_err(|error| {
        Failure::new("cannot start a thread")
            .because(&error)
            .hint(crate::threads::REFUSED)
    })?;
    match first.recv() {
        Ok(First::Ended(Ok(outcome))) => outcome,
        Ok(First::Ended(Err(panic))) => resume_unwind(panic),
        Ok(First::Interrupted) | Err(_) => {
            // From here on no file is begun; one that is being replaced is replaced whole.
            std::mem::forget(report::settle());
            ProgressLine::wipe();
            scan::stop();
            Err(stopped())
        }
    }
}

/// Lets another program have the terminal, and with it ctrl-C, until it ends.
///
/// # Errors
/// What `run` says, or that the user stopped it.
pub(super) fn after<T>(run: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let asked = Arc::new(AtomicBool::new(false));
    hear(&asked);
    let ended = run();
    if asked.load(Ordering::Relaxed) {
        return Err(stopped());
    }
    ended
}

fn stopped() -> Failure {
    Failure {
        kind: Kind::Cancelled,
        ..Failure::new("interrupted")
    }
}

#[cfg(unix)]
fn listen(send: Sender<First>) -> io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) else {
        // The signals keep their usual meaning then, which ends the process too.
        return Ok(());
    };
    Builder::new().spawn(move || {
        for _ in signals.forever() {
            if send.send(First::Interrupted).is_err() {
                return;
            }
        }
    })?;
    Ok(())
}

#[cfg(unix)]
fn hear(asked: &Arc<AtomicBool>) {
    // Unheard, the signal keeps its usual meaning.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(asked));
}

/// There are no such signals here: ctrl-C ends the process.
#[cfg(not(unix))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "it may fail where there are signals"
)]
fn listen(_send: Sender<First>) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn hear(_asked: &Arc<AtomicBool>) {}
