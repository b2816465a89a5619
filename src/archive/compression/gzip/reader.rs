//! Decompresses a gzip blob in order and checks its checksums, on several cores where it is large. Format: RFC 1952. Does not parse tar.
//!
//! It is our own because no library here decompresses one deflate stream on several cores, and one large layer otherwise keeps all cores but one waiting
//! (`docs/speed.md`, "gzip"). One decoder goes through the blob from its start. Ahead of it, workers decompress chunks without the bytes before them. Where the
//! decoder arrives exactly at the start of a chunk, the chunk is inserted, the bytes that depend on earlier ones are filled in, and the chunk's decoder
//! continues from its end. A chunk that the decoder never arrives at is dropped. A wrong guess costs time, never correctness: hostile input can slow it down to
//! one core and no more, and every member is checked against its checksum.

use std::io::{self, BufReader, Read};
use std::num::NonZeroUsize;

use crate::archive::compression::gzip::checkpoint::{Checkpoint, Checkpoints};
use crate::archive::compression::gzip::chunk::Chunk;
use crate::archive::compression::gzip::chunk_workers::ChunkWorkers;
use crate::archive::compression::gzip::deflate::{DeflateDecoder, Pause};
use crate::archive::compression::gzip::format::{GRID, WINDOW, invalid};
use crate::archive::compression::gzip::header;
use crate::archive::compression::zeros::only_zeros;
use crate::archive::input::blob::Blob;
use zlib_rs::crc32::crc32;

/// A reader of the decompressed bytes of a blob with one or more gzip members.
pub(crate) struct GzipReader {
    blob: Blob,
    pub(super) decoder: DeflateDecoder,
    pub(super) workers: ChunkWorkers,
    /// The chunk that is being returned.
    pub(super) pending: Option<PendingChunk>,
    /// The error after the bytes that were returned last.
    failed: Option<io::Error>,
    /// The last bytes of this member that were returned, at most [`WINDOW`].
    window: Vec<u8>,
    /// CRC-32 and length of the bytes of this member that were returned.
    crc: u32,
    size: u64,
    pub(super) ended: bool,
    /// Whether this member was decompressed from its start; only then its checksum can be checked.
    from_start: bool,
    /// The checkpoints so far, if they are collected.
    checkpoints: Option<Checkpoints>,
}

/// A chunk that the decoder has arrived at.
pub(super) struct PendingChunk {
    chunk: Chunk,
    /// The bytes before it.
    window: Vec<u8>,
    /// How much of it was returned.
    pub(super) done: usize,
}

impl GzipReader {
    /// Starts at the first member's header. A large blob is decompressed on up to `threads` cores, the caller's included.
    ///
    /// # Errors
    /// When the blob cannot be read, or [`io::ErrorKind::InvalidData`] where it is not gzip.
    pub(crate) fn new(blob: Blob, threads: NonZeroUsize) -> io::Result<Self> {
        Self::with_chunk_spacing(blob, threads, GRID, None)
    }

