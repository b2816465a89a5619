//! Checkpoints of a gzip blob: positions from which decompression can restart, collected while it is decompressed. Decompresses no blob.

use std::io;

use crate::archive::compression::gzip::format::{WINDOW, invalid};

/// Most checkpoints of a blob; each keeps a window of 32 KiB, packed.
const MOST: usize = 512;
/// zstd's level for a window: the fastest packs it to less than half.
const LEVEL: i32 = 1;

/// The start of a block.
#[derive(Debug)]
pub struct Checkpoint {
    /// Its first bit in the blob.
    pub(super) bit: u64,
    /// The last bytes of its member before it, at most 32 KiB, packed by zstd.
    window: Vec<u8>,
    /// Decompressed bytes before it, of all members.
    pub(crate) before: u64,
}

impl Checkpoint {
    /// Packs a window; returns `None` if there is not enough memory.
    pub(crate) fn new(bit: u64, before: u64, window: &[u8]) -> Option<Self> {
        Some(Self {
            bit,
            window: zstd::bulk::compress(window, LEVEL).ok()?,
            before,
        })
    }

    /// Returns its first bit, the number of decompressed bytes before it, and the last bytes of its member before it, packed.
    #[must_use]
    pub fn parts(&self) -> (u64, u64, &[u8]) {
        (self.bit, self.before, &self.window)
    }

    /// Returns a checkpoint from its parts. A window that cannot be unpacked is an error when it is used.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn of_parts(bit: u64, before: u64, window: &[u8]) -> Self {
        Self {
            bit,
            window: window.to_vec(),
            before,
        }
    }

    /// Returns the last bytes of its member before it.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] when they were packed differently.
    pub(crate) fn window(&self) -> io::Result<Vec<u8>> {
        let unpacked = zstd::bulk::decompress(&self.window, WINDOW);
        unpacked.map_err(|_| invalid("a checkpoint is damaged"))
    }
}

/// The checkpoints so far. When there are too many, every second one is dropped, and from then on only every second one is kept, and so on.
#[derive(Default)]
pub(super) struct Checkpoints {
    kept: Vec<Checkpoint>,
    decompressed: u64,
    seen: usize,
    /// How often every second one was dropped.
    thinned: u32,
}

impl Checkpoints {
    /// Counts decompressed bytes.
    pub(super) fn count(&mut self, bytes: usize) {
        self.decompressed += bytes as u64;
    }

    /// Adds the start of a block at the current position.
    pub(super) fn add(&mut self, bit: u64, window: &[u8]) {
        self.seen += 1;
        if !self.seen.is_multiple_of(1 << self.thinned) {
            return;
        }
        // Without memory for a window there is one checkpoint less.
        let Some(checkpoint) = Checkpoint::new(bit, self.decompressed, window) else {
            return;
        };
        self.kept.push(checkpoint);
        if self.kept.len() == MOST {
            let mut place = 0;
            self.kept.retain(|_| {
                place += 1;
                place % 2 == 0
            });
            self.thinned += 1;
        }
    }

    pub(super) fn into_vec(self) -> Vec<Checkpoint> {
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::{Checkpoints, MOST};

    #[test]
    fn checkpoints_stay_few_and_evenly_spaced() {
        let mut checkpoints = Checkpoints::default();
        for bit in 1..=100_000 {
            checkpoints.count(1);
            checkpoints.add(bit, b"window");
        }
        let checkpoints = checkpoints.into_vec();
        assert!(
            checkpoints.len() < MOST && checkpoints.len() >= MOST / 4,
            "{}",
            checkpoints.len()
        );
        let step = checkpoints[0].bit;
        for (at, checkpoint) in checkpoints.iter().enumerate() {
            assert_eq!(checkpoint.bit, step * (at as u64 + 1));
            assert_eq!(checkpoint.before, checkpoint.bit);
            assert_eq!(checkpoint.window().unwrap(), b"window");
        }
    }
}
