//! How a blob is packed, told by its first bytes, and the readers that unpack it. No tar here.

use std::io::{self, Read};

use super::header::looks_like_tar;
use crate::image::Compression;

/// How many first bytes [`Content::of`] wants to see.
pub(super) const HEAD: usize = 512;

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
            [0x1f, 0x8b, ..] => Self::Tar(Compression::Gzip),
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
    Gzip(Box<flate2::read::MultiGzDecoder<R>>),
    Zstd(Box<zstd::Decoder<'static, io::BufReader<R>>>),
}

impl<R: Read> Unpacked<R> {
    pub(super) fn new(compression: Compression, packed: R) -> io::Result<Self> {
        Ok(match compression {
            Compression::None => Self::Plain(packed),
            Compression::Gzip => Self::Gzip(Box::new(flate2::read::MultiGzDecoder::new(packed))),
            Compression::Zstd => Self::Zstd(Box::new(zstd::Decoder::new(packed)?)),
        })
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(inner) => inner.read(buf),
            Self::Gzip(inner) => inner.read(buf),
            Self::Zstd(inner) => inner.read(buf),
        }
    }
}
