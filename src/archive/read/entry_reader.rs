//! The content of one entry of a stream as a reader, after its first bytes were read to detect what it is. Independent of layers.

use std::io::{self, Read};

use crate::archive::compression::detect::HEAD;
use crate::archive::diagnose::archive_error;
use crate::archive::error::Error;
use crate::archive::input::byte_source::ByteSource;
use crate::archive::tar::error::TarError;
use crate::archive::tar::reader::TarReader;

/// Reads the content of the current entry of a tar.
pub(super) struct EntryReader<'a, T> {
    head: io::Cursor<Vec<u8>>,
    tar: &'a mut TarReader<T>,
    /// The error of the outer tar, which a [`Read`] cannot return.
    error: Option<TarError>,
}

impl<'a, T: ByteSource> EntryReader<'a, T> {
    /// Returns a reader of `head`, which was read before, and of the rest of the entry.
    pub(super) fn new(head: Vec<u8>, tar: &'a mut TarReader<T>) -> Self {
        Self {
            head: io::Cursor::new(head),
            tar,
            error: None,
        }
    }

    /// Returns how many bytes the entry has.
    pub(super) fn stored(&self) -> u64 {
        self.tar.header().stored
    }

    /// Returns the error of the outer tar, if it failed.
    pub(super) fn into_error(self) -> Option<TarError> {
        self.error
    }
}

impl<T: ByteSource> Read for EntryReader<'_, T> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.head.read(buf)?;
        if count > 0 || buf.is_empty() {
            return Ok(count);
        }
        match self.tar.read_content(buf) {
            Ok(count) => Ok(count),
            Err(error) => {
                self.error = Some(error);
                Err(io::ErrorKind::UnexpectedEof.into())
            }
        }
    }
}

/// Reads the first bytes of the current entry, enough to detect what it is.
pub(super) fn read_head<T: ByteSource>(tar: &mut TarReader<T>) -> Result<Vec<u8>, Error> {
    let stored = tar.header().stored;
    let mut head = vec![0; HEAD.min(usize::try_from(stored).unwrap_or(HEAD))];
    let count = tar
        .read_content(&mut head)
        .map_err(|error| archive_error(error, tar))?;
    head.truncate(count);
    Ok(head)
}
