//! The terminal's events, and the signals that terminate or suspend the program.

use std::sync::mpsc::{Receiver, Sender};
use std::time::Duration;

use crossterm::event;

use crate::ui::shell::jobs::{ShellEvent, start, terminal};

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
                Some(error) => events.send(ShellEvent::Failed(terminal(error))),
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
                ShellEvent::Terminate
            };
            if events.send(event).is_err() {
                return;
            }
        }
    });
}

/// There are no such signals here.
#[cfg(not(unix))]
pub(in crate::ui) fn signals(_wake: Sender<ShellEvent>) {}
