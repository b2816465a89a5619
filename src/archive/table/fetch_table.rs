//! Fetches the table of contents of a layer by range, or takes it from a cache, checks its digest and decompresses it. Parses no entries.
//!
//! Formats: stargz-snapshotter, "eStargz: Standard-Compatible Extension" ("Footer", "The structure"); containers/storage, `pkg/chunked/internal`
//! (footer of zstd:chunked); RFC 8878 section 3.1.2 (skippable frames).

use std::io::{self, Read};
use std::ops::Range;

use thiserror::Error;

use crate::archive::cancel::Cancel;
use crate::archive::compression::stream_decompressor::Decompressor;
use crate::archive::digest::{Algorithm, matches_digest};
use crate::archive::fetch::fetched::Fetched;
use crate::archive::input::byte_source::StreamSource;
use crate::archive::layer::listing::STARGZ_TOC;
use crate::archive::layer_cache::LayerCache;
use crate::archive::table::table_ref::{TableFormat, TableRef};
use crate::archive::tar::error::TarError;
use crate::archive::tar::reader::TarReader;
use crate::image::{Account, Budget, Compression, TooLarge};

/// The largest table, compressed and decompressed, in bytes: a million files have a fraction of it.
const LARGEST: u64 = 128 << 20;
const LARGEST_JSON: u64 = 512 << 20;
/// How many of a blob's last bytes are fetched at first, where only its footer has the place of the table. Small tables are among them.
const TAIL: u64 = 64 << 10;

/// The footer of eStargz: an empty gzip member whose header has the offset of the table, as hexadecimal digits.
const ESTARGZ_FOOTER: usize = 51;
const ESTARGZ_HEAD: &[u8] = &[0x1f, 0x8b, 8, 4];
const ESTARGZ_FIELD: &[u8] = &[26, 0, b'S', b'G', 22, 0];
const ESTARGZ_DIGITS: Range<usize> = 16..32;
const ESTARGZ_MARK: &[u8] = b"STARGZ";
/// The footers of zstd:chunked, of both versions: a skippable frame whose contents begin with the table's offset and length, and end with a mark.
const CHUNKED_FOOTERS: [u64; 2] = [64, 40];
const CHUNKED_MARK: &[u8] = b"GNUlInUx";
const SKIPPABLE_HEAD: u64 = 8;

