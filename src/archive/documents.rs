//! The JSON documents of a stream, kept in bounded memory. The manifest that names the needed ones is last. Configs and manifests are small, so small
//! documents are kept, no matter how many large ones are between them. Parses nothing.

use crate::archive::error::Error;
use std::collections::{HashMap, HashSet};

/// The largest JSON document that is read, in bytes, as in Podman and skopeo (containers/image, `iolimits`). Parsed it takes up to fifty times as much.
pub(crate) const LARGEST: u64 = 4 << 20;
/// Most bytes that are kept of one stream, names included.
const MOST: u64 = 64 << 20;
/// The approximate cost of a kept document beside its bytes.
const EACH: u64 = 128;
/// Documents of up to so many bytes are always kept.
const SMALL: u64 = 4 << 10;

/// Documents by name; of several with one name, the last.
pub(crate) struct Documents {
    kept: HashMap<String, Vec<u8>>,
    /// The names of those that were too large to keep.
    dropped: HashSet<String>,
    /// Bytes that are kept.
    bytes: u64,
    /// The largest document that is kept, in bytes.
    most: u64,
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            kept: HashMap::new(),
            dropped: HashSet::new(),
            bytes: 0,
            most: LARGEST,
        }
    }
}

fn cost(name: &str, bytes: u64) -> u64 {
    EACH + name.len() as u64 + bytes
}

impl Documents {
    /// Returns whether a document of so many bytes is kept.
    pub(crate) fn keeps(&self, bytes: u64) -> bool {
        bytes <= self.most
    }

    /// Keeps a document. When the memory is full, the largest documents are dropped.
    ///
    /// # Errors
    /// [`Error::OverLimit`] when the small ones alone are too many.
    pub(crate) fn keep(&mut self, name: String, text: Vec<u8>) -> Result<(), Error> {
        self.remove(&name);
        self.bytes += cost(&name, text.len() as u64);
        self.kept.insert(name, text);
        while self.bytes > MOST {
            if self.most <= SMALL {
                return Err(Error::OverLimit {
                    what: "the JSON of the archive".to_owned(),
                    limit: MOST,
                });
            }
            // Halved, so that the total work is linear however many there are.
            self.most /= 2;
            let large = self
                .kept
                .extract_if(|_, text| text.len() as u64 > self.most);
            for (name, text) in large {
                self.bytes -= cost(&name, text.len() as u64);
                self.dropped.insert(name);
            }
        }
        Ok(())
    }

    /// Records the name of a document that is not kept.
    pub(crate) fn drop_large(&mut self, name: String) {
        self.remove(&name);
        self.dropped.insert(name);
    }

    /// Removes a document: a later file has its name.
    pub(crate) fn remove(&mut self, name: &str) {
        if let Some(text) = self.kept.remove(name) {
            self.bytes -= cost(name, text.len() as u64);
        }
        self.dropped.remove(name);
    }

    /// Returns whether none was too large to keep.
    pub(crate) fn are_complete(&self) -> bool {
        self.dropped.is_empty()
    }

    /// Returns those that are kept, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Vec<u8>)> {
        self.kept.iter()
    }

    /// Returns the documents that are kept, by name, and leaves none.
    pub(crate) fn into_all(self) -> impl Iterator<Item = (String, Vec<u8>)> {
        self.kept.into_iter()
    }

    /// Returns whether there is a document of that name, kept or not.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.kept.contains_key(name) || self.dropped.contains(name)
    }

    /// Returns a document.
    ///
    /// # Errors
    /// [`Error::OverLimit`] when it was too large to keep.
    pub(crate) fn get(&self, name: &str) -> Result<Option<&[u8]>, Error> {
        if self.dropped.contains(name) {
            return Err(Error::OverLimit {
                what: name.to_owned(),
                limit: self.most,
            });
        }
        Ok(self.kept.get(name).map(Vec::as_slice))
    }
}

#[cfg(test)]
mod tests {
    use super::{Documents, LARGEST, MOST};

    #[test]
    fn small_documents_are_kept_among_large_ones() {
        let mut documents = Documents::default();
        let mut peak = 0;
        for at in 0..40 {
            if documents.keeps(3 << 20) {
                let large = documents.keep(format!("large {at}"), vec![b' '; 3 << 20]);
                large.expect("there is room");
            } else {
                documents.drop_large(format!("large {at}"));
            }
            let small = documents.keep(format!("small {at}"), vec![b' '; 9000]);
            small.expect("there is room");
            peak = peak.max(documents.bytes);
        }
        assert!(peak <= MOST && !documents.keeps(LARGEST), "{peak}");
        for at in 0..40 {
            let small = documents.get(&format!("small {at}")).expect("kept");
            assert_eq!(small.map(<[u8]>::len), Some(9000));
            assert!(documents.get(&format!("large {at}")).is_err());
            assert!(documents.has(&format!("large {at}")));
        }
        documents.keep("large 1".to_owned(), vec![1]).expect("room");
        assert_eq!(documents.get("large 1").expect("kept"), Some(&[1][..]));
        documents.remove("large 1");
        assert_eq!(documents.get("large 1").expect("gone"), None);
        let sum: u64 = documents
            .kept
            .iter()
            .map(|(name, text)| super::cost(name, text.len() as u64))
            .sum();
        assert_eq!(documents.bytes, sum);
    }

    #[test]
    fn small_documents_have_a_limit() {
        let mut documents = Documents::default();
        let mut each = (0..).map(|at| documents.keep(format!("{at}"), vec![b'1'; 3000]));
        assert!(each.by_ref().take(1 << 16).any(|kept| kept.is_err()));
    }
}
