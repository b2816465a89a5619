//! The screen over many images: the page in front, and beside it on wide terminals the page behind the selected row. Draws the rows in view and no others.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::analysis::Category;
use crate::bytes::thousands;
use crate::escape;
use crate::fleet::page::{Cell, FleetFacts, List, ListColumn, ListColumnKind};
use crate::ui::fleet::{FleetScreen, OpenPage, PageLine};
use crate::ui::model::Model;
use crate::ui::theme::Theme;
use crate::ui::wording::fleet as wording;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::{category, text};

/// The program's name, at the left of the header.
const BRAND: &str = " dive-rs  ";

/// Draws the screen.
pub(super) fn draw(fleet: &FleetScreen, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    header(fleet, theme, model.areas.header, buffer);
    let lines = PageLines {
        facts: &fleet.facts,
        theme,
    };
    let area = fleet.areas.page;
    let position = wording::position(fleet);
    let right = match &*position {
        "" => String::new(),
        position => format!(" {position} "),
    };
    let room = usize::from(area.width).saturating_sub(text::width(&right) + 4);
    let titles = (
        way(&wording::way(fleet), room, theme),
        Line::styled(right, theme.faint),
    );
    frame::draw(area, Stacked::NOT, titles, theme.border_focus, buffer);
    lines.page(&fleet.front, fleet.areas.page_rows(), true, buffer);
    if let Some(preview) = &fleet.preview {
        let area = fleet.areas.preview;
        let title = escape::text(&preview.page.title);
        let title = text::clip_start(&title, usize::from(area.width).saturating_sub(4));
        let titles = (
            Line::styled(format!(" {title} "), theme.faint),
            Line::default(),
        );
        frame::draw(area, Stacked::NOT, titles, theme.border, buffer);
        lines.page(preview, fleet.areas.preview_rows(), false, buffer);
    }
}

fn header(fleet: &FleetScreen, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let room = usize::from(area.width).saturating_sub(text::width(BRAND));
    let from = fleet.facts.from.join(" ");
    let from = escape::text(match &*from {
        "" | "-" => "standard input",
        from => from,
    });
    let mut parts = &wording::header(&fleet.facts)[..];
    let numbers = loop {
        let numbers = format!("{} ", parts.join("   "));
        let fits = text::width(&numbers) + text::width(&from).min(12) + 2 <= room;
        match parts {
            [fewer @ .., _] if !fits && !fewer.is_empty() => parts = fewer,
            _ => break numbers,
        }
    };
    let room = room.saturating_sub(text::width(&numbers) + 2);
    Line::from(vec![
        Span::styled(BRAND, theme.key),
        Span::styled(text::clip_start(&from, room).into_owned(), theme.title),
    ])
    .render(area, buffer);
    frame::right(area, numbers, theme.text, buffer);
}

/// Returns the way to a page: its own title in full as far as possible, those before it shortened first.
fn way(titles: &[String], room: usize, theme: &Theme) -> Line<'static> {
    let Some((last, before)) = titles.split_last() else {
        return Line::default();
    };
    let last = text::clip_start(last, room.saturating_sub(2)).into_owned();
    let before = before.iter().map(|title| format!("{title} › "));
    let before = before.collect::<String>();
    let room = room.saturating_sub(text::width(&last) + 2);
    let before = text::clip_start(&before, room).into_owned();
    Line::from(vec![
        Span::raw(" "),
        Span::styled(before, theme.faint),
        Span::styled(last, theme.title),
        Span::raw(" "),
    ])
}

/// What every line is drawn with.
struct PageLines<'a> {
    facts: &'a FleetFacts,
    theme: &'a Theme,
}

