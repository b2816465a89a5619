//! A gzip blob that can be read at any place, unpacked in order and checked, on several cores where it is large. Format: RFC 1952.
//!
//! One decoder goes through the blob from its start. Ahead of it workers unpack chunks further on, without knowing what came before them. Where the
//! decoder arrives exactly at a chunk's start the chunk is put in, what it could not know is filled in, and the chunk's own decoder goes on from its
//! end. A chunk that is never arrived at is dropped: guesses cost time, never correctness, and every member's checksum has the last word. No tar here.

mod ahead;
mod block;
mod chunk;
mod decoder;
mod header;
mod mark;
#[cfg(test)]
mod tests;

use std::io::{self, BufReader, Read};
use std::num::NonZeroUsize;

use zlib_rs::crc32::crc32;

use self::ahead::Ahead;
use self::chunk::Chunk;
use self::decoder::{Decoder, Halt};
use self::mark::Marks;
use super::blob::Blob;
use super::compression::only_zeros;

pub(super) use self::ahead::GRID;
pub(super) use self::mark::Mark;

/// What a match can look back to (RFC 1951, section 2), in bytes.
const WINDOW: usize = 32 << 10;

/// Unpacks a blob of one or more gzip members.
pub(super) struct Gunzip {
    blob: Blob,
    decoder: Decoder,
    ahead: Ahead,
    /// The chunk that is being handed out.
    spliced: Option<Spliced>,
    /// What is wrong behind the bytes that were handed out last.
    failed: Option<io::Error>,
    /// The last bytes handed out of this member, at most [`WINDOW`].
    window: Vec<u8>,
    /// Of what was handed out of this member: its CRC-32 and its length.
    sum: u32,
    size: u64,
    ended: bool,
    /// Whether this member was unpacked from its start: only then its checksum can be checked.
    is_whole: bool,
    /// Those passed so far, where somebody wants them.
    marks: Option<Marks>,
}

/// A chunk whose start was arrived at.
struct Spliced {
    chunk: Chunk,
    /// What came before it.
    window: Vec<u8>,
    /// How much of it was handed out.
    done: usize,
}

impl Gunzip {
    /// Starts at the first member's header. A large blob is unpacked on up to `threads` cores, the caller's among them.
    ///
    /// # Errors
    /// What reading the blob says, or [`io::ErrorKind::InvalidData`] where it is no gzip.
    pub(super) fn new(blob: Blob, threads: NonZeroUsize) -> io::Result<Self> {
        Self::on_grid(blob, threads, GRID, None)
    }

