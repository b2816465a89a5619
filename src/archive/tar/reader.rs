//! Walks a tar from header to header: the ustar, GNU and pax dialects become one [`Header`]; the content behind it is read on request.
//!
//! Formats: POSIX.1-2017 "pax Interchange Format" and "ustar Interchange Format"; GNU tar manual, "Basic Tar Format" (long names, sparse files). The walk is
//! our own because the input is hostile: a damaged header is skipped with a warning instead of ending the archive, no length is trusted, and a tar of a million
//! entries is indexed without an allocation for each. Only a truncated tar is an error. Independent of layers.

use crate::archive::input::byte_source::ByteSource;
use crate::archive::tar::error::TarError;
use crate::archive::tar::header::{BLOCK, Header, checksum_matches, padding, size_of};
use crate::archive::tar::pax::Pax;
use crate::archive::tar::sparse;
use crate::archive::tar::warning::TarWarning;

/// Longest path, link target or pax header that is read, in bytes; PATH_MAX is 4096.
const LONGEST: u64 = 1 << 20;
/// How many zeros may come before the first header: `/dev/zero` has no end.
const MOST_ZEROS: u64 = 64 << 20;

/// How many blocks of zeros mark the end of a tar.
const END_BLOCKS: u64 = 2;
/// Most warnings that are kept.
const MOST_WARNINGS: usize = 100;

/// Reads a tar header by header.
pub(crate) struct TarReader<T> {
    bytes: T,
    header: Header,
    /// Content of the current entry that is not read yet, and the padding after it.
    left: u64,
    padding: u64,
    /// Whether a header has been read.
    begun: bool,
    /// Blocks of zeros since the last header.
    zeros: u64,
    after_end: bool,
    /// What was odd so far.
    pub(crate) warnings: Vec<TarWarning>,
}

impl<T: ByteSource> TarReader<T> {
    pub(crate) fn new(bytes: T) -> Self {
        Self {
            bytes,
            header: Header::default(),
            left: 0,
            padding: 0,
            begun: false,
            zeros: 0,
            after_end: false,
            warnings: Vec::new(),
        }
    }

    /// Returns the current entry.
    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    /// Returns the offset in the tar; after [`Self::next`], that of the content.
    pub(crate) fn position(&self) -> u64 {
        self.bytes.position()
    }

    /// Returns the path of the entry whose content or padding comes next.
    pub(crate) fn within(&self) -> Option<&[u8]> {
        (self.left > 0 || self.padding > 0).then_some(&self.header.path[..])
    }

    /// Returns the offset of the end if the zeros that mark it are missing. To be called once [`Self::next`] has returned false.
    pub(crate) fn missing_end_at(&self) -> Option<u64> {
        (!self.ended()).then(|| self.position())
    }

    /// Returns the offset of an archive's end if the zeros that mark it are missing. To be called once [`Self::next`] has returned false. An archive,
    /// unlike some layers, always consists of full blocks: one that ends within a block is truncated.
    pub(crate) fn unmarked(&self) -> Result<Option<u64>, TarError> {
        let end = self.position();
        if end == 0 {
            return Err(TarError::NotTar(Vec::new()));
        }
        if self.zeros >= END_BLOCKS || !self.begun {
            return Ok(None);
        }
        if end.is_multiple_of(BLOCK) {
            return Ok(Some(end));
        }
        Err(TarError::Truncated(end))
    }

