//! A blob that is fetched by digest: read at any offset in ranges that grow while reading continues, or from the copy that was kept as it arrived.
//! Knows no formats and opens no connections.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write as _};
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::archive::cancel::Cancel;
use crate::archive::fetch::interface::{Fetch, FetchError};
use crate::archive::input::blob::{RandomAccess, SkipWatch, read_file_at};

/// The first range requested at an offset, and the largest, in bytes; each is twice the one before.
const FIRST_RANGE: u64 = 256 << 10;
const LARGEST_RANGE: u64 = 16 << 20;
/// A gap up to this many bytes is cheaper to read than to ask for another range.
const NEAR: u64 = 128 << 10;
/// How many offsets stay open for further reads.
const MOST_STREAMS: usize = 4;
/// How many bytes are written to the copy at once.
const CHUNK: usize = 256 << 10;

/// A blob somewhere else.
pub(crate) struct Fetched {
    fetch: Arc<dyn Fetch>,
    digest: String,
    length: u64,
    copy: OnceLock<Copy>,
    streams: Mutex<Vec<Stream>>,
}

/// Its bytes in a nameless file, as far as they have arrived.
struct Copy {
    file: File,
    state: Mutex<Arrival>,
    changed: Condvar,
}

#[derive(Default)]
struct Arrival {
    bytes: u64,
    /// Whether no more will come.
    ended: bool,
    /// Why they are not all of them.
    error: Option<FetchError>,
}

/// A range that is being read, and the last bytes read of it: a header that was looked at may be read again.
struct Stream {
    /// Offset of the buffer in the blob.
    start: u64,
    buffer: Vec<u8>,
    /// Where the range ends.
    end: u64,
    /// The length of the next range.
    next: u64,
    reader: Box<dyn Read + Send>,
}

impl Stream {
    /// Returns the offset after the last byte read.
    fn at(&self) -> u64 {
        self.start + self.buffer.len() as u64
    }
}

impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fetched({})", self.digest)
    }
}

impl Fetched {
    pub(crate) fn new(fetch: Arc<dyn Fetch>, digest: String, length: u64) -> Self {
        Self {
            fetch,
            digest,
            length,
            copy: OnceLock::new(),
            streams: Mutex::default(),
        }
    }

    /// Returns how many bytes it has.
    pub(crate) fn len(&self) -> u64 {
        self.length
    }

    /// Opens all of it, to be read once.
    pub(crate) fn open(&self, cancel: &Cancel) -> io::Result<Box<dyn Read + Send>> {
        let all = self
            .fetch
            .blob(&self.digest, self.length, 0..self.length, cancel);
        all.map_err(io::Error::other)
    }

    /// Keeps its bytes in a file from now on: readers wait until [`Self::receive`] has them.
    pub(crate) fn keep_in(&self, file: File) {
        let _ = self.copy.set(Copy {
            file,
            state: Mutex::default(),
            changed: Condvar::new(),
        });
    }

