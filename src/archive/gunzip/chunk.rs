//! A chunk of a deflate stream, unpacked without knowing what came before it. Where it is put in is decided elsewhere.
//!
//! It is unpacked twice, as if after two different windows whose bytes differ everywhere. What comes out alike does not depend on the window; what
//! differs tells, by both its bytes, which place of the window it was copied from. Once the last 32 KiB came out alike the window no longer
//! matters, and one decoder goes on alone.

use std::io;
use std::sync::LazyLock;

use super::decoder::{Decoder, Halt};
use super::{WINDOW, invalid};
use crate::archive::blob::Blob;

/// The most a chunk unpacks to, in bytes; what is beyond is left to whoever goes on with its decoder.
const MOST: usize = 9 << 20;
/// How much is unpacked between two looks at what came out alike, in bytes.
const STEP: usize = 128 << 10;

/// The two windows: at each place its low byte, and its high one, whose highest bit is used where they would be equal.
static WINDOWS: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    let bytes = (0..WINDOW).map(usize::to_le_bytes);
    let high = |low, high| if low == high { high | 0x80 } else { high };
    [
        bytes.clone().map(|[low, ..]| low).collect(),
        bytes.map(|[low, second, ..]| high(low, second)).collect(),
    ]
});

/// How much of a second buffer is worth keeping, in bytes; few chunks need as much.
const KEPT: usize = 1 << 20;

/// Memory for a chunk, to be used again.
#[derive(Default)]
pub(super) struct Buffers {
    first: Vec<u8>,
    second: Vec<u8>,
}

/// An unpacked chunk.
pub(super) struct Chunk {
    buffers: Buffers,
    len: usize,
    /// Up to where the window may matter.
    unknown: usize,
    end: End,
}

/// How a chunk ended.
pub(super) struct End {
    /// The decoder that goes on from there.
    pub(super) decoder: Decoder,
    /// Why it paused, and for which target.
    pub(super) halt: Halt,
    pub(super) target: Option<u64>,
    /// Whether it knows what came before; if not it has to be told.
    pub(super) knows_window: bool,
}

impl Chunk {
    /// Unpacks what begins at a bit, up to a target, the stream's end, or as much as a chunk may be. Nothing when that is no deflate stream.
    pub(super) fn unpack(
        blob: &Blob,
        start: u64,
        target: Option<u64>,
        mut buffers: Buffers,
    ) -> io::Result<Self> {
        buffers
            .first
            .reserve_exact(MOST.saturating_sub(buffers.first.len()));
        let [low, high] = &*WINDOWS;
        let mut decoder = Decoder::at_bit(blob.clone(), start, low)?;
        let mut other = Some(Decoder::at_bit(blob.clone(), start, high)?);
        let (mut len, mut unknown) = (0, 0);
        let halt = loop {
            let (count, halt) = decoder.advance(target, room(&mut buffers.first, len))?;
            if let Some(second) = &mut other {
                let same = second.advance(target, room(&mut buffers.second, len))?;
                if same != (count, halt) {
                    return Err(invalid("the window changes what is unpacked"));
                }
                unknown = len + count;
                let last = unknown.checked_sub(WINDOW).map(|from| from..unknown);
                if last.is_some_and(|last| buffers.first[last.clone()] == buffers.second[last]) {
                    other = None;
                }
            }
            len += count;
            if halt != Halt::Nowhere || len + STEP > MOST {
                break halt;
            }
        };
        Ok(Self {
            buffers,
            len,
            unknown,
            end: End {
                decoder,
                halt,
                target,
                knows_window: other.is_none(),
            },
        })
    }

    /// How many bytes it unpacked to.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Copies bytes from `from` on, what came from the window before the chunk filled in from it.
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
            // A window at a member's beginning is short; nothing may come from before it.
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

    /// Takes the chunk apart; of its memory what is worth keeping.
    pub(super) fn leave(mut self) -> (End, Buffers) {
        let second = &mut self.buffers.second;
        second.truncate(KEPT);
        second.shrink_to(KEPT);
        (self.end, self.buffers)
    }
}

/// Returns room for a step at `from`.
fn room(buffer: &mut Vec<u8>, from: usize) -> &mut [u8] {
    if buffer.len() < from + STEP {
        buffer.resize(from + STEP, 0);
    }
    &mut buffer[from..from + STEP]
}
