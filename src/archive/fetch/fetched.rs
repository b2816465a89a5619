//! A blob that is fetched by digest, read at any offset: decides between ranges and a copy of all its bytes, which is kept while they arrive or where ranges
//! are of no use. Opens no connections; independent of formats.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::archive::cancel::Cancel;
use crate::archive::fetch::blob_copy::BlobCopy;
use crate::archive::fetch::interface::{Fetch, FetchError};
use crate::archive::fetch::ranges::RangeReader;
use crate::archive::input::blob::{RandomAccess, SkipWatch};
use crate::archive::input::stream_copy::open_copy;

/// A blob somewhere else.
pub(crate) struct Fetched {
    ranges: RangeReader,
    /// Its bytes in a file.
    copy: Mutex<Option<Arc<BlobCopy>>>,
    /// Whether its files can only be read from its start on.
    in_order: AtomicBool,
    /// The digest of its bytes, once all of them are in the file.
    found: OnceLock<String>,
}

impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fetched({})", self.ranges.digest())
    }
}

impl Fetched {
    pub(crate) fn new(fetch: Arc<dyn Fetch>, digest: String, length: u64) -> Self {
        Self::of(RangeReader::new(fetch, digest, length))
    }

    fn of(ranges: RangeReader) -> Self {
        Self {
            ranges,
            copy: Mutex::default(),
            in_order: AtomicBool::new(false),
            found: OnceLock::new(),
        }
    }

    /// Returns its digest as it was requested.
    pub(super) fn digest(&self) -> &str {
        self.ranges.digest()
    }

    /// Returns how many bytes it has.
    pub(crate) fn len(&self) -> u64 {
        self.ranges.len()
    }

    /// Returns another blob of the same image.
    pub(crate) fn sibling(&self, digest: String, length: u64) -> Self {
        Self::of(self.ranges.sibling(digest, length))
    }

    /// Returns whether the source ignores ranges and sends the complete blob, as far as is known.
    pub(crate) fn ignores_ranges(&self) -> bool {
        self.ranges.ignores_ranges()
    }

    /// Opens the complete blob, to be read once. A complete response to a range is not requested again.
    pub(crate) fn open(&self, cancel: &Cancel) -> io::Result<Box<dyn Read + Send>> {
        Ok(self.ranges.open(cancel)?.into_bytes(cancel))
    }

    /// Keeps its bytes in a file from now on: readers wait until [`Self::receive`] has them.
    pub(crate) fn keep_in(&self, file: File) {
        *self.copy() = Some(Arc::new(BlobCopy::received(file, self.len())));
    }

    /// Returns whether there is a file for its bytes.
    pub(crate) fn has_copy(&self) -> bool {
        self.copy().is_some()
    }

    /// Notes that the file has all bytes, and the digest that they were found to have.
    pub(crate) fn set_received(&self, found: String) {
        let _ = self.found.set(found);
    }

    /// Returns the digest of the bytes in the file; `None` unless it has them all.
    pub(crate) fn received(&self) -> Option<&str> {
        self.found.get().map(String::as_str)
    }

    /// Drops its bytes, which are not those that its digest names, if these may come when they are fetched again; returns whether they may.
    pub(crate) fn reject(&self) -> bool {
        let may_come = self.ranges.reject();
        if may_come {
            *self.copy() = None;
        }
        may_come
    }

    /// Drops a file whose receiver ended before it had all bytes.
    pub(super) fn drop_broken_copy(&self) {
        self.copy().take_if(|copy| copy.is_broken());
    }

    /// Copies all bytes of a reader into the file.
    pub(crate) fn receive(&self, from: impl Read) -> io::Result<()> {
        let copy = self.copy().clone();
        copy.map_or(Ok(()), |copy| copy.receive(from))
    }

    /// Keeps what is read from now on in a file: each read begins at the start of the blob, where decompression begins.
    pub(crate) fn read_in_order(&self) {
        self.in_order.store(true, Ordering::Relaxed);
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
        let watch = SkipWatch {
            callback: None,
            cancel: cancel.clone(),
        };
        self.read_at(range.start, &mut buf[..most], Some(range.end), &watch)
    }

    /// Reads a range, requested as one.
    pub(crate) fn read_all_of(&self, range: &Range<u64>, cancel: &Cancel) -> io::Result<Vec<u8>> {
        read_all(range, |left, buf| self.read_part(left, buf, cancel))
    }

    /// Reads a range with one request, unless the response is the complete blob.
    ///
    /// # Errors
    /// When it cannot be read, or the response is the complete blob: [`Self::open`] reads it.
    pub(crate) fn read_only(&self, range: &Range<u64>, cancel: &Cancel) -> io::Result<Vec<u8>> {
        read_all(range, |left, buf| {
            self.ranges.read(left.start, buf, Some(left.end), cancel)
        })
    }

