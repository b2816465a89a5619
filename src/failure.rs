//! What went wrong, told to the person who typed the command, and the exit code as a function of how it ended. No room's own errors live here:
//! they are turned into a [`Failure`] at the door.

use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::{escape, load, pair};

/// How a run ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All well, or every rule passed.
    Done,
    /// A rule failed.
    RuleFailed,
    /// A program that was run for the user ended with this code.
    Code(u8),
}

/// How a run ended badly: one line that names the thing, the causes below it, and what to do now.
#[derive(Debug)]
pub struct Failure {
    /// Why the run stopped.
    pub kind: Kind,
    /// What happened to what, in one line; names in it are escaped.
    pub message: String,
    /// The causes, nearest first.
    pub causes: Vec<String>,
    /// What the user can do.
    pub hint: Option<String>,
}

/// Why a run stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It could not tell: bad arguments, no image, an archive that cannot be read, a daemon gone.
    CouldNotTell,
    /// The user wished so.
    Cancelled,
}

impl Failure {
    /// Returns a failure of one line.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            kind: Kind::CouldNotTell,
            message: message.into(),
            causes: Vec::new(),
            hint: None,
        }
    }

    /// Returns the failure of a run that the user ended.
    #[must_use]
    pub fn cancelled(message: impl Into<String>) -> Self {
        Self {
            kind: Kind::Cancelled,
            ..Self::new(message)
        }
    }

    /// Returns whether the user ended the run.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.kind == Kind::Cancelled
    }

    /// Returns it with what the user can do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Returns it with a cause and that cause's own causes below it.
    #[must_use]
    pub fn because(mut self, cause: &dyn std::error::Error) -> Self {
        let mut at = Some(cause);
        while let Some(cause) = at {
            self.causes
                .push(escape::text(&cause.to_string()).into_owned());
            at = cause.source();
        }
        self
    }

    /// Returns the failure of writing to `what`.
    #[must_use]
    pub fn writing(what: &str, error: &io::Error) -> Self {
        let hint = match error.kind() {
            io::ErrorKind::NotFound => "make the folder first",
            io::ErrorKind::PermissionDenied => "name a place that may be written",
            io::ErrorKind::IsADirectory => "that is a folder: name a file in it",
            io::ErrorKind::StorageFull => "make room, or name another place",
            _ => "nothing was left half-written",
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

impl From<load::Error> for Failure {
    fn from(error: load::Error) -> Self {
        let kind = if error.is_cancelled() {
            Kind::Cancelled
        } else {
            Kind::CouldNotTell
        };
        Self {
            kind,
            hint: error.hint(),
            ..Self::new(error.to_string())
        }
    }
}

impl From<pair::Error> for Failure {
    fn from(error: pair::Error) -> Self {
        let side = error.side.name();
        let failure = Self::from(error.error);
        Self {
            message: format!("{side}: {}", failure.message),
            ..failure
        }
    }
}

/// Returns the exit code: 0 all well, 1 a rule failed, 2 it could not tell, 130 interrupted (`cli.md`, "Exit codes").
#[must_use]
pub fn code(outcome: &Result<Outcome, Failure>) -> u8 {
    match outcome {
        Ok(Outcome::Done) => 0,
        Ok(Outcome::RuleFailed) => 1,
        Ok(Outcome::Code(code)) => *code,
        Err(failure) => match failure.kind {
            Kind::CouldNotTell => 2,
            Kind::Cancelled => 130,
        },
    }
}

/// Tells a failure on standard error and returns the exit code.
#[must_use]
pub fn exit(outcome: &Result<Outcome, Failure>) -> ExitCode {
    if let Err(failure) = outcome
        && failure.kind == Kind::CouldNotTell
    {
        // Nobody is left to be told when standard error is closed too.
        let _ = write!(io::stderr().lock(), "{failure}");
    }
    ExitCode::from(code(outcome))
}
