//! One tar, header by header: ustar, GNU and pax dialects folded into one [`Header`], contents left on the tape for whoever wants them.
//!
//! Formats: POSIX.1-2017 "pax Interchange Format" and "ustar Interchange Format"; GNU tar manual, "Basic Tar Format" (long names, sparse files).
//! Damaged headers are passed over and reported; only an end in the middle of something is fatal. Never trusts a length. Knows no layers.

use std::io;

use super::pax::{Pax, SparsePax};
use super::tape::Tape;

/// The unit of a tar, in bytes.
pub(super) const BLOCK: u64 = 512;
type Block = [u8; 512];
/// Longest path, link target or pax header taken, in bytes; PATH_MAX is 4096.
const LONGEST: u64 = 1 << 20;
/// Most pieces a sparse file may have.
const MOST_PIECES: usize = 1 << 20;

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
    pub(super) device: Option<(u32, u32)>,
    pub(super) xattrs: Vec<(Vec<u8>, Vec<u8>)>,
    /// Whether an end-of-tar marker stands before it: it belongs to another tar that was put behind.
    pub(super) after_end: bool,
    /// Of a sparse file, where its pieces belong: offset and length, as they follow in the tar.
    pub(super) pieces: Option<Vec<(u64, u64)>>,
}

/// What a scan may meet instead of a header.
#[derive(Debug)]
pub(super) enum Fault {
    /// The bytes could not be had.
    Io(io::Error),
    /// They end in the middle of something, here.
    Truncated(u64),
    /// They are no tar at all: its first bytes.
    NotTar(Vec<u8>),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Reads a tar header by header.
pub(super) struct Scan<T> {
    tape: T,
    header: Header,
    /// Content and padding of the current record still on the tape.
    left: u64,
    padding: u64,
    global: Pax,
    seen: bool,
    ended: bool,
    after_end: bool,
    /// What was odd so far.
    pub(super) warnings: Vec<String>,
}

impl<T: Tape> Scan<T> {
    pub(super) fn new(tape: T) -> Self {
        Self {
            tape,
            header: Header::default(),
            left: 0,
            padding: 0,
            global: Pax::default(),
            seen: false,
            ended: false,
            after_end: false,
            warnings: Vec::new(),
        }
    }

    /// Returns the record [`Self::next`] went to.
    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    /// Returns where the tape stands; right after [`Self::next`], where the content starts.
    pub(super) fn position(&self) -> u64 {
        self.tape.position()
    }

    /// Goes to the next record, past what is left of this one. Returns false at the end; several tars one after the other are one.
    pub(super) fn next(&mut self) -> Result<bool, Fault> {
        self.finish_content()?;
        let mut local = Pax::default();
        let mut start = None;
        let mut block = [0_u8; 512];
        loop {
            let here = self.tape.position();
            match self.tape.fill(&mut block)? {
                0 if start.is_some() => return Err(Fault::Truncated(here)),
                0 => return Ok(false),
                count if count < block.len() => return self.partial(here, &block[..count]),
                _ => {}
            }
            if block.iter().all(|&byte| byte == 0) {
                (self.seen, self.ended) = (true, true);
                continue;
            }
            let raw = tar::Header::from_byte_slice(&block);
            if !checksum_matches(&block) {
                if !self.seen {
                    return Err(Fault::NotTar(block.to_vec()));
                }
                if self.ended {
                    self.warn(format!(
                        "bytes after the end of the tar, at {here}, are ignored"
                    ));
                    while self.tape.skip(1 << 30)? > 0 {}
                    return Ok(false);
                }
                self.warn_damage(here);
                (local, start) = (Pax::default(), None);
                continue;
            }
            self.after_end |= self.ended;
            (self.seen, self.ended) = (true, false);
            let offset = *start.get_or_insert(here);
            let stored = raw.entry_size().unwrap_or(u64::MAX >> 1);
            match raw.entry_type().as_byte() {
                b'L' => local.path = self.long_name(stored)?,
                b'K' => local.link = self.long_name(stored)?,
                b'x' => {
                    let records = self.text(stored)?;
                    local.read(&records);
                }
                b'g' => {
                    let records = self.text(stored)?;
                    self.global.read(&records);
                    // A global header belongs to no record.
                    start = None;
                }
                _ => {
                    self.take_header(offset, raw, &block, local)?;
                    return Ok(true);
                }
            }
        }
    }

    fn partial(&mut self, here: u64, some: &[u8]) -> Result<bool, Fault> {
        if !self.seen {
            return Err(Fault::NotTar(some.to_vec()));
        }
        if self.ended {
            self.warn(format!(
                "bytes after the end of the tar, at {here}, are ignored"
            ));
            return Ok(false);
        }
        Err(Fault::Truncated(here + some.len() as u64))
    }

