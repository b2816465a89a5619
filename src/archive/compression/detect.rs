//! Detects the contents of a blob by its first bytes. Decompresses nothing.

use crate::archive::compression::gzip::format::MAGIC;
use crate::archive::tar::header::looks_like_tar;
use crate::image::Compression;

/// How many first bytes [`BlobKind::of`] needs.
pub(crate) const HEAD: usize = 512;
/// The byte order mark that some editors write before UTF-8.
pub(crate) const BOM: [u8; 3] = [0xef, 0xbb, 0xbf];

/// What a blob holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlobKind {
    /// A tar. What is inside gzip or zstd is assumed to be one.
    Tar(Compression),
    /// Text that starts like JSON.
    Json,
    /// No bytes.
    Empty,
    /// Anything else.
    Unknown,
}

impl BlobKind {
    /// Detects by magic bytes: gzip RFC 1952 section 2.3.1; zstd RFC 8878 sections 3.1.1 and 3.1.2 (skippable frames).
    pub(crate) fn of(head: &[u8]) -> Self {
        match head {
            [] => Self::Empty,
            _ if head.starts_with(&MAGIC) => Self::Tar(Compression::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
                Self::Tar(Compression::Zstd)
            }
            _ if looks_like_tar(head) => Self::Tar(Compression::None),
            _ => {
                let text = head.strip_prefix(&BOM).unwrap_or(head);
                match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
                    // After so many blanks anything may follow.
                    Some(b'{' | b'[' | b'n') | None => Self::Json,
                    _ => Self::Unknown,
                }
            }
        }
    }
}
