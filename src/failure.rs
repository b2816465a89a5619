//! The end of a run: its error message with causes and hint, and its exit code. Errors of other modules become a [`Failure`] here; the kind decides the exit
//! code.

use std::error::Error;
use std::fmt;
use std::io::{self, Write as _};
use std::process::{ExitCode, ExitStatus};
use std::sync::Arc;

use crate::fleet::FleetError;
use crate::{escape, load, pair};

/// The exit code of an error.
const ERROR: u8 = 2;
/// The exit code after a cancel, an interrupt or a signal.
pub(crate) const INTERRUPTED: u8 = 130;

/// Makes an abort end with the exit code of an error: Rust aborts the process when the system refuses it memory.
pub fn catch_aborts() {
    #[cfg(unix)]
    {
        let always = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
        let (signal, code) = (signal_hook::consts::SIGABRT, i32::from(ERROR));
        // If it cannot be caught, the shell shows 134.
        let _ = signal_hook::flag::register_conditional_shutdown(signal, code, always);
    }
}

/// How a run ended without a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunOutcome {
    /// Success; every rule passed, if there were any.
    Done,
    /// A rule failed.
    RuleFailed,
    /// Another program that it started ended with this exit code: the engine's build, or the program behind the docker command's plugin.
    Code(u8),
}

/// A failed run: one line that names the thing, its causes, and a hint.
#[derive(Debug)]
pub struct Failure {
    /// The kind of failure.
    pub kind: FailureKind,
    /// The error in one line; names in it are escaped.
    pub message: String,
    /// The causes, nearest first.
    pub causes: Vec<String>,
    /// The error that the message or the first cause is about, if there is one.
    source: Option<Box<dyn Error + Send + Sync>>,
    /// What the user can do.
    pub hint: Option<String>,
}

/// The kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// An error: bad arguments, no image, an unreadable archive, an unreachable engine.
    Error,
    /// The user cancelled.
    Cancelled,
}

impl FailureKind {
    const fn of(is_cancelled: bool) -> Self {
        if is_cancelled {
            Self::Cancelled
        } else {
            Self::Error
        }
    }
}

