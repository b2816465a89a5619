//! The overview: what the image contains by category, the savings with the size of the image after each, and the largest files.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::text::{Line, Span};

use crate::analysis::findings::FindingLevel;
use crate::analysis::{Amount, Category, CategoryBytes};
use crate::bytes::thousands;
use crate::ui::model::Model;
use crate::ui::model::explore::{Explore, OverviewLine, SectionText};
use crate::ui::pane::{Focus, Section};
use crate::ui::theme::Theme;

use crate::ui::view::{category, frame, savings, tabs, text};

/// The most columns of a bar.
const BAR: usize = 24;
/// The columns of a finding's title.
const TITLE: usize = 20;
/// The columns before the title of a finding that is part of another.
const INDENT: usize = 5;

/// The gap between a path and the instruction of its layer, and the least columns of an instruction.
const GAP: usize = 2;
const INSTRUCTION: usize = 16;

/// What the lines are drawn with.
struct LineStyle<'a> {
    theme: &'a Theme,
    columns: usize,
    /// The columns of a size.
    size: usize,
    /// The bytes of the largest category.
    most: u64,
    /// The columns of the longest name among the categories.
    longest: usize,
    /// The columns of the number of a layer.
    digits: usize,
    /// The columns of the longest path in view.
    paths: usize,
}

/// Draws the pane.
pub(super) fn draw(explore: &Explore, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    let (areas, units) = (&explore.areas, model.options.units);
    if areas.view.is_empty() {
        return;
    }
    let focused = explore.focus == Focus::Overview;
    tabs::right_frame(explore, theme, focused, areas.view, buffer);
    let (overview, texts) = (&explore.overview, explore.texts.overview.get());
    let categories = texts.sections[Section::Categories as usize].lines.iter();
    let names = categories.map(|line| match line {
        OverviewLine::Category { bytes, .. } => bytes.category.name().len(),
        _ => 0,
    });
    let longest = names.max().unwrap_or(0);
    for (section, area) in Section::ALL.into_iter().zip(areas.sections) {
        let section_text = &texts.sections[section as usize];
        let height = usize::from(area.height.saturating_sub(1));
        let top = overview.top(section, height);
        let in_view = section_text.lines.iter().skip(top).take(height);
        let paths = in_view.map(|line| match line {
            OverviewLine::File { path, .. } => text::width(path),
            _ => 0,
        });
        let lines = LineStyle {
            paths: paths.max().unwrap_or(0),
            theme,
            columns: usize::from(area.width),
            size: Amount::columns(explore.summary.analysis.is_complete(), units),
            most: texts.most,
            longest,
            digits: explore.layer_count().to_string().len(),
        };
        let hidden = section_text.lines.len().saturating_sub(top + height);
        let heading = lines.heading(section.title(), section_text, hidden);
        frame::line(area, 0, &heading, buffer);
        if section_text.lines.is_empty() {
            let why_empty = text::empty_state(&section_text.empty, lines.columns, height, theme);
            for (at, line) in why_empty.iter().enumerate() {
                frame::line(area, at + 1, line, buffer);
            }
        }
        for (at, line) in section_text.lines.iter().enumerate().skip(top).take(height) {
            let place = at - top + 1;
            frame::line(area, place, &lines.line(line), buffer);
            if overview.at() == overview.first(section) + at {
                frame::select(area, place, focused, theme, buffer);
            }
        }
    }
}

