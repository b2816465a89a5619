//! Looking into a file: which file, how far its bytes have come, what part of them is in view. Reading them is the shell's; a [`Ticket`] tells
//! which answer belongs to which question.

use crate::image::{EntryId, LayerId, NodeId};
use crate::ui::message::Ticket;

use super::cursor::Motion;
use super::document::Document;
use super::line::Line;

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
    /// The lines that hold it.
    pub hits: Vec<usize>,
    /// Which of them was shown last.
    pub hit: usize,
}

impl Viewer {
    /// Takes the answer.
    pub fn answer(&mut self, answer: Result<Document, String>) {
        self.stage = match answer {
            Ok(document) => {
                self.hex = document.is_binary();
                Stage::Ready(document)
            }
            Err(why) => Stage::Failed(why),
        };
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

    /// Moves the view, of which `height` lines are seen.
    pub fn step(&mut self, motion: Motion, height: usize) {
        self.top = motion.scroll(self.top, height);
        self.clamp(height);
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

    /// Shows text as hex, or hex as text, from about the same place.
    pub fn toggle_hex(&mut self, height: usize) {
        let (was, len) = (self.top, self.len().max(1));
        self.hex = !self.hex;
        self.left = 0;
        self.top = was.saturating_mul(self.len()) / len;
        self.clamp(height);
        self.search(height);
    }

    /// Searches for what was typed and shows the first hit from here on.
    pub fn search(&mut self, height: usize) {
        self.hits = match &self.stage {
            Stage::Ready(document) => document.search(&self.query, self.hex),
            _ => Vec::new(),
        };
        let from_here = self.hits.partition_point(|&hit| hit < self.top);
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
        if let Some(&hit) = self.hits.get(self.hit)
            && !(self.top..self.top + height).contains(&hit)
        {
            self.top = hit.saturating_sub(height / 3);
            self.clamp(height);
        }
    }
}
