//! The hits of a search in a file, and moving the view from hit to hit.

use std::ops::Range;

use crate::ui::pane::document::ByteFormat;
use crate::ui::pane::search::{Hits, Search};
use crate::ui::pane::viewer::{ReadState, Viewer, Viewport};

impl Viewer {
    /// Searches this window for the query and shows the first hit from here on; returns false if the window is not the entire file.
    pub fn search(&mut self, page: Viewport) -> bool {
        self.hits = Hits::default();
        let ReadState::Ready(document) = &self.state else {
            return true;
        };
        if !document.is_complete() && !self.query.is_empty() {
            self.searching = true;
            return false;
        }
        let mut search = Search::new(&self.query);
        search.take(document.bytes());
        self.found(search.hits(), page);
        true
    }

    /// Stores the hits and shows the first one from here on.
    pub fn found(&mut self, hits: Hits, page: Viewport) {
        self.searching = false;
        self.hits = hits;
        let here = match &self.state {
            ReadState::Ready(document) => document.offset(self.top, self.format),
            _ => 0,
        };
        let from_here = self.hits.places.partition_point(|hit| hit.start < here);
        self.hit = from_here % self.hits.places.len().max(1);
        self.show_hit(page);
    }

    /// Shows the next or the previous hit, wrapping around at the ends.
    pub(crate) fn next_hit(&mut self, forward: bool, page: Viewport) {
        let len = self.hits.places.len().max(1);
        self.hit = (self.hit + if forward { 1 } else { len - 1 }) % len;
        self.show_hit(page);
    }

    fn show_hit(&mut self, page: Viewport) {
        let hit = self.hits.places.get(self.hit).cloned();
        let (Some(Range { start: hit, .. }), ReadState::Ready(document)) = (hit, &self.state)
        else {
            return;
        };
        if !document.range().contains(&hit) {
            self.go(hit, None);
            return;
        }
        let place = self.place_of(document, hit, page);
        self.show_hit_columns(page);
        if !self.in_view(page).contains(&place) {
            (self.top, self.row) = self.above(place, page.height / 3, page);
            self.clamp(page);
        }
    }

    /// Moves the view sideways to the hit that is shown, where it would be beside it.
    pub(super) fn show_hit_columns(&mut self, page: Viewport) {
        let hit = self.hits.places.get(self.hit);
        let (Some(Range { start, end }), ReadState::Ready(document)) = (hit, &self.state) else {
            return;
        };
        if self.is_hex() || self.wrap || !document.range().contains(start) {
            return;
        }
        let line = document.line_of(*start, ByteFormat::Text);
        let columns = document.columns_of(line, [*start, *end].into_iter());
        let (start, end) = (columns[0], columns[1]);
        if end <= page.columns {
            self.left = 0;
        } else if start < self.left || end > self.left + page.columns {
            // In steps of a key, a third of the view before it.
            self.left = start.saturating_sub(page.columns / 3) / 8 * 8;
        }
    }
}
