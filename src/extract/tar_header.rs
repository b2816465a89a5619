//! Headers of a tar stream: ustar, with pax records for what has no room in it (POSIX.1-2017 pax, "pax Interchange Format"). Contents are written elsewhere.

use std::io::Write as _;

use crate::archive::ModifiedTime;
use crate::image::{Entry, RareFields};

/// The size of a block of a tar, in bytes.
pub(super) const BLOCK: usize = 512;
/// The longest name and link target in a ustar header.
const LONGEST: usize = 100;

/// A member of a tar stream.
pub(super) struct Member<'a> {
    /// The path, without a leading slash.
    pub(super) path: &'a [u8],
    /// The type byte.
    pub(super) type_flag: u8,
    /// What a link points to.
    pub(super) target: &'a [u8],
    /// Mode and owner.
    pub(super) entry: &'a Entry,
    /// Attributes and device number.
    pub(super) rare_fields: Option<&'a RareFields>,
    /// Bytes of content after the header.
    pub(super) size: u64,
    /// The modification time.
    pub(super) modified: ModifiedTime,
}

/// Returns the blocks before a member's content.
pub(super) fn header(member: &Member<'_>) -> Vec<u8> {
    let mut records = Vec::new();
    let seconds = member.modified.seconds;
    if member.path.len() > LONGEST {
        record(&mut records, b"path", member.path);
    }
    if member.target.len() > LONGEST {
        record(&mut records, b"linkpath", member.target);
    }
    for (name, number) in [("uid", member.entry.uid), ("gid", member.entry.gid)] {
        if number > 0o777_7777 {
            record(&mut records, name.as_bytes(), number.to_string().as_bytes());
        }
    }
    if member.size > 0o777_7777_7777 {
        record(&mut records, b"size", member.size.to_string().as_bytes());
    }
    if member.modified.nanos > 0 || !(0..=0o777_7777_7777).contains(&seconds) {
        record(&mut records, b"mtime", member.modified.to_pax().as_bytes());
    }
    for (name, value) in member.rare_fields.map_or(&[][..], |fields| &fields.xattrs) {
        // The key ends at the first equals sign.
        if !name.contains(&b'=') {
            record(&mut records, &[b"SCHILY.xattr.", &name[..]].concat(), value);
        }
    }
    let is_binary = |text| std::str::from_utf8(text).is_err();
    if !records.is_empty() && (is_binary(member.path) || is_binary(member.target)) {
        let mut binary = Vec::new();
        record(&mut binary, b"hdrcharset", b"BINARY");
        records.splice(0..0, binary);
    }
    let mut blocks = Vec::with_capacity(BLOCK);
    if !records.is_empty() {
        let about = Member {
            path: b"././@PaxHeader",
            type_flag: b'x',
            target: b"",
            entry: &Entry::IMPLIED,
            rare_fields: None,
            size: records.len() as u64,
            modified: ModifiedTime::default(),
        };
        blocks.extend(block(&about));
        blocks.extend(&records);
        blocks.resize(blocks.len().next_multiple_of(BLOCK), 0);
    }
    blocks.extend(block(member));
    blocks
}

/// Adds a pax record: its length, which counts its own digits, then key and value.
fn record(records: &mut Vec<u8>, key: &[u8], value: &[u8]) {
    // A space, an equals sign, a line feed.
    let rest = key.len() + value.len() + 3;
    let mut len = rest + 1;
    while rest + len.to_string().len() != len {
        len = rest + len.to_string().len();
    }
    records.extend(format!("{len} ").as_bytes());
    records.extend([key, b"=", value, b"\n"].concat());
}

/// Returns a ustar header. A value that is too long is cut; the pax record before it has all of it.
fn block(member: &Member<'_>) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let put = |block: &mut [u8; BLOCK], at: usize, text: &[u8], room: usize| {
        let text = &text[..text.len().min(room)];
        block[at..at + text.len()].copy_from_slice(text);
    };
    let octal = |block: &mut [u8; BLOCK], at: usize, number: u64, digits: usize| {
        let most = (1_u64 << (3 * digits)) - 1;
        let mut field = &mut block[at..at + digits];
        // The field has room for the digits.
        let _ = write!(
            field,
            "{:0digits$o}",
            if number > most { 0 } else { number }
        );
    };
    let device = member
        .rare_fields
        .and_then(|fields| fields.device)
        .unwrap_or_default();
    put(&mut block, 0, member.path, LONGEST);
    octal(&mut block, 100, member.entry.permissions().into(), 7);
    octal(&mut block, 108, member.entry.uid.into(), 7);
    octal(&mut block, 116, member.entry.gid.into(), 7);
    octal(&mut block, 124, member.size, 11);
    octal(
        &mut block,
        136,
        member.modified.seconds.try_into().unwrap_or(0),
        11,
    );
    block[156] = member.type_flag;
    put(&mut block, 157, member.target, LONGEST);
    put(&mut block, 257, b"ustar\x0000", 8);
    octal(&mut block, 329, device.0.into(), 7);
    octal(&mut block, 337, device.1.into(), 7);
    block[148..156].fill(b' ');
    let sum = block.iter().map(|byte| u64::from(*byte)).sum();
    octal(&mut block, 148, sum, 6);
    block[154] = 0;
    block
}

#[cfg(test)]
mod tests {
    use super::record;
    use crate::archive::ModifiedTime;

    #[test]
    fn a_record_counts_its_own_length() {
        for (len, expected) in [
            (1, "6 a=v"),
            (4, "9 a=v"),
            (5, "11 a=v"),
            (93, "99 a=v"),
            (94, "101 a=v"),
        ] {
            let mut records = Vec::new();
            record(&mut records, b"a", "v".repeat(len).as_bytes());
            let text = String::from_utf8(records).expect("ASCII");
            assert!(text.starts_with(expected), "{text}");
            let counted: usize = text
                .split(' ')
                .next()
                .expect("a length")
                .parse()
                .expect("digits");
            assert_eq!(counted, text.len());
        }
    }

    #[test]
    fn times_are_read_back() {
        for (seconds, nanos) in [(0, 0), (1, 5), (-1, 0), (-2, 750_000_000), (1 << 40, 1)] {
            let modified = ModifiedTime { seconds, nanos };
            assert_eq!(
                ModifiedTime::from_pax(modified.to_pax().as_bytes()),
                Some(modified)
            );
        }
    }
}