impl PageLines<'_> {
    fn page(&self, page: &OpenPage, rows: Rect, is_front: bool, buffer: &mut Buffer) {
        for (at, line) in page.in_view().enumerate() {
            if let Some(row) = frame::row(rows, at) {
                self.line(page, line, row, buffer);
            }
        }
        if page.is_empty() && !page.filter().is_empty() {
            let words = Line::styled(" no line has these words", self.theme.faint);
            frame::line(rows, 0, &words, buffer);
        }
        if let Some(line) = page.selected_line().filter(|_| is_front) {
            frame::select(rows, line, true, self.theme, buffer);
        }
        let style = frame::style(self.theme, is_front);
        let (top, len) = page.scroll();
        frame::scrollbar(rows, top, len, style, buffer);
    }

    fn line(&self, page: &OpenPage, line: PageLine<'_>, row: Rect, buffer: &mut Buffer) {
        let list = |at: usize| page.page.lists.get(at);
        let width = usize::from(row.width);
        match line {
            PageLine::Empty => {}
            PageLine::Text(text) => {
                Line::styled(format!(" {text}"), self.theme.faint).render(row, buffer);
            }
            PageLine::Heading(at) => {
                let Some(list) = list(at) else { return };
                let (shown, all) = (page.len(at), list.len());
                let number = match (list.is_long, shown == all) {
                    (_, false) => {
                        let (shown, all) = (thousands(shown as u64), thousands(all as u64));
                        format!("  {shown} of {all}")
                    }
                    (true, true) if all > 0 => format!("  {}", thousands(all as u64)),
                    _ => String::new(),
                };
                let title = text::clip(&list.title, width).into_owned();
                Line::from(vec![
                    Span::styled(title, self.theme.title),
                    Span::styled(number, self.theme.faint),
                ])
                .render(row, buffer);
            }
            PageLine::Heads(at) => {
                if let Some(list) = list(at) {
                    self.heads(list, page, at, row, buffer);
                }
            }
            PageLine::Row(at, shown) => {
                if let Some(list) = list(at) {
                    self.row(list, page.row(at, shown), page.places(at), row, buffer);
                }
            }
            PageLine::More(_, more) => {
                let words = format!(" … and {} more", thousands(more as u64));
                Line::styled(words, self.theme.link).render(row, buffer);
            }
        }
    }

    fn heads(&self, list: &List, page: &OpenPage, of: usize, row: Rect, buffer: &mut Buffer) {
        let columns = list.columns.iter().zip(page.places(of));
        for (at, (column, place)) in columns.enumerate() {
            let style = if page.order(of) == Some(at) {
                self.theme.text
            } else {
                self.theme.faint
            };
            let name = fitted(column, &column.name, place.len());
            Line::styled(name, style).render(text::part(row, place), buffer);
        }
    }

    fn row(&self, list: &List, at: usize, places: &[Range<usize>], row: Rect, buffer: &mut Buffer) {
        let cells = list.row(at).iter().zip(&list.columns).zip(places);
        for ((cell, column), place) in cells.filter(|(_, place)| !place.is_empty()) {
            let text = self.facts.text(cell);
            let text = escape::text(&text);
            let room = place.len();
            let text = match cell {
                Cell::Image(_) => text::clip_start(&text, room),
                Cell::Path(_) => text::clip_middle(&text, room),
                _ => text,
            };
            let line = match cell {
                Cell::Category(id) => self.category(id, &text, room),
                _ => Line::styled(fitted(column, &text, room), self.style(cell, column)),
            };
            line.render(text::part(row, place), buffer);
        }
    }

    /// Returns a category with its letter on its colour, as on the other screens.
    fn category(&self, id: &str, text: &str, room: usize) -> Line<'static> {
        let mut all = Category::ALL.into_iter();
        let known = all.find(|category| category.id() == id);
        let text = text::left(text, room.saturating_sub(2));
        Line::from(vec![
            category::letter(known, self.theme),
            Span::styled(format!(" {text}"), self.theme.text),
        ])
    }

    fn style(&self, cell: &Cell, column: &ListColumn) -> Style {
        match (cell, column.kind) {
            (Cell::Change(change), _) => self.theme.delta(change.delta()),
            (_, ListColumnKind::Extra | ListColumnKind::Time) => self.theme.faint,
            _ => self.theme.text,
        }
    }
}

/// Returns a text at its side of a column.
fn fitted(column: &ListColumn, text: &str, columns: usize) -> String {
    if column.kind.is_number() {
        text::right(text, columns)
    } else {
        text::left(text, columns)
    }
}