impl LineStyle<'_> {
    fn heading(
        &self,
        title: &'static str,
        section_text: &SectionText,
        hidden: usize,
    ) -> Line<'static> {
        let more = (hidden > 0).then(|| format!("{} more", thousands(hidden as u64)));
        let room = self.columns.saturating_sub(text::width(title));
        // Lines that are out of view come before the note.
        let both = [more.clone(), section_text.note.clone()]
            .into_iter()
            .flatten();
        let both = both.collect::<Vec<_>>().join(" · ");
        let notes = [Some(both), more, section_text.note.clone()]
            .into_iter()
            .flatten();
        let note = notes
            .into_iter()
            .find(|note| text::width(note) < room)
            .unwrap_or_default();
        Line::from(vec![
            Span::styled(title, self.theme.title),
            Span::styled(text::right(&note, room), self.theme.faint),
        ])
    }

    fn line(&self, line: &OverviewLine) -> Line<'static> {
        match line {
            OverviewLine::Category { bytes, size } => self.category(*bytes, size),
            OverviewLine::Saving {
                rank,
                title,
                saves,
                end,
            } => self.saving(*rank, title, saves, end),
            OverviewLine::Security {
                level,
                title,
                paths,
            } => self.security(*level, title, paths),
            OverviewLine::File {
                size,
                layer,
                category,
                path,
                by,
            } => self.file((size, layer), *category, path, by),
        }
    }

    /// Returns the name of a category in full where the bar can be shorter, its bytes and its bar.
    fn category(&self, bytes: CategoryBytes, size: &str) -> Line<'static> {
        let room = self.columns.saturating_sub(2 + 1 + self.size);
        let name = self.longest.min(room);
        let bar = room.saturating_sub(name + 1).min(BAR);
        let look = self.theme.category(bytes.category);
        Line::from(vec![
            Span::styled(look.letter, look.fill),
            Span::raw(" "),
            Span::raw(text::left(bytes.category.name(), name)),
            Span::raw(text::right(size, self.size + 1)),
            Span::raw(" "),
            Span::styled(text::bar(bytes.bytes(), self.most, bar), look.bar),
        ])
    }

    /// Returns a saving: what it saves after those above, and the size of the image after it.
    fn saving(&self, rank: Option<usize>, title: &str, saves: &str, end: &str) -> Line<'static> {
        let (head, style) = match rank {
            Some(rank) => (format!("{rank:>2} "), self.theme.text),
            None => (" ".repeat(INDENT), self.theme.faint),
        };
        let less_columns = self.size + 2;
        let least_end = self.size.max(text::width("part of 1")) + 1;
        let room = self.columns.saturating_sub(less_columns);
        let lead = (INDENT + TITLE + 1).min(room.saturating_sub(least_end));
        let title_columns = lead.saturating_sub(text::width(&head));
        Line::from(vec![
            Span::styled(head, self.theme.faint),
            Span::styled(text::left(title, title_columns), style),
            Span::styled(text::right(saves, less_columns), style),
            Span::styled(text::right(end, room - lead), style),
        ])
    }

    /// Returns a security finding, and of how many paths it is.
    fn security(&self, level: FindingLevel, title: &str, paths: &str) -> Line<'static> {
        let (mark, style) = savings::level(level, self.theme);
        let room = self.columns.saturating_sub(3);
        let columns = room.min(TITLE + 1);
        let paths = text::left(paths, room.saturating_sub(columns));
        Line::from(vec![
            Span::styled(format!(" {mark} "), style),
            Span::styled(text::left(title, columns), style),
            Span::styled(paths, self.theme.faint),
        ])
    }

    /// Returns a file: its bytes, its layer, its category, its path, whose middle is cut first, and the layer's instruction where the paths leave room.
    fn file(
        &self,
        (size, layer): (&str, &str),
        category: Option<Category>,
        path: &str,
        by: &str,
    ) -> Line<'static> {
        let room = self.columns.saturating_sub(self.size + self.digits + 5);
        let layer = text::left(layer, self.digits + 1);
        let path = text::clip_middle(path, room).into_owned();
        let left = room.saturating_sub(self.paths + GAP);
        let by = match left {
            INSTRUCTION.. => text::clip(by, left),
            _ => Cow::Borrowed(""),
        };
        let gap = " ".repeat((self.paths + GAP).saturating_sub(text::width(&path)));
        Line::from(vec![
            Span::raw(text::right(size, self.size)),
            Span::styled(format!(" {layer} "), self.theme.faint),
            category::letter(category, self.theme),
            Span::raw(" "),
            Span::raw(path),
            Span::styled(format!("{gap}{by}"), self.theme.faint),
        ])
    }
}
