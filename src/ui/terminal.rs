//! The terminal taken and given back, and lent to a pager. Nothing here knows the model.

use std::io;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::execute;
use ratatui::DefaultTerminal;

use crate::load::Cancel;

/// Takes the terminal. A panic gives it back: ratatui's hook, and before it the mouse.
pub(super) fn open() -> io::Result<DefaultTerminal> {
    static HOOK: std::sync::Once = std::sync::Once::new();
    let terminal = ratatui::try_init()?;
    HOOK.call_once(|| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let _ = execute!(io::stdout(), DisableBracketedPaste, DisableMouseCapture);
            hook(panic);
        }));
    });
    execute!(io::stdout(), EnableMouseCapture, EnableBracketedPaste)?;
    Ok(terminal)
}

/// Gives the terminal back.
pub(super) fn close() {
    let _ = execute!(io::stdout(), DisableBracketedPaste, DisableMouseCapture);
    ratatui::restore();
}

/// Whether a pager has the terminal.
static LENT: AtomicBool = AtomicBool::new(false);

/// Returns whether a pager has the terminal, and with it the keys that interrupt.
#[cfg(unix)]
pub(super) fn is_lent() -> bool {
    LENT.load(Ordering::Relaxed)
}

/// Shows in `$PAGER` what `pour` writes, and waits until the user leaves it; what is not written by then is given up.
pub(super) fn pager(
    cancel: &Cancel,
    pour: impl FnOnce(ChildStdin) -> Result<(), String> + Send,
) -> Result<(), String> {
    let fallback = if cfg!(windows) { "more" } else { "less" };
    let pager = std::env::var("PAGER")
        .ok()
        .filter(|pager| !pager.trim().is_empty())
        .unwrap_or_else(|| fallback.to_owned());
    let mut command = if cfg!(windows) {
        Command::new(&pager)
    } else {
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(&pager);
        shell
    };
    let failed = |error: io::Error| format!("$PAGER: {error}");
    LENT.store(true, Ordering::Relaxed);
    let shown = command.stdin(Stdio::piped()).spawn().and_then(|mut child| {
        let stdin = child.stdin.take();
        thread::scope(|scope| {
            let poured = scope.spawn(|| stdin.map_or(Ok(()), pour));
            let status = child.wait();
            cancel.cancel();
            let poured = poured.join().unwrap_or(Ok(()));
            Ok((status?, poured))
        })
    });
    LENT.store(false, Ordering::Relaxed);
    let (status, poured) = shown.map_err(failed)?;
    if !status.success() {
        return Err(format!("$PAGER: {pager} ended with {status}"));
    }
    poured
}
