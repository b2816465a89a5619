//! Metadata of an ELF program: build information, loader, libraries, debug symbols. Reads only the headers and the sections it needs.

use std::cell::Cell;
use std::io::{Read, Seek};

use object::Architecture;
use object::read::{Object, ObjectSection, ObjectSegment, ReadCache, ReadRef};
use serde::{Deserialize, Serialize};

use crate::analysis::packages::formats::go::{self, BuildInfo, BuildInfoText};

/// The largest read at once and the most to read of one file, in bytes.
const LARGEST: u64 = 4 << 20;
const MOST: u64 = 16 << 20;

/// The most libraries to list.
const MOST_LIBRARIES: usize = 1000;
/// The tag of a needed library in `.dynamic` (System V ABI, "Dynamic Section").
const DT_NEEDED: u64 = 1;

/// The metadata of a program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::analysis) struct Program {
    /// Go's build information.
    pub(in crate::analysis) go: Option<BuildInfoText>,
    /// cargo-auditable's data, compressed.
    pub(in crate::analysis) rust: Option<Vec<u8>>,
    /// Its loader; `None` for a statically linked program.
    pub(in crate::analysis) loader: Option<Vec<u8>>,
    /// The libraries it links against.
    pub(in crate::analysis) libraries: Vec<Vec<u8>>,
    /// Bytes of debug symbols.
    pub(in crate::analysis) symbols: u64,
}

impl Program {
    /// Returns its size in bytes.
    pub(super) fn len(&self) -> usize {
        let go = self.go.as_ref();
        let go = go.map_or(0, |words| words.version.len() + words.modules.len());
        let libraries: usize = self.libraries.iter().map(Vec::len).sum();
        let loader = self.loader.as_ref().map_or(0, Vec::len);
        go + self.rust.as_ref().map_or(0, Vec::len) + libraries + loader
    }
}

/// Reads the metadata; `None` when the file is not an ELF program.
pub(in crate::analysis) fn read(mut file: impl Read + Seek) -> Option<Program> {
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
    if file.architecture() == Architecture::Unknown {
        return None;
    }
    let section = |name: &str| file.section_by_name(name)?.data().ok();
    let go = section(".go.buildinfo").and_then(go::build_info);
    let go = match go {
        Some(BuildInfo::Inline(words)) => Some(words),
        Some(BuildInfo::Pointers(at)) => {
            let [version, modules] = at.at.map(|header| {
                let header = read_at(&file, header, 2 * at.size as u64)?;
                let start = go::number(header, at.size, at.big)?;
                let len = go::number(&header[at.size..], at.size, at.big)?;
                Some(read_at(&file, start, len)?.to_vec())
            });
            version.map(|version| BuildInfoText {
                version,
                modules: modules.unwrap_or_default(),
            })
        }
        None => None,
    };
    let loader = section(".interp").map(|text| until_zero(text).to_vec());
    let (dynamic, names) = (section(".dynamic"), section(".dynstr"));
    let wide = if file.is_64() { 8 } else { 4 };
    let library = |pair: &[u8]| {
        let tag = go::number(pair, wide, !file.is_little_endian())?;
        let at = go::number(&pair[wide..], wide, !file.is_little_endian())?;
        let names = names.filter(|_| tag == DT_NEEDED)?;
        Some(until_zero(names.get(usize::try_from(at).ok()?..)?).to_vec())
    };
    let pairs = dynamic.unwrap_or_default().chunks_exact(2 * wide);
    Some(Program {
        go,
        rust: section(".dep-v0").map(<[u8]>::to_vec),
        loader,
        libraries: pairs.filter_map(library).take(MOST_LIBRARIES).collect(),
        symbols: symbols(&file),
    })
}

/// Returns the bytes of the sections that `strip` removes.
fn symbols<'a>(file: &impl Object<'a>) -> u64 {
    let is_one = |name: &str| {
        [".symtab", ".strtab"].contains(&name)
            || [".debug_", ".zdebug_"]
                .iter()
                .any(|start| name.starts_with(start))
    };
    let sections = file
        .sections()
        .filter(|section| section.name().is_ok_and(is_one));
    let stored = sections.filter_map(|section| Some(section.file_range()?.1));
    stored.fold(0, u64::saturating_add)
}

fn until_zero(text: &[u8]) -> &[u8] {
    text.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// Returns the bytes at a virtual address.
fn read_at<'a>(file: &impl Object<'a>, address: u64, len: u64) -> Option<&'a [u8]> {
    if len == 0 {
        return Some(&[]);
    }
    file.segments()
        .find_map(|segment| segment.data_range(address, len).ok().flatten())
}

/// A file with limits on the bytes read, whatever its headers claim.
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
