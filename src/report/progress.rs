//! The progress of loading, on one line of standard error that is overwritten at most thirty times a second, and only on a terminal. The screen draws its own.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::bytes::{Units, human};
use crate::escape;
use crate::load::Progress;

/// The shortest time between two updates.
const PAUSE: Duration = Duration::from_millis(33);

/// One line of progress.
#[derive(Debug)]
pub(crate) struct ProgressLine {
    /// The time of the last update; `None` for a silent line.
    drawn: Option<Mutex<Instant>>,
    units: Units,
}

impl ProgressLine {
    /// Returns a line; a silent one with `--quiet` or when standard error is not a terminal.
    #[must_use]
    pub(crate) fn new(quiet: bool, units: Units) -> Self {
        let visible = !quiet && io::stderr().is_terminal();
        Self {
            drawn: visible.then(|| Mutex::new(Instant::now())),
            units,
        }
    }

    /// Shows the progress.
    pub(crate) fn show(&self, progress: &Progress) {
        if self.drawn.is_some()
            && let Some(text) = self.text(progress)
        {
            self.show_text(&text);
        }
    }

    /// Shows a text, which has nothing that a terminal interprets.
    pub(crate) fn show_text(&self, text: &str) {
        let Some(drawn) = &self.drawn else { return };
        let Ok(mut last) = drawn.try_lock() else {
            return;
        };
        if last.elapsed() >= PAUSE {
            *last = Instant::now();
            // A lost line of progress does no harm.
            let _ = write!(io::stderr().lock(), "\r\x1b[2K{text}");
        }
    }

    /// Clears the line of a run that is abandoned.
    pub(crate) fn clear() {
        if io::stderr().is_terminal() {
            let _ = write!(io::stderr().lock(), "\r\x1b[2K");
        }
    }

    fn text(&self, progress: &Progress) -> Option<String> {
        let size = |bytes| human(bytes, self.units);
        Some(match progress {
            Progress::Connecting(place) => format!("connecting to {}", escape::text(place)),
            Progress::Waiting(pipe) => format!(
                "waiting for a program that writes to {}",
                escape::text(&pipe.to_string_lossy())
            ),
            Progress::Pulling {
                done,
                total,
                status,
            } => {
                let status = escape::text(status);
                if *total == 0 {
                    format!("pulling: {status}")
                } else {
                    let filled = usize::try_from(done.saturating_mul(20) / total)
                        .unwrap_or(20)
                        .min(20);
                    let bar = format!("{}{}", "█".repeat(filled), "░".repeat(20 - filled));
                    format!(
                        "pulling {bar} {} of {}  {status}",
                        size(*done),
                        size(*total)
                    )
                }
            }
            Progress::Layer { layer, done, total } => {
                format!(
                    "reading layer {}: {} of {}",
                    layer.index() + 1,
                    size(*done),
                    size(*total)
                )
            }
            Progress::Stream {
                done,
                total: Some(total),
            } => {
                format!("reading: {} of {}", size(*done), size(*total))
            }
            Progress::Stream { done, total: None } => format!("reading: {}", size(*done)),
            Progress::Headings(_) | Progress::Partial(_) => return None,
        })
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        if self.drawn.is_some() {
            let _ = write!(io::stderr().lock(), "\r\x1b[2K");
        }
    }
}
