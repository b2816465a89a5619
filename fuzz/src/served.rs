//! Documents and blobs in memory, fetched as from a registry. Checks nothing.

use std::collections::HashMap;
use std::io::Cursor;
use std::ops::Range;

use dive_rs::archive::{BlobBytes, Cancel, DocumentKind, Fetch, FetchError, FetchErrorKind};
use serde_json::Value;

use crate::bundle::digest;

/// Documents and blobs by digest.
#[derive(Debug)]
pub struct Served {
    /// The index.
    pub index: Vec<u8>,
    /// Everything else, by digest.
    pub blobs: HashMap<String, Vec<u8>>,
}

impl Served {
    /// Returns an index, the documents below it, and layers by the digests that a manifest gives them.
    pub fn of(
        index: &Value,
        documents: impl IntoIterator<Item = Vec<u8>>,
        layers: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> Self {
        let documents = documents.into_iter().map(|bytes| (digest(&bytes), bytes));
        Self {
            index: index.to_string().into_bytes(),
            blobs: documents.chain(layers).collect(),
        }
    }

    fn get(&self, digest: &str) -> Result<Vec<u8>, FetchError> {
        let absent = || FetchError::new(FetchErrorKind::Missing, "absent");
        self.blobs.get(digest).cloned().ok_or_else(absent)
    }
}

impl Fetch for Served {
    fn index(&self) -> Vec<u8> {
        self.index.clone()
    }

    fn document(&self, _: DocumentKind, digest: &str, _: &Cancel) -> Result<Vec<u8>, FetchError> {
        self.get(digest)
    }

    fn length(&self, digest: &str, _: &Cancel) -> Result<u64, FetchError> {
        Ok(self.get(digest)?.len() as u64)
    }

    fn blob(
        &self,
        digest: &str,
        _: u64,
        range: Range<u64>,
        _: &Cancel,
    ) -> Result<BlobBytes, FetchError> {
        let at = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        let mut bytes = self.get(digest)?;
        bytes.truncate(at(range.end));
        let part = bytes.split_off(at(range.start).min(bytes.len()));
        Ok(BlobBytes {
            reader: Box::new(Cursor::new(part)),
            is_whole: false,
        })
    }

    fn reject(&self, _: &str) -> bool {
        false
    }

    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }
}
