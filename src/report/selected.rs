//! The files that a report shows: those that the options of a query select, else the visible ones. Also the selected files as a section of the text and as a
//! key of the JSON; every other format lays them out itself.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use crate::analysis::{Amount, Category};
use crate::bytes::{count, human};
use crate::image::{ContentId, Image, NodeId};
use crate::query::{PathContent, Query, Selection};
use crate::report::facts::ImageFacts;
use crate::report::listing::{ListingRow, RowKeys};
use crate::report::styling::Styling;

/// The most files that such a list names.
const MOST: usize = 20;

/// The files that a report shows.
pub(super) struct ShownFiles<'a> {
    facts: &'a ImageFacts<'a>,
    pub(super) selection: Cow<'a, Selection>,
    /// For each hidden content its index in the list of hidden entries.
    entries: HashMap<ContentId, usize>,
}

impl<'a> ShownFiles<'a> {
    /// Returns the files that the query selects; without one, the visible ones.
    pub(super) fn of(facts: &'a ImageFacts<'a>) -> Self {
        let (image, analysis) = (facts.image, facts.analysis);
        let selection = match facts.selection {
            Some(selection) => Cow::Borrowed(selection),
            None => Cow::Owned(Selection::of(image, analysis, None, &Query::default())),
        };
        let selected = selection.contents().iter();
        let any_hidden = selected.clone().any(|content| content.hidden.is_some());
        let hidden = analysis.hidden.entries.iter().enumerate();
        let hidden = hidden.filter(|_| any_hidden);
        let entries = hidden.map(|(at, row)| ((row.stored_in, row.entry), at));
        Self {
            facts,
            entries: entries.collect(),
            selection,
        }
    }

    /// Returns whether a query selects them.
    pub(super) const fn are_selected(&self) -> bool {
        self.facts.selection.is_some()
    }

    /// Returns the category of one of the files; `None` without a content analysis.
    pub(super) fn category(&self, content: &PathContent) -> Option<Category> {
        let categories = &self.facts.content_analysis?.categories;
        if content.hidden.is_none() {
            return Some(categories.category(content.node));
        }
        let entry = self.entries.get(&(content.layer, content.entry))?;
        Some(categories.hidden_category(*entry))
    }

    /// Returns the bytes of each category, largest first; none without a content analysis.
    pub(super) fn categories(&self) -> Vec<(Category, u64)> {
        let mut sums = Category::ALL.map(|category| (category, 0_u64));
        for content in self.selection.contents() {
            if let Some(category) = self.category(content) {
                let (_, sum) = &mut sums[category as usize];
                *sum = sum.saturating_add(content.bytes);
            }
        }
        let mut sums: Vec<_> = sums.into_iter().filter(|(_, bytes)| *bytes > 0).collect();
        sums.sort_by_key(|(_, bytes)| Reverse(*bytes));
        sums
    }

    /// Returns a sum of the files' bytes: a lower bound when they may have more in a missing layer.
    pub(super) fn amount(&self, bytes: u64) -> Amount {
        self.selection.amount(self.facts.analysis, bytes)
    }

    /// Returns whether a path has shown files below it.
    pub(super) fn is_folder(&self, node: NodeId) -> bool {
        self.selection.count_below(node) > self.selection.at(node).len()
    }

    /// Returns how a hidden file was hidden: ` (deleted by layer 3)`; empty for a visible one.
    pub(super) fn note(&self, content: &PathContent) -> String {
        match content.hidden {
            Some(_) => ListingRow::new(self.facts.image, *content).hidden_text(),
            None => String::new(),
        }
    }

    /// Returns the sum of the files: `3.4 MB visible`, or `1.2 MB of 3.4 MB selected`.
    pub(super) fn total(&self) -> String {
        let facts = self.facts;
        let sum = self.amount(self.selection.bytes()).bytes(facts.units);
        if self.are_selected() {
            let all = facts.analysis.sum(facts.analysis.size, facts.units);
            format!("{sum} of {all} selected")
        } else {
            format!("{sum} visible")
        }
    }
}

/// Returns the number of selected files and their sum: `12 files, 1.2 MB of 3.4 MB`.
pub(super) fn head(facts: &ImageFacts<'_>, selection: &Selection) -> String {
    let sum = selection.amount(facts.analysis, selection.bytes());
    let files = count(selection.contents().len() as u64, "file", "files");
    let image_size = facts.analysis.sum(facts.analysis.size, facts.units);
    format!("{files}, {} of {image_size}", sum.bytes(facts.units))
}

/// Returns the largest of the selected files, for lists that name a few, and how many more there are.
pub(super) fn largest(selection: &Selection) -> (Vec<&PathContent>, usize) {
    let mut largest: Vec<&PathContent> = selection.contents().iter().collect();
    largest.sort_by_key(|content| (Reverse(content.bytes), content.sort_key()));
    let more = largest.len().saturating_sub(MOST);
    largest.truncate(MOST);
    (largest, more)
}

/// Writes the sum and the largest files.
pub(super) fn text(
    facts: &ImageFacts<'_>,
    styling: Styling,
    out: &mut impl Write,
) -> io::Result<()> {
    let Some(selection) = facts.selection else {
        return Ok(());
    };
    let head = format!("Selected: {}", head(facts, selection));
    writeln!(out, "\n{}", styling.bold(&head))?;
    let (largest, more) = largest(selection);
    for content in largest {
        let row = ListingRow::new(facts.image, *content);
        let (size, path) = (human(content.bytes, facts.units), row.path());
        let layer = content.layer.index() + 1;
        writeln!(out, "  {size:>10}  {layer:>3}  {path}{}", row.suffix())?;
    }
    match more {
        0 => Ok(()),
        more => writeln!(out, "  {:>10}       and {more} more", ""),
    }
}

/// The key `selection`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SelectionKeys<'a> {
    size_bytes: u64,
    file_count: usize,
    files: Files<'a>,
}

impl<'a> SelectionKeys<'a> {
    pub(super) fn new(image: &'a Image, selection: &'a Selection) -> Self {
        Self {
            size_bytes: selection.bytes(),
            file_count: selection.contents().len(),
            files: Files(image, selection.contents()),
        }
    }
}

struct Files<'a>(&'a Image, &'a [PathContent]);

impl Serialize for Files<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys = |content: &PathContent| RowKeys::of(&ListingRow::new(self.0, *content));
        serializer.collect_seq(self.1.iter().map(keys))
    }
}
