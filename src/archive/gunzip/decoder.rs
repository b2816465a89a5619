//! One deflate stream of a blob (RFC 1951), from a byte or from a bit on, that knows when it arrives where another one began. No gzip members here.

use std::io;

use zlib_rs::{Inflate, InflateFlush, Status};

use crate::archive::blob::Blob;

/// How much of the blob is read at once, in bytes.
const PAGE: usize = 256 << 10;

/// Why a decoder paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Halt {
    /// There was no more room, or what had been read is used up.
    Nowhere,
    /// It stands between two blocks, exactly at its target.
    Reached,
    /// It is beyond its target, at which no block began.
    Passed,
    /// The stream ended; its position is the byte after it.
    End,
}

/// Unpacks a blob from some place on.
pub(super) struct Decoder {
    inflate: Inflate,
    blob: Blob,
    /// Bytes of the blob, how far they are used, and where they end in the blob.
    page: Vec<u8>,
    used: usize,
    page_end: u64,
}

impl Decoder {
    /// Returns a decoder for the stream that starts at a byte.
    pub(super) fn at_byte(blob: Blob, start: u64) -> Self {
        Self {
            inflate: Inflate::new(false, 15),
            blob,
            page: Vec::new(),
            used: 0,
            page_end: start,
        }
    }

    /// Returns a decoder for the blocks that begin at a bit, with what a match of theirs may look back to.
    pub(super) fn at_bit(blob: Blob, start: u64, window: &[u8]) -> io::Result<Self> {
        let mut decoder = Self::at_byte(blob, start / 8);
        let used = (start % 8) as u32;
        if used > 0 {
            decoder.refill()?;
            let first = *decoder.page.first().ok_or(io::ErrorKind::UnexpectedEof)?;
            decoder.pass_bits(first, used)?;
            decoder.used = 1;
        }
        decoder.set_window(window)?;
        Ok(decoder)
    }

    /// Makes the decoder pass over the lowest `used` bits of a byte. It takes whole bytes only, so it is given blocks that mean next to nothing and
    /// end in the middle of one: blocks with fixed codes, empty ones of ten bits, and before them one of 19 bits with one literal where `used` is odd.
    fn pass_bits(&mut self, byte: u8, used: u32) -> io::Result<()> {
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

    /// Tells what came right before, its last 32 KiB.
    pub(super) fn set_window(&mut self, window: &[u8]) -> io::Result<()> {
        self.inflate.set_dictionary(window).map_err(corrupt)?;
        Ok(())
    }

    /// Starts again with another stream of the same blob.
    pub(super) fn restart(&mut self, start: u64) {
        self.inflate.reset(false);
        let page_start = self.page_end - self.page.len() as u64;
        match start.checked_sub(page_start) {
            Some(used) if start <= self.page_end => {
                self.used = usize::try_from(used).unwrap_or(self.page.len());
            }
            _ => {
                self.page.clear();
                (self.used, self.page_end) = (0, start);
            }
        }
    }

    /// Returns where it stands in the blob: the byte after the last one used, in whole or in part.
    pub(super) fn position(&self) -> u64 {
        self.page_end - (self.page.len() - self.used) as u64
    }

    /// Unpacks some bytes. `target` is a bit to watch for, which the decoder has not reached.
    pub(super) fn advance(
        &mut self,
        target: Option<u64>,
        buf: &mut [u8],
    ) -> io::Result<(usize, Halt)> {
        if self.used == self.page.len() {
            self.refill()?;
            if self.page.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let input = &self.page[self.used..];
        // No block can end at the target without its last bit: up to the byte that holds it, nobody needs to stop between blocks.
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
            return Err(super::invalid("the deflate stream leads nowhere"));
        }
        self.used += used;
        let halt = match (status, target) {
            (Status::StreamEnd, _) => Halt::End,
            (_, Some(bit)) if self.position() > bit.div_ceil(8) => Halt::Passed,
            (_, Some(bit)) if paused && self.position() == bit.div_ceil(8) => Halt::Reached,
            _ => Halt::Nowhere,
        };
        Ok((count, halt))
    }

    fn refill(&mut self) -> io::Result<()> {
        self.page.resize(PAGE, 0);
        let count = self.blob.read_at(self.page_end, &mut self.page)?;
        self.page.truncate(count);
        self.page_end += count as u64;
        self.used = 0;
        Ok(())
    }
}

/// How far a counter of the decoder has come; never more than a buffer holds.
fn taken(before: u64, after: u64) -> usize {
    usize::try_from(after - before).unwrap_or(usize::MAX)
}

fn corrupt(error: zlib_rs::InflateError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.as_str())
}
