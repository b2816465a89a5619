//! The terminal's events, and the signals that terminate or suspend the program.

use std::sync::mpsc::{Receiver, Sender};
#[cfg(unix)]
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use crossterm::event;

#[cfg(unix)]
use crate::failure::INTERRUPTED;
use crate::ui::shell::jobs::{self, ShellEvent, start};
#[cfg(unix)]
use crate::ui::shell::terminal;

/// How long a signal waits for the screen to restore the terminal, and then for the terminal to take the bytes that restore it.
#[cfg(unix)]
const PATIENCE: Duration = Duration::from_secs(2);
#[cfg(unix)]
const WRITING: Duration = Duration::from_millis(500);

/// Reads the terminal's events. After each batch it waits until the batch is handled, so that a pager or the parent shell can read the terminal.
pub(in crate::ui) fn input(events: Sender<ShellEvent>, resume: Receiver<()>) {
    start(&events.clone(), move || {
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
                Some(error) => events.send(ShellEvent::Failed(jobs::terminal(error))),
                None => events.send(ShellEvent::Input(lot)),
            };
            if sent.is_err() || resume.recv().is_err() {
                return;
            }
        }
    });
}

/// Forwards the signals that terminate or suspend the program.
#[cfg(unix)]
pub(in crate::ui) fn signals(events: Sender<ShellEvent>) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
    let Ok(mut signals) =
        signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP])
    else {
        return;
    };
    start(&events.clone(), move || {
        for signal in signals.forever() {
            if signal == SIGINT && crate::ui::shell::terminal::is_pager_running() {
                // It is for the pager.
                continue;
            }
            let event = if signal == SIGTSTP {
                ShellEvent::Suspend
            } else {
                let (restored, wait) = channel();
                start(&events, move || leave_unless(&wait));
                ShellEvent::Terminate(restored)
            };
            if events.send(event).is_err() {
                return;
            }
        }
    });
}

/// Ends the process unless the screen restores the terminal soon. A terminal that takes no output, as behind a connection that stands still, would block the
/// screen forever; so would a pager.
#[cfg(unix)]
fn leave_unless(restored: &Receiver<()>) {
    if restored.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
        terminal::abandon(WRITING);
        std::process::exit(INTERRUPTED.into());
    }
}

/// There are no such signals here.
#[cfg(not(unix))]
pub(in crate::ui) fn signals(_wake: Sender<ShellEvent>) {}
