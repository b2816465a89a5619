//! Where tar blocks come from. A [`SeekSource`] looks only at the bytes it is asked for and jumps over the rest; [`StreamSource`] takes them as they come.
//! No knowledge of tar here.

use std::io::{self, Read};

use crate::archive::blob::ReadAt;

/// Bytes in order, with the leave to skip.
pub(super) trait ByteSource {
    /// Reads until `buf` is full or the bytes end; returns how many were read.
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
    /// Returns some of the bytes to come without copying, at most `most` and at least one unless the bytes end; they count as read.
    fn take(&mut self, most: u64) -> io::Result<&[u8]>;
    /// Skips `count` bytes; returns how many there were.
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
    /// How many bytes have been read or skipped.
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

/// The least and the most a window reads at once. Of pages in memory a read costs about as much as copying 2 KiB: less is not worth leaving out, more
/// is not worth reading to jump over it.
const LEAST: usize = 1 << 10;
const MOST: usize = 32 << 10;
/// A gap up to this many bytes is cheaper to read than to jump.
const NEAR: u64 = 2 << 10;

/// Bytes that can be read at any place, of which only what is asked for is read: small reads where files are large, large ones where headers stand close together.
pub(super) struct SeekSource<B> {
    blob: B,
    buffer: Vec<u8>,
    /// Where the buffer starts in the blob.
    start: u64,
    /// Where the reader stands in the buffer; never beyond its end.
    at: usize,
    want: usize,
}

impl<B: ReadAt> SeekSource<B> {
    pub(super) fn new(blob: B) -> Self {
        Self {
            blob,
            buffer: Vec::new(),
            start: 0,
            at: 0,
            want: LEAST,
        }
    }

    /// Makes at least one byte available unless the blob ends.
    fn refill(&mut self) -> io::Result<()> {
        if self.at < self.buffer.len() {
            return Ok(());
        }
        self.start += self.buffer.len() as u64;
        self.at = 0;
        self.buffer.resize(self.want, 0);
        let read = self.blob.read_at(self.start, &mut self.buffer)?;
        self.buffer.truncate(read);
        self.want = (self.want * 2).min(MOST);
        Ok(())
    }
}

impl<B: ReadAt> ByteSource for SeekSource<B> {
    fn take(&mut self, most: u64) -> io::Result<&[u8]> {
        self.refill()?;
        let len = (self.buffer.len() - self.at).min(usize::try_from(most).unwrap_or(usize::MAX));
        let from = self.at;
        self.at += len;
        Ok(&self.buffer[from..from + len])
    }

    fn skip(&mut self, count: u64) -> io::Result<u64> {
        let here = self.position();
        let count = count.min(self.blob.len().saturating_sub(here));
        let inside = (self.buffer.len() - self.at) as u64;
        if count <= inside {
            self.at += usize::try_from(count).unwrap_or(usize::MAX);
        } else {
            if count - inside > NEAR {
                self.want = LEAST;
            }
            self.buffer.clear();
            self.at = 0;
            self.start = here + count;
        }
        Ok(count)
    }

    fn position(&self) -> u64 {
        self.start + self.at as u64
    }
}

/// Bytes that pass once.
pub(super) struct StreamSource<R> {
    inner: R,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    position: u64,
}

impl<R: Read> StreamSource<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            buffer: vec![0; 128 << 10],
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
    use std::cell::Cell;
    use std::io;
    use std::rc::Rc;

    use super::SeekSource;
    use crate::archive::blob::ReadAt;
    use crate::archive::cancel::Cancel;
    use crate::archive::layer::list;
    use crate::image::Compression;

    /// A tar that counts the bytes read of it, and how often.
    #[derive(Clone, Default)]
    struct Counted {
        bytes: Vec<u8>,
        read: Rc<Cell<usize>>,
        times: Rc<Cell<usize>>,
    }

    impl ReadAt for Counted {
        fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
            let from = usize::try_from(offset).unwrap().min(self.bytes.len());
            let count = buf.len().min(self.bytes.len() - from);
            buf[..count].copy_from_slice(&self.bytes[from..from + count]);
            self.read.set(self.read.get() + count);
            self.times.set(self.times.get() + 1);
            Ok(count)
        }

        fn len(&self) -> u64 {
            self.bytes.len() as u64
        }
    }

    impl Counted {
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
                bytes: tar.into_inner().unwrap(),
                ..Self::default()
            }
        }

        /// Lists the tar without its contents.
        fn list(&self) -> usize {
            let window = SeekSource::new(self.clone());
            let listing = list(window, Compression::None, false, &Cancel::default(), |_| ());
            listing.unwrap().entries.len()
        }
    }

    #[test]
    fn large_files_are_jumped_over() {
        let tar = Counted::files(20, 1 << 20);
        assert_eq!(tar.list(), 20);
        // A header each, in the smallest piece that is read; and the end.
        assert!(tar.read.get() <= 22 * super::LEAST, "{}", tar.read.get());
    }

    #[test]
    fn small_files_are_read_past_once_and_in_large_pieces() {
        let tar = Counted::files(20_000, 100);
        assert_eq!(tar.list(), 20_000);
        assert!(tar.read.get() <= tar.bytes.len());
        assert!(tar.times.get() <= tar.bytes.len() / super::MOST + 8);
    }
}
