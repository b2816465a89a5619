//! sha256 of bytes as they pass, for `--verify`. Without it digests are names, nothing more.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

/// A digest being made of what a [`Hashing`] reader has passed on. Clones share it: the reader may live on another thread.
#[derive(Clone, Default)]
pub(super) struct Sum(Arc<Mutex<Sha256>>);

impl Sum {
    /// Returns the digest of all bytes so far: `sha256:…`.
    pub(super) fn digest(&self) -> String {
        let hasher = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        named(&hasher.finalize())
    }
}

/// Passes bytes on and, where asked to, sums them up.
pub(super) struct Hashing<R> {
    inner: R,
    sum: Option<Sum>,
}

impl<R: Read> Hashing<R> {
    pub(super) fn new(inner: R, verify: bool) -> (Self, Option<Sum>) {
        let sum = verify.then(Sum::default);
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

/// Returns the digest of everything that is read: `sha256:…`.
pub(super) fn digest_of_all(read: impl Read) -> io::Result<String> {
    let mut summed = Hashing {
        inner: read,
        sum: Some(Sum::default()),
    };
    io::copy(&mut summed, &mut io::sink())?;
    Ok(summed.sum.unwrap_or_default().digest())
}

/// Returns the digest of bytes at hand: `sha256:…`.
pub(super) fn digest_of(bytes: &[u8]) -> String {
    named(&Sha256::digest(bytes))
}

fn named(sum: &[u8]) -> String {
    sum.iter().fold("sha256:".to_owned(), |mut text, byte| {
        use std::fmt::Write as _;
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
