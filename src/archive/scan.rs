//! One tar, header by header: ustar, GNU and pax dialects folded into one [`Header`], contents left on the tape for whoever wants them.
//!
//! Formats: POSIX.1-2017 "pax Interchange Format" and "ustar Interchange Format"; GNU tar manual, "Basic Tar Format" (long names, sparse files).
//! Damaged headers are passed over and reported; only an end in the middle of something is fatal. Never trusts a length. Knows no layers.

use super::fault::Fault;
use super::header::{BLOCK, Header, checksum_matches, padding, size_of};
use super::pax::Pax;
use super::sparse;
use crate::archive::byte_source::ByteSource;

/// Longest path, link target or pax header taken, in bytes; PATH_MAX is 4096.
const LONGEST: u64 = 1 << 20;
/// How many bytes of zeros may stand where the first header should, before nobody expects one any more: `/dev/zero` has no end.
const MOST_ZEROS: u64 = 64 << 20;

/// How many blocks of zeros mark the end of a tar.
const MARK: u64 = 2;

/// Reads a tar header by header.
pub(super) struct Scan<T> {
    pub(super) tape: T,
    pub(super) header: Header,
    /// Content and padding of the current record still on the tape.
    pub(super) left: u64,
    padding: u64,
    /// Whether a header was there.
    begun: bool,
    /// Blocks of zeros since the last header, as at the end of a tar; those of no tar, where there was no header.
    zeros: u64,
    after_end: bool,
    /// What was odd so far.
    pub(super) warnings: Vec<String>,
}

impl<T: ByteSource> Scan<T> {
    pub(super) fn new(tape: T) -> Self {
        Self {
            tape,
            header: Header::default(),
            left: 0,
            padding: 0,
            begun: false,
            zeros: 0,
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

    /// Returns the path of the record whose content or padding the tape stands in.
    pub(super) fn within(&self) -> Option<&[u8]> {
        (self.left > 0 || self.padding > 0).then_some(&self.header.path[..])
    }

    /// Returns where the tar ended, where the zeros that mark its end are missing; asked once [`Self::next`] has found no more records.
    pub(super) fn unended(&self) -> Option<u64> {
        (!self.ended()).then(|| self.position())
    }

    /// Returns where an archive ended, if the blocks of zeros that mark its end are missing; asked once [`Self::next`] has found no more records. Unlike
    /// some layers it is always made of whole blocks: where it ends within one, it was cut.
    pub(super) fn unmarked(&self) -> Result<Option<u64>, Fault> {
        let end = self.position();
        if end == 0 {
            return Err(Fault::NotTar(Vec::new()));
        }
        if self.zeros >= MARK || !self.begun {
            return Ok(None);
        }
        if end.is_multiple_of(BLOCK) {
            return Ok(Some(end));
        }
        Err(Fault::Truncated(end))
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
            if block == [0; 512] {
                if !self.begun && here >= MOST_ZEROS {
                    return Err(Fault::NotTar(block.to_vec()));
                }
                self.zeros += 1;
                continue;
            }
            let raw = tar::Header::from_byte_slice(&block);
            if !checksum_matches(&block) {
                if self.is_at_start() {
                    return Err(Fault::NotTar(block.to_vec()));
                }
                if self.ended() {
                    return self.ignore_rest(here);
                }
                self.warn_damage(here);
                (local, start) = (Pax::default(), None);
                continue;
            }
            self.after_end |= self.ended();
            (self.begun, self.zeros) = (true, 0);
            let offset = *start.get_or_insert(here);
            let stored = size_of(raw).unwrap_or(u64::MAX >> 1);
            match raw.entry_type().as_byte() {
                b'L' => local.path = self.long_name(stored)?,
                b'K' => local.link = self.long_name(stored)?,
                b'x' => {
                    let records = self.text(stored)?;
                    if !local.read(&records) {
                        let text =
                            format!("pax header at byte {here} is garbled, and read in part");
                        self.warn(text);
                    }
                }
                b'g' => {
                    // A global header belongs to no record. What it wishes for all that follow is left alone, as every engine leaves it when
                    // it unpacks a layer: the image a container sees knows nothing of it.
                    self.text(stored)?;
                    start = None;
                }
                _ => {
                    self.take_header(offset, raw, &block, local)?;
                    return Ok(true);
                }
            }
        }
    }

    const fn ended(&self) -> bool {
        self.zeros > 0
    }

    const fn is_at_start(&self) -> bool {
        !self.begun && self.zeros == 0
    }

    fn partial(&mut self, here: u64, some: &[u8]) -> Result<bool, Fault> {
        if self.is_at_start() {
            return Err(Fault::NotTar(some.to_vec()));
        }
        if self.ended() {
            return self.ignore_rest(here);
        }
        Err(Fault::Truncated(here + some.len() as u64))
    }

    fn ignore_rest(&mut self, here: u64) -> Result<bool, Fault> {
        self.warn(format!(
            "bytes after the end of the tar, at {here}, are ignored"
        ));
        while self.tape.skip(1 << 30)? > 0 {}
        Ok(false)
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
        mut pax: Pax,
    ) -> Result<(), Fault> {
        let has_size = self.header.describe(raw, &mut pax);
        self.header.offset = offset;
        self.header.after_end = self.after_end;
        if !has_size {
            self.warn(format!(
                "record at byte {offset} has an unreadable size, taken as 0"
            ));
        }
        self.left = self.header.stored;
        self.padding = padding(self.header.stored);
        sparse::read_map(self, raw, block, pax.sparse)
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
    pub(super) fn content(&mut self, mut each: impl FnMut(&[u8]) -> bool) -> Result<(), Fault> {
        while self.left > 0 {
            let some = self.tape.take(self.left)?;
            if some.is_empty() {
                return Err(Fault::Truncated(self.tape.position()));
            }
            self.left -= some.len() as u64;
            if !each(some) {
                break;
            }
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
        let left = self.left;
        if left > 0 && self.tape.skip(left)? < left {
            return Err(Fault::Truncated(self.tape.position()));
        }
        self.left = 0;
        // The padding of the very last record may be missing.
        let padding = self.padding;
        if padding > 0 && self.tape.skip(padding)? == padding {
            self.padding = 0;
        }
        Ok(())
    }

    pub(super) fn warn(&mut self, text: String) {
        if self.warnings.len() < 100 {
            self.warnings.push(text);
        }
    }
}
