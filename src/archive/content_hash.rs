//! The hash by which two contents are compared: xxh3, 63 bits, never zero. `digest` computes the digests of blobs.

use std::num::NonZeroU64;

use crate::archive::cancel::Cancel;
use crate::archive::input::byte_source::ByteSource;
use crate::archive::tar::content::{ContentError, Piece, pass_content};
use crate::archive::tar::error::TarError;
use crate::archive::tar::reader::TarReader;
use crate::image::hash_of_content;
use xxhash_rust::xxh3::Xxh3Default;

/// Contents are hashed in blocks of so many bytes. Blocks of zeros are counted instead, so that zeros and the holes of sparse files are the same, and a
/// few bytes of tar that mean exbibytes of zeros cost nothing.
const BLOCK: usize = 4096;

/// The hash of a content so far.
#[derive(Default)]
pub(crate) struct ContentHash {
    hasher: Xxh3Default,
    /// The bytes of an incomplete block.
    part: Vec<u8>,
    /// Blocks of zeros that are not hashed yet.
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
        let (blocks, rest) = bytes.split_at(bytes.len() - bytes.len() % BLOCK);
        self.blocks(blocks);
        self.part.extend_from_slice(rest);
    }

    /// Adds the block in `part` once it is complete.
    fn end_part(&mut self) {
        if self.part.len() == BLOCK {
            let mut part = std::mem::take(&mut self.part);
            self.blocks(&part);
            part.clear();
            self.part = part;
        }
    }

    /// Adds complete blocks; runs of blocks that are not zeros at once.
    fn blocks(&mut self, mut blocks: &[u8]) {
        while !blocks.is_empty() {
            let is_zeros = |block: &[u8]| block == [0; BLOCK];
            let full = blocks.chunks(BLOCK).take_while(|block| !is_zeros(block));
            let (some, rest) = blocks.split_at(full.count() * BLOCK);
            if !some.is_empty() {
                self.hash_zeros();
                self.hasher.update(some);
            }
            let zeros = rest.chunks(BLOCK).take_while(|block| is_zeros(block));
            let zeros = zeros.count();
            self.zeros += zeros as u64;
            blocks = &rest[zeros * BLOCK..];
        }
    }

    fn hole(&mut self, mut len: u64) {
        let block = BLOCK as u64;
        if !self.part.is_empty() {
            let some = len.min(block - self.part.len() as u64);
            self.fill(some);
            len -= some;
            self.end_part();
        }
        self.zeros += len / block;
        self.fill(len % block);
    }

    /// Adds zeros to the incomplete block, which has room for them.
    fn fill(&mut self, zeros: u64) {
        let len = self.part.len() + usize::try_from(zeros).unwrap_or(0);
        self.part.resize(len, 0);
    }

    fn hash_zeros(&mut self) {
        if self.zeros > 0 {
            self.hasher.update(&self.zeros.to_le_bytes());
            self.zeros = 0;
        }
    }

    /// Returns the hash.
    pub(crate) fn finish(mut self) -> NonZeroU64 {
        self.hash_zeros();
        self.hasher.update(&self.part);
        hash_of_content(self.hasher.digest())
    }
}

/// Hashes the current entry's content; passes the offset in the tar to `progress`. Returns `None` if the user cancelled.
pub(crate) fn hash_entry<T: ByteSource>(
    reader: &mut TarReader<T>,
    cancel: &Cancel,
    mut progress: impl FnMut(u64),
) -> Result<Option<NonZeroU64>, TarError> {
    let mut hash = ContentHash::default();
    if reader.header().pieces.is_some() {
        let mut add = |piece: Piece<'_>| {
            hash.add(piece);
            Ok::<bool, TarError>(!cancel.is_cancelled())
        };
        pass_content(reader, &mut add).map_err(|error| match error {
            ContentError::Tar(error) | ContentError::Callback(error) => error,
        })?;
    } else {
        // Without copying.
        let mut position = reader.position();
        reader.content(|bytes| {
            position += bytes.len() as u64;
            progress(position);
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
        fn pieces_and_holes_do_not_change_the_hash(runs in prop::collection::vec((any::<bool>(), 1..3 * BLOCK), 0..12), cut in 1..2 * BLOCK) {
            let mut bytes = Vec::new();
            let mut pieces = Vec::new();
            let ones = vec![1; 3 * BLOCK];
            for (is_hole, len) in runs {
                bytes.resize(bytes.len() + len, u8::from(!is_hole));
                pieces.push(if is_hole { Piece::Hole(len as u64) } else { Piece::Bytes(&ones[..len]) });
            }
            let plain = hash(&[Piece::Bytes(&bytes)]);
            prop_assert_eq!(hash(&pieces), plain);
            let cuts: Vec<_> = bytes.chunks(cut).map(Piece::Bytes).collect();
            prop_assert_eq!(hash(&cuts), plain);
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
