//! The JSON documents of a stream that goes by. Which of them matter its manifest says, and that comes last: the small ones are kept, as those are that
//! tell of images, however many large ones lie between. What they say is not known here.

use std::collections::{HashMap, HashSet};

use super::error::Error;

/// The largest JSON document taken, in bytes: a config with thousands of layers stays far below.
pub(super) const LARGEST: u64 = 32 << 20;
/// Most bytes kept of one stream, names included.
const MOST: u64 = 64 << 20;
/// What one that is kept costs beside its bytes, about.
const EACH: u64 = 128;
/// Documents of so few bytes are never left out.
const SMALL: u64 = 4 << 10;

/// Documents by name, the last of a name.
pub(super) struct Documents {
    kept: HashMap<String, Vec<u8>>,
    /// Those that were too large to be kept.
    left_out: HashSet<String>,
    /// Bytes kept.
    bytes: u64,
    /// The most bytes one may have to be kept.
    most: u64,
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            kept: HashMap::new(),
            left_out: HashSet::new(),
            bytes: 0,
            most: LARGEST,
        }
    }
}

fn cost(name: &str, bytes: u64) -> u64 {
    EACH + name.len() as u64 + bytes
}

impl Documents {
    /// Returns whether one of so many bytes is kept.
    pub(super) fn keeps(&self, bytes: u64) -> bool {
        bytes <= self.most
    }

    /// Keeps a document. Where there is no room for all the largest are left out.
    ///
    /// # Errors
    /// [`Error::OverLimit`] when there is none for the small ones alone.
    pub(super) fn keep(&mut self, name: String, text: Vec<u8>) -> Result<(), Error> {
        self.forget(&name);
        self.bytes += cost(&name, text.len() as u64);
        self.kept.insert(name, text);
        while self.bytes > MOST {
            if self.most <= SMALL {
                return Err(Error::OverLimit {
                    what: "the JSON of the archive".to_owned(),
                    limit: MOST,
                });
            }
            // Halved, so that leaving out costs little however many there are.
            self.most /= 2;
            let large = self
                .kept
                .extract_if(|_, text| text.len() as u64 > self.most);
            for (name, text) in large {
                self.bytes -= cost(&name, text.len() as u64);
                self.left_out.insert(name);
            }
        }
        Ok(())
    }

    /// Remembers that there is one that is not kept.
    pub(super) fn leave_out(&mut self, name: String) {
        self.forget(&name);
        self.left_out.insert(name);
    }

    /// Forgets the one of a name: another file has it now.
    pub(super) fn forget(&mut self, name: &str) {
        if let Some(text) = self.kept.remove(name) {
            self.bytes -= cost(name, text.len() as u64);
        }
        self.left_out.remove(name);
    }

    /// Returns whether there is one of a name, kept or not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.kept.contains_key(name) || self.left_out.contains(name)
    }

    /// Returns one.
    ///
    /// # Errors
    /// [`Error::OverLimit`] when it was left out.
    pub(super) fn get(&self, name: &str) -> Result<Option<&[u8]>, Error> {
        if self.left_out.contains(name) {
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
    fn small_ones_are_kept_however_many_large_ones_pass() {
        let mut documents = Documents::default();
        let mut peak = 0;
        for at in 0..40 {
            if documents.keeps(3 << 20) {
                let large = documents.keep(format!("large {at}"), vec![b' '; 3 << 20]);
                large.expect("there is room");
            } else {
                documents.leave_out(format!("large {at}"));
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
        documents.forget("large 1");
        assert_eq!(documents.get("large 1").expect("gone"), None);
        let sum: u64 = documents
            .kept
            .iter()
            .map(|(name, text)| super::cost(name, text.len() as u64))
            .sum();
        assert_eq!(documents.bytes, sum);
    }

    #[test]
    fn countless_small_ones_have_an_end() {
        let mut documents = Documents::default();
        let mut each = (0..).map(|at| documents.keep(format!("{at}"), vec![b'1'; 3000]));
        assert!(each.by_ref().take(1 << 16).any(|kept| kept.is_err()));
    }
}
