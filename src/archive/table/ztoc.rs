//! Parses SOCI's table of contents of a gzip layer ("ztoc"): the entries of its tar, and the places where decompression can begin. It is a claim of the
//! image's author: every number is checked before it is used.
//!
//! Format: soci-snapshotter, `ztoc/fbs/ztoc.fbs`, a flatbuffer; its checkpoints are those of zlib's `examples/zran.c`.

use std::ops::Range;

use crate::archive::compression::gzip::checkpoint::Checkpoint;
use crate::archive::digest::sha256_bytes;
use crate::archive::layer::listing::Lister;
use crate::archive::table::fetch_table::{TableError, type_flag};
use crate::archive::table::flatbuffer::{Damaged, FlatTable, array};
use crate::archive::table::parts::LARGEST_PART;
use crate::archive::tar::header::{BLOCK, Header, padding};
use crate::archive::tar::modified::ModifiedTime;
use crate::image::{Account, Budget, Compression, Listing};

/// The window of a checkpoint, in bytes; the checkpoint with its two offsets and a number of bits; and what comes before all of them: their number, and the
/// distance that was wanted.
const WINDOW: usize = 32 << 10;
const CHECKPOINT: usize = 8 + 8 + 1 + WINDOW;
const CHECKPOINTS_HEAD: usize = 4 + 8;
/// How many times the length of the table its strings may be long together: several entries can name one string.
const MOST_SHARED: u64 = 4;
/// The only compression that is read.
const GZIP: u8 = 1;
/// The start of the pax records that are extended attributes, and of those that sparse files have.
const XATTR: &[u8] = b"SCHILY.xattr.";
const SPARSE: &[u8] = b"GNU.sparse.";

/// Extended attributes by name.
type Xattrs = Vec<(Vec<u8>, Vec<u8>)>;

/// The fields of the tables, in the order of the schema.
mod field {
    pub(super) const COMPRESSED_SIZE: usize = 2;
    pub(super) const DECOMPRESSED_SIZE: usize = 3;
    pub(super) const TOC: usize = 4;
    pub(super) const COMPRESSION_INFO: usize = 5;

    pub(super) const ENTRIES: usize = 0;

    pub(super) const ALGORITHM: usize = 0;
    pub(super) const LAST_SPAN: usize = 1;
    pub(super) const SPAN_DIGESTS: usize = 2;
    pub(super) const CHECKPOINTS: usize = 3;

    pub(super) const NAME: usize = 0;
    pub(super) const KIND: usize = 1;
    pub(super) const OFFSET: usize = 2;
    pub(super) const SIZE: usize = 3;
    pub(super) const LINK: usize = 4;
    pub(super) const MODE: usize = 5;
    pub(super) const UID: usize = 6;
    pub(super) const GID: usize = 7;
    pub(super) const DEVICE_MAJOR: usize = 11;
    pub(super) const DEVICE_MINOR: usize = 12;
    pub(super) const PAX: usize = 13;

    pub(super) const KEY: usize = 0;
    pub(super) const VALUE: usize = 1;
}

/// The contents of a table.
pub(crate) struct Ztoc {
    pub(crate) listing: Listing,
    /// Where decompression can begin, in order, the first one at the start of the tar.
    pub(crate) checkpoints: Vec<Checkpoint>,
    /// The bytes of the blob from each checkpoint to the next.
    pub(crate) spans: Vec<Span>,
    /// The memory of both.
    pub(crate) account: Account,
}

/// A range of the blob and its SHA-256. Two that follow each other may share a byte.
pub(crate) struct Span {
    pub(crate) range: Range<u64>,
    pub(crate) digest: [u8; 32],
}

impl From<Damaged> for TableError {
    fn from(_: Damaged) -> Self {
        Self::refused("is damaged")
    }
}

/// Parses the table of a blob with so many bytes.
///
/// # Errors
/// [`TableError`] when it is not as it should be.
pub(crate) fn parse(bytes: &[u8], length: u64, budget: &Budget) -> Result<Ztoc, TableError> {
    let root = FlatTable::root(bytes)?;
    if root.size(field::COMPRESSED_SIZE)? != length {
        return Err(TableError::refused("is that of another layer"));
    }
    let info = root.table(field::COMPRESSION_INFO)?.ok_or(Damaged)?;
    if info.byte(field::ALGORITHM)?.is_some_and(|own| own != GZIP) {
        return Err(TableError::refused("is that of a layer without gzip"));
    }
    let mut account = budget.account();
    let (checkpoints, spans) = spans(&info, length, &mut account)?;
    let toc = root.table(field::TOC)?.ok_or(Damaged)?;
    let mut entries = ZtocLister {
        lister: Lister::new(Compression::Gzip, budget),
        next: 0,
        end: root.size(field::DECOMPRESSED_SIZE)?,
        strings: (bytes.len() as u64).saturating_mul(MOST_SHARED),
    };
    for entry in toc.vector(field::ENTRIES)?.tables() {
        entries.add(&entry?)?;
    }
    let mut listing = entries.lister.into_listing();
    listing.from_table = true;
    Ok(Ztoc {
        listing,
        checkpoints,
        spans,
        account,
    })
}

