//! Looking for a text in bytes that come piece by piece, whatever its case: where it stands in the whole. Holds no more than the seam between two
//! pieces.

use regex::bytes::{Regex, RegexBuilder};

use super::document::MOST_HITS;

/// A search that is going on.
#[derive(Debug)]
pub struct Search {
    regex: Option<Regex>,
    /// How many bytes a hit may have.
    longest: usize,
    /// The end of what came before, and where it stands.
    seam: Vec<u8>,
    at: u64,
    hits: Vec<u64>,
}

impl Search {
    /// Starts to look for a text; an empty one is nowhere.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let regex = RegexBuilder::new(&regex::escape(text))
            .case_insensitive(true)
            .build();
        Self {
            regex: regex.ok().filter(|_| !text.is_empty()),
            // Another case of a letter may take more bytes.
            longest: text.len().saturating_mul(4),
            seam: Vec::new(),
            at: 0,
            hits: Vec::new(),
        }
    }

    /// Takes the next bytes, and returns whether more are of use.
    pub fn take(&mut self, bytes: &[u8]) -> bool {
        let Some(regex) = &self.regex else {
            return false;
        };
        self.seam.extend_from_slice(bytes);
        let last = self.hits.last().copied();
        let found = regex.find_iter(&self.seam);
        let found = found.map(|hit| self.at + hit.start() as u64);
        let room = MOST_HITS - self.hits.len();
        let new = found.filter(|&hit| last.is_none_or(|last| hit > last));
        let new: Vec<u64> = new.take(room).collect();
        self.hits.extend(new);
        let keep = self.seam.len().min(self.longest.saturating_sub(1));
        let gone = self.seam.len() - keep;
        self.seam.drain(..gone);
        self.at += gone as u64;
        self.hits.len() < MOST_HITS
    }

    /// Returns where it was found, in order.
    #[must_use]
    pub fn hits(self) -> Vec<u64> {
        self.hits
    }
}

#[cfg(test)]
mod tests {
    use super::Search;

    #[test]
    fn pieces_make_no_difference() {
        let text = b"Needle in a hayneedlestack, NEEDLE".repeat(3);
        let mut whole = Search::new("needle");
        whole.take(&text);
        let whole = whole.hits();
        assert_eq!(whole.len(), 9);
        for size in [1, 2, 5, 7, 33] {
            let mut search = Search::new("needle");
            for piece in text.chunks(size) {
                assert!(search.take(piece));
            }
            assert_eq!(search.hits(), whole, "in pieces of {size}");
        }
        assert!(!Search::new("").take(b"x"));
    }
}
