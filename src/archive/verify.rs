//! Digests of bytes as they pass, for `--verify` and for what may have been cut. Without it digests are names, nothing more. Algorithms: OCI image
//! spec, "Digests".

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256, Sha512};

use super::error::Error;

/// How a digest is made; those that the OCI image spec registers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Algorithm {
    #[default]
    Sha256,
    Sha512,
}

impl Algorithm {
    /// Returns the algorithm of a digest, or nothing for one that nobody here can make.
    pub(super) fn of(digest: &str) -> Option<Self> {
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

    fn digest(self, bytes: &[u8]) -> String {
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

/// A digest being made of what a [`Hashing`] reader has passed on. Clones share it: the reader may live on another thread.
#[derive(Clone)]
pub(super) struct Sum(Arc<Mutex<Hasher>>);

impl Sum {
    /// Returns the digest of all bytes so far.
    pub(super) fn digest(&self) -> String {
        let hasher = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hasher.clone().digest()
    }
}

/// Passes bytes on and, where asked to, sums them up.
pub(super) struct Hashing<R> {
    inner: R,
    sum: Option<Sum>,
}

impl<R: Read> Hashing<R> {
    pub(super) fn new(inner: R, algorithm: Option<Algorithm>) -> (Self, Option<Sum>) {
        let sum = algorithm.map(|algorithm| Sum(Arc::new(Mutex::new(algorithm.hasher()))));
        (
            Self {
                inner,
                sum: sum.clone(),
            },
            sum,
        )
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        if let Some(Sum(hasher)) = &self.sum {
            hasher
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .update(&buf[..count]);
        }
        Ok(count)
    }
}

/// Returns the digest of everything that is read.
pub(super) fn digest_of_all(read: impl Read, algorithm: Algorithm) -> io::Result<String> {
    let (mut summed, sum) = Hashing::new(read, Some(algorithm));
    io::copy(&mut summed, &mut io::sink())?;
    Ok(sum.map(|sum| sum.digest()).unwrap_or_default())
}

/// Returns the digest of bytes at hand: `sha256:…`.
pub(super) fn digest_of(bytes: &[u8]) -> String {
    Algorithm::Sha256.digest(bytes)
}

/// Compares bytes at hand with their digest.
///
/// # Errors
/// [`Error::Digest`] where it is another.
pub(super) fn verify_bytes(
    what: &str,
    name: &str,
    promised: &str,
    bytes: &[u8],
) -> Result<(), Error> {
    let found = Algorithm::of(promised).map(|algorithm| algorithm.digest(bytes));
    match found.filter(|found| found != promised) {
        None => Ok(()),
        Some(found) => Err(Error::Digest {
            what: what.to_owned(),
            name: name.to_owned(),
            found,
        }),
    }
}

/// Returns the digest that a blob's name in an OCI layout promises: `blobs/<algorithm>/<hex>`.
pub(super) fn promised_by(name: &str) -> Option<String> {
    let (algorithm, hex) = name.strip_prefix("blobs/")?.split_once('/')?;
    Some(format!("{algorithm}:{hex}"))
}

fn named(algorithm: &str, sum: &[u8]) -> String {
    sum.iter().fold(algorithm.to_owned(), |mut text, byte| {
        use std::fmt::Write as _;
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
