//! One tar header: what is kept of it, and whether a block is a header at all. `reader` decides which block comes next.

use crate::archive::tar::modified::ModifiedTime;
use crate::archive::tar::pax::Pax;
use std::io;
use std::ops::Range;

/// The unit of a tar, in bytes.
pub(crate) const BLOCK: u64 = 512;
type Block = [u8; 512];

/// One entry of a tar, its dialect resolved.
#[derive(Debug, Default)]
pub(crate) struct Header {
    /// Offset of its first block, long-name and pax blocks included.
    pub(crate) offset: u64,
    /// The path as written.
    pub(crate) path: Vec<u8>,
    /// The link target as written.
    pub(crate) link: Vec<u8>,
    /// Bytes of content in the tar.
    pub(crate) stored: u64,
    /// Bytes of the file: as `stored`, except for sparse files.
    pub(crate) size: u64,
    pub(crate) type_flag: u8,
    pub(crate) mode: u32,
    pub(crate) uid: u64,
    pub(crate) gid: u64,
    pub(crate) modified: ModifiedTime,
    pub(crate) device: Option<(u32, u32)>,
    pub(crate) xattrs: Vec<(Vec<u8>, Vec<u8>)>,
    /// Whether it follows an end-of-tar marker: it belongs to a second tar that was appended.
    pub(crate) after_end: bool,
    /// The pieces of a sparse file, in the tar's order: offset in the file, and length.
    pub(crate) pieces: Option<Vec<(u64, u64)>>,
}

impl Header {
    /// Replaces the entry by the one in a block and in the pax header before it, which has precedence. Returns false where the entry has content and
    /// neither has a valid size; it is then taken as empty.
    pub(crate) fn describe(&mut self, raw: &tar::Header, pax: &mut Pax) -> bool {
        self.path.clear();
        self.link.clear();
        match &pax.path {
            Some(path) => self.path.extend_from_slice(path),
            None => self.path.extend_from_slice(&raw.path_bytes()),
        }
        match &pax.link {
            Some(link) => self.link.extend_from_slice(link),
            None => self
                .link
                .extend_from_slice(raw.link_name_bytes().as_deref().unwrap_or_default()),
        }
        // Before 1988 there was no type byte, and a folder's name ended in a slash.
        self.type_flag = match raw.as_bytes()[156] {
            0 if self.path.ends_with(b"/") => b'5',
            0 => b'0',
            other => other,
        };
        let number = |field, odd: fn(&tar::Header) -> io::Result<u64>| number(raw, field, odd);
        let mode = number(100..108, |raw| raw.mode().map(u64::from));
        self.mode = mode.and_then(|mode| u32::try_from(mode).ok()).unwrap_or(0);
        self.uid = pax
            .uid
            .or_else(|| number(108..116, tar::Header::uid))
            .unwrap_or(0);
        self.gid = pax
            .gid
            .or_else(|| number(116..124, tar::Header::gid))
            .unwrap_or(0);
        self.modified = pax.modified.unwrap_or_else(|| modified(raw));
        self.device = match self.type_flag {
            b'3' | b'4' => {
                let number = |number: io::Result<Option<u32>>| number.ok().flatten().unwrap_or(0);
                Some((number(raw.device_major()), number(raw.device_minor())))
            }
            _ => None,
        };
        self.xattrs = std::mem::take(&mut pax.xattrs);
        self.xattrs.sort_unstable();
        self.pieces = None;
        // POSIX: links, devices, folders and pipes have no content, whatever their size field is. Pax allows content behind a hard link; no
        // writer of images stores any, and GNU tar ignores it too.
        let has_content = !matches!(self.type_flag, b'1'..=b'6');
        let size = pax.size.or_else(|| size_of(raw));
        self.stored = size.filter(|_| has_content).unwrap_or(0);
        self.size = self.stored;
        size.is_some() || !has_content
    }
}

fn modified(raw: &tar::Header) -> ModifiedTime {
    let seconds = number(raw, 136..148, tar::Header::mtime);
    let seconds = seconds.and_then(|time| i64::try_from(time).ok());
    let seconds = seconds.unwrap_or_default();
    ModifiedTime { seconds, nanos: 0 }
}

