//! Bytes that can be read at any offset: a file, anything else that implements [`RandomAccess`], or a part of either. Also [`Input`], what a caller
//! opens an archive from. No formats here.

use crate::archive::cancel::Cancel;
use crate::archive::fetch::interface::Fetch;
use crate::archive::input::file_identity::{BlobPlace, FileIdentity};
use crate::archive::input::read_at::ReadAt;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What an archive is read from.
pub enum Input {
    /// A file that can be read at any offset.
    File(File),
    /// Bytes that can be read at any offset and are in no file.
    At(Arc<dyn ReadAt>),
    /// An unpacked OCI layout or `docker save` folder.
    Folder(PathBuf),
    /// Bytes that can be read only once: an engine's response, standard input.
    Stream(Box<dyn Read + Send>),
    /// Documents and blobs that are fetched by digest.
    Fetched(Arc<dyn Fetch>),
}

/// A callback for progress: bytes read so far, and how many there are if that is known.
#[derive(Clone)]
pub(crate) struct ProgressCallback(Arc<dyn Fn(u64, Option<u64>) + Send + Sync>);

impl ProgressCallback {
    /// Wraps a function.
    #[cfg(feature = "cli")]
    pub(crate) fn new(callback: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(callback))
    }

    /// Calls the function.
    pub(crate) fn call(&self, read: u64, total: Option<u64>) {
        (self.0)(read, total);
    }
}

impl fmt::Debug for ProgressCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProgressCallback")
    }
}

/// Follows the decompression before a read from a compressed file: reports progress and stops it on cancel.
#[derive(Clone, Debug, Default)]
pub(crate) struct SkipWatch {
    pub(crate) callback: Option<ProgressCallback>,
    pub(crate) cancel: Cancel,
}

impl SkipWatch {
    /// Reports that `read` of `total` bytes are read.
    ///
    /// # Errors
    /// When the user cancelled.
    pub(crate) fn report(&self, read: u64, total: u64) -> io::Result<()> {
        if let Some(callback) = &self.callback {
            callback.call(read, Some(total));
        }
        if self.cancel.is_cancelled() {
            return Err(io::Error::other("stopped"));
        }
        Ok(())
    }
}

/// Something whose bytes can be read at any offset. It is a trait so that the decompressors, which read blobs, can also be what a blob reads from.
pub(crate) trait RandomAccess: fmt::Debug + Send + Sync {
    /// Reads at least one byte at `offset`, unless the bytes end there. `watch` follows what must be skipped first.
    fn read_some_at(
        &self,
        offset: u64,
        buf: &mut [u8],
        watch: Option<&SkipWatch>,
    ) -> io::Result<usize>;

    /// Returns whether a jump costs nothing: false where the bytes before the offset must be decompressed.
    fn is_plain(&self) -> bool;

    /// Returns the identity of the file that these are the bytes of, if they are a file's.
    fn identity(&self) -> Option<FileIdentity> {
        None
    }
}

impl RandomAccess for File {
    fn read_some_at(
        &self,
        offset: u64,
        buf: &mut [u8],
        _: Option<&SkipWatch>,
    ) -> io::Result<usize> {
        read_file_at(self, buf, offset)
    }

    fn is_plain(&self) -> bool {
        true
    }

    fn identity(&self) -> Option<FileIdentity> {
        FileIdentity::of(self)
    }
}

#[cfg(unix)]
pub(crate) fn read_file_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buf, offset)
}

#[cfg(windows)]
pub(crate) fn read_file_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buf, offset)
}

/// A range of bytes. Cheap to clone; clones share the bytes but no position.
#[derive(Clone, Debug)]
pub(crate) struct Blob {
    bytes: Arc<dyn RandomAccess>,
    start: u64,
    len: u64,
    /// The offset after the furthest byte read through this blob, if it is watched.
    reached: Option<Arc<AtomicU64>>,
    watch: Option<Arc<SkipWatch>>,
}

