//! The overview: its lines in three sections and the selected one. The analysis decides which bytes they count; no colours, no widths.

use crate::analysis::Category;
use crate::analysis::findings::{FindingLevel, Saving};

use crate::ui::loaded::content_analysis::ContentSummary;
use crate::ui::loaded::summary::ExploreSummary;
use crate::ui::pane::cursor::{Cursor, Motion};

/// A section of the overview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What the bytes are for.
    Categories,
    /// Savings, each above those that are part of it, then security findings.
    Savings,
    /// The largest files.
    Largest,
}

impl Section {
    /// All sections, in the order the cursor passes through them.
    pub(crate) const ALL: [Self; 3] = [Self::Categories, Self::Savings, Self::Largest];

    /// Returns the heading.
    #[must_use]
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Categories => "By category",
            Self::Savings => "Savings",
            Self::Largest => "Largest",
        }
    }
}

/// A line of the overview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverviewRow {
    /// A category.
    Category(Category),
    /// A saving.
    Saving(Saving),
    /// A finding that is about security, by its index.
    Security(usize),
    /// A file, by its place among the largest.
    File(usize),
}

/// The overview's state.
#[derive(Clone, Debug, Default)]
pub struct OverviewPane {
    sections: [Vec<OverviewRow>; 3],
    cursor: Cursor,
}

impl OverviewPane {
    /// Derives the lines. Without a content analysis only files are listed.
    pub fn list(&mut self, summary: &ExploreSummary, content: Option<&ContentSummary>) {
        let selected = self.selected();
        let files = (0..summary.largest.len()).map(OverviewRow::File).collect();
        let (categories, savings) = content.map_or_else(Default::default, lines_of);
        self.sections = [categories, savings, files];
        // The selected line stays; a line that comes above another moves it.
        let place = selected.and_then(|row| self.rows().position(|other| other == row));
        let at = if self.cursor.at() == 0 {
            0
        } else {
            place.unwrap_or(0)
        };
        self.select(at);
    }

    /// Returns the lines of a section.
    #[must_use]
    pub(crate) fn section(&self, section: Section) -> &[OverviewRow] {
        &self.sections[section as usize]
    }

    /// Returns how many lines the sections have.
    #[must_use]
    pub fn counts(&self) -> [usize; 3] {
        [0, 1, 2].map(|at| self.sections[at].len())
    }

    /// Returns the number of all lines.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counts().iter().sum()
    }

    /// Returns whether there are no lines.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the place of the selected line among all.
    #[must_use]
    pub const fn at(&self) -> usize {
        self.cursor.at()
    }

    /// Returns the place of the first line of a section among all.
    #[must_use]
    pub fn first(&self, section: Section) -> usize {
        self.counts()[..section as usize].iter().sum()
    }

    /// Returns the first line of a section that is in view when `height` lines of it are: the selected line is in view.
    #[must_use]
    pub(crate) fn top(&self, section: Section, height: usize) -> usize {
        let len = self.section(section).len();
        let last = (self.at() + 1).saturating_sub(self.first(section)).min(len);
        last.saturating_sub(height.max(1))
    }

    /// Returns the selected line.
    #[must_use]
    pub fn selected(&self) -> Option<OverviewRow> {
        self.rows().nth(self.at())
    }

    /// Returns whether a saving or a security finding is selected.
    #[must_use]
    pub(crate) fn is_on_finding(&self) -> bool {
        let selected = self.selected();
        matches!(
            selected,
            Some(OverviewRow::Saving(_) | OverviewRow::Security(_))
        )
    }

    /// Selects a line by its place among all.
    pub(crate) fn select(&mut self, at: usize) {
        let len = self.len();
        self.cursor.set(at, len, len);
    }

    /// Moves. A page is a section.
    pub(crate) fn step(&mut self, motion: Motion) {
        let firsts = Section::ALL.map(|section| self.first(section));
        let at = self.at();
        match motion {
            Motion::PageDown => {
                let next = firsts.into_iter().find(|&first| first > at);
                self.select(next.unwrap_or(usize::MAX));
            }
            Motion::PageUp => {
                let before = firsts.into_iter().rev().find(|&first| first < at);
                self.select(before.unwrap_or(0));
            }
            motion => {
                let len = self.len();
                self.cursor.step(motion, len, len);
            }
        }
    }

    fn rows(&self) -> impl Iterator<Item = OverviewRow> {
        self.sections.iter().flatten().copied()
    }
}

/// Returns the categories, and the savings followed by the security findings.
fn lines_of(content: &ContentSummary) -> (Vec<OverviewRow>, Vec<OverviewRow>) {
    let analysis = &content.content_analysis;
    let categories = analysis.categories.largest().into_iter();
    let categories = categories.map(|bytes| OverviewRow::Category(bytes.category));
    let savings = content.savings.iter().copied().map(OverviewRow::Saving);
    let is_saving = |at: usize| Saving::of(&content.savings, at).is_some();
    let findings = analysis.findings.list.iter().enumerate();
    let security = findings
        .filter(|(at, finding)| finding.level == FindingLevel::Error || !is_saving(*at))
        .map(|(at, _)| OverviewRow::Security(at));
    (categories.collect(), savings.chain(security).collect())
}
