//! Ctrl-C without a screen: the run ends at once and leaves every report complete or unchanged. The screen handles signals itself.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, Builder};
#[cfg(unix)]
use std::time::Duration;

use crate::failure::{Failure, RunOutcome};
use crate::report::{self, ProgressLine};
use crate::scan;
#[cfg(unix)]
use crate::threads;
use crate::ui;

/// How long the terminal may take for the bytes that restore it.
#[cfg(unix)]
const WRITING: Duration = Duration::from_secs(1);

/// The first event: the end of the work or a signal.
enum FirstEvent {
    Ended(thread::Result<Result<RunOutcome, Failure>>),
    Interrupted,
}

/// Runs `work` on its own thread, and abandons it when the user interrupts: a read from a pipe or an engine may never return.
///
/// # Errors
/// The [`Failure`] of the work, or of the interrupt.
pub(super) fn interruptible(
    work: impl FnOnce() -> Result<RunOutcome, Failure> + Send + 'static,
) -> Result<RunOutcome, Failure> {
    let (send, first) = channel();
    let started = listen(send.clone()).and_then(|()| {
        Builder::new().spawn(move || {
            // After an interrupt there is no receiver.
            let _ = send.send(FirstEvent::Ended(catch_unwind(AssertUnwindSafe(work))));
        })
    });
    started.map_err(Failure::thread)?;
    match first.recv() {
        Ok(FirstEvent::Ended(Ok(outcome))) => outcome,
        Ok(FirstEvent::Ended(Err(panic))) => resume_unwind(panic),
        Ok(FirstEvent::Interrupted) | Err(_) => {
            // From here on no report is started; one that is being replaced is finished.
            std::mem::forget(report::settle());
            scan::stop();
            restore_terminal();
            Err(interrupted())
        }
    }
}

/// Runs another program that shares the terminal, and with it ctrl-C, until it ends.
///
/// # Errors
/// The [`Failure`] of `run`, or of an interrupt.
pub(super) fn share_terminal<T>(run: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let interrupt = Arc::new(AtomicBool::new(false));
    listen_until_exit(&interrupt);
    let ended = run();
    if interrupt.load(Ordering::Relaxed) {
        return Err(interrupted());
    }
    ended
}

/// Restores the terminal, as far as it takes output soon: one behind a connection that stands still may never do.
#[cfg(unix)]
fn restore_terminal() {
    threads::within(WRITING, || {
        ui::close_terminal();
        ProgressLine::clear();
    });
}

#[cfg(not(unix))]
fn restore_terminal() {
    ui::close_terminal();
    ProgressLine::clear();
}

fn interrupted() -> Failure {
    Failure::cancelled("interrupted")
}

#[cfg(unix)]
fn listen(send: Sender<FirstEvent>) -> io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) else {
        // The signals keep their default action, which also ends the process.
        return Ok(());
    };
    Builder::new().spawn(move || {
        for _ in signals.forever() {
            if send.send(FirstEvent::Interrupted).is_err() {
                return;
            }
        }
    })?;
    Ok(())
}

/// Ctrl-C alone, which the system reports on a thread that may do no more than set a flag.
#[cfg(not(unix))]
fn listen(send: Sender<FirstEvent>) -> io::Result<()> {
    /// How often the flag is read.
    const CHECK_EVERY: std::time::Duration = std::time::Duration::from_millis(50);
    let interrupt = Arc::new(AtomicBool::new(false));
    listen_until_exit(&interrupt);
    Builder::new().spawn(move || {
        while !interrupt.load(Ordering::Relaxed) {
            thread::sleep(CHECK_EVERY);
        }
        // Without a receiver the work has ended.
        let _ = send.send(FirstEvent::Interrupted);
    })?;
    Ok(())
}

fn listen_until_exit(interrupt: &Arc<AtomicBool>) {
    // On an error the signal keeps its default action.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(interrupt));
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::{FirstEvent, listen};

    #[test]
    fn ctrl_c_interrupts() {
        let (send, first) = channel();
        listen(send).unwrap();
        signal_hook::low_level::raise(signal_hook::consts::SIGINT).unwrap();
        let event = first.recv_timeout(Duration::from_mins(1));
        assert!(matches!(event, Ok(FirstEvent::Interrupted)));
    }
}