impl Failure {
    /// Returns a failure with a message.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            kind: FailureKind::Error,
            message: message.into(),
            causes: Vec::new(),
            source: None,
            hint: None,
        }
    }

    /// Returns the failure of a run that the user cancelled.
    #[must_use]
    pub(crate) fn cancelled(message: impl Into<String>) -> Self {
        Self {
            kind: FailureKind::Cancelled,
            ..Self::new(message)
        }
    }

    /// Returns whether the user cancelled.
    #[must_use]
    pub(crate) fn is_cancelled(&self) -> bool {
        self.kind == FailureKind::Cancelled
    }

    /// Adds a hint.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a hint if there is none.
    #[must_use]
    pub(crate) fn or_hint(mut self, hint: &str) -> Self {
        self.hint.get_or_insert_with(|| hint.to_owned());
        self
    }

    /// Puts what failed before the message: an option, an image, a step.
    #[must_use]
    pub(crate) fn about(mut self, what: &str) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }

    /// Returns the failure with an error's message, which must be escaped already.
    #[must_use]
    pub(crate) fn of(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let error = error.into();
        Self::new(error.to_string()).with_source(error)
    }

    /// Adds a cause and the sources of that cause.
    #[must_use]
    pub(crate) fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let cause = cause.into();
        let mut at: Option<&dyn Error> = Some(&*cause);
        while let Some(cause) = at {
            self.causes
                .push(escape::text(&cause.to_string()).into_owned());
            at = cause.source();
        }
        self.with_source(cause)
    }

    /// Keeps the error that the message or a cause is about.
    #[must_use]
    pub(crate) fn with_source(mut self, error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(error.into());
        self
    }

    /// Returns the failure of arguments that cannot be parsed: clap's message in one line, its tips, and the next step.
    #[must_use]
    pub(crate) fn of_arguments(error: &clap::Error, usage: &str) -> Self {
        let text = error.to_string();
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let first = lines.next().unwrap_or("cannot read the arguments");
        let mut message = first.strip_prefix("error: ").unwrap_or(first).to_owned();
        let mut hints = Vec::new();
        for line in lines {
            if let Some(tip) = line.strip_prefix("tip: ") {
                hints.push(tip);
            } else if line.starts_with('[') {
                hints.push(line.trim_matches(['[', ']']));
            } else if !line.starts_with("Usage:") && !line.starts_with("For more") {
                message.push(' ');
                message.push_str(line);
            }
        }
        hints.push(usage);
        Self::new(message).hint(hints.join("\n"))
    }

    /// Returns the failure of starting a thread.
    #[must_use]
    pub(crate) fn thread(error: io::Error) -> Self {
        Self::new("cannot start a thread")
            .because(error)
            .hint(crate::threads::REFUSED)
    }

    /// Returns the message with its causes and the hint on one line; "cancelled" if the user cancelled.
    #[must_use]
    pub(crate) fn one_line(&self) -> String {
        if self.is_cancelled() {
            return "cancelled".to_owned();
        }
        let parts = std::iter::once(&self.message).chain(&self.causes);
        let text = parts.map(String::as_str).collect::<Vec<_>>().join(": ");
        match &self.hint {
            Some(hint) => format!("{text} ({hint})"),
            None => text,
        }
    }

    /// Returns the failure of writing `what`.
    #[must_use]
    pub fn writing(what: &str, error: io::Error) -> Self {
        let hint = match error.kind() {
            io::ErrorKind::NotFound => "create the folder first",
            io::ErrorKind::PermissionDenied => "choose a file that you may write",
            io::ErrorKind::IsADirectory => "that is a folder: name a file in it",
            io::ErrorKind::StorageFull => "free some space, or choose another place",
            _ => "no partial file was left",
        };
        Self::new(format!("cannot write {}", escape::text(what)))
            .because(error)
            .hint(hint)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", self.message)?;
        for cause in &self.causes {
            writeln!(f, "  caused by: {cause}")?;
        }
        if let Some(hint) = &self.hint {
            for (line, text) in hint.lines().enumerate() {
                let label = if line == 0 { "hint:" } else { "     " };
                writeln!(f, "{label} {text}")?;
            }
        }
        Ok(())
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.source.as_deref();
        source.map(|source| source as &(dyn Error + 'static))
    }
}

impl From<load::Error> for Failure {
    fn from(error: load::Error) -> Self {
        Self {
            kind: FailureKind::of(error.is_cancelled()),
            hint: error.hint(),
            message: error.to_string(),
            causes: Vec::new(),
            source: Some(Box::new(error)),
        }
    }
}

impl From<pair::Error> for Failure {
    fn from(error: pair::Error) -> Self {
        Self::from(error.error).about(error.side.name())
    }
}

impl From<Arc<FleetError>> for Failure {
    fn from(error: Arc<FleetError>) -> Self {
        let shown = |text: String| escape::text(&text).into_owned();
        Self {
            kind: FailureKind::of(error.is_cancelled()),
            hint: error.hint().map(shown),
            message: shown(error.to_string()),
            causes: Vec::new(),
            source: Some(Box::new(error)),
        }
    }
}

/// Returns the exit code: 0 success, 1 a rule failed, 2 an error, 130 cancelled or interrupted.
#[must_use]
pub(crate) fn code(outcome: &Result<RunOutcome, Failure>) -> u8 {
    match outcome {
        Ok(RunOutcome::Done) => 0,
        Ok(RunOutcome::RuleFailed) => 1,
        Ok(RunOutcome::Code(code)) => *code,
        Err(failure) => match failure.kind {
            FailureKind::Error => ERROR,
            FailureKind::Cancelled => INTERRUPTED,
        },
    }
}

/// Returns the exit code of another program; of a killed one 128 + signal, as shells do.
pub(crate) fn exit_code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        if let Some(signal) = status.signal() {
            return u8::try_from(128 + signal).unwrap_or(u8::MAX);
        }
    }
    status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(u8::MAX)
}

/// Prints a failure on standard error and returns the exit code.
#[must_use]
pub fn exit(outcome: &Result<RunOutcome, Failure>) -> ExitCode {
    if let Err(failure) = outcome
        && failure.kind == FailureKind::Error
    {
        // With standard error closed, the exit code still reports the failure.
        let _ = write!(io::stderr().lock(), "{failure}");
    }
    ExitCode::from(code(outcome))
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::sync::Arc;

    use super::{Failure, FailureKind, INTERRUPTED, code};
    use crate::fleet::FleetError;
    use crate::load;

    /// Kind, text and hint are those of the error, whatever step it ended.
    #[test]
    fn an_error_of_a_survey_keeps_its_kind() {
        let failure = |error| Failure::from(Arc::new(error)).about("no image could be read");
        let moved = failure(FleetError::Moved("a\u{1b}".to_owned()));
        assert_eq!(moved.kind, FailureKind::Error);
        assert!(moved.message.starts_with("no image could be read: a"));
        assert!(!moved.message.contains('\u{1b}'));
        assert_eq!(moved.hint, FleetError::Moved(String::new()).hint());
        assert!(moved.source().is_some());
        let cancelled = failure(FleetError::Load(load::Error::Cancelled));
        assert_eq!(code(&Err(cancelled)), INTERRUPTED);
    }
}
