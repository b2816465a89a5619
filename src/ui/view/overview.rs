//! The overview: what the image contains by category, the savings with the size of the image after each, and the largest files.

use ratatui::buffer::Buffer;
use ratatui::text::{Line, Span};

use crate::analysis::findings::Saving;
use crate::analysis::{Amount, Category, CategoryBytes};
use crate::bytes::{Units, count, human, thousands};
use crate::escape;
use crate::ui::layout::ExploreAreas;
use crate::ui::loaded::content_analysis::ContentSummary;
use crate::ui::model::Model;
use crate::ui::model::explore::Explore;
use crate::ui::pane::{Focus, OverviewRow, Section};
use crate::ui::theme::Theme;
use crate::ui::wording::{categories, empty};

use crate::ui::view::{frame, outline, savings, tabs, text};

/// The most columns of a bar.
const BAR: usize = 24;
/// The columns of a finding's title.
const TITLE: usize = 20;
/// The columns before the title of a finding that is part of another.
const INDENT: usize = 5;

/// What the lines are drawn from.
struct Lines<'a> {
    explore: &'a Explore,
    theme: &'a Theme,
    units: Units,
    columns: usize,
    /// The bytes of the largest category.
    most: u64,
    /// The columns of the longest name among the categories.
    longest: usize,
}

/// Draws the pane.
pub(super) fn draw(
    explore: &Explore,
    model: &Model,
    theme: &Theme,
    areas: &ExploreAreas,
    buffer: &mut Buffer,
) {
    if areas.view.is_empty() {
        return;
    }
    let focused = explore.focus == Focus::Overview;
    tabs::right_frame(explore, theme, focused, areas.view, buffer);
    let overview = &explore.overview;
    let content = explore.content.ready();
    let shown = content.map(|content| content.content_analysis.categories.largest());
    let shown = shown.unwrap_or_default();
    let names = shown.iter().map(|bytes| bytes.category.name().len());
    let longest = names.max().unwrap_or(0);
    for (section, area) in Section::ALL.into_iter().zip(areas.sections) {
        let lines = Lines {
            explore,
            theme,
            units: model.options.units,
            columns: usize::from(area.width),
            most: shown.first().map_or(0, CategoryBytes::bytes),
            longest,
        };
        let (rows, height) = (
            overview.section(section),
            usize::from(area.height.saturating_sub(1)),
        );
        let top = overview.top(section, height);
        let hidden = rows.len().saturating_sub(height);
        frame::line(area, 0, &lines.heading(section, hidden), buffer);
        if rows.is_empty() {
            let words = lines.empty(section);
            let words = text::empty_state(&words, lines.columns, height, theme);
            for (at, line) in words.iter().enumerate() {
                frame::line(area, at + 1, line, buffer);
            }
        }
        for (at, row) in rows.iter().enumerate().skip(top).take(height) {
            let place = at - top + 1;
            frame::line(area, place, &lines.row(*row), buffer);
            if overview.at() == overview.first(section) + at {
                frame::select(area, place, focused, theme, buffer);
            }
        }
    }
}

