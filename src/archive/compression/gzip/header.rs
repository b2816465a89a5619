//! Skips gzip headers (RFC 1952, section 2.3). Decompresses nothing.

use std::io::{self, BufRead, BufReader, Read};

use crate::archive::compression::gzip::format::{MAGIC, NO_MEMBER, invalid};
use crate::archive::input::blob::Blob;
use zlib_rs::crc32::crc32;

/// The only compression method there is (section 2.3.1).
const DEFLATE: u8 = 8;
/// Flags of a header (section 2.3.1): which fields follow the fixed ones.
const HEADER_CRC: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;
/// Reserved flags: what would follow them is not defined.
const RESERVED: u8 = 0xe0;
/// Longest name or comment that is read, in bytes; file names have at most 255.
const LONGEST: u64 = 64 << 10;

/// Returns the offset of the compressed bytes of the member at `offset`.
pub(super) fn skip(blob: &Blob, offset: u64) -> io::Result<u64> {
    let mut reader = BufReader::with_capacity(512, blob.reader(offset));
    let first = reader.fill_buf()?.first();
    if first.is_some_and(|&first| first != MAGIC[0]) {
        return Err(invalid(NO_MEMBER));
    }
    let mut fixed = [0; 10];
    reader.read_exact(&mut fixed)?;
    let flags = fixed[3];
    if fixed[..2] != MAGIC || fixed[2] != DEFLATE || flags & RESERVED != 0 {
        return Err(invalid(NO_MEMBER));
    }
    let mut len = fixed.len() as u64;
    if flags & EXTRA != 0 {
        let mut field = [0; 2];
        reader.read_exact(&mut field)?;
        let extra = u64::from(u16::from_le_bytes(field));
        skip_bytes(&mut reader, extra)?;
        len += 2 + extra;
    }
    for field in [NAME, COMMENT] {
        if flags & field != 0 {
            len += skip_text(&mut reader)?;
        }
    }
    if flags & HEADER_CRC != 0 {
        let mut stored = [0; 2];
        reader.read_exact(&mut stored)?;
        let mut header = Vec::new();
        blob.reader(offset).take(len).read_to_end(&mut header)?;
        if crc32(0, &header) & 0xffff != u32::from(u16::from_le_bytes(stored)) {
            return Err(invalid("the gzip header's checksum does not match"));
        }
        len += 2;
    }
    Ok(offset + len)
}

fn skip_bytes(reader: &mut impl Read, count: u64) -> io::Result<()> {
    let skipped = io::copy(&mut reader.take(count), &mut io::sink())?;
    if skipped < count {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

/// Skips text and the NUL after it; returns its length with the NUL.
fn skip_text(reader: &mut impl BufRead) -> io::Result<u64> {
    let mut text = Vec::new();
    reader.take(LONGEST).read_until(0, &mut text)?;
    match text.last() {
        Some(0) => Ok(text.len() as u64),
        _ if text.len() as u64 == LONGEST => Err(invalid("a gzip header without an end")),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}
