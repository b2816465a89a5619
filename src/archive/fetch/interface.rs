//! The interface to documents and blobs that are fetched by digest: what a registry must offer so that its images are read like an archive's. Fetches
//! nothing itself.

use std::fmt;
use std::io::{self, Read};
use std::ops::Range;

use crate::archive::cancel::Cancel;
use crate::archive::shared_error::SharedError;

/// How many documents or blobs are fetched at once, as in engines.
pub(crate) const FETCHED_AT_ONCE: usize = 3;

/// A kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// An image manifest or an image index.
    Manifest,
    /// An image's config.
    Config,
    /// The manifest of an image's attestations.
    Attestation,
    /// One of the attestations.
    Statement,
    /// The manifest that lists the tables of contents of an image's layers.
    TableIndex,
}

/// An image's documents and blobs, by digest. Documents match their digests; their readers check blobs.
pub trait Fetch: Send + Sync + fmt::Debug {
    /// Returns an image index whose one descriptor is the image's.
    fn index(&self) -> Vec<u8>;

    /// Returns a document.
    ///
    /// # Errors
    /// [`FetchError`] when it cannot be fetched.
    fn document(
        &self,
        kind: DocumentKind,
        digest: &str,
        cancel: &Cancel,
    ) -> Result<Vec<u8>, FetchError>;

    /// Returns how many bytes a blob has, where no manifest tells.
    ///
    /// # Errors
    /// [`FetchError`] when that cannot be found out.
    fn length(&self, digest: &str, cancel: &Cancel) -> Result<u64, FetchError>;

    /// Opens a part of a blob that has `length` bytes; an error while reading is a [`FetchError`] within [`io::Error`].
    ///
    /// # Errors
    /// [`FetchError`] when it cannot be fetched.
    fn blob(
        &self,
        digest: &str,
        length: u64,
        range: Range<u64>,
        cancel: &Cancel,
    ) -> Result<BlobBytes, FetchError>;

    /// Notes that the bytes of a blob were others than its digest names; returns whether they may be right when they are fetched again, from elsewhere.
    fn reject(&self, digest: &str) -> bool;

    /// Returns warnings about how they were fetched.
    fn warnings(&self) -> Vec<String>;
}

/// Bytes of a blob, in order.
pub struct BlobBytes {
    /// Reads them as they arrive.
    pub reader: Box<dyn Read + Send>,
    /// Whether these are all bytes of the blob, in place of the part that was requested: the server ignores ranges.
    pub is_whole: bool,
}

/// Why something could not be fetched.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{cause}")]
pub struct FetchError {
    /// What it means for the image.
    pub kind: FetchErrorKind,
    /// The error, which names the thing.
    #[source]
    pub cause: SharedError,
    /// What the user can do.
    pub hint: Option<String>,
}

/// What a [`FetchError`] means for the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchErrorKind {
    /// What was requested does not exist.
    Missing,
    /// The bytes are others than the manifest names.
    OtherBytes,
    /// It cannot be fetched.
    Failed,
}

impl FetchError {
    /// Returns an error without a hint.
    pub fn new(
        kind: FetchErrorKind,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            cause: SharedError::new(cause),
            hint: None,
        }
    }

    /// Returns the fault that an I/O error carries.
    pub(crate) fn within(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// Returns whether an I/O error is due to other bytes than the manifest names.
    pub(crate) fn has_other_bytes(error: &io::Error) -> bool {
        Self::within(error).is_some_and(|error| error.kind == FetchErrorKind::OtherBytes)
    }
}
