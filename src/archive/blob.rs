//! Bytes that can be read at any place: a whole file, what a packed one unpacks to, or the part of either that a tar entry or a blob takes. Also what
//! a reader may be handed, [`Input`]. No formats here.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::cancel::Cancel;
use super::packed::Packed;

/// What an archive is read from.
pub enum Input {
    /// A file that can be read at any place.
    File(File),
    /// An unpacked OCI layout or `docker save` folder.
    Folder(PathBuf),
    /// Bytes that pass once: a daemon's answer, standard input.
    Stream(Box<dyn Read + Send>),
}

/// Bytes that can be read at any place.
pub(super) trait ReadAt {
    /// Reads at a place until `buf` is full or the bytes end; returns how many there were.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize>;
    /// How many there are.
    fn len(&self) -> u64;
}

impl ReadAt for Blob {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        Self::read_at(self, offset, buf)
    }

    fn len(&self) -> u64 {
        self.len
    }
}

/// What a blob is a part of.
#[derive(Debug)]
enum Whole {
    File(File),
    Packed(Packed),
}

impl Whole {
    /// Reads some bytes at a place; none at the end.
    fn read_at(&self, offset: u64, buf: &mut [u8], heard: Option<&Heard>) -> io::Result<usize> {
        match self {
            Self::File(file) => read_file_at(file, buf, offset),
            Self::Packed(packed) => packed.read_at(offset, buf, heard),
        }
    }
}

/// Who is told how many bytes are read, and of about how many.
#[derive(Clone)]
pub struct ProgressCallback(Arc<dyn Fn(u64, Option<u64>) + Send + Sync>);

impl ProgressCallback {
    /// Tells `hears`.
    pub fn new(hears: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hears))
    }

    /// Tells it.
    pub fn tell(&self, read: u64, all: Option<u64>) {
        (self.0)(read, all);
    }
}

impl fmt::Debug for ProgressCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProgressCallback")
    }
}

/// Who waits while what stands before the wanted bytes is left out: hears how far that is, and may stop it.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) told: Option<ProgressCallback>,
    pub(super) cancel: Cancel,
}

impl Heard {
    /// Says how many bytes of how many are read.
    pub(super) fn hear(&self, read: u64, all: u64) -> io::Result<()> {
        if let Some(told) = &self.told {
            told.tell(read, Some(all));
        }
        if self.cancel.is_cancelled() {
            return Err(io::Error::other("stopped"));
        }
        Ok(())
    }
}

/// A part of a file. Cheap to clone; clones share the file but no position.
#[derive(Clone, Debug)]
pub(super) struct Blob {
    whole: Arc<Whole>,
    start: u64,
    len: u64,
    /// The byte after the furthest one read, where somebody wants to know.
    reached: Option<Arc<AtomicU64>>,
    /// Who waits for the bytes, where somebody does.
    heard: Option<Arc<Heard>>,
}

impl Blob {
    /// Returns a whole file as a blob.
    pub(super) fn whole(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self {
            whole: Arc::new(Whole::File(file)),
            start: 0,
            len,
            reached: None,
            heard: None,
        })
    }

    /// Returns what a packed file unpacks to, however much that is.
    pub(super) fn unpacked(packed: Packed) -> Self {
        Self {
            whole: Arc::new(Whole::Packed(packed)),
            start: 0,
            len: u64::MAX,
            reached: None,
            heard: None,
        }
    }

    /// Returns `len` bytes from `start` on; what lies beyond the end is found missing when it is read.
    pub(super) fn part(&self, start: u64, len: u64) -> Self {
        Self {
            whole: Arc::clone(&self.whole),
            start: self.start.saturating_add(start),
            len,
            reached: None,
            heard: self.heard.clone(),
        }
    }

    /// Returns the same blob so that somebody hears how far reading on to its bytes is.
    pub(super) fn heard(&self, heard: Heard) -> Self {
        Self {
            heard: Some(Arc::new(heard)),
            ..self.clone()
        }
    }

    /// Returns the same blob, and how far it has been read through this one.
    pub(super) fn watched(&self) -> (Self, Arc<AtomicU64>) {
        let reached = Arc::new(AtomicU64::new(0));
        let blob = Self {
            reached: Some(Arc::clone(&reached)),
            ..self.clone()
        };
        (blob, reached)
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Returns where in the whole it begins.
    pub(super) fn start(&self) -> u64 {
        self.start
    }

    /// Returns whether reading it to and fro costs no more than what is read.
    pub(super) fn is_plain(&self) -> bool {
        matches!(*self.whole, Whole::File(_))
    }

    /// Reads at a place of the blob until `buf` is full or the blob ends; returns how many bytes there were.
    pub(super) fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let most = buf.len().min(left);
        let mut done = 0;
        while done < most {
            let at = self.start.saturating_add(offset + done as u64);
            match self
                .whole
                .read_at(at, &mut buf[done..most], self.heard.as_deref())
            {
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

    /// Returns a reader from `offset` on.
    pub(super) fn reader(&self, offset: u64) -> BlobReader {
        BlobReader {
            blob: self.clone(),
            at: offset,
        }
    }
}

#[cfg(unix)]
fn read_file_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buf, offset)
}

#[cfg(windows)]
fn read_file_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buf, offset)
}

/// A blob read from a place on.
pub(super) struct BlobReader {
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
    fn a_watched_blob_knows_how_far_it_was_read() {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(b"0123456789").expect("written");
        let blob = Blob::whole(file).expect("a blob").part(2, 6);
        let (watched, reached) = blob.watched();
        let mut some = [0; 3];
        watched.reader(2).read_exact(&mut some).expect("read");
        assert_eq!((&some, reached.load(Ordering::Relaxed)), (b"456", 5));
        let _ = watched.clone().read_at(0, &mut some).expect("read");
        assert_eq!(reached.load(Ordering::Relaxed), 5, "the furthest counts");
        let _ = blob.read_at(5, &mut some).expect("read");
        assert_eq!(reached.load(Ordering::Relaxed), 5, "another is not watched");
    }
}