    /// Copies all bytes of a reader into the file.
    pub(crate) fn receive(&self, mut from: impl Read) -> io::Result<()> {
        let Some(copy) = self.copy.get() else {
            return Ok(());
        };
        let mut buffer = vec![0; CHUNK];
        let received = loop {
            match from.read(&mut buffer) {
                Ok(0) => break Ok(()),
                Ok(count) => {
                    if let Err(error) = (&copy.file).write_all(&buffer[..count]) {
                        break Err(error);
                    }
                    copy.lock().bytes += count as u64;
                    copy.changed.notify_all();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        let error = received.as_ref().err().map(|error| {
            let other = || FetchError {
                message: error.to_string(),
                hint: None,
                is_missing: false,
            };
            FetchError::within(error).cloned().unwrap_or_else(other)
        });
        {
            let mut state = copy.lock();
            (state.ended, state.error) = (true, error);
        }
        copy.changed.notify_all();
        received
    }

    /// Reads some bytes at the start of a range that will be read to its end: no byte outside of it is requested, unless reading continues behind it.
    pub(crate) fn read_part(
        &self,
        range: &Range<u64>,
        buf: &mut [u8],
        cancel: &Cancel,
    ) -> io::Result<usize> {
        let most = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
        let most = most.min(buf.len());
        let buf = &mut buf[..most];
        match self.copy.get() {
            Some(copy) => copy.read_at(range.start, buf),
            None => self.read_range(range.start, buf, Some(range.end), cancel),
        }
    }

    /// Reads a range, requested as one.
    pub(crate) fn read_all_of(&self, range: Range<u64>, cancel: &Cancel) -> io::Result<Vec<u8>> {
        let length = range.end.saturating_sub(range.start);
        let mut bytes = vec![0; usize::try_from(length).map_err(|_| io::ErrorKind::OutOfMemory)?];
        let mut done = 0;
        while done < bytes.len() {
            let left = range.start + done as u64..range.end;
            match self.read_part(&left, &mut bytes[done..], cancel)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => done += count,
            }
        }
        Ok(bytes)
    }

    /// Reads at an offset. With an `end`, the caller reads up to there, and only that is requested.
    fn read_range(
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
    fn read_on(&self, stream: &mut Stream, cancel: &Cancel) -> io::Result<()> {
        stream.start = stream.at();
        stream.buffer.clear();
        if stream.start == stream.end {
            stream.end = stream.start.saturating_add(stream.next).min(self.length);
            let range = stream.start..stream.end;
            let range_length = stream.end - stream.start;
            let opened = self.fetch.blob(&self.digest, self.length, range, cancel);
            stream.reader = opened.map_err(io::Error::other)?;
            stream.next = (range_length * 2).clamp(1, LARGEST_RANGE);
        }
        let left = stream.end - stream.start;
        let most = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        stream.buffer.resize(most, 0);
        let count = stream.reader.read(&mut stream.buffer)?;
        stream.buffer.truncate(count);
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    /// Returns the stream that is nearest before an offset, or one that begins there. With an `end`, no bytes are requested only to be skipped.
    fn stream(&self, offset: u64, end: Option<u64>) -> Stream {
        let mut streams = self.streams();
        let is_near = |stream: &Stream| {
            stream.start <= offset
                && offset <= stream.at() + NEAR
                && (end.is_none() || offset <= stream.end)
        };
        let near = streams
            .iter()
            .enumerate()
            .filter(|(_, stream)| is_near(stream));
        if let Some((index, _)) = near.max_by_key(|(_, stream)| stream.start) {
            return streams.remove(index);
        }
        Stream {
            start: offset,
            buffer: Vec::new(),
            end: offset,
            next: end.map_or(FIRST_RANGE, |end| end.saturating_sub(offset)),
            reader: Box::new(io::empty()),
        }
    }

    fn streams(&self) -> MutexGuard<'_, Vec<Stream>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RandomAccess for Arc<Fetched> {
    fn read_some_at(
        &self,
        offset: u64,
        buf: &mut [u8],
        watch: Option<&SkipWatch>,
    ) -> io::Result<usize> {
        match (self.copy.get(), watch) {
            (Some(copy), _) => copy.read_at(offset, buf),
            (None, Some(watch)) => self.read_range(offset, buf, None, &watch.cancel),
            (None, None) => self.read_range(offset, buf, None, &Cancel::default()),
        }
    }

    fn is_plain(&self) -> bool {
        self.copy.get().is_some()
    }
}

impl Copy {
    fn lock(&self) -> MutexGuard<'_, Arrival> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what has arrived at a place, waiting for the first byte of it.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let state = self.lock();
        let waits = |state: &mut Arrival| state.bytes <= offset && !state.ended;
        let state = self.changed.wait_while(state, waits);
        let state = state.unwrap_or_else(PoisonError::into_inner);
        if state.bytes <= offset {
            return match &state.error {
                Some(error) => Err(io::Error::other(error.clone())),
                None => Ok(0),
            };
        }
        let there = usize::try_from(state.bytes - offset).unwrap_or(usize::MAX);
        drop(state);
        let most = buf.len().min(there);
        read_file_at(&self.file, &mut buf[..most], offset)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};
    use std::ops::Range;
    use std::sync::{Arc, Mutex};

    use super::{FIRST_RANGE, Fetched, NEAR};
    use crate::archive::Cancel;
    use crate::archive::fetch::interface::{DocumentKind, Fetch, FetchError};
    use crate::archive::input::blob::RandomAccess as _;

    struct Broken(FetchError);

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other(self.0.clone()))
        }
    }

    /// Bytes that differ at every offset, and the ranges of them that were requested.
    #[derive(Debug, Default)]
    struct Server(Mutex<Vec<Range<u64>>>);

    fn bytes() -> Vec<u8> {
        (0..500_000_u32).flat_map(u32::to_be_bytes).collect()
    }

    impl Fetch for Server {
        fn index(&self) -> Vec<u8> {
            Vec::new()
        }

        fn document(&self, _: DocumentKind, _: &str, _: &Cancel) -> Result<Vec<u8>, FetchError> {
            Ok(Vec::new())
        }

