//! The contents of a layer's files, unpacked from the parts of its blob that its table of contents names, and checked with the digests there. They are
//! read like a plain tar: each entry has an address, with headers of their own. Parses no table.

use std::fmt;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::archive::cancel::Cancel;
use crate::archive::compression::stream_decompressor::Decompressor;
use crate::archive::digest::sha256;
use crate::archive::fetch::fetched::Fetched;
use crate::archive::input::blob::{Blob, RandomAccess, SkipWatch};
use crate::archive::table::entries::TableEntries;
use crate::archive::tar::header::{BLOCK, padding};
use crate::archive::tar::modified::ModifiedTime;
use crate::image::{Account, Compression, Listing};

/// The most bytes of a span, or of a part and the bytes before it in its gzip member, unpacked: they are in memory until its digest is checked.
pub(crate) const LARGEST_PART: u32 = 64 << 20;
/// Bytes of the headers before a content: a pax header with the time, and the file's own.
pub(crate) const HEADERS: u64 = 3 * BLOCK;
/// About how many unpacked bytes are kept.
const KEPT: usize = 16 << 20;

/// Where an entry is.
pub(crate) struct EntryLocation {
    /// The address of its headers.
    pub(crate) start: u64,
    /// Bytes of its content.
    pub(crate) size: u64,
    pub(crate) modified: ModifiedTime,
}

/// A part of a file's content.
pub(crate) struct ContentPart {
    /// The address of its first byte.
    pub(crate) address: u64,
    /// Where the gzip member or the zstd frame begins that holds it.
    pub(crate) offset: u64,
    /// Its first byte there, unpacked, and its length.
    pub(crate) inner: u32,
    pub(crate) length: u32,
    /// The SHA-256 of its bytes, if the table has one.
    pub(crate) digest: Option<[u8; 32]>,
}

/// Returns the address of the entry after one with a content of `size` bytes. Between them is a gap without bytes, at which reading ahead ends.
pub(crate) fn next_slot(address: u64, size: u64) -> u64 {
    let end = address.saturating_add(HEADERS + 1).saturating_add(size);
    end.saturating_add(padding(end))
}

/// The contents of a layer's files.
pub(crate) struct FileParts {
    fetched: Arc<Fetched>,
    compression: Compression,
    slots: Vec<EntryLocation>,
    parts: Vec<ContentPart>,
    /// Where the blob's files end at the latest.
    end: u64,
    /// Unpacked members and frames, the most recent last.
    unpacked: Mutex<Vec<Unpacked>>,
    _account: Account,
}

/// The parts of a member or frame.
#[derive(Clone)]
struct Unpacked {
    first_part: usize,
    bytes: Arc<[u8]>,
}

impl fmt::Debug for FileParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileParts({:?})", self.fetched)
    }
}

impl FileParts {
    /// Returns a layer's listing, and the contents of its files. `end` is where the blob's files end at the latest.
    pub(crate) fn of(
        entries: TableEntries,
        fetched: &Arc<Fetched>,
        compression: Compression,
        end: u64,
    ) -> (Listing, Blob) {
        let parts = Self {
            fetched: Arc::clone(fetched),
            compression,
            slots: entries.slots,
            parts: entries.parts,
            end,
            unpacked: Mutex::default(),
            _account: entries.account,
        };
        (entries.listing, Blob::new(parts, u64::MAX))
    }

    /// Returns the headers of an entry: those of a regular file without a name.
    fn headers(slot: &EntryLocation) -> Vec<u8> {
        let time = pax_time(&slot.modified);
        let mut bytes = Vec::with_capacity(3 * 512);
        bytes.extend_from_slice(tar_header(tar::EntryType::XHeader, time.len() as u64).as_bytes());
        bytes.extend_from_slice(time.as_bytes());
        bytes.resize(2 * 512, 0);
        bytes.extend_from_slice(tar_header(tar::EntryType::Regular, slot.size).as_bytes());
        bytes
    }

    /// Reads a part's bytes from one of its addresses on.
    fn read_part(&self, address: u64, buf: &mut [u8], cancel: &Cancel) -> io::Result<usize> {
        let after = self.parts.partition_point(|part| part.address <= address);
        let Some(part) = after.checked_sub(1).map(|index| &self.parts[index]) else {
            return Ok(0);
        };
        let bytes = self.unpacked(part.offset, cancel)?;
        let begin = part.inner as usize;
        let bytes = &bytes[begin..begin + part.length as usize];
        Ok(read_slice(bytes, address - part.address, buf))
    }

    /// Returns the member or frame at an offset, unpacked.
    fn unpacked(&self, offset: u64, cancel: &Cancel) -> io::Result<Arc<[u8]>> {
        let first_part = self.parts.partition_point(|part| part.offset < offset);
        {
            let mut kept = self.unpacked_parts();
            let found = kept.iter().position(|kept| kept.first_part == first_part);
            if let Some(found) = found {
                let found = kept.remove(found);
                kept.push(found.clone());
                return Ok(found.bytes);
            }
        }
        let end = self.parts.partition_point(|part| part.offset <= offset);
        let bytes: Arc<[u8]> = self.unpack(first_part..end, cancel)?.into();
        let mut kept = self.unpacked_parts();
        let mut all: usize = kept.iter().map(|kept| kept.bytes.len()).sum();
        while all + bytes.len() > KEPT && !kept.is_empty() {
            all -= kept.remove(0).bytes.len();
        }
        kept.push(Unpacked {
            first_part,
            bytes: Arc::clone(&bytes),
        });
        Ok(bytes)
    }

