//! Decodes one deflate stream of a blob (RFC 1951) from any byte or bit, and pauses at a target bit between two blocks. Does not parse gzip members.

use std::io;

use crate::archive::compression::gzip::format::invalid;
use crate::archive::input::blob::Blob;
use crate::archive::input::read_buffer::ReadBuffer;
use zlib_rs::{Inflate, InflateFlush, Status};

/// How much of the blob is read at once, in bytes.
const PAGE: usize = 256 << 10;

/// Why the decoder paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pause {
    /// The output buffer is full, or the bytes that were read are used up.
    BufferEnd,
    /// It is between two blocks, exactly at the target.
    AtTarget,
    /// It is past the target, where no block began.
    PastTarget,
    /// The stream has ended; the position is the byte after it.
    StreamEnd,
}

/// A deflate decoder at a position of a blob.
pub(super) struct DeflateDecoder {
    inflate: Inflate,
    blob: Blob,
    /// Bytes of the blob, how many of them were read and are used, and their end's offset in the blob.
    page: ReadBuffer,
    read: usize,
    used: usize,
    page_end: u64,
}

impl DeflateDecoder {
    /// Returns a decoder for the stream that starts at a byte.
    pub(super) fn at_byte(blob: Blob, start: u64) -> Self {
        Self {
            inflate: Inflate::new(false, 15),
            blob,
            page: ReadBuffer::new(0),
            read: 0,
            used: 0,
            page_end: start,
        }
    }

    /// Returns a decoder for the blocks that start at a bit; `window` is the bytes before them that matches refer to.
    pub(super) fn at_bit(blob: Blob, start: u64, window: &[u8]) -> io::Result<Self> {
        let mut decoder = Self::at_byte(blob, start / 8);
        let used = (start % 8) as u32;
        if used > 0 {
            decoder.refill()?;
            let first = *decoder.page[..decoder.read]
                .first()
                .ok_or(io::ErrorKind::UnexpectedEof)?;
            decoder.skip_bits(first, used)?;
            decoder.used = 1;
        }
        decoder.set_window(window)?;
        Ok(decoder)
    }

    /// Skips the lowest `used` bits of a byte. The library takes full bytes only, so it first decodes filler blocks that end within a byte: empty
    /// blocks with fixed codes of ten bits, after one of 19 bits with one literal where `used` is odd.
    fn skip_bits(&mut self, byte: u8, used: u32) -> io::Result<()> {
        const EMPTY: u64 = 0b010;
        const LITERAL: u64 = 0b000_010_011 << 3 | EMPTY;
        let (mut bits, mut len, mut blocks) = (0, 0, 0);
        let mut push = |block: u64, block_len: u32| {
            bits |= block << len;
            len += block_len;
            blocks += 1;
            len % 8
        };
        let mut end = if used % 2 == 1 {
            push(LITERAL, 19)
        } else {
            push(EMPTY, 10)
        };
        while end != used {
            end = push(EMPTY, 10);
        }
        let rest = u64::from(byte) >> used;
        let lead = (bits | rest << len).to_le_bytes();
        let mut lead = &lead[..(len / 8 + 1) as usize];
        for _ in 0..blocks {
            let before = self.inflate.total_in();
            self.inflate
                .decompress(lead, &mut [0; 8], InflateFlush::Block)
                .map_err(corrupt)?;
            lead = &lead[taken(before, self.inflate.total_in())..];
        }
        Ok(())
    }

    /// Sets the bytes right before the position, at most 32 KiB.
    pub(super) fn set_window(&mut self, window: &[u8]) -> io::Result<()> {
        self.inflate.set_dictionary(window).map_err(corrupt)?;
        Ok(())
    }

    /// Restarts at another stream of the same blob.
    pub(super) fn restart(&mut self, start: u64) {
        self.inflate.reset(false);
        let page_start = self.page_end - self.read as u64;
        match start.checked_sub(page_start) {
            Some(used) if start <= self.page_end => {
                self.used = usize::try_from(used).unwrap_or(self.read);
            }
            _ => {
                (self.read, self.used, self.page_end) = (0, 0, start);
            }
        }
    }

    /// Returns the offset in the blob after the last byte that was used, fully or in part.
    pub(super) fn position(&self) -> u64 {
        self.page_end - (self.read - self.used) as u64
    }

    /// Decodes some bytes; returns how many, and why it paused. `target` is a bit ahead of the decoder to pause at.
    pub(super) fn advance(
        &mut self,
        target: Option<u64>,
        buf: &mut [u8],
    ) -> io::Result<(usize, Pause)> {
        if self.used == self.read {
            self.refill()?;
            if self.read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let input = &self.page[self.used..self.read];
        // A block that ends at the target uses the bit before it, so there is no need to stop between blocks before that byte.
        let before = target.map_or(u64::MAX, |bit| {
            (bit.saturating_sub(1) / 8).saturating_sub(self.position())
        });
        let (input, flush) = match usize::try_from(before) {
            Ok(0) => (input, InflateFlush::Block),
            Ok(before) => (&input[..input.len().min(before)], InflateFlush::NoFlush),
            Err(_) => (input, InflateFlush::NoFlush),
        };
        let (total_in, total_out) = (self.inflate.total_in(), self.inflate.total_out());
        let status = self
            .inflate
            .decompress(input, buf, flush)
            .map_err(corrupt)?;
        let used = taken(total_in, self.inflate.total_in());
        let count = taken(total_out, self.inflate.total_out());
        let paused = used < input.len() && count < buf.len();
        if used == 0 && count == 0 && status != Status::StreamEnd {
            return Err(invalid("the deflate stream makes no progress"));
        }
        self.used += used;
        let pause = match (status, target) {
            (Status::StreamEnd, _) => Pause::StreamEnd,
            (_, Some(bit)) if self.position() > bit.div_ceil(8) => Pause::PastTarget,
            (_, Some(bit)) if paused && self.position() == bit.div_ceil(8) => Pause::AtTarget,
            _ => Pause::BufferEnd,
        };
        Ok((count, pause))
    }

    fn refill(&mut self) -> io::Result<()> {
        if self.page.is_empty() {
            self.page = ReadBuffer::new(PAGE);
        }
        // A read that fails leaves nothing of the page.
        (self.read, self.used) = (0, 0);
        self.read = self.blob.read_at(self.page_end, &mut self.page)?;
        self.page_end += self.read as u64;
        Ok(())
    }
}

/// Returns how far a counter of the library has advanced; at most a buffer's length.
fn taken(before: u64, after: u64) -> usize {
    usize::try_from(after - before).unwrap_or(usize::MAX)
}

fn corrupt(error: zlib_rs::InflateError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.as_str())
}
