//! Bytes in order, as the tar reader takes them. [`SeekSource`] reads only the bytes it returns and jumps over the rest; [`StreamSource`] takes
//! them as they come. No knowledge of tar here.

use std::io::{self, Read};

use crate::archive::input::blob::Blob;
use crate::archive::input::read_buffer::ReadBuffer;

/// Bytes in order that can be skipped.
pub(crate) trait ByteSource {
    /// Reads until `buf` is full or the bytes end; returns how many it read.
    fn fill(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while done < buf.len() {
            let some = self.take((buf.len() - done) as u64)?;
            if some.is_empty() {
                break;
            }
            buf[done..done + some.len()].copy_from_slice(some);
            done += some.len();
        }
        Ok(done)
    }
    /// Returns the next bytes without copying them, at most `most` and at least one unless the bytes end, and moves past them.
    fn take(&mut self, most: u64) -> io::Result<&[u8]>;
    /// Skips `count` bytes; returns how many it skipped.
    fn skip(&mut self, count: u64) -> io::Result<u64> {
        let mut left = count;
        while left > 0 {
            let some = self.take(left)?.len() as u64;
            if some == 0 {
                break;
            }
            left -= some;
        }
        Ok(count - left)
    }
    /// Returns how many bytes have been read or skipped.
    fn position(&self) -> u64;
}

impl<T: ByteSource> ByteSource for &mut T {
    fn take(&mut self, most: u64) -> io::Result<&[u8]> {
        (**self).take(most)
    }

    fn skip(&mut self, count: u64) -> io::Result<u64> {
        (**self).skip(count)
    }

    fn position(&self) -> u64 {
        (**self).position()
    }
}

/// The smallest and the largest read. A read of cached pages costs about as much as copying 2 KiB, so shorter gaps are read and longer ones jumped.
const SMALLEST_READ: usize = 1 << 10;
const LARGEST_READ: usize = 32 << 10;
/// A gap of up to this many bytes is cheaper to read than to jump.
const SHORT_GAP: u64 = 2 << 10;

/// A blob that reads only the requested bytes: with small reads where files are large, with large ones where headers are close together.
pub(crate) struct SeekSource {
    blob: Blob,
    buffer: ReadBuffer,
    /// Offset of the buffer in the blob.
    start: u64,
    /// Position in the buffer; never beyond `end`.
    at: usize,
    /// How many bytes of the buffer were read.
    end: usize,
    next_read: usize,
}

impl SeekSource {
    pub(crate) fn new(blob: Blob) -> Self {
        Self {
            blob,
            buffer: ReadBuffer::new(0),
            start: 0,
            at: 0,
            end: 0,
            next_read: SMALLEST_READ,
        }
    }

    /// Makes at least one byte available unless the blob ends.
    fn refill(&mut self) -> io::Result<()> {
        if self.at < self.end {
            return Ok(());
        }
        self.start += self.end as u64;
        (self.at, self.end) = (0, 0);
        if self.buffer.len() < self.next_read {
            self.buffer = ReadBuffer::new(self.next_read);
        }
        let buffer = &mut self.buffer[..self.next_read];
        self.end = self.blob.read_at(self.start, buffer)?;
        self.next_read = (self.next_read * 2).min(LARGEST_READ);
        Ok(())
    }
}

impl ByteSource for SeekSource {
    fn take(&mut self, most: u64) -> io::Result<&[u8]> {
        self.refill()?;
        let len = (self.end - self.at).min(usize::try_from(most).unwrap_or(usize::MAX));
        let from = self.at;
        self.at += len;
        Ok(&self.buffer[from..from + len])
    }

    fn skip(&mut self, count: u64) -> io::Result<u64> {
        let here = self.position();
        let count = count.min(self.blob.len().saturating_sub(here));
        let inside = (self.end - self.at) as u64;
        if count <= inside {
            self.at += usize::try_from(count).unwrap_or(usize::MAX);
        } else {
            if count - inside > SHORT_GAP {
                self.next_read = SMALLEST_READ;
            }
            (self.at, self.end) = (0, 0);
            self.start = here + count;
        }
        Ok(count)
    }