    /// Starts like [`Self::new`], and collects checkpoints about `grid` compressed bytes apart.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub(crate) fn with_checkpoints(
        blob: Blob,
        threads: NonZeroUsize,
        grid: u64,
    ) -> io::Result<Self> {
        Self::with_chunk_spacing(blob, threads, grid, Some(Checkpoints::default()))
    }

    /// Starts with chunks about `grid` compressed bytes apart.
    pub(super) fn with_chunk_spacing(
        blob: Blob,
        threads: NonZeroUsize,
        grid: u64,
        checkpoints: Option<Checkpoints>,
    ) -> io::Result<Self> {
        let start = header::skip(&blob, 0)?;
        let decoder = DeflateDecoder::at_byte(blob.clone(), start);
        let workers = ChunkWorkers::new(&blob, threads, grid, checkpoints.is_some());
        Ok(Self {
            checkpoints,
            ..Self::at(blob, decoder, workers)
        })
    }

    /// Restarts at a checkpoint of the same blob, on the caller's core only.
    ///
    /// # Errors
    /// When the blob cannot be read.
    pub(crate) fn from_checkpoint(blob: Blob, checkpoint: &Checkpoint) -> io::Result<Self> {
        let window = checkpoint.window()?;
        let decoder = DeflateDecoder::at_bit(blob.clone(), checkpoint.bit, &window)?;
        let workers = ChunkWorkers::new(&blob, NonZeroUsize::MIN, GRID, false);
        Ok(Self {
            window,
            from_start: false,
            ..Self::at(blob, decoder, workers)
        })
    }

    fn at(blob: Blob, decoder: DeflateDecoder, workers: ChunkWorkers) -> Self {
        Self {
            decoder,
            workers,
            blob,
            pending: None,
            failed: None,
            window: Vec::new(),
            crc: 0,
            size: 0,
            ended: false,
            from_start: true,
            checkpoints: None,
        }
    }

    /// Returns the checkpoints so far, in order.
    pub(crate) fn into_checkpoints(self) -> Vec<Checkpoint> {
        self.checkpoints
            .map(Checkpoints::into_vec)
            .unwrap_or_default()
    }

    /// Decompresses some bytes; returns 0 where only the position changes.
    pub(super) fn step(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if let Some(pending) = &mut self.pending {
            let count = pending.chunk.copy(pending.done, &pending.window, buf)?;
            pending.done += count;
            let is_done = pending.done == pending.chunk.len();
            self.record_output(&buf[..count]);
            let after = if is_done { self.leave_chunk() } else { Ok(()) };
            return self.return_first(count, after);
        }
        let target = self.workers.target(self.decoder.position());
        let (count, pause) = self.decoder.advance(target, buf)?;
        self.record_output(&buf[..count]);
        let after = self.paused(pause);
        self.return_first(count, after)
    }

    /// Returns the bytes before the error.
    fn return_first(&mut self, count: usize, after: io::Result<()>) -> io::Result<usize> {
        match after {
            Err(error) if count > 0 => self.failed = Some(error),
            after => after?,
        }
        Ok(count)
    }

    /// Goes on from where the decoder paused.
    fn paused(&mut self, pause: Pause) -> io::Result<()> {
        match pause {
            Pause::BufferEnd => {}
            Pause::PastTarget => self.workers.skip(),
            Pause::AtTarget => {
                if let Some(checkpoints) = &mut self.checkpoints
                    && let Some(bit) = self.workers.target(self.decoder.position())
                {
                    checkpoints.add(bit, &self.window);
                }
                self.pending = self.workers.take().map(|chunk| PendingChunk {
                    chunk,
                    window: self.window.clone(),
                    done: 0,
                });
            }
            Pause::StreamEnd => self.next_member()?,
        }
        Ok(())
    }

    /// Continues with the chunk's decoder, which receives the bytes before the chunk.
    fn leave_chunk(&mut self) -> io::Result<()> {
        let Some(PendingChunk { chunk, .. }) = self.pending.take() else {
            return Ok(());
        };
        let end = self.workers.leave(chunk);
        self.decoder = end.decoder;
        if !end.knows_window {
            self.decoder.set_window(&self.window)?;
        }
        // The decoder paused for the chunk that was next then; another may be next by now.
        match end.pause {
            Pause::AtTarget if self.workers.target(self.decoder.position()) != end.target => Ok(()),
            Pause::PastTarget => Ok(()),
            pause => self.paused(pause),
        }
    }

    /// Updates checksum, length and window.
    fn record_output(&mut self, bytes: &[u8]) {
        self.crc = crc32(self.crc, bytes);
        self.size += bytes.len() as u64;
        if let Some(checkpoints) = &mut self.checkpoints {
            checkpoints.count(bytes.len());
        }
        let kept = &bytes[bytes.len().saturating_sub(WINDOW)..];
        let spare = (self.window.len() + kept.len()).saturating_sub(WINDOW);
        self.window.drain(..spare);
        self.window.extend_from_slice(kept);
    }

    /// Checks the member that ended against its trailer, and starts the next. Zeros after the last one, as tapes and disks leave them, are padding.
    fn next_member(&mut self) -> io::Result<()> {
        let trailer = self.decoder.position();
        let mut stored = [0; 8];
        if self.blob.read_at(trailer, &mut stored)? < stored.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let stored = u64::from_le_bytes(stored);
        // The length is stored modulo 2³² (RFC 1952, section 2.3.1).
        let (crc, size) = (stored & 0xffff_ffff, stored >> 32);
        let matches = crc == u64::from(self.crc) && size == self.size & 0xffff_ffff;
        if self.from_start && !matches {
            return Err(invalid("the gzip checksum does not match"));
        }
        (self.crc, self.size, self.from_start) = (0, 0, true);
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

impl Read for GzipReader {
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
