//! How a blob is packed, told by its first bytes, and the readers that unpack it. No tar here.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

use super::header::looks_like_tar;
use crate::image::Compression;

/// How many first bytes [`Content::of`] wants to see.
pub(super) const HEAD: usize = 512;
/// How far a zstd frame may look back, as a power of two, in bytes: so much memory it takes.
const ZSTD_WINDOW: u32 = 27;
/// The same in bytes; a frame that wants more fails with [`io::ErrorKind::OutOfMemory`].
pub(super) const LARGEST_WINDOW: u64 = 1 << ZSTD_WINDOW;
/// How a gzip member starts.
pub(super) const GZIP: [u8; 2] = [0x1f, 0x8b];
/// What is said of other bytes where a gzip member should start.
pub(super) const NO_MEMBER: &str = "these bytes are no gzip header";

/// What a blob holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A tar, packed or not; of the packed ones it is only hoped.
    Tar(Compression),
    /// Text that starts as JSON does.
    Json,
    /// Nothing at all.
    Empty,
    /// Something else.
    Unknown,
}

impl Content {
    /// Tells by magic bytes: gzip RFC 1952 section 2.3.1; zstd RFC 8878 sections 3.1.1 and 3.1.2 (skippable frames).
    pub(super) fn of(head: &[u8]) -> Self {
        match head {
            [] => Self::Empty,
            _ if head.starts_with(&GZIP) => Self::Tar(Compression::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
                Self::Tar(Compression::Zstd)
            }
            _ if looks_like_tar(head) => Self::Tar(Compression::None),
            _ => match head.iter().find(|byte| !byte.is_ascii_whitespace()) {
                Some(b'{' | b'[' | b'n') => Self::Json,
                _ => Self::Unknown,
            },
        }
    }
}

/// Unpacks bytes as they come.
pub(super) enum Unpacked<R: Read> {
    Plain(R),
    Gzip(Box<Members<R>>),
    Zstd(Box<zstd::Decoder<'static, BufReader<R>>>),
}

impl<R: Read> Unpacked<R> {
    pub(super) fn new(compression: Compression, packed: R) -> io::Result<Self> {
        Ok(match compression {
            Compression::None => Self::Plain(packed),
            Compression::Gzip => Self::Gzip(Box::new(Members::new(packed))),
            Compression::Zstd => {
                let mut decoder = zstd::Decoder::new(packed)?;
                decoder.window_log_max(ZSTD_WINDOW)?;
                Self::Zstd(Box::new(decoder))
            }
        })
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(inner) => inner.read(buf),
            Self::Gzip(inner) => inner.read(buf),
            Self::Zstd(inner) => inner.read(buf).map_err(window_fault),
        }
    }
}

/// Gzip members one after the other, as they pass. Zeros behind the last one, as tapes and disks leave them, are no member.
pub(super) struct Members<R>(Option<GzDecoder<BufReader<R>>>);

impl<R: Read> Members<R> {
    fn new(packed: R) -> Self {
        Self(Some(GzDecoder::new(BufReader::new(packed))))
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.0 {
            let count = member.read(buf)?;
            if count > 0 || buf.is_empty() {
                return Ok(count);
            }
            let more = another_follows(member.get_mut())?;
            let ended = self.0.take().filter(|_| more);
            self.0 = ended.map(|member| GzDecoder::new(member.into_inner()));
        }
        Ok(0)
    }
}

/// Returns whether another member follows: false at the end and where only zeros do, which are passed over.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] where something else stands there.
fn another_follows(reader: &mut impl BufRead) -> io::Result<bool> {
    if reader.fill_buf()?.first() == Some(&GZIP[0]) {
        return Ok(true);
    }
    if only_zeros(reader)? {
        return Ok(false);
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, NO_MEMBER))
}

/// Returns whether nothing but zeros follows, or nothing at all.
pub(super) fn only_zeros(reader: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let some = reader.fill_buf()?;
        if some.is_empty() {
            return Ok(true);
        }
        if some.iter().any(|&byte| byte != 0) {
            return Ok(false);
        }
        let count = some.len();
        reader.consume(count);
    }
}

/// Tells a window that is too large, which is no damage, from what else may be wrong with a frame: the library does so in words alone.
fn window_fault(error: io::Error) -> io::Error {
    if error.to_string() == "Frame requires too much memory for decoding" {
        return io::ErrorKind::OutOfMemory.into();
    }
    error
}