    /// The next round looks at the next block; of a run of damaged ones only the first is told.
    fn warn_damage(&mut self, here: u64) {
        if self
            .warnings
            .last()
            .is_none_or(|last| !last.starts_with("damaged record"))
        {
            self.warn(format!("damaged record at byte {here} passed over"));
        }
    }

    fn take_header(
        &mut self,
        offset: u64,
        raw: &tar::Header,
        block: &[u8],
        local: Pax,
    ) -> Result<(), Fault> {
        let pax = local.over(&self.global);
        let header = &mut self.header;
        header.offset = offset;
        header.after_end = self.after_end;
        header.path.clear();
        header.link.clear();
        match &pax.path {
            Some(path) => header.path.extend_from_slice(path),
            None => header.path.extend_from_slice(&raw.path_bytes()),
        }
        match &pax.link {
            Some(link) => header.link.extend_from_slice(link),
            None => header
                .link
                .extend_from_slice(raw.link_name_bytes().as_deref().unwrap_or_default()),
        }
        header.type_flag = raw.entry_type().as_byte();
        header.mode = raw.mode().unwrap_or(0);
        header.uid = pax.uid.or(raw.uid().ok()).unwrap_or(0);
        header.gid = pax.gid.or(raw.gid().ok()).unwrap_or(0);
        header.device = match header.type_flag {
            b'3' | b'4' => {
                let number = |number: io::Result<Option<u32>>| number.ok().flatten().unwrap_or(0);
                Some((number(raw.device_major()), number(raw.device_minor())))
            }
            _ => None,
        };
        header.xattrs = pax.xattrs;
        header.pieces = None;
        // POSIX: links, devices, folders and pipes have no content, whatever their size field says; old hard links of cpio-like writers do,
        // and pax allows it, so the size counts for '1' only when the content is really there: nobody does that, and GNU tar ignores it too.
        let has_content = !matches!(header.type_flag, b'1'..=b'6');
        let size = match pax.size {
            Some(size) => Ok(size),
            None => raw.entry_size(),
        };
        header.stored = if has_content { size.unwrap_or(0) } else { 0 };
        header.size = header.stored;
        if has_content && pax.size.is_none() && raw.entry_size().is_err() {
            self.warn(format!(
                "record at byte {offset} has an unreadable size, taken as 0"
            ));
        }
        self.left = self.header.stored;
        self.padding = padding(self.header.stored);
        self.sparse(raw, block, pax.sparse)
    }

    /// Reads the maps of sparse files: GNU's own, in the header and after it; pax 0.0 and 0.1, in records; pax 1.0, before the content.
    fn sparse(&mut self, raw: &tar::Header, block: &[u8], pax: SparsePax) -> Result<(), Fault> {
        if self.header.type_flag == b'S' {
            let mut pieces = Vec::new();
            let mut extended = raw.as_gnu().is_some_and(tar::GnuHeader::is_extended);
            self.header.size = raw
                .as_gnu()
                .and_then(|gnu| gnu.real_size().ok())
                .unwrap_or(self.header.stored);
            read_gnu_pieces(&block[386..482], &mut pieces);
            while extended {
                let mut more = [0_u8; 512];
                if self.tape.fill(&mut more)? < more.len() {
                    return Err(Fault::Truncated(self.tape.position()));
                }
                if pieces.len() > MOST_PIECES {
                    break;
                }
                read_gnu_pieces(&more[..504], &mut pieces);
                extended = more[504] == 1;
            }
            self.header.pieces = Some(pieces);
        } else if pax.major == Some(1) {
            self.header.size = pax.real_size.unwrap_or(self.header.stored);
            if let Some(name) = pax.name {
                self.header.path = name;
            }
            let pieces = self.pax_map()?;
            self.header.pieces = Some(pieces);
        } else if !pax.pieces.is_empty() || pax.real_size.is_some() {
            self.header.size = pax.real_size.unwrap_or(self.header.stored);
            if let Some(name) = pax.name {
                self.header.path = name;
            }
            self.header.pieces = Some(pax.pieces);
        }
        Ok(())
    }

