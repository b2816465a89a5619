//! The interface to bytes that are in no file and can be read at any offset: in memory, in an object store, or where reading fails on purpose.

use std::fmt;
use std::io;
use std::sync::Arc;

use crate::archive::input::blob::{RandomAccess, SkipWatch};

/// Bytes that can be read at any offset, from several threads at once.
pub trait ReadAt: fmt::Debug + Send + Sync {
    /// Reads at least one byte at `offset`, unless the bytes end there; returns how many.
    ///
    /// # Errors
    /// [`io::Error`] when they cannot be read. [`io::ErrorKind::Interrupted`] repeats the call.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize>;

    /// Returns how many bytes there are.
    fn length(&self) -> u64;
}

impl RandomAccess for Arc<dyn ReadAt> {
    fn read_some_at(
        &self,
        offset: u64,
        buf: &mut [u8],
        _: Option<&SkipWatch>,
    ) -> io::Result<usize> {
        // A count beyond the buffer would be out of its bounds.
        let count = self.read_at(offset, buf)?;
        Ok(count.min(buf.len()))
    }

    fn is_plain(&self) -> bool {
        true
    }
}