/// Returns the checkpoints, and the spans between them.
fn spans(
    info: &FlatTable<'_>,
    length: u64,
    account: &mut Account,
) -> Result<(Vec<Checkpoint>, Vec<Span>), TableError> {
    let digests = info.vector(field::SPAN_DIGESTS)?;
    let packed = info.string(field::CHECKPOINTS)?;
    let list = packed.get(CHECKPOINTS_HEAD..).ok_or(Damaged)?;
    let (list, rest) = list.as_chunks::<CHECKPOINT>();
    let count = u32::from_le_bytes(array(packed, 0)?);
    let is_whole = rest.is_empty()
        && !list.is_empty()
        && list.len() == digests.len()
        && u32::try_from(list.len()) == Ok(count)
        && info.u32(field::LAST_SPAN)? == count - 1;
    if !is_whole {
        return Err(TableError::refused("has other checkpoints than digests"));
    }
    let number = |own: &[u8], at| Ok::<_, Damaged>(u64::from_le_bytes(array(own, at)?));
    let (mut checkpoints, mut spans): (Vec<Checkpoint>, Vec<Span>) = (Vec::new(), Vec::new());
    let mut before = 0;
    for (index, (own, digest)) in list.iter().zip(digests.strings()).enumerate() {
        let (place, decompressed) = (number(own, 0)?, number(own, 8)?);
        let bits = u64::from(own[16]);
        let end = list
            .get(index + 1)
            .map_or(Ok(length), |next| number(next, 0))?;
        let start = place.checked_sub(u64::from(bits > 0));
        let start = start.filter(|start| bits < 8 && *start < end && end <= length);
        let start =
            start.ok_or_else(|| TableError::refused("has a checkpoint outside of the layer"))?;
        let is_next = if index == 0 {
            decompressed == 0
        } else {
            decompressed > before
        };
        let digest = std::str::from_utf8(digest?).ok().and_then(sha256_bytes);
        let Some(digest) = digest.filter(|_| is_next) else {
            return Err(TableError::refused("is damaged"));
        };
        if end - start > u64::from(LARGEST_PART) {
            return Err(TableError::refused("has spans that are too large"));
        }
        before = decompressed;
        let bit = place
            .checked_mul(8)
            .and_then(|bit| bit.checked_sub(bits))
            .ok_or(Damaged)?;
        let window = &own[17..];
        if let Some(checkpoint) = Checkpoint::new(bit, decompressed, window) {
            account.take(checkpoint.parts().2.len() as u64)?;
            account.push(&mut checkpoints, checkpoint)?;
        }
        let range = start..end;
        account.push(&mut spans, Span { range, digest })?;
    }
    Ok((checkpoints, spans))
}

/// The entries so far.
struct ZtocLister {
    lister: Lister,
    /// Where the next entry's headers begin in the tar, and where the tar ends.
    next: u64,
    end: u64,
    /// How many bytes the strings may still have.
    strings: u64,
}

impl ZtocLister {
    fn add(&mut self, own: &FlatTable<'_>) -> Result<(), TableError> {
        let header = self.header(own)?;
        if let Some(found) = self.lister.entry_of(&header)? {
            self.lister.push(&found, None)?;
        }
        Ok(())
    }

    /// Returns an entry as the header that streaming would find.
    fn header(&mut self, own: &FlatTable<'_>) -> Result<Header, TableError> {
        let type_flag = type_flag(own.string(field::KIND)?)?;
        let size = match type_flag {
            b'0' => own.size(field::SIZE)?,
            _ => 0,
        };
        let (offset, content) = (self.next, own.size(field::OFFSET)?);
        let is_behind = content % BLOCK == 0 && content.checked_sub(BLOCK) >= Some(offset);
        let end = content.checked_add(size).filter(|end| *end <= self.end);
        let Some(end) = end.filter(|_| is_behind) else {
            return Err(TableError::damaged("an entry is not where it should be"));
        };
        self.next = end + padding(end);
        let number = |number| own.size(number);
        let device = if matches!(type_flag, b'3' | b'4') {
            let [major, minor] = [field::DEVICE_MAJOR, field::DEVICE_MINOR].map(number);
            let short = |number| u32::try_from(number).map_err(|_| Damaged);
            Some((short(major?)?, short(minor?)?))
        } else {
            None
        };
        Ok(Header {
            offset,
            path: self.text(own, field::NAME)?.to_vec(),
            link: self.text(own, field::LINK)?.to_vec(),
            stored: size,
            size,
            type_flag,
            mode: u32::try_from(own.size(field::MODE)?).unwrap_or(0),
            uid: own.u32(field::UID)?.into(),
            gid: own.u32(field::GID)?.into(),
            // Its reader finds the time in the tar.
            modified: ModifiedTime::default(),
            device,
            xattrs: self.xattrs(own)?,
            after_end: false,
            pieces: None,
        })
    }

    /// Returns the extended attributes among the pax records of an entry.
    fn xattrs(&mut self, own: &FlatTable<'_>) -> Result<Xattrs, TableError> {
        let mut xattrs = Vec::new();
        for record in own.vector(field::PAX)?.tables() {
            let record = record?;
            let (key, value) = (
                self.text(&record, field::KEY)?,
                self.text(&record, field::VALUE)?,
            );
            if key.starts_with(SPARSE) {
                return Err(TableError::refused(
                    "has a sparse file, whose content cannot be located",
                ));
            }
            if let Some(name) = key.strip_prefix(XATTR) {
                xattrs.push((name.to_vec(), value.to_vec()));
            }
        }
        Ok(xattrs)
    }

    /// Returns a string, which counts.
    fn text<'a>(&mut self, own: &FlatTable<'a>, number: usize) -> Result<&'a [u8], TableError> {
        let text = own.string(number)?;
        let counted = text.len() as u64 + 4;
        let left = self.strings.checked_sub(counted);
        self.strings = left.ok_or_else(|| TableError::damaged("its strings are too long"))?;
        Ok(text)
    }
}