    /// Reads a pax 1.0 sparse map: decimal numbers, a line each, first how many pieces, padded to a block.
    fn pax_map(&mut self) -> Result<Vec<(u64, u64)>, Fault> {
        let mut numbers = Vec::new();
        let mut number = 0_u64;
        let mut wanted = None;
        let mut block = [0_u8; 512];
        'blocks: while self.left >= BLOCK {
            if self.tape.fill(&mut block)? < block.len() {
                return Err(Fault::Truncated(self.tape.position()));
            }
            self.left -= BLOCK;
            self.header.stored -= BLOCK;
            for &byte in &block {
                match byte {
                    b'0'..=b'9' => {
                        number = number
                            .saturating_mul(10)
                            .saturating_add(u64::from(byte - b'0'));
                    }
                    b'\n' => {
                        numbers.push(number);
                        number = 0;
                        let count = *wanted.get_or_insert(
                            usize::try_from(numbers[0])
                                .unwrap_or(usize::MAX)
                                .min(MOST_PIECES),
                        );
                        if numbers.len() > count * 2 {
                            break 'blocks;
                        }
                    }
                    _ => break 'blocks,
                }
            }
        }
        Ok(numbers
            .get(1..)
            .unwrap_or_default()
            .chunks_exact(2)
            .map(|pair| (pair[0], pair[1]))
            .collect())
    }

    fn long_name(&mut self, size: u64) -> Result<Option<Vec<u8>>, Fault> {
        let mut name = self.text(size)?;
        if let Some(end) = name.iter().position(|&byte| byte == 0) {
            name.truncate(end);
        }
        Ok((!name.is_empty()).then_some(name))
    }

    /// Reads the content of a header that describes the next one; one too long to be honest is passed over.
    fn text(&mut self, size: u64) -> Result<Vec<u8>, Fault> {
        let here = self.tape.position();
        let padded = size.saturating_add(padding(size));
        if size > LONGEST {
            self.warn(format!(
                "name or pax header of {size} bytes at byte {here} passed over"
            ));
            if self.tape.skip(padded)? < padded {
                return Err(Fault::Truncated(self.tape.position()));
            }
            return Ok(Vec::new());
        }
        let mut text = vec![0; usize::try_from(padded).unwrap_or(0)];
        if self.tape.fill(&mut text)? < text.len() {
            return Err(Fault::Truncated(self.tape.position()));
        }
        text.truncate(usize::try_from(size).unwrap_or(0));
        Ok(text)
    }

    /// Hands the current record's content, piece by piece as it lies on the tape, to `each`.
    pub(super) fn content(&mut self, mut each: impl FnMut(&[u8])) -> Result<(), Fault> {
        while self.left > 0 {
            let some = self.tape.take(self.left)?;
            if some.is_empty() {
                return Err(Fault::Truncated(self.tape.position()));
            }
            self.left -= some.len() as u64;
            each(some);
        }
        Ok(())
    }

    /// Reads some of the current record's content; 0 at its end.
    pub(super) fn read_content(&mut self, buf: &mut [u8]) -> Result<usize, Fault> {
        let most = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(buf.len());
        let count = self.tape.fill(&mut buf[..most])?;
        if count < most {
            return Err(Fault::Truncated(self.tape.position()));
        }
        self.left -= count as u64;
        Ok(count)
    }

    fn finish_content(&mut self) -> Result<(), Fault> {
        let left = std::mem::take(&mut self.left);
        let padding = std::mem::take(&mut self.padding);
        if left > 0 && self.tape.skip(left)? < left {
            return Err(Fault::Truncated(self.tape.position()));
        }
        // The padding of the very last record may be missing.
        if padding > 0 {
            self.tape.skip(padding)?;
        }
        Ok(())
    }

    fn warn(&mut self, text: String) {
        if self.warnings.len() < 100 {
            self.warnings.push(text);
        }
    }
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
fn checksum_matches(block: &Block) -> bool {
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
fn padding(size: u64) -> u64 {
    size.wrapping_neg() % BLOCK
}

fn read_gnu_pieces(table: &[u8], pieces: &mut Vec<(u64, u64)>) {
    for pair in table.chunks_exact(24) {
        if pair[0] == 0 {
            break;
        }
        pieces.push((number(&pair[..12]), number(&pair[12..])));
    }
}

/// Reads a GNU number: octal digits, or base 256 when the first bit is set.
fn number(field: &[u8]) -> u64 {
    if field[0] & 0x80 != 0 {
        return field[field.len() - 8..]
            .iter()
            .fold(0, |sum, &byte| sum << 8 | u64::from(byte));
    }
    let digits = field
        .iter()
        .skip_while(|byte| **byte == b' ')
        .take_while(|byte| (b'0'..=b'7').contains(*byte));
    digits.fold(0_u64, |sum, digit| {
        sum.wrapping_mul(8).wrapping_add(u64::from(digit - b'0'))
    })
}
