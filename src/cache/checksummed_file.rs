//! The bytes of a file in the cache: compressed with zstd, after a header with format, checksum and length. Bytes that do not match the header are rejected.
//! Opens no file.

use xxhash_rust::xxh3::xxh3_64;

/// The first bytes of a file: a name, and a number that rises with every change of the format.
pub(super) type Magic = [u8; 16];
/// Bytes of the header: the magic, a checksum of the rest of the file, and the length of the unpacked data.
const HEADER: usize = 32;
/// zstd's level. Packing a million records at level 1 takes a small part of the time of reading their tar.
const LEVEL: i32 = 1;
/// The largest file that is unpacked, in bytes.
const LARGEST: u64 = 2 << 30;

/// Returns bytes as a file has them; `None` if they cannot be packed.
pub(super) fn seal(magic: &Magic, plain: &[u8]) -> Option<Vec<u8>> {
    let compressed = zstd::bulk::compress(plain, LEVEL).ok()?;
    let mut bytes = Vec::with_capacity(HEADER + compressed.len());
    bytes.extend_from_slice(magic);
    bytes.extend_from_slice(&[0; 8]);
    bytes.extend_from_slice(&(plain.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&compressed);
    let sum = xxh3_64(&bytes[24..]);
    bytes[16..24].copy_from_slice(&sum.to_le_bytes());
    Some(bytes)
}

/// Returns the bytes in a file; `None` if it is damaged or of another format.
pub(super) fn open(magic: &Magic, bytes: &[u8]) -> Option<Vec<u8>> {
    let number = |range: std::ops::Range<usize>| {
        Some(u64::from_le_bytes(bytes.get(range)?.try_into().ok()?))
    };
    if !bytes.starts_with(magic) || number(16..24)? != xxh3_64(bytes.get(24..)?) {
        return None;
    }
    let length = number(24..32).filter(|length| *length <= LARGEST)?;
    zstd::bulk::decompress(bytes.get(HEADER..)?, usize::try_from(length).ok()?).ok()
}
