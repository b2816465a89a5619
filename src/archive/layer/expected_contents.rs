//! What the files of a layer contained when it was listed, to compare with what is read of them later, when the layer's bytes are fetched again. Reads
//! nothing.

use std::fmt;
use std::num::NonZeroU64;

use crate::archive::content_hash::ContentHash;
use crate::archive::tar::content::Piece;
use crate::image::{Account, Budget, Listing, TooLarge};

/// The hashes of a layer's files.
pub(crate) struct ExpectedContents {
    /// Those of files that are not empty, by offset.
    files: Vec<ExpectedContent>,
    _account: Account,
}

/// The content of a file.
struct ExpectedContent {
    /// The offset of its entry in the tar.
    offset: u64,
    size: u64,
    hash: NonZeroU64,
}

impl ExpectedContents {
    /// Returns what a listing has, all of whose contents were hashed.
    pub(crate) fn of(listing: &Listing, budget: &Budget) -> Result<Self, TooLarge> {
        let mut account = budget.account();
        let mut files = Vec::new();
        for entry in &listing.entries {
            if let Some(hash) = entry.hash {
                let (offset, size) = (entry.offset(), entry.size);
                account.push(&mut files, ExpectedContent { offset, size, hash })?;
            }
        }
        files.sort_unstable_by_key(|file| file.offset);
        Ok(Self {
            files,
            _account: account,
        })
    }

    /// Returns the size and the hash of the file whose entry has this offset.
    fn at(&self, offset: u64) -> (u64, Option<NonZeroU64>) {
        let found = self.files.binary_search_by_key(&offset, |file| file.offset);
        found.map_or((0, None), |index| {
            let file = &self.files[index];
            (file.size, Some(file.hash))
        })
    }
}

impl fmt::Debug for ExpectedContents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExpectedContents({})", self.files.len())
    }
}

/// Compares contents piece by piece.
pub(super) struct ContentCheck<'a> {
    expected: &'a ExpectedContents,
    /// The hash and the number of the bytes so far.
    hash: ContentHash,
    bytes: u64,
}

impl<'a> ContentCheck<'a> {
    pub(super) fn new(expected: &'a ExpectedContents) -> Self {
        Self {
            expected,
            hash: ContentHash::default(),
            bytes: 0,
        }
    }

    /// Adds a piece of the file whose entry has an offset, before it is used; `stopped` states whether the rest of the file is not read. Returns whether the
    /// content can still be what it was: known once all of it was read.
    pub(super) fn add(&mut self, offset: u64, piece: Piece<'_>, stopped: bool) -> bool {
        let (size, hash) = self.expected.at(offset);
        let length = match piece {
            Piece::Begin(_) => {
                (self.hash, self.bytes) = (ContentHash::default(), 0);
                return true;
            }
            Piece::End => return stopped || self.bytes == size,
            Piece::Bytes(bytes) => bytes.len() as u64,
            Piece::Hole(length) => length,
        };
        self.bytes = self.bytes.saturating_add(length);
        self.hash.add(piece);
        if self.bytes < size {
            return true;
        }
        let found = std::mem::take(&mut self.hash).finish();
        self.bytes == size && hash == Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::{ContentCheck, ExpectedContents};
    use crate::archive::Piece;
    use crate::archive::content_hash::ContentHash;
    use crate::image::{Budget, Compression, Entry, HeaderBlock, Listing, PathSet};

    #[test]
    fn a_content_is_compared_once_all_of_it_was_read() {
        let mut hash = ContentHash::default();
        hash.add(Piece::Bytes(b"hello"));
        let mut listing = Listing::new(Compression::None);
        let file = listing.paths.child(PathSet::ROOT, b"file").unwrap();
        let entry = Entry {
            size: 5,
            header: HeaderBlock::at(512).unwrap(),
            hash: Some(hash.finish()),
            ..Entry::IMPLIED
        };
        listing.push(file, entry, false).unwrap();
        let expected = ExpectedContents::of(&listing, &Budget::new(1 << 20)).unwrap();
        let is_expected = |offset, pieces: &[Piece<'_>], stopped| {
            let mut check = ContentCheck::new(&expected);
            let begin = Piece::Begin(crate::archive::tar::modified::ModifiedTime::default());
            let all = [&[begin], pieces, &[Piece::End]].concat();
            all.iter().all(|piece| check.add(offset, *piece, stopped))
        };
        let [he, llo, other] = [&b"he"[..], b"llo", b"lls"].map(Piece::Bytes);
        assert!(is_expected(512, &[he, llo], false));
        assert!(!is_expected(512, &[he, other], false), "other bytes");
        assert!(!is_expected(512, &[he], false), "too short");
        assert!(is_expected(512, &[he], true), "not read to its end");
        assert!(!is_expected(512, &[he, llo, he], false), "too long");
        assert!(is_expected(1024, &[], false));
        assert!(!is_expected(1024, &[he], false), "an empty file has bytes");
    }
}
