//! Bytes that arrive in order and are read by several users, one after the other. Opens nothing.

use std::io::{self, Read};

use crate::archive::cancel::Cancel;
use crate::archive::fetch::interface::{BlobBytes, FetchError};

/// A reader whose user changes: each read ends when its own user cancels, not when an earlier one has.
pub(super) struct KeptReader {
    bytes: Box<dyn Read + Send>,
    cancel: Cancel,
}

impl KeptReader {
    /// Opens bytes for the first user; `open` receives the request that ends their reads. Also returns whether the response is the complete blob.
    pub(super) fn open(
        user: &Cancel,
        open: impl FnOnce(&Cancel) -> Result<BlobBytes, FetchError>,
    ) -> io::Result<(Self, bool)> {
        let cancel = Cancel::of_users();
        cancel.follow(user);
        let BlobBytes { reader, is_whole } = open(&cancel).map_err(io::Error::other)?;
        let bytes = reader;
        Ok((Self { bytes, cancel }, is_whole))
    }

    /// Returns no bytes.
    pub(super) fn empty() -> Self {
        Self {
            bytes: Box::new(io::empty()),
            cancel: Cancel::default(),
        }
    }

    /// Reads the next bytes for a user.
    pub(super) fn read(&mut self, buf: &mut [u8], user: &Cancel) -> io::Result<usize> {
        self.cancel.follow(user);
        self.bytes.read(buf)
    }

    /// Skips the next bytes for the user who opened them.
    pub(super) fn skip(&mut self, count: u64) -> io::Result<()> {
        io::copy(&mut self.bytes.by_ref().take(count), &mut io::sink())?;
        Ok(())
    }

    /// Returns the bytes for a last user.
    pub(super) fn into_bytes(self, user: &Cancel) -> Box<dyn Read + Send> {
        self.cancel.follow(user);
        self.bytes
    }
}