impl Lines<'_> {
    fn content(&self) -> Option<&ContentSummary> {
        self.explore.content.ready()
    }

    /// Returns the columns of a size.
    fn size(&self) -> usize {
        let is_known = self.explore.summary.analysis.is_complete();
        Amount::columns(is_known, self.units)
    }

    /// Returns a sum over all layers.
    fn sum(&self, bytes: u64) -> String {
        self.explore.summary.analysis.sum(bytes, self.units)
    }

    fn heading(&self, section: Section, hidden: usize) -> Line<'static> {
        let title = section.title();
        let note = match section {
            Section::Savings if self.content().is_some_and(|it| !it.savings.is_empty()) => {
                Some("size after".to_owned())
            }
            Section::Categories => self.explore.summary.analysis.incomplete(),
            _ => None,
        };
        let more = (hidden > 0).then(|| format!("{} more", thousands(hidden as u64)));
        let room = self.columns.saturating_sub(text::width(title));
        // Lines that are out of view come before the note.
        let both = [more.clone(), note.clone()].into_iter().flatten();
        let both = both.collect::<Vec<_>>().join(" · ");
        let notes = [Some(both), more, note].into_iter().flatten();
        let note = notes
            .into_iter()
            .find(|note| text::width(note) < room)
            .unwrap_or_default();
        Line::from(vec![
            Span::styled(title, self.theme.title),
            Span::styled(text::right(&note, room), self.theme.faint),
        ])
    }

    /// Returns why a section has no lines.
    fn empty(&self, section: Section) -> String {
        match (section, self.content()) {
            (Section::Savings, Some(_)) => empty::savings(self.explore),
            (Section::Categories | Section::Savings, None) => categories::waiting(self.explore),
            _ => "no files".to_owned(),
        }
    }

    fn row(&self, row: OverviewRow) -> Line<'static> {
        match row {
            OverviewRow::Category(category) => self.category(category),
            OverviewRow::Saving(saving) => self.saving(saving),
            OverviewRow::Security(at) => self.security(at),
            OverviewRow::File(at) => self.file(at),
        }
    }

    /// Returns the name of a category in full where the bar can be shorter, its bytes and its bar.
    fn category(&self, category: Category) -> Line<'static> {
        let Some(content) = self.content() else {
            return Line::default();
        };
        let categories = &content.content_analysis.categories;
        let bytes = categories.get(category).bytes();
        let room = self.columns.saturating_sub(2 + 1 + self.size());
        let name = self.longest.min(room);
        let bar = room.saturating_sub(name + 1).min(BAR);
        let look = self.theme.category(category);
        Line::from(vec![
            Span::styled(look.letter, look.fill),
            Span::raw(" "),
            Span::raw(text::left(category.name(), name)),
            Span::raw(text::right(&self.sum(bytes), self.size() + 1)),
            Span::raw(" "),
            Span::styled(text::bar(bytes, self.most, bar), look.bar),
        ])
    }

    /// Returns a saving: what it saves after those above, and the size of the image after it.
    fn saving(&self, saving: Saving) -> Line<'static> {
        let Some(content) = self.content() else {
            return Line::default();
        };
        let rank = |finding: usize| {
            let counted = content.savings.iter().filter(|one| one.within.is_none());
            let mut counted = counted.map(|one| one.finding);
            counted
                .position(|one| one == finding)
                .map_or(0, |at| at + 1)
        };
        let findings = &content.content_analysis.findings.list;
        let title = findings
            .get(saving.finding)
            .map_or("", |finding| finding.kind.title());
        let less = format!("−{}", human(saving.bytes, self.units));
        let (head, style, end) = match saving.within {
            None => (
                format!("{:>2} ", rank(saving.finding)),
                self.theme.text,
                self.sum(saving.then),
            ),
            Some(other) => (
                " ".repeat(INDENT),
                self.theme.faint,
                format!("part of {}", rank(other)),
            ),
        };
        let less_columns = self.size() + 2;
        let least_end = self.size().max(text::width("part of 1")) + 1;
        let room = self.columns.saturating_sub(less_columns);
        let lead = (INDENT + TITLE + 1).min(room.saturating_sub(least_end));
        let title_columns = lead.saturating_sub(text::width(&head));
        Line::from(vec![
            Span::styled(head, self.theme.faint),
            Span::styled(text::left(title, title_columns), style),
            Span::styled(text::right(&less, less_columns), style),
            Span::styled(text::right(&end, room - lead), style),
        ])
    }

    /// Returns a security finding, and of how many paths it is.
    fn security(&self, at: usize) -> Line<'static> {
        let findings = self.content().map(|it| &it.content_analysis.findings.list);
        let Some(finding) = findings.and_then(|list| list.get(at)) else {
            return Line::default();
        };
        let (mark, style) = savings::level(finding.level, self.theme);
        let paths = match finding.claims.len() {
            0 => String::new(),
            claims => count(claims as u64, "path", "paths"),
        };
        let room = self.columns.saturating_sub(3);
        let title = room.min(TITLE + 1);
        Line::from(vec![
            Span::styled(format!(" {mark} "), style),
            Span::styled(text::left(finding.kind.title(), title), style),
            Span::styled(
                text::left(&paths, room.saturating_sub(title)),
                self.theme.faint,
            ),
        ])
    }

    /// Returns a file: its bytes, its layer, its category and its path, whose start is cut first.
    fn file(&self, at: usize) -> Line<'static> {
        let Some(file) = self.explore.summary.largest.get(at) else {
            return Line::default();
        };
        let digits = self.explore.layer_count().to_string().len();
        let layer = format!("L{}", file.layer.0 + 1);
        let path = escape::name(&self.explore.image.tree.path(file.node)).into_owned();
        let room = self.columns.saturating_sub(self.size() + digits + 5);
        Line::from(vec![
            Span::raw(text::right(&human(file.bytes, self.units), self.size())),
            Span::styled(
                format!(" {} ", text::left(&layer, digits + 1)),
                self.theme.faint,
            ),
            outline::category(self.explore, self.theme, file.node),
            Span::raw(" "),
            Span::raw(text::clip_start(&path, room).into_owned()),
        ])
    }
}
