//! One tar entry: one path in one layer. An entry takes 40 bytes; fields that few entries have are in [`RareFields`].

use std::num::NonZeroU64;

use super::ids::{RareFieldsId, TooLarge};

/// The offset of an entry's first header block in the layer's decompressed tar, in blocks of 512 bytes: every header begins at one, and 32 bits count
/// those of 2 TiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeaderBlock(u32);

impl HeaderBlock {
    /// The block of an entry that no tar has.
    const NONE: Self = Self(u32::MAX);
    const BYTES: u64 = 512;

    /// Returns the block at an offset in bytes.
    ///
    /// # Errors
    /// [`TooLarge::Count`] when 32 bits cannot count it, or no block begins there.
    pub fn at(offset: u64) -> Result<Self, TooLarge> {
        let block = u32::try_from(offset / Self::BYTES).ok();
        let block = block.filter(|_| offset.is_multiple_of(Self::BYTES));
        let block = block.map(Self).filter(|block| *block != Self::NONE);
        block.ok_or(TooLarge::Count)
    }

    /// Returns the offset in bytes.
    #[must_use]
    pub const fn offset(self) -> u64 {
        self.0 as u64 * Self::BYTES
    }
}

/// What a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// A regular file (also the rare contiguous and sparse ones).
    File,
    /// A folder.
    Directory,
    /// A symbolic link.
    Symlink,
    /// Another name of a file of the same layer or a lower one.
    HardLink,
    /// A character device.
    CharDevice,
    /// A block device.
    BlockDevice,
    /// A named pipe.
    Fifo,
}

/// One entry of a layer's tar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Bytes of a regular file (the logical size of a sparse one); 0 for everything else, whatever the header has.
    pub size: u64,
    /// Where its header begins.
    pub header: HeaderBlock,
    /// When it was last modified, in seconds since 1970; times before that are 0, those after 2106 the largest number.
    pub modified: u32,
    /// The hash of the content, if known. Two files of equal size and hash have the same bytes. It is the xxh3 of bytes that were read, without its
    /// highest bit, or of a digest in a table of contents: `must_hash` returns what must be read to compare both kinds.
    pub hash: Option<NonZeroU64>,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Link target, extended attributes, device number.
    pub rare_fields: Option<RareFieldsId>,
    /// The header's mode: permission bits, setuid, setgid, sticky, and the file-type bits some producers write.
    pub mode: u16,
    /// The tar header's type byte: `b'0'`, `b'5'`, …; very old tars, which have none, become `b'0'` and `b'5'`.
    pub type_flag: u8,
    /// Whether the path in the tar has a leading slash.
    pub absolute: bool,
}

/// The bit of a content hash that only those of digests have.
const OF_DIGEST: u64 = 1 << 63;

/// Returns the hash of a content whose bytes were read, from its xxh3.
#[must_use]
pub(crate) fn hash_of_content(xxh3: u64) -> NonZeroU64 {
    NonZeroU64::new(xxh3 & !OF_DIGEST).unwrap_or(NonZeroU64::MIN)
}

/// Returns the hash of a content that a table of contents describes, from its SHA-256.
#[must_use]
pub(crate) fn hash_of_digest(sha256: [u8; 32]) -> NonZeroU64 {
    let [first, ..] = sha256.as_chunks::<8>().0 else {
        return NonZeroU64::MAX;
    };
    NonZeroU64::new(u64::from_be_bytes(*first) | OF_DIGEST).unwrap_or(NonZeroU64::MAX)
}

/// Returns which of some entries must be read before their contents can be compared with each other: those without a hash and, where hashes of both kinds
/// would meet, those with the hash of a digest.
pub(crate) fn must_hash<'a>(
    entries: impl IntoIterator<Item = &'a Entry>,
) -> impl Fn(&Entry) -> bool {
    let is_of_digest = |hash: NonZeroU64| hash.get() & OF_DIGEST != 0;
    let (mut digests, mut others) = (false, false);
    for entry in entries {
        match entry.hash {
            Some(hash) if is_of_digest(hash) => digests = true,
            _ => others = true,
        }
    }
    let are_mixed = digests && others;
    move |entry| {
        entry
            .hash
            .is_none_or(|hash| are_mixed && is_of_digest(hash))
    }
}

/// What few entries have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RareFields {
    /// Where a symbolic or hard link points, as written.
    pub target: Vec<u8>,
    /// Extended attributes, by name.
    pub xattrs: Vec<(Vec<u8>, Vec<u8>)>,
    /// Major and minor number of a device.
    pub device: Option<(u32, u32)>,
}