    /// The same, remembering places about `grid` packed bytes apart from which unpacking can begin again.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub(super) fn marking(blob: Blob, threads: NonZeroUsize, grid: u64) -> io::Result<Self> {
        Self::on_grid(blob, threads, grid, Some(Marks::default()))
    }

    fn on_grid(
        blob: Blob,
        threads: NonZeroUsize,
        grid: u64,
        marks: Option<Marks>,
    ) -> io::Result<Self> {
        let start = header::skip(&blob, 0)?;
        let decoder = Decoder::at_byte(blob.clone(), start);
        let ahead = Ahead::new(&blob, threads, grid, marks.is_some());
        Ok(Self {
            marks,
            ..Self::at(blob, decoder, ahead)
        })
    }

    /// Begins again at a mark of the same blob, on the caller's core alone.
    ///
    /// # Errors
    /// What reading the blob says.
    pub(super) fn from_mark(blob: Blob, mark: &Mark) -> io::Result<Self> {
        let decoder = Decoder::at_bit(blob.clone(), mark.bit, &mark.window)?;
        let ahead = Ahead::new(&blob, NonZeroUsize::MIN, GRID, false);
        Ok(Self {
            window: mark.window.clone(),
            is_whole: false,
            ..Self::at(blob, decoder, ahead)
        })
    }

    fn at(blob: Blob, decoder: Decoder, ahead: Ahead) -> Self {
        Self {
            decoder,
            ahead,
            blob,
            spliced: None,
            failed: None,
            window: Vec::new(),
            sum: 0,
            size: 0,
            ended: false,
            is_whole: true,
            marks: None,
        }
    }

    /// Returns the marks that were passed, in order.
    pub(super) fn into_marks(self) -> Vec<Mark> {
        self.marks.map(Marks::into_vec).unwrap_or_default()
    }

    /// Unpacks some more; perhaps nothing, where only the place changes.
    fn step(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if let Some(spliced) = &mut self.spliced {
            let count = spliced.chunk.copy(spliced.done, &spliced.window, buf)?;
            spliced.done += count;
            let is_whole = spliced.done == spliced.chunk.len();
            self.account(&buf[..count]);
            let after = if is_whole { self.leave_chunk() } else { Ok(()) };
            return self.give(count, after);
        }
        let target = self.ahead.target(self.decoder.position());
        let (count, halt) = self.decoder.advance(target, buf)?;
        self.account(&buf[..count]);
        let after = self.halted(halt);
        self.give(count, after)
    }

    /// Hands out what was unpacked before it says that what comes after is broken.
    fn give(&mut self, count: usize, after: io::Result<()>) -> io::Result<usize> {
        match after {
            Err(error) if count > 0 => self.failed = Some(error),
            after => after?,
        }
        Ok(count)
    }

    fn halted(&mut self, halt: Halt) -> io::Result<()> {
        match halt {
            Halt::Nowhere => {}
            Halt::Passed => self.ahead.skip(),
            Halt::Reached => {
                if let Some(marks) = &mut self.marks
                    && let Some(bit) = self.ahead.target(self.decoder.position())
                {
                    marks.pass(bit, &self.window);
                }
                self.spliced = self.ahead.take().map(|chunk| Spliced {
                    chunk,
                    window: self.window.clone(),
                    done: 0,
                });
            }
            Halt::End => self.next_member()?,
        }
        Ok(())
    }

    /// Goes on with the chunk's decoder, told what it did not know.
    fn leave_chunk(&mut self) -> io::Result<()> {
        let Some(Spliced { chunk, .. }) = self.spliced.take() else {
            return Ok(());
        };
        let end = self.ahead.leave(chunk);
        self.decoder = end.decoder;
        if !end.knows_window {
            self.decoder.set_window(&self.window)?;
        }
        // The decoder stopped for the chunk that was to be next then; it may be another by now.
        match end.halt {
            Halt::Reached if self.ahead.target(self.decoder.position()) != end.target => Ok(()),
            Halt::Passed => Ok(()),
            halt => self.halted(halt),
        }
    }

    fn account(&mut self, bytes: &[u8]) {
        self.sum = crc32(self.sum, bytes);
        self.size += bytes.len() as u64;
        if let Some(marks) = &mut self.marks {
            marks.count(bytes.len());
        }
        let kept = &bytes[bytes.len().saturating_sub(WINDOW)..];
        let spare = (self.window.len() + kept.len()).saturating_sub(WINDOW);
        self.window.drain(..spare);
        self.window.extend_from_slice(kept);
    }

    /// Checks the member that ended against its trailer, and starts the next. Zeros behind the last one, as tapes and disks leave them, are no member.
    fn next_member(&mut self) -> io::Result<()> {
        let trailer = self.decoder.position();
        let mut told = [0; 8];
        if self.blob.read_at(trailer, &mut told)? < told.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let told = u64::from_le_bytes(told);
        // The length is told modulo 2³² (RFC 1952, section 2.3.1).
        let (sum, size) = (told & 0xffff_ffff, told >> 32);
        let is_right = sum == u64::from(self.sum) && size == self.size & 0xffff_ffff;
        if self.is_whole && !is_right {
            return Err(invalid("the gzip checksum does not match"));
        }
        (self.sum, self.size, self.is_whole) = (0, 0, true);
        self.window.clear();
        if only_zeros(&mut BufReader::new(self.blob.reader(trailer + 8)))? {
            self.ended = true;
            return Ok(());
        }
        let start = header::skip(&self.blob, trailer + 8)?;
        self.decoder.restart(start);
        Ok(())
    }
}

impl Read for Gunzip {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while !self.ended && !buf.is_empty() {
            if let Some(error) = self.failed.take() {
                return Err(error);
            }
            let count = self.step(buf)?;
            if count > 0 {
                return Ok(count);
            }
        }
        Ok(0)
    }
}

fn invalid(cause: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, cause)
}