        fn blob(
            &self,
            _: &str,
            _: u64,
            range: Range<u64>,
            _: &Cancel,
        ) -> Result<Box<dyn Read + Send>, FetchError> {
            self.0.lock().unwrap().push(range.clone());
            let place = |at: u64| usize::try_from(at).unwrap();
            let part = bytes()[place(range.start)..place(range.end)].to_vec();
            Ok(Box::new(Cursor::new(part)))
        }

        fn warnings(&self) -> Vec<String> {
            Vec::new()
        }
    }

    fn read(blob: &Arc<Fetched>, offset: u64, len: usize) -> Vec<u8> {
        let mut buf = vec![0; len];
        let mut done = 0;
        while done < len {
            let count = blob.read_some_at(offset + done as u64, &mut buf[done..], None);
            match count.unwrap() {
                0 => break,
                count => done += count,
            }
        }
        buf.truncate(done);
        buf
    }

    #[test]
    fn further_reads_request_larger_ranges_and_no_byte_twice() {
        let server = Arc::new(Server::default());
        let all = bytes();
        let blob = Arc::new(Fetched::new(
            server.clone(),
            "d".to_owned(),
            all.len() as u64,
        ));
        assert_eq!(read(&blob, 0, all.len() + 5), all);
        let requested = server.0.lock().unwrap().clone();
        assert!(
            requested
                .windows(2)
                .all(|pair| pair[0].end == pair[1].start),
            "{requested:?}"
        );
        assert!(requested.len() < 6, "{requested:?}");
    }

    #[test]
    fn a_place_is_read_by_one_small_range_and_a_near_one_by_the_same() {
        let server = Arc::new(Server::default());
        let all = bytes();
        let blob = Arc::new(Fetched::new(
            server.clone(),
            "d".to_owned(),
            all.len() as u64,
        ));
        assert_eq!(read(&blob, 1_000_000, 10), all[1_000_000..1_000_010]);
        let near = 1_000_000 + FIRST_RANGE + NEAR - 1;
        let at = usize::try_from(near).unwrap();
        assert_eq!(read(&blob, near, 10), all[at..at + 10]);
        assert_eq!(read(&blob, 500, 10), all[500..510]);
        let requested = server.0.lock().unwrap().clone();
        let end = 1_000_000 + FIRST_RANGE;
        assert_eq!(
            requested,
            [
                1_000_000..end,
                end..end + 2 * FIRST_RANGE,
                500..500 + FIRST_RANGE
            ]
        );
    }

    #[test]
    fn of_a_part_nothing_else_is_requested() {
        let server = Arc::new(Server::default());
        let all = bytes();
        let length = all.len() as u64;
        let blob = Arc::new(Fetched::new(server.clone(), "d".to_owned(), length));
        let part = |range: Range<u64>| {
            let place = |at: u64| usize::try_from(at).unwrap();
            let expected = &all[place(range.start)..place(range.end)];
            let read = blob.read_all_of(range, &Cancel::default()).unwrap();
            assert!(read == expected);
        };
        part(1000..1010);
        part(5000..6000);
        // Parts that follow share larger and larger ranges.
        part(6000..6400);
        part(6400..9000);
        part(9000..9100);
        let requested = server.0.lock().unwrap().clone();
        assert_eq!(
            requested,
            [1000..1010, 5000..6000, 6000..8000, 8000..12_000]
        );
    }

    #[test]
    fn a_copy_is_read_while_it_arrives_and_ends_as_it_ended() {
        let all = bytes();
        let server = Arc::new(Server::default());
        let blob = Arc::new(Fetched::new(
            server.clone(),
            "d".to_owned(),
            all.len() as u64,
        ));
        blob.keep_in(tempfile::tempfile().unwrap());
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let all = blob.open(&Cancel::default()).unwrap();
                blob.receive(all).unwrap();
            });
            assert_eq!(read(&blob, 0, all.len() + 5), all);
        });
        assert_eq!(server.0.lock().unwrap().len(), 1);
        let blob = Arc::new(Fetched::new(server, "d".to_owned(), 10));
        blob.keep_in(tempfile::tempfile().unwrap());
        let gone = FetchError {
            message: "gone".to_owned(),
            hint: None,
            is_missing: false,
        };
        assert!(blob.receive(Broken(gone.clone())).is_err());
        let error = blob.read_some_at(0, &mut [0; 4], None).unwrap_err();
        assert_eq!(FetchError::within(&error), Some(&gone));
    }
}
