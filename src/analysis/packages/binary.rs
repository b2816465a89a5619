//! What a program says of how it was built: Go's and cargo-auditable's sections of an ELF file. Only its headers and those sections are read.

use std::cell::Cell;
use std::io::{Read, Seek};

use object::read::{Object, ObjectSection, ObjectSegment, ReadCache, ReadRef};

use super::go::{self, Found, Words};

/// The largest piece of a file that is read at once, and the most of one file, in bytes.
const LARGEST: u64 = 4 << 20;
const MOST: u64 = 16 << 20;

/// What a program says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Notes {
    /// Go's words.
    pub(super) go: Option<Words>,
    /// cargo-auditable's, packed.
    pub(super) rust: Option<Vec<u8>>,
}

impl Notes {
    /// Returns how many bytes it holds.
    pub(super) fn len(&self) -> usize {
        let go = self.go.as_ref();
        let go = go.map_or(0, |words| words.version.len() + words.modules.len());
        go + self.rust.as_ref().map_or(0, Vec::len)
    }
}

/// Reads what a program says; nothing when it is no program or says nothing.
pub(super) fn read(mut file: impl Read + Seek) -> Option<Notes> {
    let mut magic = [0; 4];
    file.read_exact(&mut magic).ok()?;
    if magic != *b"\x7fELF" {
        return None;
    }
    let (cache, left) = (ReadCache::new(file), Cell::new(MOST));
    let bytes = Bounded {
        bytes: &cache,
        left: &left,
    };
    let file = object::File::parse(bytes).ok()?;
    let section = |name: &str| file.section_by_name(name)?.data().ok();
    let go = section(".go.buildinfo").and_then(go::build_info);
    let go = match go {
        Some(Found::Inline(words)) => Some(words),
        Some(Found::Pointers(at)) => {
            let [version, modules] = at.at.map(|header| {
                let header = read_at(&file, header, 2 * at.size as u64)?;
                let start = go::number(header, at.size, at.big)?;
                let len = go::number(&header[at.size..], at.size, at.big)?;
                Some(read_at(&file, start, len)?.to_vec())
            });
            version.map(|version| Words {
                version,
                modules: modules.unwrap_or_default(),
            })
        }
        None => None,
    };
    let rust = section(".dep-v0").map(<[u8]>::to_vec);
    (go.is_some() || rust.is_some()).then_some(Notes { go, rust })
}

/// Returns the bytes that stand at an address once the program runs.
fn read_at<'a>(file: &impl Object<'a>, address: u64, len: u64) -> Option<&'a [u8]> {
    if len == 0 {
        return Some(&[]);
    }
    file.segments()
        .find_map(|segment| segment.data_range(address, len).ok().flatten())
}

/// A file of which no more is read than is sensible, whatever its headers say.
struct Bounded<'a, R: Read + Seek> {
    bytes: &'a ReadCache<R>,
    left: &'a Cell<u64>,
}

impl<R: Read + Seek> Clone for Bounded<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: Read + Seek> Copy for Bounded<'_, R> {}

impl<'a, R: Read + Seek> ReadRef<'a> for Bounded<'a, R> {
    fn len(self) -> Result<u64, ()> {
        self.bytes.len()
    }

    fn read_bytes_at(self, offset: u64, size: u64) -> Result<&'a [u8], ()> {
        if size > LARGEST || size > self.left.get() {
            return Err(());
        }
        self.left.set(self.left.get() - size);
        self.bytes.read_bytes_at(offset, size)
    }

    fn read_bytes_at_until(
        self,
        range: std::ops::Range<u64>,
        delimiter: u8,
    ) -> Result<&'a [u8], ()> {
        let found = self.bytes.read_bytes_at_until(range, delimiter)?;
        let left = self.left.get().checked_sub(found.len() as u64);
        self.left.set(left.ok_or(())?);
        Ok(found)
    }
}