/// Returns the size in a block, if it is valid. In base 256 (GNU tar manual, "Basic Tar Format") it can exceed 64 bits.
pub(crate) fn size_of(raw: &tar::Header) -> Option<u64> {
    let field = &raw.as_bytes()[124..136];
    let is_wide = field[0] & 0x80 != 0 && field[..4] != [0x80, 0, 0, 0];
    number(raw, 124..136, tar::Header::entry_size).filter(|_| !is_wide)
}

/// Returns the number in a field: in octal, else as `other_dialect` parses it.
fn number(
    raw: &tar::Header,
    field: Range<usize>,
    other_dialect: fn(&tar::Header) -> io::Result<u64>,
) -> Option<u64> {
    octal(&raw.as_bytes()[field]).or_else(|| other_dialect(raw).ok())
}

/// Returns a number in the common form: octal digits up to a NUL or the end of the field (POSIX.1-1988, "ustar").
fn octal(field: &[u8]) -> Option<u64> {
    let mut value = 0;
    for byte in field {
        match byte {
            b'0'..=b'7' => value = value << 3 | u64::from(byte - b'0'),
            0 => return (field[0] != 0).then_some(value),
            _ => return None,
        }
    }
    Some(value)
}

/// Returns whether a block is a tar header by its checksum, or all zeros as at the end of a tar.
pub(crate) fn looks_like_tar(head: &[u8]) -> bool {
    let Some(block) = head.first_chunk::<512>() else {
        return false;
    };
    block.iter().all(|&byte| byte == 0) || checksum_matches(block)
}

/// Returns whether the header's checksum is the sum of its bytes, the checksum itself counted as blanks: unsigned as in POSIX, or signed as some old
/// writers have it.
pub(crate) fn checksum_matches(block: &Block) -> bool {
    let field = &block[148..156];
    let digits = field
        .iter()
        .skip_while(|byte| **byte == b' ' || **byte == 0)
        .take_while(|byte| (b'0'..=b'7').contains(*byte));
    let stored = digits.fold(0_u32, |sum, digit| {
        sum.wrapping_mul(8) + u32::from(digit - b'0')
    });
    let blanks = 8 * u32::from(b' ');
    // Half a block adds up to less than 16 bits hold, and the sum is the fastest in 16 bits.
    let half = |bytes: &[u8; 256]| bytes.iter().map(|&byte| u16::from(byte)).sum::<u16>();
    let halves = block.as_chunks().0.iter();
    let all: u32 = halves.map(|bytes| u32::from(half(bytes))).sum();
    let own: u32 = field.iter().map(|&byte| u32::from(byte)).sum();
    if stored == all - own + blanks {
        return true;
    }
    let signed = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|&byte| i64::from(byte.cast_signed()))
            .sum::<i64>()
    };
    i64::from(stored) == signed(block) - signed(field) + i64::from(blanks)
}

/// Returns how many bytes fill the last block of `size` bytes.
pub(crate) fn padding(size: u64) -> u64 {
    size.wrapping_neg() % BLOCK
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::octal;

    proptest! {
        #[test]
        fn the_fast_path_agrees_with_the_library(
            digits in prop::collection::vec(b'0'..=b'8', 12),
            end in 0_usize..=12,
            stop in prop::sample::select(vec![0, b' ', b'x', 0xff, 0x80]),
            start in prop::sample::select(vec![0, b' ', b'7', 0xff, 0x80]),
        ) {
            let mut raw = tar::Header::new_ustar();
            let field = &mut raw.as_mut_bytes()[124..136];
            field.copy_from_slice(&digits);
            if let Some(byte) = field.get_mut(end) {
                *byte = stop;
            }
            if end % 3 == 0 {
                field[0] = start;
            }
            if let Some(value) = octal(&raw.as_bytes()[124..136]) {
                prop_assert_eq!(Some(value), raw.entry_size().ok());
            }
        }
    }
}
