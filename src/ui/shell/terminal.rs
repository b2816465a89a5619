//! Opens and restores the terminal, and runs a pager in it. Independent of the model.

use std::io::{self, Write};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread::{self, Builder, ThreadId};
#[cfg(unix)]
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::execute;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use crate::failure::Failure;
use crate::load::Cancel;
#[cfg(unix)]
use crate::threads;

use crate::ui::shell::output::TerminalOutput;

/// The terminal to draw on.
pub(in crate::ui) type Tui = Terminal<CrosstermBackend<TerminalOutput<TerminalStream>>>;

/// The stream that the terminal is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum TerminalStream {
    /// Standard output.
    Stdout,
    /// Standard error: standard output may be a file or a pipe.
    Stderr,
}

impl Write for TerminalStream {
    fn write(&mut self, some: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout => io::stdout().write(some),
            Self::Stderr => io::stderr().write(some),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout => io::stdout().flush(),
            Self::Stderr => io::stderr().flush(),
        }
    }
}

/// The thread that uses the terminal and the stream it is on, and the panic messages of worker threads, which are printed once the terminal is restored: the screen continues
/// when a worker fails.
static TERMINAL_OWNER: Mutex<Option<(ThreadId, TerminalStream)>> = Mutex::new(None);
static WORKER_PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Opens the terminal. A panic of this thread restores it.
pub(in crate::ui) fn open(mut stream: TerminalStream) -> io::Result<Tui> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let owner = *lock(&TERMINAL_OWNER);
            match owner {
                Some((thread, _)) if thread != thread::current().id() => {
                    lock(&WORKER_PANICS).push(panic.to_string());
                    return;
                }
                Some((_, stream)) => restore(stream),
                None => {}
            }
            hook(panic);
        }));
    });
    enable_raw_mode()?;
    *lock(&TERMINAL_OWNER) = Some((thread::current().id(), stream));
    let entered = execute!(
        stream,
        EnterAlternateScreen,
        EnableMouseCapture,
        EnableBracketedPaste
    );
    let backend = CrosstermBackend::new(TerminalOutput::new(stream));
    let opened = entered.and_then(|()| Terminal::new(backend));
    if opened.is_err() {
        close();
    }
    opened
}

/// Restores the terminal, once.
pub(crate) fn close() {
    if let Some((_, stream)) = lock(&TERMINAL_OWNER).take() {
        restore(stream);
    }
    for text in lock(&WORKER_PANICS).drain(..) {
        let _ = writeln!(io::stderr(), "{text}");
    }
}

/// Restores the terminal while another thread may be waiting for it: its modes at once, the rest as far as it takes output within `wait`.
#[cfg(unix)]
pub(in crate::ui) fn abandon(wait: Duration) {
    let _ = disable_raw_mode();
    threads::within(wait, close);
}

fn restore(mut stream: TerminalStream) {
    let _ = disable_raw_mode();
    let _ = execute!(
        stream,
        DisableBracketedPaste,
        DisableMouseCapture,
        LeaveAlternateScreen,
        Show
    );
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
    write_content: impl FnOnce(ChildStdin) -> Result<(), Failure> + Send,
) -> Result<(), Failure> {
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
    let failed = |error: io::Error| Failure::new("$PAGER").because(error);
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
        return Err(Failure::new(format!("$PAGER: {pager} ended with {status}")));
    }
    written
}
