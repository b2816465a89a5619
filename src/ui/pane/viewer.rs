//! Looking into a file: which file, how far its bytes have come, what part of them is in view. Reading them is the shell's; a [`Ticket`] tells
//! which answer belongs to which question.

use crate::image::{EntryId, LayerId, NodeId};
use crate::ui::message::Ticket;

use super::cursor::Motion;
use super::document::{Document, WINDOW};
use super::line::Line;
use super::search::Search;

/// How far something that is read has come.
#[derive(Clone, Debug)]
pub enum Stage<T> {
    /// It is being read.
    Reading,
    /// It could not be read, and why.
    Failed(String),
    /// It is here.
    Ready(T),
}

/// The viewer's state.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Which question the bytes answer.
    pub ticket: Ticket,
    /// The file.
    pub node: NodeId,
    /// Its record.
    pub entry: EntryId,
    /// The layer that holds it.
    pub layer: LayerId,
    /// The version in the earlier of the two states, where it is a file too.
    pub below: Option<(LayerId, EntryId)>,
    /// The path that was opened and every link followed from there, safe to show.
    pub way: Vec<String>,
    /// How far the bytes have come.
    pub stage: Stage<Document>,
    /// Whether they are shown as hex.
    pub hex: bool,
    /// The first line in view.
    pub top: usize,
    /// The first column in view.
    pub left: usize,
    /// What is being typed to search for.
    pub typing: Option<Line>,
    /// The text last searched for.
    pub query: String,
    /// Where in the file it stands.
    pub hits: Vec<u64>,
    /// Which of them was shown last.
    pub hit: usize,
    /// Whether the whole file is being searched.
    pub searching: bool,
    /// Where the view goes when the bytes there have come.
    pub going: Option<Going>,
}

/// A way to bytes that are not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Going {
    /// The byte that will be in view.
    pub to: u64,
    /// How the view moves from there.
    pub then: Option<Motion>,
    /// Whether the bytes have been asked for.
    pub asked: bool,
}

impl Going {
    /// Returns where the window of the file begins that has the byte in its middle.
    #[must_use]
    pub const fn from(self) -> u64 {
        let from = self.to.saturating_sub(WINDOW as u64 / 2);
        from - from % 16
    }
}

impl Viewer {
    /// Takes the answer.
    pub fn answer(&mut self, answer: Result<Document, String>, height: usize) {
        let going = self.going.take();
        self.stage = match answer {
            Ok(document) => {
                if going.is_none() {
                    self.hex = document.is_binary();
                }
                Stage::Ready(document)
            }
            Err(why) => Stage::Failed(why),
        };
        if let (Some(going), Stage::Ready(document)) = (going, &self.stage) {
            self.top = document.line_of(going.to, self.hex);
            match going.then {
                Some(motion) => self.top = motion.scroll(self.top, height),
                None => self.top = self.top.saturating_sub(height / 3),
            }
            self.clamp(height);
        }
    }

    /// Returns how many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.stage {
            Stage::Ready(document) => document.len(self.hex),
            _ => 0,
        }
    }

    /// Returns whether there is no line to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Moves the view, of which `height` lines are seen. Where the bytes here end and the file goes on, the view is [going](Self::going).
    pub fn step(&mut self, motion: Motion, height: usize) {
        let was = self.top;
        self.top = motion.scroll(was, height);
        self.clamp(height);
        let Stage::Ready(document) = &self.stage else {
            return;
        };
        let (here, whole) = (document.range(), document.whole());
        let (more_above, more_below) = (here.start > 0, here.end < whole && here.start < here.end);
        let to = match motion {
            Motion::First if more_above => 0,
            Motion::Last if more_below => whole,
            Motion::Up | Motion::PageUp if more_above && self.top == 0 => {
                document.offset(was, self.hex)
            }
            Motion::Down | Motion::PageDown
                if more_below && self.top + height >= document.len(self.hex) =>
            {
                document.offset(was, self.hex)
            }
            _ => return,
        };
        self.go(to, Some(motion));
    }

    fn go(&mut self, to: u64, then: Option<Motion>) {
        if self.going.is_none_or(|going| going.to != to) {
            self.going = Some(Going {
                to,
                then,
                asked: false,
            });
        }
    }

    /// Keeps the view on the lines.
    pub fn clamp(&mut self, height: usize) {
        self.top = self.top.min(self.len().saturating_sub(height));
    }

    /// Moves the view sideways.
    pub fn shift(&mut self, right: bool) {
        self.left = if right {
            (self.left + 8).min(1 << 20)
        } else {
            self.left.saturating_sub(8)
        };
    }

    /// Shows text as hex, or hex as text, from the same place.
    pub fn toggle_hex(&mut self, height: usize) {
        let Stage::Ready(document) = &self.stage else {
            return;
        };
        let at = document.offset(self.top, self.hex);
        self.hex = !self.hex;
        self.left = 0;
        self.top = document.line_of(at, self.hex);
        self.clamp(height);
    }

    /// Searches for what was typed and shows the first hit from here on; returns false when the file has more than what is here.
    pub fn search(&mut self, height: usize) -> bool {
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
        self.found(search.hits(), height);
        true
    }

    /// Takes where the text stands in the file, and shows the first place from here on.
    pub fn found(&mut self, hits: Vec<u64>, height: usize) {
        self.searching = false;
        self.hits = hits;
        let here = match &self.stage {
            Stage::Ready(document) => document.offset(self.top, self.hex),
            _ => 0,
        };
        let from_here = self.hits.partition_point(|&hit| hit < here);
        self.hit = from_here % self.hits.len().max(1);
        self.show_hit(height);
    }

    /// Shows the next or the last hit before, going around at the end.
    pub fn next_hit(&mut self, forward: bool, height: usize) {
        let len = self.hits.len().max(1);
        self.hit = (self.hit + if forward { 1 } else { len - 1 }) % len;
        self.show_hit(height);
    }

    fn show_hit(&mut self, height: usize) {
        let (Some(&hit), Stage::Ready(document)) = (self.hits.get(self.hit), &self.stage) else {
            return;
        };
        if !document.range().contains(&hit) {
            self.go(hit, None);
            return;
        }
        let line = document.line_of(hit, self.hex);
        if !(self.top..self.top + height).contains(&line) {
            self.top = line.saturating_sub(height / 3);
            self.clamp(height);
        }
    }

    /// Returns whether a line holds a hit.
    #[must_use]
    pub fn is_hit(&self, line: usize) -> bool {
        let Stage::Ready(document) = &self.stage else {
            return false;
        };
        let (start, end) = (
            document.offset(line, self.hex),
            document.offset(line + 1, self.hex),
        );
        let next = self.hits.partition_point(|&hit| hit < start);
        self.hits.get(next).is_some_and(|&hit| hit < end)
    }
}
