//! The terminal taken and given back, and lent to a pager. Nothing here knows the model.

use std::io;

use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::execute;
use ratatui::DefaultTerminal;

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

/// Shows bytes in `$PAGER` and waits until the user leaves it.
pub(super) fn pager(bytes: &[u8]) -> io::Result<()> {
    use std::process::{Command, Stdio};
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
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A pager may be left before it has read everything.
        let _ = io::Write::write_all(&mut stdin, bytes);
    }
    let status = child.wait()?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("{pager} ended with {status}")))
    }
}