    /// Fetches and unpacks the parts of a member or frame, and checks them.
    fn unpack(&self, parts: Range<usize>, cancel: &Cancel) -> io::Result<Vec<u8>> {
        let next = self.parts.get(parts.end);
        let parts = &self.parts[parts];
        let end = |part: &ContentPart| u64::from(part.inner) + u64::from(part.length);
        let length = parts.iter().map(end).max().unwrap_or(0);
        let start = parts[0].offset;
        let stored_end = next.map_or(self.end, |next| next.offset);
        let stored = FetchedRange {
            fetched: &self.fetched,
            range: start..stored_end.min(start.saturating_add(most_stored(length))),
            cancel,
        };
        let mut bytes = Vec::new();
        let decompressed = Decompressor::new(self.compression, stored)?;
        decompressed.take(length).read_to_end(&mut bytes)?;
        let is_as_listed = |part: &ContentPart| {
            let begin = part.inner as usize;
            let part_bytes = bytes.get(begin..begin + part.length as usize);
            let is = |digest| part_bytes.is_some_and(|bytes| sha256(bytes) == digest);
            part.digest.map_or(part_bytes.is_some(), is)
        };
        if parts.iter().all(is_as_listed) {
            return Ok(bytes);
        }
        Err(other_bytes())
    }

    fn unpacked_parts(&self) -> MutexGuard<'_, Vec<Unpacked>> {
        self.unpacked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RandomAccess for FileParts {
    fn read_some_at(
        &self,
        offset: u64,
        buf: &mut [u8],
        watch: Option<&SkipWatch>,
    ) -> io::Result<usize> {
        let after = self.slots.partition_point(|slot| slot.start <= offset);
        let place = after.checked_sub(1).and_then(|index| {
            let slot = &self.slots[index];
            let within = offset - slot.start;
            (within < HEADERS + slot.size).then_some((slot, within))
        });
        match place {
            Some((slot, within)) if within < HEADERS => {
                let headers = Self::headers(slot);
                Ok(read_slice(&headers, within, buf))
            }
            Some(_) => match watch {
                Some(watch) => self.read_part(offset, buf, &watch.cancel),
                None => self.read_part(offset, buf, &Cancel::default()),
            },
            None => Ok(0),
        }
    }

    fn is_plain(&self) -> bool {
        false
    }
}

/// Reads some bytes from an offset on; returns how many there are.
pub(super) fn read_slice(bytes: &[u8], offset: u64, buf: &mut [u8]) -> usize {
    let from = usize::try_from(offset).unwrap_or(usize::MAX);
    let rest = bytes.get(from..).unwrap_or_default();
    let count = rest.len().min(buf.len());
    buf[..count].copy_from_slice(&rest[..count]);
    count
}

/// Returns the error of bytes whose digest is not that in the table of contents.
pub(super) fn other_bytes() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "a file's bytes are not those in the table of contents; --verify reads the layer itself",
    )
}

/// Returns the most bytes that a member or frame takes for so many: even those that cannot be compressed grow by less (RFC 1951 section 3.2.4; RFC 8878
/// section 3.1.1.2).
const fn most_stored(length: u64) -> u64 {
    length + length / 64 + (64 << 10)
}

/// Returns a tar header without a name.
fn tar_header(kind: tar::EntryType, size: u64) -> tar::Header {
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_cksum();
    header
}

/// Returns a time as a pax record.
fn pax_time(time: &ModifiedTime) -> String {
    let rest = format!(" mtime={}\n", time.to_pax());
    // Two digits count the record: it has 11 bytes or more.
    format!("{}{rest}", rest.len() + 2)
}

/// Reads a range of a blob, which is requested as one.
struct FetchedRange<'a> {
    fetched: &'a Fetched,
    range: Range<u64>,
    cancel: &'a Cancel,
}

impl Read for FetchedRange<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.range.is_empty() {
            return Ok(0);
        }
        let count = self.fetched.read_part(&self.range, buf, self.cancel)?;
        self.range.start += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::{ModifiedTime, pax_time};
    use crate::archive::tar::pax::Pax;

    #[test]
    fn times_come_back() {
        for (seconds, nanos) in [
            (0, 0),
            (1_767_225_600, 5),
            (-2, 500_000_000),
            (-1, 999_999_999),
            (-7, 0),
        ] {
            let time = ModifiedTime { seconds, nanos };
            let mut pax = Pax::default();
            assert!(pax.read(pax_time(&time).as_bytes()), "{time:?}");
            assert_eq!(pax.modified, Some(time));
        }
    }
}
