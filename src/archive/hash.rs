//! The hash that tells two contents apart: xxh3, 64 bits, never zero. Not for digests: those are `verify`'s.

use std::num::NonZeroU64;

use xxhash_rust::xxh3::Xxh3Default;

use super::cancel::Cancel;
use super::content::{GiveFault, Piece, give_content};
use super::fault::Fault;
use super::scan::Scan;
use crate::archive::byte_source::ByteSource;

/// A content is hashed in blocks of so many bytes. One of nothing but zeros is counted instead, so that it does not matter whether a file's zeros are
/// written out or left out as holes, and a few bytes of tar that stand for exbibytes of zeros cost nothing.
const BLOCK: usize = 4096;

/// A hash in the making.
#[derive(Default)]
pub(crate) struct ContentHash {
    hasher: Xxh3Default,
    /// The bytes of the block that is not whole yet.
    part: Vec<u8>,
    /// Blocks of zeros since the last byte that was hashed.
    zeros: u64,
}

impl ContentHash {
    /// Adds a piece of a content.
    pub(crate) fn add(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Bytes(bytes) => self.update(bytes),
            Piece::Hole(len) => self.hole(len),
            Piece::Begin(_) | Piece::End => {}
        }
    }

    fn update(&mut self, mut bytes: &[u8]) {
        if !self.part.is_empty() {
            let (some, rest) = bytes.split_at(bytes.len().min(BLOCK - self.part.len()));
            self.part.extend_from_slice(some);
            bytes = rest;
            self.end_part();
        }
        let whole = bytes.len() - bytes.len() % BLOCK;
        let (blocks, rest) = bytes.split_at(whole);
        self.blocks(blocks);
        self.part.extend_from_slice(rest);
    }

    /// Adds the block that was put together, when it is whole.
    fn end_part(&mut self) {
        if self.part.len() == BLOCK {
            let mut part = std::mem::take(&mut self.part);
            self.blocks(&part);
            part.clear();
            self.part = part;
        }
    }

    /// Adds whole blocks, as many at once as have anything in them.
    fn blocks(&mut self, mut blocks: &[u8]) {
        while !blocks.is_empty() {
            let is_zeros = |block: &[u8]| block == [0; BLOCK];
            let full = blocks.chunks(BLOCK).take_while(|block| !is_zeros(block));
            let (some, rest) = blocks.split_at(full.count() * BLOCK);
            if !some.is_empty() {
                self.tell_zeros();
                self.hasher.update(some);
            }
            let zeros = rest.chunks(BLOCK).take_while(|block| is_zeros(block));
            let zeros = zeros.count();
            self.zeros += zeros as u64;
            blocks = &rest[zeros * BLOCK..];
        }
    }

    fn hole(&mut self, mut len: u64) {
        let whole = BLOCK as u64;
        if !self.part.is_empty() {
            let some = len.min(whole - self.part.len() as u64);
            self.fill(some);
            len -= some;
            self.end_part();
        }
        self.zeros += len / whole;
        self.fill(len % whole);
    }

    /// Adds zeros to the block that is not whole yet; there is room for them.
    fn fill(&mut self, zeros: u64) {
        let len = self.part.len() + usize::try_from(zeros).unwrap_or(0);
        self.part.resize(len, 0);
    }

    fn tell_zeros(&mut self) {
        if self.zeros > 0 {
            self.hasher.update(&self.zeros.to_le_bytes());
            self.zeros = 0;
        }
    }

    pub(crate) fn finish(mut self) -> NonZeroU64 {
        self.tell_zeros();
        self.hasher.update(&self.part);
        NonZeroU64::new(self.hasher.digest()).unwrap_or(NonZeroU64::MAX)
    }
}

/// Hashes the current record's content as it passes, telling how many bytes of the tar lie behind; nothing when the user cancelled.
pub(super) fn hash_record<T: ByteSource>(
    scan: &mut Scan<T>,
    cancel: &Cancel,
    mut passed: impl FnMut(u64),
) -> Result<Option<NonZeroU64>, Fault> {
    let mut hash = ContentHash::default();
    if scan.header().pieces.is_some() {
        let mut add = |piece: Piece<'_>| {
            hash.add(piece);
            Ok::<bool, Fault>(!cancel.is_cancelled())
        };
        give_content(scan, &mut add).map_err(|fault| match fault {
            GiveFault::ByteSource(fault) | GiveFault::Given(fault) => fault,
        })?;
    } else {
        // Nothing is copied.
        let mut position = scan.position();
        scan.content(|bytes| {
            position += bytes.len() as u64;
            passed(position);
            hash.update(bytes);
            !cancel.is_cancelled()
        })?;
    }
    Ok((!cancel.is_cancelled()).then(|| hash.finish()))
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, ContentHash};
    use crate::archive::Piece;
    use proptest::prelude::*;

    fn hash(pieces: &[Piece<'_>]) -> u64 {
        let mut hash = ContentHash::default();
        for &piece in pieces {
            hash.add(piece);
        }
        hash.finish().get()
    }

    proptest! {
        #[test]
        fn neither_cuts_nor_holes_matter(runs in prop::collection::vec((any::<bool>(), 1..3 * BLOCK), 0..12), cut in 1..2 * BLOCK) {
            let mut bytes = Vec::new();
            let mut pieces = Vec::new();
            let ones = vec![1; 3 * BLOCK];
            for (is_hole, len) in runs {
                bytes.resize(bytes.len() + len, u8::from(!is_hole));
                pieces.push(if is_hole { Piece::Hole(len as u64) } else { Piece::Bytes(&ones[..len]) });
            }
            let whole = hash(&[Piece::Bytes(&bytes)]);
            prop_assert_eq!(hash(&pieces), whole);
            let cuts: Vec<_> = bytes.chunks(cut).map(Piece::Bytes).collect();
            prop_assert_eq!(hash(&cuts), whole);
        }
    }

    #[test]
    fn zeros_count() {
        let (few, more) = (Piece::Hole(1 << 40), Piece::Hole((1 << 40) + BLOCK as u64));
        assert_ne!(hash(&[few]), hash(&[more]));
        let (one, zeros) = (Piece::Bytes(b"1"), Piece::Hole(BLOCK as u64));
        assert_ne!(hash(&[one, zeros]), hash(&[zeros, one]));
    }
}
