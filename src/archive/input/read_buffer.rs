//! The memory that bytes of a file are read into. Reads nothing itself.

use std::ops::{Deref, DerefMut};

/// The start of the memory is a multiple of this, in bytes: a cache line.
const LINE: usize = 64;

/// Bytes that begin at a cache line. Allocators place large blocks 16 bytes behind the start of a page, and from a page of the system's cache to such an address
/// processors copy four times slower than to any other.
pub(crate) struct ReadBuffer {
    bytes: Vec<u8>,
    start: usize,
}

impl ReadBuffer {
    /// Returns a buffer of so many bytes, all zero.
    pub(crate) fn new(length: usize) -> Self {
        let mut bytes = vec![0; length + LINE - 1];
        let start = bytes.as_ptr().align_offset(LINE).min(LINE - 1);
        bytes.truncate(start + length);
        Self { bytes, start }
    }
}

impl Deref for ReadBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}

impl DerefMut for ReadBuffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..]
    }
}

#[cfg(test)]
mod tests {
    use super::ReadBuffer;

    #[test]
    fn a_buffer_has_its_length_and_begins_at_a_cache_line() {
        for length in [0, 1, 100, 32 << 10, 1 << 20] {
            let buffer = ReadBuffer::new(length);
            assert_eq!(buffer.len(), length);
            assert_eq!(buffer.as_ptr().addr() % 64, 0, "{length}");
        }
    }
}
