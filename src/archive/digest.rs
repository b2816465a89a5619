//! Digests of bytes: for fetched blobs, cached indexes, tables of contents and `--verify`. Algorithms: OCI image spec, "Digests".

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use crate::archive::error::Error;
use sha2::{Digest, Sha256, Sha512};

/// The digest algorithms that the OCI image spec registers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Algorithm {
    #[default]
    Sha256,
    Sha512,
}

impl Algorithm {
    /// Returns the algorithm of a digest, or `None` for an unknown one.
    pub(crate) fn of(digest: &str) -> Option<Self> {
        match digest.split_once(':')?.0 {
            "sha256" => Some(Self::Sha256),
            "sha512" => Some(Self::Sha512),
            _ => None,
        }
    }

    fn hasher(self) -> Hasher {
        match self {
            Self::Sha256 => Hasher::Sha256(Sha256::new()),
            Self::Sha512 => Hasher::Sha512(Box::new(Sha512::new())),
        }
    }

    /// Returns the digest of some bytes.
    pub(crate) fn digest(self, bytes: &[u8]) -> String {
        let mut hasher = self.hasher();
        hasher.update(bytes);
        hasher.digest()
    }
}

#[derive(Clone)]
enum Hasher {
    Sha256(Sha256),
    Sha512(Box<Sha512>),
}

impl Hasher {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Sha512(hasher) => hasher.update(bytes),
        }
    }

    fn digest(self) -> String {
        match self {
            Self::Sha256(hasher) => named("sha256:", &hasher.finalize()),
            Self::Sha512(hasher) => named("sha512:", &hasher.finalize()),
        }
    }
}

/// The digest of the bytes that a [`HashingReader`] has read. Clones share it, since the reader may be on another thread.
#[derive(Clone)]
pub(crate) struct RunningDigest(Arc<Mutex<Hasher>>);

impl RunningDigest {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        Self(Arc::new(Mutex::new(algorithm.hasher())))
    }

    /// Adds the next bytes.
    pub(crate) fn add(&self, bytes: &[u8]) {
        let mut hasher = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hasher.update(bytes);
    }

    /// Returns the digest of the bytes so far.
    pub(crate) fn digest(&self) -> String {
        let hasher = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hasher.clone().digest()
    }
}

/// A reader that computes a digest of its bytes if it has an algorithm.
pub(crate) struct HashingReader<R> {
    inner: R,
    sum: Option<RunningDigest>,
}

impl<R: Read> HashingReader<R> {
    /// Wraps a reader.
    pub(crate) fn new(inner: R, algorithm: Option<Algorithm>) -> (Self, Option<RunningDigest>) {
        let sum = algorithm.map(RunningDigest::new);
        (
            Self {
                inner,
                sum: sum.clone(),
            },
            sum,
        )
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        if let Some(sum) = &self.sum {
            sum.add(&buf[..count]);
        }
        Ok(count)
    }
}

/// Returns the digest of all bytes of a reader.
pub(crate) fn digest_of_all(read: impl Read, algorithm: Algorithm) -> io::Result<String> {
    let (mut hashing, sum) = HashingReader::new(read, Some(algorithm));
    io::copy(&mut hashing, &mut io::sink())?;
    Ok(sum.map(|sum| sum.digest()).unwrap_or_default())
}

/// Returns the SHA-256 of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Returns the bytes of a SHA-256 digest; `None` for another algorithm or an invalid digest.
pub(crate) fn sha256_bytes(digest: &str) -> Option<[u8; 32]> {
    let hex = digest.strip_prefix("sha256:")?;
    let mut bytes = [0; 32];
    if hex.len() != 64 || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}

/// Returns the SHA-256 digest of some bytes: `sha256:…`.
pub(crate) fn digest_of(bytes: &[u8]) -> String {
    Algorithm::Sha256.digest(bytes)
}

/// Returns whether some bytes have a digest, of a known algorithm.
pub(crate) fn matches_digest(bytes: &[u8], digest: &str) -> bool {
    Algorithm::of(digest).is_some_and(|algorithm| algorithm.digest(bytes) == digest)
}

/// Checks the digest of some bytes. Unknown algorithms are not checked.
///
/// # Errors
/// [`Error::Digest`] when it differs.
pub(crate) fn check_digest(
    what: &str,
    name: &str,
    expected: &str,
    bytes: &[u8],
) -> Result<(), Error> {
    let found = Algorithm::of(expected).map(|algorithm| algorithm.digest(bytes));
    match found.filter(|found| found != expected) {
        None => Ok(()),
        Some(found) => Err(Error::Digest {
            what: what.to_owned(),
            name: name.to_owned(),
            found,
        }),
    }
}

/// Returns the digest in a blob's name in an OCI layout: `blobs/<algorithm>/<hex>`.
pub(crate) fn digest_from_name(name: &str) -> Option<String> {
    let (algorithm, hex) = name.strip_prefix("blobs/")?.split_once('/')?;
    Some(format!("{algorithm}:{hex}"))
}

/// Returns a digest as text: its algorithm with a colon, and the sum in hex.
pub(crate) fn named(algorithm: &str, sum: &[u8]) -> String {
    sum.iter().fold(algorithm.to_owned(), |mut text, byte| {
        use std::fmt::Write as _;
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
