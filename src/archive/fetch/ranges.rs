//! The bytes of a blob as they are requested from where it is: in ranges that grow while reading continues, or all of them where ranges are ignored. Keeps no
//! copy; independent of formats.

use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::archive::cancel::Cancel;
use crate::archive::fetch::interface::Fetch;
use crate::archive::fetch::kept_reader::KeptReader;

/// The first range requested at an offset, and the largest, in bytes; each is twice the one before.
pub(super) const FIRST_RANGE: u64 = 256 << 10;
const LARGEST_RANGE: u64 = 16 << 20;
/// A gap up to this many bytes is cheaper to read than another request.
pub(super) const NEAR: u64 = 128 << 10;
/// How many offsets stay open for further reads.
const MOST_STREAMS: usize = 4;
/// How many bytes of a range are read at once.
const CHUNK: usize = 256 << 10;

/// Requests the bytes of a blob.
pub(super) struct RangeReader {
    fetch: Arc<dyn Fetch>,
    digest: String,
    length: u64,
    answers: Mutex<Answers>,
    streams: Mutex<Vec<OpenRange>>,
}

/// How requests for ranges are answered.
enum Answers {
    Unknown,
    Answered,
    /// The response with the complete blob, until it is read.
    Ignored(Option<KeptReader>),
}

/// A range that is being read, and the last bytes read of it: a header that was looked at may be read again.
struct OpenRange {
    /// Offset of the buffer in the blob.
    start: u64,
    buffer: Vec<u8>,
    /// Where the range ends.
    end: u64,
    /// The length of the next range.
    next: u64,
    reader: KeptReader,
}

impl OpenRange {
    /// Returns the offset after the last byte read.
    fn at(&self) -> u64 {
        self.start + self.buffer.len() as u64
    }
}

impl RangeReader {
    pub(super) fn new(fetch: Arc<dyn Fetch>, digest: String, length: u64) -> Self {
        Self {
            fetch,
            digest,
            length,
            answers: Mutex::new(Answers::Unknown),
            streams: Mutex::default(),
        }
    }

    /// Returns the digest of the blob.
    pub(super) fn digest(&self) -> &str {
        &self.digest
    }

    /// Returns how many bytes the blob has.
    pub(super) fn len(&self) -> u64 {
        self.length
    }

    /// Returns a reader of another blob of the same image.
    pub(super) fn sibling(&self, digest: String, length: u64) -> Self {
        Self::new(Arc::clone(&self.fetch), digest, length)
    }

    /// Notes that its bytes are not those that its digest names; returns whether they may be when they are fetched again.
    pub(super) fn reject(&self) -> bool {
        self.fetch.reject(&self.digest)
    }

    /// Returns whether the source ignores ranges and sends the complete blob, as far as is known.
    pub(super) fn ignores_ranges(&self) -> bool {
        matches!(*self.answers(), Answers::Ignored(_))
    }

    /// Opens the complete blob, to be read once. A complete response to a range is not requested again.
    pub(super) fn open(&self, cancel: &Cancel) -> io::Result<KeptReader> {
        if let Answers::Ignored(first) = &mut *self.answers()
            && let Some(first) = first.take()
        {
            return Ok(first);
        }
        Ok(self.request(0..self.length, cancel)?.0)
    }

    /// Requests a range; returns the bytes of the response, and whether it is the complete blob.
    fn request(&self, range: Range<u64>, cancel: &Cancel) -> io::Result<(KeptReader, bool)> {
        KeptReader::open(cancel, |cancel| {
            self.fetch.blob(&self.digest, self.length, range, cancel)
        })
    }

    /// Opens its bytes from an offset to the end.
    pub(super) fn open_from(&self, offset: u64, cancel: &Cancel) -> io::Result<KeptReader> {
        if offset == 0 {
            return self.open(cancel);
        }
        let (mut opened, is_whole) = self.request(offset..self.length, cancel)?;
        if is_whole {
            opened.skip(offset)?;
        }
        Ok(opened)
    }