    /// Goes to the next entry, past the rest of this one. Returns false at the end. Several tars one after the other count as one.
    pub(crate) fn next(&mut self) -> Result<bool, TarError> {
        self.finish_content()?;
        let mut local = Pax::default();
        let mut start = None;
        let mut block = [0_u8; 512];
        loop {
            let here = self.bytes.position();
            match self.bytes.fill(&mut block)? {
                0 if start.is_some() => return Err(TarError::Truncated(here)),
                0 => return Ok(false),
                count if count < block.len() => return self.end_in_block(here, &block[..count]),
                _ => {}
            }
            if block == [0; 512] {
                if !self.begun && here >= MOST_ZEROS {
                    return Err(TarError::NotTar(block.to_vec()));
                }
                self.zeros += 1;
                continue;
            }
            let raw = tar::Header::from_byte_slice(&block);
            if !checksum_matches(&block) {
                if self.is_at_start() {
                    return Err(TarError::NotTar(block.to_vec()));
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
            let stored = || size_of(raw).unwrap_or(u64::MAX >> 1);
            match raw.entry_type().as_byte() {
                b'L' => local.path = self.long_name(stored())?,
                b'K' => local.link = self.long_name(stored())?,
                b'x' => {
                    let records = self.text(stored())?;
                    if !local.read(&records) {
                        self.warn(TarWarning::MalformedPax(here));
                    }
                }
                b'g' => {
                    // A global header belongs to no entry. Its attributes are ignored, as every engine ignores them when it unpacks a layer.
                    self.text(stored())?;
                    start = None;
                }
                _ => {
                    self.take_header(offset, raw, local)?;
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

    fn end_in_block(&mut self, here: u64, some: &[u8]) -> Result<bool, TarError> {
        if self.is_at_start() {
            return Err(TarError::NotTar(some.to_vec()));
        }
        if self.ended() {
            return self.ignore_rest(here);
        }
        Err(TarError::Truncated(here + some.len() as u64))
    }

    fn ignore_rest(&mut self, here: u64) -> Result<bool, TarError> {
        self.warn(TarWarning::BytesAfterEnd(here));
        while self.bytes.skip(1 << 30)? > 0 {}
        Ok(false)
    }

    /// Warns of a damaged header; of a run of damaged blocks only the first.
    fn warn_damage(&mut self, here: u64) {
        if !matches!(self.warnings.last(), Some(TarWarning::DamagedHeader(_))) {
            self.warn(TarWarning::DamagedHeader(here));
        }
    }

    fn take_header(
        &mut self,
        offset: u64,
        raw: &tar::Header,
        mut pax: Pax,
    ) -> Result<(), TarError> {
        let has_size = self.header.describe(raw, &mut pax);
        self.header.offset = offset;
        self.header.after_end = self.after_end;
        if !has_size {
            self.warn(TarWarning::UnreadableSize(offset));
        }
        self.left = self.header.stored;
        self.padding = padding(self.header.stored);
        let (header, left) = (&mut self.header, &mut self.left);
        if let Some(warning) = sparse::read_map(&mut self.bytes, header, left, raw, pax.sparse)? {
            self.warn(warning);
        }
        Ok(())
    }

    fn long_name(&mut self, size: u64) -> Result<Option<Vec<u8>>, TarError> {
        let mut name = self.text(size)?;
        if let Some(end) = name.iter().position(|&byte| byte == 0) {
            name.truncate(end);
        }
        Ok((!name.is_empty()).then_some(name))
    }

    /// Reads the content of a header that describes the next entry. One longer than any real path is skipped.
    fn text(&mut self, size: u64) -> Result<Vec<u8>, TarError> {
        let here = self.bytes.position();
        let padded = size.saturating_add(padding(size));
        if size > LONGEST {
            self.warn(TarWarning::LongText { at: here, size });
            if self.bytes.skip(padded)? < padded {
                return Err(TarError::Truncated(self.bytes.position()));
            }
            return Ok(Vec::new());
        }
        let mut text = vec![0; usize::try_from(padded).unwrap_or(0)];
        if self.bytes.fill(&mut text)? < text.len() {
            return Err(TarError::Truncated(self.bytes.position()));
        }
        text.truncate(usize::try_from(size).unwrap_or(0));
        Ok(text)
    }

    /// Passes the current entry's content to `each`, piece by piece without copying, until it returns false.
    pub(crate) fn content(&mut self, mut each: impl FnMut(&[u8]) -> bool) -> Result<(), TarError> {
        while self.left > 0 {
            let some = self.bytes.take(self.left)?;
            if some.is_empty() {
                return Err(TarError::Truncated(self.bytes.position()));
            }
            self.left -= some.len() as u64;
            if !each(some) {
                break;
            }
        }
        Ok(())
    }

    /// Reads some of the current entry's content; returns 0 at its end.
    pub(crate) fn read_content(&mut self, buf: &mut [u8]) -> Result<usize, TarError> {
        let most = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(buf.len());
        let count = self.bytes.fill(&mut buf[..most])?;
        if count < most {
            return Err(TarError::Truncated(self.bytes.position()));
        }
        self.left -= count as u64;
        Ok(count)
    }

    fn finish_content(&mut self) -> Result<(), TarError> {
        let left = self.left;
        if left > 0 && self.bytes.skip(left)? < left {
            return Err(TarError::Truncated(self.bytes.position()));
        }
        self.left = 0;
        // The padding of the last entry may be missing.
        let padding = self.padding;
        if padding > 0 && self.bytes.skip(padding)? == padding {
            self.padding = 0;
        }
        Ok(())
    }

    fn warn(&mut self, warning: TarWarning) {
        if self.warnings.len() < MOST_WARNINGS {
            self.warnings.push(warning);
        }
    }
}
