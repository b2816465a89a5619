//! The hash that tells two contents apart: xxh3, 64 bits, never zero. Not for digests: those are `verify`'s.

use std::num::NonZeroU64;

use xxhash_rust::xxh3::Xxh3Default;

use super::cancel::Cancel;
use super::content::{GiveFault, Piece, give_content};
use super::fault::Fault;
use super::scan::Scan;
use super::tape::Tape;

/// How many zeros of a file's holes are hashed as the bytes they stand for; beyond, holes count by their length, so that a few bytes of tar cannot
/// make hours of work. Two files of one size that differ only in which of their zeros are holes are then told apart as if their bytes differed.
const ZEROS: u64 = 64 << 10;

/// A hash in the making.
pub(crate) struct ContentHash {
    hasher: Xxh3Default,
    zeros: u64,
}

impl Default for ContentHash {
    fn default() -> Self {
        Self {
            hasher: Xxh3Default::default(),
            zeros: ZEROS,
        }
    }
}

impl ContentHash {
    /// Adds a piece of a content.
    pub(crate) fn add(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Bytes(bytes) => self.update(bytes),
            Piece::Hole(len) => self.hole(len),
            Piece::End => {}
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
    }

    fn hole(&mut self, len: u64) {
        let zeros = [0; 4096];
        let mut left = len.min(self.zeros);
        let rest = len - left;
        self.zeros -= left;
        while left > 0 {
            let count = left.min(zeros.len() as u64);
            self.hasher
                .update(&zeros[..usize::try_from(count).unwrap_or(0)]);
            left -= count;
        }
        if rest > 0 {
            self.hasher.update(&rest.to_le_bytes());
        }
    }

    pub(crate) fn finish(&self) -> NonZeroU64 {
        NonZeroU64::new(self.hasher.digest()).unwrap_or(NonZeroU64::MAX)
    }
}

/// Hashes the current record's content as it passes; nothing when the user cancelled.
pub(super) fn hash_record<T: Tape>(
    scan: &mut Scan<T>,
    cancel: &Cancel,
) -> Result<Option<NonZeroU64>, Fault> {
    let mut hash = ContentHash::default();
    if scan.header().pieces.is_some() {
        let mut add = |piece: Piece<'_>| {
            hash.add(piece);
            Ok::<bool, Fault>(!cancel.is_cancelled())
        };
        give_content(scan, &mut add).map_err(|fault| match fault {
            GiveFault::Tape(fault) | GiveFault::Given(fault) => fault,
        })?;
    } else {
        // Nothing is copied.
        scan.content(|bytes| {
            if !cancel.is_cancelled() {
                hash.update(bytes);
            }
        })?;
    }
    Ok((!cancel.is_cancelled()).then(|| hash.finish()))
}
