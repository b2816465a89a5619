//! The journal of a run: a line for each name that is done, in a file that is there only until the run has ended. A killed run is resumed from it; no more than
//! one line of it is in memory. It does not contain failures, which are tried again.

use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::deep::DeepImage;
use super::outcome::Outcome;
use super::row::Depth;
use crate::escape;

/// The name of the file.
pub(super) const JOURNAL_FILE: &str = "unfinished.ndjson";

/// The options on which a run's outcomes depend: only a run with the same options is resumed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct JournalHeader {
    pub(crate) schema_version: i64,
    pub(crate) depth: Depth,
    pub(crate) platform: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) shard: Option<String>,
    /// What images are judged by.
    pub(crate) rules: Option<String>,
}

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum JournalEntry {
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
}

/// Why a journal cannot be used.
#[derive(Debug, Error)]
pub(crate) enum JournalError {
    /// The folder or the file.
    #[error("{}: {cause}", escape::text(&.path.to_string_lossy()))]
    File {
        /// The path.
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
            Self::File { .. } => "choose a writable folder with --out",
            Self::Busy(_) => "wait until it has ended, or choose another folder with --out",
            Self::Other(_) => "finish it with the same options, or remove the file",
        }
    }
}

impl Journal {
    /// Opens the journal of a folder, which is created.
    ///
    /// # Errors
    /// [`JournalError`] when it cannot be read or written, or is another run's.
    pub(crate) fn open(folder: &Path, header: &JournalHeader) -> Result<Self, JournalError> {
        let path = folder.join(JOURNAL_FILE);
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
        let end = end(&file, header).map_err(failed)?;
        let end = end.ok_or_else(|| JournalError::Other(path.clone()))?;
        // A line that was being written when the run was killed is written again.
        file.set_len(end).map_err(failed)?;
        if end == 0 {
            let mut line = serde_json::to_vec(header).map_err(|why| failed(why.into()))?;
            line.push(b'\n');
            file.write_all(&line).map_err(failed)?;
        }
        Ok(Self { file, path })
    }

    /// Passes the outcomes of an earlier run to `each`.
    ///
    /// # Errors
    /// [`io::Error`] when the file cannot be read.
    pub(super) fn outcomes(&self, mut each: impl FnMut(Outcome)) -> io::Result<()> {
        entries(&self.file, |entry| {
            if let JournalEntry::Name(outcome) = entry {
                each(outcome);
            }
        })
    }

    /// Passes the images whose files an earlier run has read to `each`.
    ///
    /// # Errors
    /// [`io::Error`] when the file cannot be read.
    pub(super) fn images(&self, mut each: impl FnMut(DeepImage)) -> io::Result<()> {
        entries(&self.file, |entry| {
            if let JournalEntry::Deep(image) = entry {
                each(image);
            }
        })
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// [`io::Error`] when it cannot be written.
    pub(super) fn append(&mut self, entry: &JournalEntry) -> io::Result<()> {
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

/// Returns the offset after the last complete line; `None` if the header differs. Lines after a damaged one are ignored.
fn end(file: &File, header: &JournalHeader) -> io::Result<Option<u64>> {
    let (mut end, mut is_other) = (0, false);
    lines(file, |line| {
        let is_first = end == 0;
        is_other = is_first && serde_json::from_slice(line).ok().as_ref() != Some(header);
        let is_whole = is_first || serde_json::from_slice::<JournalEntry>(line).is_ok();
        let goes_on = is_whole && !is_other;
        end += if goes_on { line.len() as u64 } else { 0 };
        goes_on
    })?;
    Ok((!is_other).then_some(end))
}

/// Passes the entries of a journal to `each`.
fn entries(file: &File, mut each: impl FnMut(JournalEntry)) -> io::Result<()> {
    let mut is_header = true;
    lines(file, |line| {
        if !std::mem::take(&mut is_header)
            && let Ok(entry) = serde_json::from_slice(line)
        {
            each(entry);
        }
        true
    })
}

/// Passes the lines that have an end to `each`, until it returns false.
fn lines(file: &File, mut each: impl FnMut(&[u8]) -> bool) -> io::Result<()> {
    let mut from = BufReader::new(file);
    from.seek(SeekFrom::Start(0))?;
    let mut line = Vec::new();
    loop {
        line.clear();
        from.read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') || !each(&line) {
            return Ok(());
        }
    }
}
