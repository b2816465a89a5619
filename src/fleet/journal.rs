//! The journal of a run: a line for each name that is done, in a file that is there only until the run has ended. A run that was killed reads it and goes
//! on. What failed is not in it, and is tried again.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::deep::DeepImage;
use super::outcome::{Found, Outcome};
use super::row::Stage;
use crate::escape;

/// The name of the file.
const NAME: &str = "unfinished.ndjson";

/// What a run's outcomes depend on beside the names: only a run with the same options goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct JournalHeader {
    pub(crate) schema_version: i64,
    pub(crate) stage: Stage,
    pub(crate) platform: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) shard: Option<String>,
}

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Entry {
    /// A name.
    Name(Outcome),
    /// The files of an image.
    Deep(DeepImage),
}

/// An open journal.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
    /// What an earlier run has done.
    entries: Vec<Entry>,
}

/// Why a journal cannot be used.
#[derive(Debug, Error)]
pub(crate) enum JournalError {
    /// The folder or the file.
    #[error("{}: {cause}", escape::text(&.path.to_string_lossy()))]
    File {
        /// Which.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// Another process writes to it.
    #[error("{}: another run writes to this folder", escape::text(&.0.to_string_lossy()))]
    Busy(PathBuf),
    /// An unfinished run had other options.
    #[error("{}: an unfinished run with other options or of another version", escape::text(&.0.to_string_lossy()))]
    Other(PathBuf),
}

impl JournalError {
    /// Returns what the user can do next.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::File { .. } => "choose a folder that you may write, with --out",
            Self::Busy(_) => "wait until it has ended, or choose another folder with --out",
            Self::Other(_) => "finish it with the same options, or remove the file",
        }
    }
}

impl Journal {
    /// Opens the journal of a folder, which is created, and reads what an earlier run has done.
    ///
    /// # Errors
    /// [`JournalError`] when it cannot be read or written, or is another run's.
    pub(crate) fn open(folder: &Path, header: &JournalHeader) -> Result<Self, JournalError> {
        let path = folder.join(NAME);
        let failed = |cause| JournalError::File {
            path: path.clone(),
            cause,
        };
        fs::create_dir_all(folder).map_err(failed)?;
        let mut options = File::options();
        let opened = options.read(true).append(true).create(true).open(&path);
        let mut file = opened.map_err(failed)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(JournalError::Busy(path)),
            Err(TryLockError::Error(cause)) => return Err(failed(cause)),
            Ok(()) => {}
        }
        let read = read(&file, header).map_err(failed)?;
        let (entries, end) = read.ok_or_else(|| JournalError::Other(path.clone()))?;
        // A line that was being written when the run was killed is written again.
        file.set_len(end).map_err(failed)?;
        if end == 0 {
            let mut line = serde_json::to_vec(header).map_err(|why| failed(why.into()))?;
            line.push(b'\n');
            file.write_all(&line).map_err(failed)?;
        }
        Ok(Self {
            file,
            path,
            entries,
        })
    }

    /// Returns what an earlier run has done, once.
    pub(super) fn take_entries(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.entries)
    }

    /// Adds an entry, unless it is an error.
    ///
    /// # Errors
    /// [`io::Error`] when it cannot be written.
    pub(super) fn append(&mut self, entry: &Entry) -> io::Result<()> {
        if matches!(entry, Entry::Name(outcome) if matches!(outcome.found, Found::Error(..))) {
            return Ok(());
        }
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        self.file.write_all(&line)
    }

    /// Removes the file: everything in it is in the tables.
    ///
    /// # Errors
    /// [`io::Error`] when it cannot be removed.
    pub(crate) fn finish(self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}

/// Reads the entries of a journal and the offset after the last whole line; nothing where its header is another one.
fn read(file: &File, header: &JournalHeader) -> io::Result<Option<(Vec<Entry>, u64)>> {
    let mut lines = BufReader::new(file);
    lines.seek(SeekFrom::Start(0))?;
    let mut line = Vec::new();
    let mut end = lines.read_until(b'\n', &mut line)? as u64;
    if line.last() != Some(&b'\n') {
        return Ok(Some((Vec::new(), 0)));
    }
    if serde_json::from_slice::<JournalHeader>(&line).ok().as_ref() != Some(header) {
        return Ok(None);
    }
    let mut entries = Vec::new();
    loop {
        line.clear();
        let length = lines.read_until(b'\n', &mut line)? as u64;
        match serde_json::from_slice(&line) {
            Ok(entry) if line.last() == Some(&b'\n') => entries.push(entry),
            // Nothing after a damaged line is trusted.
            _ => return Ok(Some((entries, end))),
        }
        end += length;
    }
}

/// Returns the outcomes of an earlier run that still count: those of names in the list, by name and platform, without names that are the same as one that
/// is not described.
pub(super) fn usable(
    outcomes: Vec<Outcome>,
    is_wanted: impl Fn(&(String, Option<String>)) -> bool,
) -> HashMap<(String, Option<String>), Outcome> {
    let key = |outcome: &Outcome| (outcome.name.clone(), outcome.platform.clone());
    let mut kept: HashMap<_, _> = outcomes
        .into_iter()
        .filter(|outcome| is_wanted(&key(outcome)))
        .map(|outcome| (key(&outcome), outcome))
        .collect();
    let described: HashSet<String> = described(kept.values());
    kept.retain(|_, outcome| match &outcome.root {
        Some(root) => described.contains(root),
        None => true,
    });
    kept
}

/// Returns the roots of the outcomes with an image.
pub(super) fn described<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> HashSet<String> {
    outcomes
        .filter(|outcome| matches!(outcome.found, Found::Image(..)))
        .filter_map(|outcome| outcome.root.clone())
        .collect()
}
