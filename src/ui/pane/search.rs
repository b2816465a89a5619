//! A case-insensitive search in bytes that arrive in pieces. Keeps only the end of the last piece.

use std::ops::Range;

use regex::bytes::{Regex, RegexBuilder};

use crate::bytes::thousands;

use crate::ui::pane::document::MOST_HITS;

/// The hits of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// The places, in order.
    pub places: Vec<Range<u64>>,
    /// Whether there are more than were kept.
    pub more: bool,
}

impl Hits {
    /// Returns which of them one is, and of how many: `3 of 11`.
    #[must_use]
    pub(crate) fn position(&self, at: usize) -> String {
        let more = if self.more { "+" } else { "" };
        match self.places.len() {
            0 => "not found".to_owned(),
            len => format!(
                "{} of {}{more}",
                thousands(at as u64 + 1),
                thousands(len as u64)
            ),
        }
    }
}

/// A search in progress.
#[derive(Debug)]
pub struct Search {
    regex: Option<Regex>,
    /// How many bytes a hit may have.
    longest: usize,
    /// The end of the previous bytes, and its offset.
    seam: Vec<u8>,
    at: u64,
    hits: Hits,
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
            hits: Hits::default(),
        }
    }

    /// Searches the next bytes, and returns whether more are wanted.
    pub fn take(&mut self, bytes: &[u8]) -> bool {
        let Some(regex) = &self.regex else {
            return false;
        };
        self.seam.extend_from_slice(bytes);
        let last = self.hits.places.last().map(|last| last.start);
        let found = regex.find_iter(&self.seam);
        let found = found.map(|hit| self.at + hit.start() as u64..self.at + hit.end() as u64);
        let mut new = found.filter(|hit| last.is_none_or(|last| hit.start > last));
        let room = MOST_HITS - self.hits.places.len();
        self.hits.places.extend(new.by_ref().take(room));
        self.hits.more = new.next().is_some();
        let keep = self.seam.len().min(self.longest.saturating_sub(1));
        let dropped = self.seam.len() - keep;
        self.seam.drain(..dropped);
        self.at += dropped as u64;
        !self.hits.more
    }

    /// Returns the hits, in order.
    #[must_use]
    pub fn hits(self) -> Hits {
        self.hits
    }
}

#[cfg(test)]
mod tests {
    use super::Search;

    #[test]
    fn pieces_make_no_difference() {
        let text = b"Needle in a hayneedlestack, NEEDLE".repeat(3);
        let mut unsplit = Search::new("needle");
        unsplit.take(&text);
        let unsplit = unsplit.hits();
        assert_eq!((unsplit.places.len(), unsplit.more), (9, false));
        for size in [1, 2, 5, 7, 33] {
            let mut search = Search::new("needle");
            for piece in text.chunks(size) {
                assert!(search.take(piece));
            }
            assert_eq!(search.hits(), unsplit, "in pieces of {size}");
        }
        assert!(!Search::new("").take(b"x"));
    }
}
