//! What comes from outside: the terminal's events, and the signals that end or stop a program.

use std::sync::mpsc::{Receiver, Sender};
use std::time::Duration;

use crossterm::event;

use crate::ui::shell::jobs::{Wake, start, terminal};

/// Waits for the terminal's events. After each lot it waits until the lot is dealt with, so that a pager, or a stopped program, has the terminal's
/// input for itself.
pub(in crate::ui) fn input(wake: Sender<Wake>, go_on: Receiver<()>) {
    start(&wake.clone(), move || {
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
                Some(error) => wake.send(Wake::Failed(terminal(&error))),
                None => wake.send(Wake::Input(lot)),
            };
            if sent.is_err() || go_on.recv().is_err() {
                return;
            }
        }
    });
}

/// Passes on the signals that end or stop a program.
#[cfg(unix)]
pub(in crate::ui) fn signals(wake: Sender<Wake>) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
    let Ok(mut signals) =
        signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP])
    else {
        return;
    };
    start(&wake.clone(), move || {
        for signal in signals.forever() {
            if signal == SIGINT && crate::ui::shell::terminal::is_lent() {
                // Meant for the pager.
                continue;
            }
            let said = if signal == SIGTSTP {
                Wake::Suspend
            } else {
                Wake::Terminate
            };
            if wake.send(said).is_err() {
                return;
            }
        }
    });
}

/// There are no such signals here.
#[cfg(not(unix))]
pub(in crate::ui) fn signals(_wake: Sender<Wake>) {}