/// Why a layer's table of contents is not used.
#[derive(Debug, Error)]
pub(crate) enum TableError {
    /// It is damaged, or does not match the manifest: the layer can be read instead.
    #[error("its table of contents {0}")]
    Refused(#[from] TableFault),
    /// The bytes cannot be read, or the user cancelled.
    #[error("its table of contents cannot be read: {0}")]
    Io(#[from] io::Error),
    /// There is no memory for it.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
}

/// What is wrong with a table of contents, after the words “its table of contents”.
#[derive(Debug, Error)]
pub(crate) enum TableFault {
    /// It does not match the manifest or the layer, or its limits are exceeded.
    #[error("{0}")]
    Unusable(&'static str),
    /// Its bytes cannot be right.
    #[error("is damaged: {0}")]
    Damaged(&'static str),
    /// It cannot be parsed.
    #[error("is damaged: {0}")]
    Json(#[source] serde_json::Error),
    /// The blob that it is cannot be read.
    #[error("cannot be read ({0})")]
    Unreadable(#[source] io::Error),
}

impl TableError {
    /// Returns the error of a table that is not used, and why.
    pub(super) const fn refused(why: &'static str) -> Self {
        Self::Refused(TableFault::Unusable(why))
    }

    /// Returns the error of a table whose bytes cannot be right.
    pub(super) const fn damaged(why: &'static str) -> Self {
        Self::Refused(TableFault::Damaged(why))
    }
}

/// Returns the type of a tar entry by its name in the tables.
///
/// # Errors
/// [`TableError`] when there is no such type.
pub(super) fn type_flag(name: &[u8]) -> Result<u8, TableError> {
    Ok(match name {
        b"reg" => b'0',
        b"hardlink" => b'1',
        b"symlink" => b'2',
        b"char" => b'3',
        b"block" => b'4',
        b"dir" => b'5',
        b"fifo" => b'6',
        _ => return Err(TableError::damaged("an entry is of an unknown type")),
    })
}

/// A table of contents with the digest that the manifest names.
pub(crate) struct FetchedTable {
    /// JSON, or a flatbuffer.
    pub(crate) bytes: Vec<u8>,
    /// Where the blob's files end at the latest: where the table begins in the blob, if that is known.
    pub(crate) files_end: u64,
    _account: Account,
}

/// Fetches a layer's table of contents, unless a cache has it.
///
/// # Errors
/// [`TableError`] when it cannot be fetched or is not as it should be.
pub(crate) fn fetch_table(
    table: &TableRef,
    fetched: &Fetched,
    cache: Option<&dyn LayerCache>,
    budget: &Budget,
    cancel: &Cancel,
) -> Result<FetchedTable, TableError> {
    if Algorithm::of(&table.digest).is_none() {
        return Err(TableError::refused("has a digest that cannot be checked"));
    }
    let mut account = budget.account();
    let kept = cache.and_then(|cache| cache.table(&table.digest));
    let kept = kept.filter(|bytes| matches_digest(bytes, &table.digest));
    let (bytes, files_end) = if let Some(bytes) = kept {
        account.take(bytes.len() as u64)?;
        let files_end = match &table.format {
            TableFormat::ZstdChunked(Some(place)) => place.start.min(fetched.len()),
            // Nothing that was checked has its place.
            _ => fetched.len(),
        };
        (bytes, files_end)
    } else {
        let (bytes, files_end) = fetch_bytes(table, fetched, &mut account, cancel)?;
        if !matches_digest(&bytes, &table.digest) {
            return Err(TableError::refused(
                "does not match its digest in the manifest",
            ));
        }
        if let Some(cache) = cache {
            cache.put_table(&table.digest, &bytes);
        }
        (bytes, files_end)
    };
    let bytes = match table.format {
        TableFormat::Estargz | TableFormat::Soci(_) => bytes,
        TableFormat::ZstdChunked(_) => {
            let json = Decompressor::new(Compression::Zstd, &*bytes)?;
            read_all(json, &mut account)?
        }
    };
    Ok(FetchedTable {
        bytes,
        files_end,
        _account: account,
    })
}

/// Fetches the bytes that the table's digest is of; returns them, and where the blob's files end at the latest.
fn fetch_bytes(
    table: &TableRef,
    fetched: &Fetched,
    account: &mut Account,
    cancel: &Cancel,
) -> Result<(Vec<u8>, u64), TableError> {
    let mut tail = Tail::default();
    let place = match &table.format {
        TableFormat::Soci(length) => {
            if *length > LARGEST {
                return Err(TableError::refused("is too large"));
            }
            account.take(*length)?;
            let blob = fetched.sibling(table.digest.clone(), *length);
            let bytes = blob.read_only(&(0..*length), cancel);
            // Without it the layer can still be read.
            let bytes = bytes.map_err(|error| {
                if cancel.is_cancelled() {
                    return TableError::Io(error);
                }
                TableFault::Unreadable(error).into()
            })?;
            return Ok((bytes, fetched.len()));
        }
        TableFormat::ZstdChunked(Some(place)) => place.clone(),
        TableFormat::ZstdChunked(None) => {
            tail = Tail::fetch(fetched, cancel)?;
            chunked_place(&tail.bytes)
                .ok_or_else(|| TableError::refused("is not where its footer should be"))?
        }
        TableFormat::Estargz => {
            tail = Tail::fetch(fetched, cancel)?;
            let start = estargz_start(&tail.bytes);
            start.ok_or_else(|| TableError::refused("is not where its footer should be"))?
                ..fetched.len() - ESTARGZ_FOOTER as u64
        }
    };
    if place.is_empty() || place.end > fetched.len() {
        return Err(TableError::refused("is not within the layer"));
    }
    if place.end - place.start > LARGEST {
        return Err(TableError::refused("is too large"));
    }
    account.take(place.end - place.start)?;
    let mut bytes = tail.range(&place, fetched, cancel)?;
    if table.format == TableFormat::Estargz {
        bytes = estargz_json(&bytes, account)?;
    }
    Ok((bytes, place.start))
}

/// The last bytes of a blob.
#[derive(Default)]
struct Tail {
    start: u64,
    bytes: Vec<u8>,
}

impl Tail {
    fn fetch(fetched: &Fetched, cancel: &Cancel) -> io::Result<Self> {
        let start = fetched.len().saturating_sub(TAIL);
        let bytes = fetched.read_only(&(start..fetched.len()), cancel)?;
        Ok(Self { start, bytes })
    }

    /// Returns a range of the blob; fetches only what is not here.
    fn range(&self, range: &Range<u64>, fetched: &Fetched, cancel: &Cancel) -> io::Result<Vec<u8>> {
        if self.bytes.is_empty() {
            return fetched.read_only(range, cancel);
        }
        let begin = range.start.max(self.start);
        let within = |at: u64| usize::try_from(at - self.start).unwrap_or(usize::MAX);
        let here = if begin < range.end {
            self.bytes.get(within(begin)..within(range.end))
        } else {
            None
        };
        let mut bytes = Vec::new();
        if range.start < begin {
            bytes = fetched.read_only(&(range.start..begin.min(range.end)), cancel)?;
        }
        bytes.extend_from_slice(here.unwrap_or_default());
        Ok(bytes)
    }
}

/// Returns the offset of the table, from the last bytes of a blob.
fn estargz_start(tail: &[u8]) -> Option<u64> {
    let footer = tail.last_chunk::<ESTARGZ_FOOTER>()?;
    let is_footer = footer.starts_with(ESTARGZ_HEAD)
        && footer[10..].starts_with(ESTARGZ_FIELD)
        && footer[ESTARGZ_DIGITS.end..].starts_with(ESTARGZ_MARK);
    let digits = std::str::from_utf8(&footer[ESTARGZ_DIGITS]).ok()?;
    is_footer.then(|| u64::from_str_radix(digits, 16).ok())?
}

/// Returns the place of the table, from the last bytes of a blob.
fn chunked_place(tail: &[u8]) -> Option<Range<u64>> {
    CHUNKED_FOOTERS.iter().find_map(|&length| {
        let length = usize::try_from(length + SKIPPABLE_HEAD).ok()?;
        let footer = &tail[tail.len().checked_sub(length)?..];
        let number = |at: usize| Some(u64::from_le_bytes(*footer.get(at..)?.first_chunk()?));
        let head = number(0)?;
        let is_skippable = head & 0xffff_fff0 == 0x184d_2a50;
        let is_whole = head >> 32 == length as u64 - SKIPPABLE_HEAD;
        let (start, stored) = (number(8)?, number(16)?);
        let place = start..start.checked_add(stored)?;
        (is_skippable && is_whole && footer.ends_with(CHUNKED_MARK)).then_some(place)
    })
}

/// Returns the JSON in the tar of an eStargz table.
fn estargz_json(member: &[u8], account: &mut Account) -> Result<Vec<u8>, TableError> {
    let decompressed = Decompressor::new(Compression::Gzip, member)?;
    let mut tar = TarReader::new(StreamSource::new(decompressed));
    let damaged = |_: TarError| TableError::refused("is damaged");
    if !tar.next().map_err(damaged)? || tar.header().path != STARGZ_TOC {
        return Err(TableError::refused("is not where its footer should be"));
    }
    let length = tar.header().size;
    if length > LARGEST_JSON {
        return Err(TableError::refused("is too large"));
    }
    // Memory is allocated as bytes arrive: a header can name any length.
    let mut json = Vec::new();
    let mut taken = Ok(());
    let mut add = |bytes: &[u8]| {
        taken = account.reserve(&mut json, bytes.len());
        if taken.is_ok() {
            json.extend_from_slice(bytes);
        }
        taken.is_ok()
    };
    tar.content(&mut add).map_err(damaged)?;
    taken?;
    Ok(json)
}

/// Returns all bytes of a decompressor.
fn read_all(mut bytes: impl Read, account: &mut Account) -> Result<Vec<u8>, TableError> {
    let (mut all, mut buffer) = (Vec::new(), vec![0; 128 << 10]);
    loop {
        let count = bytes.read(&mut buffer);
        let count = count.map_err(|_| TableError::refused("is damaged"))?;
        if count == 0 {
            return Ok(all);
        }
        if (all.len() + count) as u64 > LARGEST_JSON {
            return Err(TableError::refused("is too large"));
        }
        account.reserve(&mut all, count)?;
        all.extend_from_slice(&buffer[..count]);
    }
}

#[cfg(test)]
mod tests {
    use super::{chunked_place, estargz_start};

    #[test]
    fn footers_of_the_formats() {
        let estargz = b"..\x1f\x8b\x08\x04\0\0\0\0\0\xff\x1a\0SG\x16\x000000000000901e2aSTARGZ\x01\0\0\xff\xff\0\0\0\0\0\0\0\0";
        assert_eq!(estargz_start(estargz), Some(0x90_1e2a));
        for at in [2, 16, 30, 36] {
            let mut other = *estargz;
            other[at] = b'x';
            assert_eq!(estargz_start(&other), None, "{at}");
        }
        assert_eq!(estargz_start(&estargz[10..]), None);
        for length in [40_u8, 64] {
            let mut chunked = vec![0x50, 0x2a, 0x4d, 0x18, length, 0, 0, 0];
            chunked.extend_from_slice(&7_u64.to_le_bytes());
            chunked.extend_from_slice(&5_u64.to_le_bytes());
            chunked.resize(usize::from(length), 0);
            chunked.extend_from_slice(b"GNUlInUx");
            assert_eq!(chunked_place(&chunked), Some(7..12));
            chunked[16..24].fill(0xff);
            assert_eq!(chunked_place(&chunked), None, "no such range");
        }
        assert_eq!(chunked_place(b"GNUlInUx"), None);
    }
}
