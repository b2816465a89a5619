//! A reader that counts the bytes read. Parses nothing.

use std::io::{self, Read};

/// A reader that passes the number of bytes read so far to a callback after each read.
pub(crate) struct CountingReader<R, F> {
    inner: R,
    read: u64,
    callback: F,
}

impl<R: Read, F: FnMut(u64)> CountingReader<R, F> {
    /// Wraps a reader.
    pub(crate) const fn new(inner: R, callback: F) -> Self {
        Self {
            inner,
            read: 0,
            callback,
        }
    }
}

impl<R: Read, F: FnMut(u64)> Read for CountingReader<R, F> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        self.read += count as u64;
        (self.callback)(self.read);
        Ok(count)
    }
}