impl RareFields {
    /// Bytes that an allocation takes beside its contents.
    const ALLOCATION: usize = 16;

    /// Returns the bytes of memory that it takes.
    pub(super) fn footprint(&self) -> u64 {
        let list = |bytes: usize| size_of::<Vec<u8>>() + Self::ALLOCATION + bytes;
        let xattrs = self.xattrs.iter();
        let xattrs = xattrs.map(|(name, value)| list(name.len()) + list(value.len()));
        // Lists grow to twice what is needed.
        let own = 2 * size_of::<Self>() + Self::ALLOCATION;
        (own + self.target.len() + xattrs.sum::<usize>()) as u64
    }
}

impl Entry {
    /// The folder that a tar implies with an entry below it: mode 0755, owned by root.
    pub const IMPLIED: Self = Self {
        size: 0,
        header: HeaderBlock::NONE,
        modified: 0,
        hash: None,
        uid: 0,
        gid: 0,
        rare_fields: None,
        mode: 0o755,
        type_flag: b'5',
        absolute: false,
    };

    /// Returns what the path is, from the tar type byte (POSIX.1-2017 pax, "ustar Interchange Format").
    #[must_use]
    pub const fn kind(&self) -> EntryKind {
        match self.type_flag {
            b'1' => EntryKind::HardLink,
            b'2' => EntryKind::Symlink,
            b'3' => EntryKind::CharDevice,
            b'4' => EntryKind::BlockDevice,
            b'5' | b'D' => EntryKind::Directory,
            b'6' => EntryKind::Fifo,
            _ => EntryKind::File,
        }
    }

    /// Returns whether the path is a folder.
    #[must_use]
    pub fn is_dir(&self) -> bool {
        self.kind() == EntryKind::Directory
    }

    /// Returns the permission bits with setuid, setgid and sticky: `0o7777` at the most.
    #[must_use]
    pub const fn permissions(&self) -> u16 {
        self.mode & 0o7777
    }

    /// Returns the offset of its first header block in the layer's decompressed tar, in bytes.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        self.header.offset()
    }

    /// Returns whether this folder has no tar entry.
    #[must_use]
    pub const fn is_implied(&self) -> bool {
        self.header.0 == HeaderBlock::NONE.0
    }

    /// Returns the kind and the mode as `ls -l` shows them: `-rwxr-xr-x`.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn symbolic_mode(&self) -> String {
        let kind = match self.kind() {
            EntryKind::File | EntryKind::HardLink => '-',
            EntryKind::Directory => 'd',
            EntryKind::Symlink => 'l',
            EntryKind::CharDevice => 'c',
            EntryKind::BlockDevice => 'b',
            EntryKind::Fifo => 'p',
        };
        let mode = self.permissions();
        let mut shown = String::with_capacity(10);
        shown.push(kind);
        for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
            let bits = mode >> shift;
            shown.push(if bits & 4 == 0 { '-' } else { 'r' });
            shown.push(if bits & 2 == 0 { '-' } else { 'w' });
            shown.push(match (mode & special != 0, bits & 1 != 0) {
                (false, false) => '-',
                (false, true) => 'x',
                (true, false) => letter.to_ascii_uppercase(),
                (true, true) => letter,
            });
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, HeaderBlock, hash_of_content, hash_of_digest, must_hash};

    #[test]
    fn headers_are_in_blocks() {
        let offset = |at| HeaderBlock::at(at).map(HeaderBlock::offset).ok();
        for at in [0, 512, 1 << 40, (u64::from(u32::MAX) - 1) * 512] {
            assert_eq!(offset(at), Some(at));
        }
        for at in [1, 511, u64::from(u32::MAX) * 512, 1 << 41, u64::MAX - 511] {
            assert_eq!(offset(at), None, "{at}");
        }
        assert!(Entry::IMPLIED.is_implied());
    }

    #[test]
    fn hashes_of_two_kinds_are_not_compared() {
        let entry = |hash| Entry {
            hash,
            ..Entry::IMPLIED
        };
        let read = entry(Some(hash_of_content(u64::MAX)));
        let listed = entry(Some(hash_of_digest([0; 32])));
        let unknown = entry(None);
        assert_ne!(read.hash, listed.hash);
        let must = |entries: &[Entry]| {
            let must = must_hash(entries);
            entries.iter().map(must).collect::<Vec<_>>()
        };
        assert_eq!(must(&[read, read]), [false, false]);
        assert_eq!(must(&[listed, listed]), [false, false]);
        assert_eq!(must(&[listed, read]), [true, false]);
        assert_eq!(must(&[listed, unknown]), [true, true]);
        assert_eq!(must(&[read, unknown]), [false, true]);
    }
}
