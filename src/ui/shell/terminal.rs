//! Opens and restores the terminal, and runs a pager in it. Nothing here knows the model.

use std::io::{self, Stdout, Write as _};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread::{self, Builder, ThreadId};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::execute;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use crate::load::Cancel;

use crate::ui::shell::output::Output;

/// The terminal to draw on.
pub(in crate::ui) type Tui = Terminal<CrosstermBackend<Output<Stdout>>>;

/// The thread that uses the terminal, and the panic messages of worker threads, which are printed once the terminal is restored: the screen continues
/// when a worker fails.
static TERMINAL_OWNER: Mutex<Option<ThreadId>> = Mutex::new(None);
static WORKER_PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Opens the terminal. A panic of this thread restores it.
pub(in crate::ui) fn open() -> io::Result<Tui> {
    static HOOK: Once = Once::new();
    ratatui::try_init()?;
    HOOK.call_once(|| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let screen = *lock(&TERMINAL_OWNER);
            if screen.is_some_and(|screen| screen != thread::current().id()) {
                lock(&WORKER_PANICS).push(panic.to_string());
                return;
            }
            let _ = execute!(io::stdout(), DisableBracketedPaste, DisableMouseCapture);
            hook(panic);
        }));
    });
    *lock(&TERMINAL_OWNER) = Some(thread::current().id());
    execute!(io::stdout(), EnableMouseCapture, EnableBracketedPaste)?;
    Terminal::new(CrosstermBackend::new(Output::new(io::stdout())))
}

/// Restores the terminal, once.
pub(in crate::ui) fn close() {
    if lock(&TERMINAL_OWNER).take().is_some() {
        let _ = execute!(io::stdout(), DisableBracketedPaste, DisableMouseCapture);
        ratatui::restore();
        let _ = execute!(io::stdout(), Show);
    }
    for text in lock(&WORKER_PANICS).drain(..) {
        let _ = writeln!(io::stderr(), "{text}");
    }
}

/// Copies a text to the clipboard of the terminal, which may ignore it (xterm control sequences, "OSC 52").
pub(in crate::ui) fn copy(text: &str) -> io::Result<()> {
    let encoded = BASE64_STANDARD.encode(text);
    let mut terminal = io::stdout();
    write!(terminal, "\x1b]52;c;{encoded}\x07")?;
    terminal.flush()
}

/// A panic leaves no partial state: each value is set in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a pager uses the terminal.
static PAGER_RUNNING: AtomicBool = AtomicBool::new(false);

/// Returns whether a pager uses the terminal and handles the interrupt key.
#[cfg(unix)]
pub(in crate::ui) fn is_pager_running() -> bool {
    PAGER_RUNNING.load(Ordering::Relaxed)
}

/// Shows in `$PAGER` what `write_content` writes, and waits for it to exit; the rest is not written.
pub(in crate::ui) fn pager(
    cancel: &Cancel,
    write_content: impl FnOnce(ChildStdin) -> Result<(), String> + Send,
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
    PAGER_RUNNING.store(true, Ordering::Relaxed);
    let shown = command.stdin(Stdio::piped()).spawn().and_then(|mut child| {
        let stdin = child.stdin.take();
        thread::scope(|scope| {
            // Without the writing thread the pager reads an empty input.
            let writing =
                Builder::new().spawn_scoped(scope, || stdin.map_or(Ok(()), write_content));
            let status = child.wait();
            cancel.cancel();
            let written = writing?.join().unwrap_or(Ok(()));
            Ok((status?, written))
        })
    });
    PAGER_RUNNING.store(false, Ordering::Relaxed);
    let (status, written) = shown.map_err(failed)?;
    if !status.success() {
        return Err(format!("$PAGER: {pager} ended with {status}"));
    }
    written
}