    /// Reads at an offset. With an `end`, the caller reads up to there, and only that is requested.
    fn read_at(
        &self,
        offset: u64,
        buf: &mut [u8],
        end: Option<u64>,
        watch: &SkipWatch,
    ) -> io::Result<usize> {
        if offset >= self.len() || buf.is_empty() {
            return Ok(0);
        }
        let needs_copy = || self.ignores_ranges() || self.in_order.load(Ordering::Relaxed);
        if !self.has_copy() && !needs_copy() {
            let read = self.ranges.read(offset, buf, end, &watch.cancel);
            if read.is_ok() || !self.ignores_ranges() {
                return read;
            }
        }
        loop {
            let Some(copy) = self.open_copy() else {
                return self.ranges.read(offset, buf, end, &watch.cancel);
            };
            // A complete response is read at once, before the connection breaks.
            let until = if self.ignores_ranges() {
                self.len()
            } else {
                offset + 1
            };
            let report = |arrived| watch.report(arrived, self.len());
            let open = |at| self.ranges.open_from(at, &watch.cancel);
            match copy.fill(until, &watch.cancel, open, report) {
                Ok(()) => return copy.read_at(offset, buf),
                Err(error) if FetchError::has_other_bytes(&error) && self.reject() => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Returns the copy, opened if there is none yet; `None` if no disk has room.
    fn open_copy(&self) -> Option<Arc<BlobCopy>> {
        let mut copy = self.copy();
        if copy.is_none() {
            // What is read in order is often only the start.
            let file = open_copy(self.len(), self.ignores_ranges())?;
            let filled = BlobCopy::filled(file, self.len(), self.ranges.digest());
            *copy = Some(Arc::new(filled));
        }
        copy.clone()
    }

    fn copy(&self) -> MutexGuard<'_, Option<Arc<BlobCopy>>> {
        self.copy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a range with as many calls as it takes.
fn read_all(
    range: &Range<u64>,
    mut read: impl FnMut(&Range<u64>, &mut [u8]) -> io::Result<usize>,
) -> io::Result<Vec<u8>> {
    let length = range.end.saturating_sub(range.start);
    let mut bytes = vec![0; usize::try_from(length).map_err(|_| io::ErrorKind::OutOfMemory)?];
    let mut done = 0;
    while done < bytes.len() {
        let left = range.start + done as u64..range.end;
        match read(&left, &mut bytes[done..])? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => done += count,
        }
    }
    Ok(bytes)
}

impl RandomAccess for Arc<Fetched> {
    fn read_some_at(
        &self,
        offset: u64,
        buf: &mut [u8],
        watch: Option<&SkipWatch>,
    ) -> io::Result<usize> {
        let unwatched = SkipWatch::default();
        self.read_at(offset, buf, None, watch.unwrap_or(&unwatched))
    }

    fn is_plain(&self) -> bool {
        let copy = self.copy().clone();
        copy.is_some_and(|copy| copy.is_plain())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};
    use std::ops::Range;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Mutex};

    use super::{Fetch, FetchError, Fetched};
    use crate::archive::Cancel;
    use crate::archive::digest::digest_of;
    use crate::archive::fetch::interface::{BlobBytes, DocumentKind, FetchErrorKind};
    use crate::archive::fetch::ranges::{FIRST_RANGE, NEAR};
    use crate::archive::input::blob::{RandomAccess as _, SkipWatch};

    struct Broken(FetchError);

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other(self.0.clone()))
        }
    }

    /// Bytes that differ at every offset, the ranges of them that were requested, whether ranges are ignored, and whether other bytes come until they are
    /// rejected.
    #[derive(Debug, Default)]
    struct Server(Mutex<Vec<Range<u64>>>, bool, AtomicBool);

    /// The bytes of a connection, until its user cancels.
    struct Arriving(Cursor<Vec<u8>>, Cancel);

    impl Read for Arriving {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            if self.1.is_cancelled() {
                return Err(std::io::Error::other("cancelled"));
            }
            self.0.read(buf)
        }
    }

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

        fn length(&self, _: &str, _: &Cancel) -> Result<u64, FetchError> {
            Ok(bytes().len() as u64)
        }

        fn blob(
            &self,
            _: &str,
            _: u64,
            range: Range<u64>,
            cancel: &Cancel,
        ) -> Result<BlobBytes, FetchError> {
            self.0.lock().unwrap().push(range.clone());
            let place = |at: u64| usize::try_from(at).unwrap();
            let mut part = bytes();
            part[9] ^= u8::from(self.2.load(Ordering::Relaxed));
            if !self.1 {
                part = part[place(range.start)..place(range.end)].to_vec();
            }
            Ok(BlobBytes {
                reader: Box::new(Arriving(Cursor::new(part), cancel.clone())),
                is_whole: self.1,
            })
        }

        fn warnings(&self) -> Vec<String> {
            Vec::new()
        }

        fn reject(&self, _: &str) -> bool {
            self.2.swap(false, Ordering::Relaxed)
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
            let read = blob.read_all_of(&range, &Cancel::default()).unwrap();
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
    fn all_bytes_that_come_in_place_of_a_range_are_kept() {
        let all = bytes();
        let length = all.len() as u64;
        for digest in ["d", &digest_of(&all), &digest_of(b"another")] {
            let server = Arc::new(Server(Mutex::default(), true, false.into()));
            let blob = Arc::new(Fetched::new(server.clone(), digest.to_owned(), length));
            if digest == digest_of(b"another") {
                for _ in 0..2 {
                    let error = blob.read_some_at(5, &mut [0; 4], None).unwrap_err();
                    assert!(
                        error.to_string().contains("does not match its digest"),
                        "{error}"
                    );
                }
            } else {
                assert_eq!(read(&blob, 1_000_000, 10), all[1_000_000..1_000_010]);
                assert_eq!(read(&blob, 7, 500_000), all[7..500_007]);
                let part = blob.read_part(&(9..15), &mut [0; 9], &Cancel::default());
                assert_eq!(part.unwrap(), 6);
                assert!(blob.is_plain());
            }
            assert_eq!(server.0.lock().unwrap().len(), 1, "{digest}");
        }
    }

    #[test]
    fn what_is_read_in_order_is_requested_once() {
        let all = bytes();
        let server = Arc::new(Server::default());
        let blob = Arc::new(Fetched::new(
            server.clone(),
            digest_of(&all),
            all.len() as u64,
        ));
        blob.read_in_order();
        for length in [10, 600_000, 300_000, all.len() + 5] {
            let expected = &all[..length.min(all.len())];
            assert!(read(&blob, 0, length) == expected, "{length}");
        }
        let requested = server.0.lock().unwrap().clone();
        assert_eq!((requested.len(), requested[0].end), (1, all.len() as u64));
    }

    #[test]
    fn wrong_bytes_are_fetched_again_where_others_may_come() {
        let all = bytes();
        for ignores_ranges in [false, true] {
            let server = Arc::new(Server(Mutex::default(), ignores_ranges, true.into()));
            let (digest, length) = (digest_of(&all), all.len() as u64);
            let blob = Arc::new(Fetched::new(server.clone(), digest, length));
            blob.read_in_order();
            assert!(blob.read_some_at(length - 1, &mut [0], None).is_ok());
            assert!(read(&blob, 0, all.len()) == all, "{ignores_ranges}");
            assert_eq!(server.0.lock().unwrap().len(), 2);
        }
    }

    /// Ranges and copies stay open for the next reader: only the reader who cancels is cancelled.
    #[test]
    fn a_cancel_ends_the_reads_of_its_own_user_alone() {
        let all = bytes();
        let length = all.len() as u64;
        for (in_order, ignores_ranges) in [(false, false), (true, false), (false, true)] {
            let server = Arc::new(Server(Mutex::default(), ignores_ranges, false.into()));
            let digest = digest_of(&all);
            let blob = Arc::new(Fetched::new(server.clone(), digest, length));
            if in_order {
                blob.read_in_order();
            }
            let mut at = 0;
            let mut read = |cancel: &Cancel| {
                let watch = SkipWatch {
                    callback: None,
                    cancel: cancel.clone(),
                };
                let mut buf = [0; 1000];
                let read = blob.read_some_at(at, &mut buf, Some(&watch));
                if let Ok(count) = read {
                    let start = usize::try_from(at).unwrap();
                    assert_eq!(buf[..count], all[start..start + count]);
                    at += 300_000;
                }
                read.is_ok()
            };
            let (first, second) = (Cancel::default(), Cancel::default());
            assert!(read(&first));
            first.cancel();
            let requests = server.0.lock().unwrap().len();
            let is_there = blob.is_plain();
            assert!(read(&second), "{in_order} {ignores_ranges}");
            if in_order || ignores_ranges {
                assert_eq!(server.0.lock().unwrap().len(), requests);
            }
            second.cancel();
            assert_eq!(read(&second), is_there, "{in_order} {ignores_ranges}");
            assert!(read(&Cancel::default()));
        }
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
        let gone = FetchError::new(FetchErrorKind::Missing, "gone");
        assert!(blob.receive(Broken(gone.clone())).is_err());
        let error = blob.read_some_at(0, &mut [0; 4], None).unwrap_err();
        let kept = FetchError::within(&error).expect("the same error");
        assert_eq!((kept.kind, kept.to_string()), (gone.kind, gone.to_string()));
        // Another image with the layer starts over.
        blob.drop_broken_copy();
        assert!(!blob.has_copy());
        blob.keep_in(tempfile::tempfile().unwrap());
        blob.receive(&all[..10]).unwrap();
        assert_eq!(read(&blob, 0, 10), all[..10]);
        blob.drop_broken_copy();
        assert!(blob.has_copy());
    }
}
