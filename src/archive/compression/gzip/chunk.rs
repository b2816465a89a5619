//! A chunk of a deflate stream, decompressed without the bytes before it. `reader` decides where it is inserted.
//!
//! It is decompressed twice, after two different windows that differ in every byte. Output bytes that are equal do not depend on the window; a pair of
//! bytes that differ encodes the window position they were copied from. Once the last 32 KiB are equal the window no longer matters, and one decoder
//! continues alone.

use crate::archive::compression::gzip::deflate::{DeflateDecoder, Pause};
use crate::archive::compression::gzip::format::{WINDOW, invalid};
use crate::archive::input::blob::Blob;
use std::io;
use std::sync::LazyLock;

/// Most decompressed bytes of a chunk; the reader continues from there with the chunk's decoder.
const MOST: usize = 9 << 20;
/// How many bytes are decompressed between two comparisons of both outputs.
const STEP: usize = 128 << 10;

/// The two windows: at each position the position's low byte, and its high byte with the highest bit set where both would be equal.
static WINDOWS: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    let bytes = (0..WINDOW).map(usize::to_le_bytes);
    let high = |low, high| if low == high { high | 0x80 } else { high };
    [
        bytes.clone().map(|[low, ..]| low).collect(),
        bytes.map(|[low, second, ..]| high(low, second)).collect(),
    ]
});

/// How much of the second buffer is kept for the next chunk, in bytes; few chunks need more.
const KEPT: usize = 1 << 20;

/// Memory of a chunk, for reuse.
#[derive(Default)]
pub(super) struct Buffers {
    first: Vec<u8>,
    second: Vec<u8>,
}

/// A decompressed chunk.
pub(super) struct Chunk {
    buffers: Buffers,
    len: usize,
    /// Up to where the window matters.
    unknown: usize,
    end: ChunkEnd,
}

/// How a chunk ended.
pub(super) struct ChunkEnd {
    /// The decoder that continues from the end.
    pub(super) decoder: DeflateDecoder,
    /// Why it paused, and at which target.
    pub(super) pause: Pause,
    pub(super) target: Option<u64>,
    /// Whether it has the right window; if not, it must be set.
    pub(super) knows_window: bool,
}

impl Chunk {
    /// Decompresses from a bit up to a target, the stream's end, or the largest chunk.
    ///
    /// # Errors
    /// When the blob cannot be read, or no deflate block starts at that bit.
    pub(super) fn decompress(
        blob: &Blob,
        start: u64,
        target: Option<u64>,
        mut buffers: Buffers,
    ) -> io::Result<Self> {
        buffers
            .first
            .reserve_exact(MOST.saturating_sub(buffers.first.len()));
        let [low, high] = &*WINDOWS;
        let mut decoder = DeflateDecoder::at_bit(blob.clone(), start, low)?;
        let mut other = Some(DeflateDecoder::at_bit(blob.clone(), start, high)?);
        let (mut len, mut unknown) = (0, 0);
        let pause = loop {
            let (count, pause) = decoder.advance(target, room(&mut buffers.first, len))?;
            if let Some(second) = &mut other {
                let same = second.advance(target, room(&mut buffers.second, len))?;
                if same != (count, pause) {
                    return Err(invalid("the window changes the decompressed bytes"));
                }
                unknown = len + count;
                let last = unknown.checked_sub(WINDOW).map(|from| from..unknown);
                if last.is_some_and(|last| buffers.first[last.clone()] == buffers.second[last]) {
                    other = None;
                }
            }
            len += count;
            if pause != Pause::BufferEnd || len + STEP > MOST {
                break pause;
            }
        };
        Ok(Self {
            buffers,
            len,
            unknown,
            end: ChunkEnd {
                decoder,
                pause,
                target,
                knows_window: other.is_none(),
            },
        })
    }

    /// Returns how many decompressed bytes it has.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Copies bytes from `from` on; those that depend on the bytes before the chunk are filled in from `window`.
    pub(super) fn copy(&self, from: usize, window: &[u8], buf: &mut [u8]) -> io::Result<usize> {
        let Buffers { first, second } = &self.buffers;
        let end = if from < self.unknown {
            self.unknown
        } else {
            self.len
        };
        let count = buf.len().min(end - from);
        let buf = &mut buf[..count];
        let first = &first[from..from + count];
        buf.copy_from_slice(first);
        if from < self.unknown {
            let second = &second[from..from + count];
            // A window near a member's start is short; nothing can come from before it.
            let missing = WINDOW - window.len();
            for ((byte, &low), &high) in buf.iter_mut().zip(first).zip(second) {
                if low != high {
                    let place = usize::from(high & 0x7f) << 8 | usize::from(low);
                    *byte = *place
                        .checked_sub(missing)
                        .and_then(|place| window.get(place))
                        .ok_or_else(|| invalid("a match before the beginning"))?;
                }
            }
        }
        Ok(count)
    }

    /// Splits the chunk into its end and the memory to reuse.
    pub(super) fn into_end(mut self) -> (ChunkEnd, Buffers) {
        let second = &mut self.buffers.second;
        second.truncate(KEPT);
        second.shrink_to(KEPT);
        (self.end, self.buffers)
    }
}

/// Returns the part of the buffer for the step at `from`.
fn room(buffer: &mut Vec<u8>, from: usize) -> &mut [u8] {
    if buffer.len() < from + STEP {
        buffer.resize(from + STEP, 0);
    }
    &mut buffer[from..from + STEP]
}
