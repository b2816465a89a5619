//! The copy of a fetched blob in an unnamed file: received by another thread, or filled from its start as far as something is read. Opens no connections;
//! independent of formats.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::archive::cancel::Cancel;
use crate::archive::digest::{Algorithm, RunningDigest};
use crate::archive::fetch::interface::{FetchError, FetchErrorKind};
use crate::archive::fetch::kept_reader::KeptReader;
use crate::archive::input::blob::read_file_at;

/// How many bytes are written at once.
const CHUNK: usize = 256 << 10;

/// A blob's bytes in a file, as far as they have arrived.
pub(super) struct BlobCopy {
    file: File,
    /// How many bytes the blob has.
    length: u64,
    state: Mutex<Arrival>,
    changed: Condvar,
    /// What fills it; `None` if another thread receives it.
    source: Option<Mutex<RestOfBlob>>,
}

#[derive(Default)]
struct Arrival {
    bytes: u64,
    /// Whether it is complete or has failed.
    ended: bool,
    /// The error, if it has failed.
    error: Option<FetchError>,
}

/// The bytes after those that have arrived.
struct RestOfBlob {
    reader: Option<KeptReader>,
    /// The digest of what has arrived, and the blob's.
    check: Option<(RunningDigest, String)>,
}

impl BlobCopy {
    /// Returns a copy that [`Self::receive`] fills while others read it.
    pub(super) fn received(file: File, length: u64) -> Self {
        Self {
            file,
            length,
            state: Mutex::default(),
            changed: Condvar::new(),
            source: None,
        }
    }

    /// Returns a copy of the blob with a digest that [`Self::fill`] fills.
    pub(super) fn filled(file: File, length: u64, digest: &str) -> Self {
        let algorithm = Algorithm::of(digest);
        let check = algorithm.map(|of| (RunningDigest::new(of), digest.to_owned()));
        let source = RestOfBlob {
            reader: None,
            check,
        };
        Self {
            source: Some(Mutex::new(source)),
            ..Self::received(file, length)
        }
    }

    /// Returns whether a jump in it costs nothing.
    pub(super) fn is_plain(&self) -> bool {
        self.source.is_none() || self.lock().bytes == self.length
    }

    /// Returns whether its receiver ended before the file had all bytes.
    pub(super) fn is_broken(&self) -> bool {
        self.source.is_none() && self.lock().error.is_some()
    }

    /// Copies all bytes of a reader into the file.
    pub(super) fn receive(&self, mut from: impl Read) -> io::Result<()> {
        let mut buffer = vec![0; CHUNK];
        let received = loop {
            match from.read(&mut buffer) {
                Ok(0) => break Ok(()),
                Ok(count) => {
                    if let Err(error) = self.append(&buffer[..count]) {
                        break Err(error);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        self.end(received.as_ref().err().map(shared));
        received
    }

    /// Fills the file up to the offset `until`, unless its user cancels. `open` opens the blob at an offset; `report` receives how many bytes have arrived.
    ///
    /// # Errors
    /// The error of either, or another than the blob's digest. What has arrived before stays, except in the last case.
    pub(super) fn fill(
        &self,
        until: u64,
        user: &Cancel,
        open: impl Fn(u64) -> io::Result<KeptReader>,
        report: impl Fn(u64) -> io::Result<()>,
    ) -> io::Result<()> {
        let until = until.min(self.length);
        let arrived = || self.lock().bytes;
        let Some(source) = self.source.as_ref().filter(|_| arrived() < until) else {
            return Ok(());
        };
        let mut source = source.lock().unwrap_or_else(PoisonError::into_inner);
        let mut buffer = vec![0; CHUNK];
        // The connection of a reader that was opened before may have broken since.
        let mut is_new = false;
        while arrived() < until {
            let reader = match &mut source.reader {
                Some(reader) => reader,
                none => {
                    is_new = true;
                    none.insert(open(arrived())?)
                }
            };
            match reader.read(&mut buffer, user) {
                Ok(count) if count > 0 => {
                    self.append(&buffer[..count])?;
                    if let Some((sum, _)) = &source.check {
                        sum.add(&buffer[..count]);
                    }
                    report(arrived())?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if user.is_cancelled() => return Err(error),
                ended => {
                    source.reader = None;
                    if is_new {
                        ended?;
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
            }
        }
        if arrived() == self.length {
            source.reader = None;
            let other = source
                .check
                .as_ref()
                .map(|(sum, expected)| (sum.digest(), expected))
                .filter(|(found, expected)| found != *expected);
            let error = other.map(|(found, expected)| {
                let expected = expected.clone();
                let error = CopyError::OtherDigest { expected, found };
                FetchError::new(FetchErrorKind::OtherBytes, error)
            });
            self.end(error.clone());
            return error.map_or(Ok(()), |error| Err(io::Error::other(error)));
        }
        Ok(())
    }

    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        (&self.file).write_all(bytes).map_err(not_kept)?;
        self.lock().bytes += bytes.len() as u64;
        self.changed.notify_all();
        Ok(())
    }

    fn end(&self, error: Option<FetchError>) {
        {
            let mut state = self.lock();
            (state.ended, state.error) = (true, error);
        }
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Arrival> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what has arrived at a place, waiting for the first byte of it.
    pub(super) fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let state = self.lock();
        let waits = |state: &mut Arrival| state.bytes <= offset && !state.ended;
        let state = self.changed.wait_while(state, waits);
        let state = state.unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = &state.error
            && (state.bytes <= offset || self.source.is_some())
        {
            return Err(io::Error::other(error.clone()));
        }
        let there = state.bytes.saturating_sub(offset);
        drop(state);
        let most = buf.len().min(usize::try_from(there).unwrap_or(usize::MAX));
        read_file_at(&self.file, &mut buf[..most], offset)
    }
}

/// Why a copy has not all bytes of its blob.
#[derive(Debug, thiserror::Error)]
enum CopyError {
    /// The bytes are not the blob's.
    #[error("blob {expected} does not match its digest: its digest is {found}")]
    OtherDigest { expected: String, found: String },
    /// The file cannot be written.
    #[error("cannot keep a layer in a temporary file in {}: {cause}", .folder.display())]
    NotKept {
        folder: PathBuf,
        #[source]
        cause: io::Error,
    },
}

/// Returns the error of a file that cannot be written.
fn not_kept(cause: io::Error) -> io::Error {
    let folder = std::env::var_os("TMPDIR").map_or_else(|| "/var/tmp".into(), PathBuf::from);
    let error = CopyError::NotKept { folder, cause };
    io::Error::other(FetchError {
        hint: Some("set TMPDIR to a folder on a disk with room".to_owned()),
        ..FetchError::new(FetchErrorKind::Failed, error)
    })
}

/// Returns a reader's error for those who wait for its bytes. Readers of blobs have a [`FetchError`]; of another one kind and text are kept.
fn shared(error: &io::Error) -> FetchError {
    let other = || io::Error::new(error.kind(), error.to_string());
    let within = FetchError::within(error).cloned();
    within.unwrap_or_else(|| FetchError::new(FetchErrorKind::Failed, other()))
}