impl Blob {
    /// Returns all of a file as a blob.
    pub(crate) fn file(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self::new(file, len))
    }

    /// Returns the first `len` bytes of something; it may hold fewer.
    pub(crate) fn new(bytes: impl RandomAccess + 'static, len: u64) -> Self {
        Self {
            bytes: Arc::new(bytes),
            start: 0,
            len,
            reached: None,
            watch: None,
        }
    }

    /// Returns `len` bytes from `start` on. A range beyond the end is allowed; reading it finds no bytes.
    pub(crate) fn part(&self, start: u64, len: u64) -> Self {
        Self {
            bytes: Arc::clone(&self.bytes),
            start: self.start.saturating_add(start),
            len,
            reached: None,
            watch: self.watch.clone(),
        }
    }

    /// Returns the same blob; `watch` follows the skipping before each read.
    pub(crate) fn with_skip_watch(&self, watch: SkipWatch) -> Self {
        Self {
            watch: Some(Arc::new(watch)),
            ..self.clone()
        }
    }

    /// Returns the same blob, and a counter of how far it has been read through this one.
    pub(crate) fn watched(&self) -> (Self, Arc<AtomicU64>) {
        let reached = Arc::new(AtomicU64::new(0));
        let blob = Self {
            reached: Some(Arc::clone(&reached)),
            ..self.clone()
        };
        (blob, reached)
    }

    /// Returns how many bytes it has.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Returns its offset in the file it is a part of.
    #[cfg(feature = "cli")]
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// Returns the file and the range of its bytes, as of now; `None` if it is not part of a file.
    pub(crate) fn place(&self) -> Option<BlobPlace> {
        Some(BlobPlace {
            file: self.bytes.identity()?,
            start: self.start,
            length: self.len,
        })
    }

    /// Returns whether it is still these bytes of an unchanged file.
    pub(crate) fn is_at(&self, place: &BlobPlace) -> bool {
        self.place().as_ref() == Some(place)
    }

    /// Returns whether it is, and whether the identity will show any later change. For a file that was just written this waits up to 20 ms.
    pub(crate) fn settles_at(&self, place: &BlobPlace) -> bool {
        place.file.settle() && self.is_at(place)
    }

    /// Returns whether a jump costs nothing.
    pub(crate) fn is_plain(&self) -> bool {
        self.bytes.is_plain()
    }

    /// Reads at an offset until `buf` is full or the blob ends; returns how many bytes it read.
    pub(crate) fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let most = buf.len().min(left);
        let mut done = 0;
        while done < most {
            let at = self.start.saturating_add(offset + done as u64);
            let buf = &mut buf[done..most];
            match self.bytes.read_some_at(at, buf, self.watch.as_deref()) {
                Ok(0) => break,
                Ok(count) => done += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if let Some(reached) = &self.reached {
            reached.fetch_max(offset.saturating_add(done as u64), Ordering::Relaxed);
        }
        Ok(done)
    }

    /// Returns a reader that starts at `offset`.
    pub(crate) fn reader(&self, offset: u64) -> BlobReader {
        BlobReader {
            blob: self.clone(),
            at: offset,
        }
    }
}

/// A position in a blob.
pub(crate) struct BlobReader {
    blob: Blob,
    at: u64,
}

impl Read for BlobReader {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.blob.read_at(self.at, buf)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for BlobReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.blob.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::Blob;
    use std::io::{Read as _, Write as _};
    use std::sync::atomic::Ordering;

    #[test]
    fn a_watched_blob_counts_how_far_it_was_read() {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(b"0123456789").expect("written");
        let blob = Blob::file(file).expect("a blob").part(2, 6);
        let (watched, reached) = blob.watched();
        let mut some = [0; 3];
        watched.reader(2).read_exact(&mut some).expect("read");
        assert_eq!((&some, reached.load(Ordering::Relaxed)), (b"456", 5));
        let _ = watched.clone().read_at(0, &mut some).expect("read");
        assert_eq!(
            reached.load(Ordering::Relaxed),
            5,
            "the furthest read counts"
        );
        let _ = blob.read_at(5, &mut some).expect("read");
        assert_eq!(
            reached.load(Ordering::Relaxed),
            5,
            "the original is not watched"
        );
    }
}
