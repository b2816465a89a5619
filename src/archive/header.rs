//! One header of a tar: what is kept of it, and whether a block is one at all. Which block is next is `scan`'s.

use std::io;
use std::ops::Range;

use super::pax::Pax;

/// The unit of a tar, in bytes.
pub(super) const BLOCK: u64 = 512;
type Block = [u8; 512];

/// One record of a tar, its dialect resolved.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// Where its first block stands, long-name and pax blocks included.
    pub(super) offset: u64,
    /// The path as written.
    pub(super) path: Vec<u8>,
    /// The link target as written.
    pub(super) link: Vec<u8>,
    /// Bytes of content that follow in the tar.
    pub(super) stored: u64,
    /// Bytes of the file: `stored`, but for sparse files.
    pub(super) size: u64,
    pub(super) type_flag: u8,
    pub(super) mode: u32,
    pub(super) uid: u64,
    pub(super) gid: u64,
    pub(super) modified: Modified,
    pub(super) device: Option<(u32, u32)>,
    pub(super) xattrs: Vec<(Vec<u8>, Vec<u8>)>,
    /// Whether an end-of-tar marker stands before it: it belongs to another tar that was put behind.
    pub(super) after_end: bool,
    /// Of a sparse file, where its pieces belong: offset and length, as they follow in the tar.
    pub(super) pieces: Option<Vec<(u64, u64)>>,
}

/// When a file was last modified: whole seconds since 1970, and billionths of a second on from there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modified {
    /// Seconds; before 1970 they are negative.
    pub seconds: i64,
    /// Billionths of a second.
    pub nanos: u32,
}

impl Modified {
    /// Reads pax's form: seconds, and a fraction as long as it likes.
    pub(super) fn of_pax(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?.trim();
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let seconds: i64 = whole.parse().ok()?;
        let nanos: u32 = format!("{fraction:0<9.9}").parse().ok()?;
        Some(if whole.starts_with('-') && nanos > 0 {
            Self {
                seconds: seconds.checked_sub(1)?,
                nanos: 1_000_000_000 - nanos,
            }
        } else {
            Self { seconds, nanos }
        })
    }

    fn of_header(raw: &tar::Header) -> Self {
        let seconds = number(raw, 136..148, tar::Header::mtime);
        let seconds = seconds.and_then(|time| i64::try_from(time).ok());
        let seconds = seconds.unwrap_or_default();
        Self { seconds, nanos: 0 }
    }
}

impl Header {
    /// Takes what a block says and, before it, what the pax header says that stood before the block; nothing is left of the record that was here.
    /// Returns false where the record has content and neither can say how much: then it is taken for none.
    pub(super) fn describe(&mut self, raw: &tar::Header, pax: &mut Pax) -> bool {
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
        // Before 1988 there was one type, and a folder's name ended in a slash.
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
        self.modified = pax.modified.unwrap_or_else(|| Modified::of_header(raw));
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
        // POSIX: links, devices, folders and pipes have no content, whatever their size field says; old hard links of cpio-like writers do,
        // and pax allows it, so the size counts for '1' only when the content is really there: nobody does that, and GNU tar ignores it too.
        let has_content = !matches!(self.type_flag, b'1'..=b'6');
        let size = pax.size.or_else(|| size_of(raw));
        self.stored = size.filter(|_| has_content).unwrap_or(0);
        self.size = self.stored;
        size.is_some() || !has_content
    }
}

/// Returns the size a block tells, if it is one. In base 256 (GNU tar manual, "Basic Tar Format") it may be one that 64 bits cannot count.
pub(super) fn size_of(raw: &tar::Header) -> Option<u64> {
    let field = &raw.as_bytes()[124..136];
    let is_wide = field[0] & 0x80 != 0 && field[..4] != [0x80, 0, 0, 0];
    number(raw, 124..136, tar::Header::entry_size).filter(|_| !is_wide)
}

/// Returns the number in a field, or in the words of `odd` what another dialect means by it.
fn number(
    raw: &tar::Header,
    field: Range<usize>,
    odd: fn(&tar::Header) -> io::Result<u64>,
) -> Option<u64> {
    octal(&raw.as_bytes()[field]).or_else(|| odd(raw).ok())
}

/// Returns a number written as nearly all are: in octal digits up to the end of the field, which is short, or to a NUL (POSIX.1-1988, "ustar").
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

/// Returns whether a block looks like a tar header, or is empty as the end of a tar is.
pub(super) fn looks_like_tar(head: &[u8]) -> bool {
    let Some(block) = head.first_chunk::<512>() else {
        return false;
    };
    block.iter().all(|&byte| byte == 0) || checksum_matches(block)
}

/// Compares the header's checksum with the sum of its bytes, the checksum itself taken as blanks; unsigned as POSIX has it, or signed as some
/// old tars did.
pub(super) fn checksum_matches(block: &Block) -> bool {
    let field = &block[148..156];
    let digits = field
        .iter()
        .skip_while(|byte| **byte == b' ' || **byte == 0)
        .take_while(|byte| (b'0'..=b'7').contains(*byte));
    let told = digits.fold(0_u32, |sum, digit| {
        sum.wrapping_mul(8) + u32::from(digit - b'0')
    });
    let blanks = 8 * u32::from(b' ');
    let all: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    let own: u32 = field.iter().map(|&byte| u32::from(byte)).sum();
    if told == all - own + blanks {
        return true;
    }
    let signed = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|&byte| i64::from(byte.cast_signed()))
            .sum::<i64>()
    };
    i64::from(told) == signed(block) - signed(field) + i64::from(blanks)
}

/// Returns how many bytes fill the last block of `size` bytes.
pub(super) fn padding(size: u64) -> u64 {
    size.wrapping_neg() % BLOCK
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::octal;

    proptest! {
        #[test]
        fn what_is_read_at_once_is_what_the_library_reads(
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