    /// Reads at an offset by range. With an `end`, the caller reads up to there, and only that is requested.
    ///
    /// # Errors
    /// When it cannot be read, and for the first response that ignores a range.
    pub(super) fn read(
        &self,
        offset: u64,
        buf: &mut [u8],
        end: Option<u64>,
        cancel: &Cancel,
    ) -> io::Result<usize> {
        if offset >= self.length || buf.is_empty() {
            return Ok(0);
        }
        let mut stream = self.stream(offset, end);
        while stream.at() <= offset {
            if let Some(end) = end {
                stream.next = stream.next.max(end.saturating_sub(stream.at()));
            }
            self.read_on(&mut stream, cancel)?;
        }
        let from = usize::try_from(offset - stream.start).unwrap_or(usize::MAX);
        let count = buf.len().min(stream.buffer.len() - from);
        buf[..count].copy_from_slice(&stream.buffer[from..from + count]);
        let mut streams = self.streams();
        if streams.len() == MOST_STREAMS {
            streams.remove(0);
        }
        streams.push(stream);
        Ok(count)
    }

    /// Reads the next bytes of a stream, of another range where one has ended.
    fn read_on(&self, stream: &mut OpenRange, cancel: &Cancel) -> io::Result<()> {
        stream.start = stream.at();
        stream.buffer.clear();
        if stream.start == stream.end {
            let end = stream.start.saturating_add(stream.next).min(self.length);
            let (range, reader) = self.open_range(stream.start..end, cancel)?;
            stream.next = ((range.end - range.start) * 2).clamp(1, LARGEST_RANGE);
            (stream.start, stream.end) = (range.start, range.end);
            stream.reader = reader;
        }
        let left = stream.end - stream.start;
        let most = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        stream.buffer.resize(most, 0);
        let count = stream.reader.read(&mut stream.buffer, cancel)?;
        stream.buffer.truncate(count);
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    /// Opens a range, or the complete blob if ranges are known to be ignored; returns which of them it is.
    fn open_range(
        &self,
        range: Range<u64>,
        cancel: &Cancel,
    ) -> io::Result<(Range<u64>, KeptReader)> {
        if self.ignores_ranges() {
            return Ok((0..self.length, self.open(cancel)?));
        }
        // Other readers wait for the first answer: it may have all they need.
        let first = Some(self.answers()).filter(|known| matches!(**known, Answers::Unknown));
        let (reader, is_whole) = self.request(range.clone(), cancel)?;
        let mut answers = first.unwrap_or_else(|| self.answers());
        if is_whole {
            *answers = Answers::Ignored(Some(reader));
            return Err(io::Error::other("the registry ignores ranges"));
        }
        *answers = Answers::Answered;
        Ok((range, reader))
    }

    /// Returns the stream that is nearest before an offset, or one that begins there. With an `end`, no bytes are requested only to be skipped.
    fn stream(&self, offset: u64, end: Option<u64>) -> OpenRange {
        let skips_any = self.ignores_ranges();
        let mut streams = self.streams();
        let is_near = |stream: &OpenRange| {
            stream.start <= offset
                && (skips_any || offset <= stream.at() + NEAR)
                && (end.is_none() || offset <= stream.end)
        };
        let near = streams
            .iter()
            .enumerate()
            .filter(|(_, stream)| is_near(stream));
        if let Some((index, _)) = near.max_by_key(|(_, stream)| stream.start) {
            return streams.remove(index);
        }
        OpenRange {
            start: offset,
            buffer: Vec::new(),
            end: offset,
            next: end.map_or(FIRST_RANGE, |end| end.saturating_sub(offset)),
            reader: KeptReader::empty(),
        }
    }

    fn streams(&self) -> MutexGuard<'_, Vec<OpenRange>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
