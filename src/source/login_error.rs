//! Why a stored login cannot be used: what is wrong with a file, with one of its entries, or with a credential helper. No message has a part of a login.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

/// A file that may have a login and cannot be used.
#[derive(Clone, Debug, Error)]
pub enum LoginError {
    /// The file that the user names in a variable does not exist.
    #[error("{variable}: {} does not exist", .file.display())]
    NoFile {
        /// The variable.
        variable: &'static str,
        /// The file.
        file: PathBuf,
    },
    /// The file, or what it refers to, cannot be used.
    #[error("{}: {cause}", .file.display())]
    File {
        /// Which file.
        file: PathBuf,
        /// Why.
        #[source]
        cause: LoginCause,
    },
}

impl LoginError {
    /// Returns several of them in one sentence.
    pub(super) fn list(all: &[Self]) -> String {
        let texts: Vec<String> = all.iter().map(ToString::to_string).collect();
        texts.join("; ")
    }
}

/// What is wrong with a file of logins.
#[derive(Clone, Debug, Error)]
pub enum LoginCause {
    /// It cannot be read.
    #[error("{0}")]
    Read(#[source] Arc<io::Error>),
    /// It cannot be parsed. The parser's own text may quote a value, so only the position is kept.
    #[error("not valid in line {line}, column {column}")]
    Syntax {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// The entry of the registry or the repository.
    #[error("the entry of {key}: {cause}")]
    Entry {
        /// The entry's key.
        key: String,
        /// What is wrong with it.
        #[source]
        cause: EntryError,
    },
    /// The credential helper that the file names.
    #[error("docker-credential-{name}: {cause}")]
    Helper {
        /// Its name, after `docker-credential-`.
        name: String,
        /// What is wrong with it.
        #[source]
        cause: HelperError,
    },
}

/// What is wrong with the entry of a registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EntryError {
    /// It has another form.
    #[error("it is not a login")]
    NotALogin,
    /// The encoded login cannot be decoded.
    #[error("`auth` is not USER:PASSWORD in base64")]
    Encoding,
    /// There is no user.
    #[error("a password without a user")]
    NoUser,
}

/// What is wrong with a credential helper.
#[derive(Clone, Debug, Error)]
pub enum HelperError {
    /// The name leads to a program in another folder.
    #[error("not the name of a helper")]
    Name,
    /// The program cannot be started.
    #[error("{0}")]
    Start(#[source] Arc<io::Error>),
    /// The program has no pipes.
    #[error("it has no input or output")]
    NoPipes,
    /// Its output cannot be read, or its end cannot be waited for.
    #[error("{0}")]
    Output(#[source] Arc<io::Error>),
    /// Its output is longer than any login.
    #[error("its output does not end")]
    Endless,
    /// It does not end in time; it may wait for the user.
    #[error("no answer within {} s", .0.as_secs())]
    Timeout(Duration),
    /// It failed.
    #[error("{0}")]
    Failed(ExitStatus),
    /// Its output has another form. The parser's own text may quote it, and is not kept.
    #[error("its output is no login")]
    NotALogin,
}
