//! Where in a file a text stands, and how the view goes from one place to the next.

use super::super::search::Search;
use super::{Page, Stage, Viewer};

impl Viewer {
    /// Searches for what was typed and shows the first hit from here on; returns false when the file has more than what is here.
    pub fn search(&mut self, page: Page) -> bool {
        self.hits.clear();
        let Stage::Ready(document) = &self.stage else {
            return true;
        };
        if !document.is_whole() && !self.query.is_empty() {
            self.searching = true;
            return false;
        }
        let mut search = Search::new(&self.query);
        search.take(document.bytes());
        self.found(search.hits(), page);
        true
    }

    /// Takes where the text stands in the file, and shows the first place from here on.
    pub fn found(&mut self, hits: Vec<u64>, page: Page) {
        self.searching = false;
        self.hits = hits;
        let here = match &self.stage {
            Stage::Ready(document) => document.offset(self.top, self.hex),
            _ => 0,
        };
        let from_here = self.hits.partition_point(|&hit| hit < here);
        self.hit = from_here % self.hits.len().max(1);
        self.show_hit(page);
    }

    /// Shows the next or the last hit before, going around at the end.
    pub fn next_hit(&mut self, forward: bool, page: Page) {
        let len = self.hits.len().max(1);
        self.hit = (self.hit + if forward { 1 } else { len - 1 }) % len;
        self.show_hit(page);
    }

    fn show_hit(&mut self, page: Page) {
        let (Some(&hit), Stage::Ready(document)) = (self.hits.get(self.hit), &self.stage) else {
            return;
        };
        if !document.range().contains(&hit) {
            self.go(hit, None);
            return;
        }
        let place = self.place_of(document, hit, page);
        if !self.hex && !self.wrap {
            let (start, end) = (
                document.column_of(hit),
                document.column_of(hit + self.query.len() as u64),
            );
            if end <= page.columns {
                self.left = 0;
            } else if start < self.left || end > self.left + page.columns {
                // In steps of a key, a third of the view before it.
                self.left = start.saturating_sub(page.columns / 3) / 8 * 8;
            }
        }
        if !self.in_view(page).contains(&place) {
            (self.top, self.row) = self.above(place, page.height / 3, page);
            self.clamp(page);
        }
    }

    /// Returns whether a row of a line holds a hit; of a line that goes on over rows, the one shown last.
    #[must_use]
    pub fn is_hit(&self, place: (usize, usize), page: Page) -> bool {
        let Stage::Ready(document) = &self.stage else {
            return false;
        };
        let (start, end) = (
            document.offset(place.0, self.hex),
            document.offset(place.0 + 1, self.hex),
        );
        let next = self.hits.partition_point(|&hit| hit < start);
        let in_line = self.hits.get(next).is_some_and(|&hit| hit < end);
        let shown = self.hits.get(self.hit);
        in_line
            && (self.rows(place.0, page) == 1
                || shown.is_some_and(|&hit| self.place_of(document, hit, page) == place))
    }
}
