//! Bytes counted as they pass. Who hears how many is the caller's to say.

use std::io::{self, Read};

/// A reader that tells after each read how many bytes it has given.
pub struct Counted<R, F> {
    inner: R,
    read: u64,
    told: F,
}

impl<R: Read, F: FnMut(u64)> Counted<R, F> {
    /// Tells `told`.
    pub const fn new(inner: R, told: F) -> Self {
        Self {
            inner,
            read: 0,
            told,
        }
    }
}

impl<R: Read, F: FnMut(u64)> Read for Counted<R, F> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        self.read += count as u64;
        (self.told)(self.read);
        Ok(count)
    }
}