    fn position(&self) -> u64 {
        self.start + self.at as u64
    }
}

/// Bytes of a stream.
pub(crate) struct StreamSource<R> {
    inner: R,
    buffer: ReadBuffer,
    at: usize,
    end: usize,
    position: u64,
}

impl<R: Read> StreamSource<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self {
            inner,
            buffer: ReadBuffer::new(128 << 10),
            at: 0,
            end: 0,
            position: 0,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        while self.at == self.end {
            self.at = 0;
            self.end = match self.inner.read(&mut self.buffer) {
                Ok(0) => {
                    self.end = 0;
                    return Ok(());
                }
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
                Err(error) => {
                    self.end = 0;
                    return Err(error);
                }
            };
        }
        Ok(())
    }
}

impl<R: Read> ByteSource for StreamSource<R> {
    fn take(&mut self, most: u64) -> io::Result<&[u8]> {
        self.refill()?;
        let len = (self.end - self.at).min(usize::try_from(most).unwrap_or(usize::MAX));
        let from = self.at;
        self.at += len;
        self.position += len as u64;
        Ok(&self.buffer[from..from + len])
    }

    fn position(&self) -> u64 {
        self.position
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::SeekSource;
    use crate::archive::cancel::Cancel;
    use crate::archive::input::blob::{Blob, RandomAccess, SkipWatch};
    use crate::archive::layer::listing::{ListOptions, list};
    use crate::image::{Budget, Compression};

    /// A tar that counts the bytes read from it, and the reads.
    #[derive(Clone, Debug, Default)]
    struct CountingTar {
        bytes: Arc<[u8]>,
        read: Arc<AtomicUsize>,
        times: Arc<AtomicUsize>,
    }

    impl RandomAccess for CountingTar {
        fn read_some_at(
            &self,
            offset: u64,
            buf: &mut [u8],
            _: Option<&SkipWatch>,
        ) -> io::Result<usize> {
            let from = usize::try_from(offset).unwrap().min(self.bytes.len());
            let count = buf.len().min(self.bytes.len() - from);
            buf[..count].copy_from_slice(&self.bytes[from..from + count]);
            self.read.fetch_add(count, Ordering::Relaxed);
            self.times.fetch_add(1, Ordering::Relaxed);
            Ok(count)
        }

        fn is_plain(&self) -> bool {
            true
        }
    }

    impl CountingTar {
        fn files(count: usize, size: usize) -> Self {
            let mut tar = tar::Builder::new(Vec::new());
            for at in 0..count {
                let mut header = tar::Header::new_ustar();
                header.set_size(size as u64);
                header.set_mode(0o644);
                let content = io::repeat(b'x');
                tar.append_data(
                    &mut header,
                    format!("file-{at}"),
                    io::Read::take(content, size as u64),
                )
                .unwrap();
            }
            Self {
                bytes: tar.into_inner().unwrap().into(),
                ..Self::default()
            }
        }

        /// Lists the tar without its contents; returns how many entries it has, how many bytes were read, and in how many reads.
        fn list(&self) -> (usize, usize, usize) {
            let source = SeekSource::new(Blob::new(self.clone(), self.bytes.len() as u64));
            let options = ListOptions {
                compression: Compression::None,
                hash: false,
                budget: &Budget::default(),
                cancel: &Cancel::default(),
            };
            let listing = list(source, options, |_| ());
            let load = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
            (
                listing.unwrap().entries.len(),
                load(&self.read),
                load(&self.times),
            )
        }
    }

    #[test]
    fn large_files_are_jumped_over() {
        let tar = CountingTar::files(20, 1 << 20);
        let (entries, read, _) = tar.list();
        assert_eq!(entries, 20);
        // One header each, in the smallest read; and the end.
        assert!(read <= 22 * super::SMALLEST_READ, "{read}");
    }

    #[test]
    fn small_files_are_read_once_and_in_large_reads() {
        let tar = CountingTar::files(20_000, 100);
        let (entries, read, times) = tar.list();
        assert_eq!(entries, 20_000);
        assert!(read <= tar.bytes.len());
        assert!(times <= tar.bytes.len() / super::LARGEST_READ + 8);
    }
}
