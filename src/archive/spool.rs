//! A copy of a stream, kept while it passes so that contents can be read later: in a nameless file that goes when the program goes. Given up, without
//! a word to the one who reads, when the disk runs low. Knows no formats.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;

/// How many bytes the disk must keep free, at least, and how often it is asked.
#[cfg(unix)]
const SPARE: u64 = 1 << 30;
const ASK_EVERY: u64 = 64 << 20;

/// Passes bytes on and keeps a copy.
pub(super) struct Spooled<R> {
    inner: R,
    copy: Option<File>,
    written: u64,
}

impl<R: Read> Spooled<R> {
    /// Keeps a copy if `keep` says so and a disk has room.
    pub(super) fn new(inner: R, keep: bool) -> Self {
        let copy = if keep { open() } else { None };
        Self {
            inner,
            copy,
            written: 0,
        }
    }

    /// Returns the copy, if it is whole.
    pub(super) fn into_copy(self) -> Option<File> {
        self.copy
    }

    fn keep(&mut self, bytes: &[u8]) {
        let Some(copy) = &mut self.copy else { return };
        let before = self.written / ASK_EVERY;
        self.written += bytes.len() as u64;
        let low = self.written / ASK_EVERY > before && !has_room(copy);
        if low || copy.write_all(bytes).is_err() {
            self.copy = None;
        }
    }
}

impl<R: Read> Read for Spooled<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        self.keep(&buf[..count]);
        Ok(count)
    }
}

/// Opens a nameless file where large files belong: not in memory, as `/tmp` often is.
fn open() -> Option<File> {
    let places = [
        std::env::var_os("TMPDIR").map(PathBuf::from),
        Some(PathBuf::from("/var/tmp")),
        Some(std::env::temp_dir()),
    ];
    let files = places
        .into_iter()
        .flatten()
        .filter_map(|place| tempfile::tempfile_in(place).ok());
    files.into_iter().find(has_room)
}

#[cfg(unix)]
fn has_room(file: &File) -> bool {
    rustix::fs::fstatvfs(file).is_ok_and(|stat| stat.f_bavail.saturating_mul(stat.f_frsize) > SPARE)
}

#[cfg(not(unix))]
fn has_room(_: &File) -> bool {
    true
}
