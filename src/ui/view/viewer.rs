//! The viewer: the bytes of a file, as text or as hex.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::Line;

use crate::bytes::{Units, human};
use crate::ui::layout;
use crate::ui::layout::overlay::OverlayAreas;
use crate::ui::model::Model;
use crate::ui::pane::{Mark, ReadState, Viewer};
use crate::ui::theme::Theme;
use crate::ui::wording::programs;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::input;
use crate::ui::view::text;

/// Draws the viewer.
pub(super) fn draw(viewer: &Viewer, model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let (title, facts) = titles(viewer, model, usize::from(area.width));
    let titles = (
        Line::styled(title, theme.title),
        Line::styled(facts, theme.faint),
    );
    frame::draw(area, Stacked::NOT, titles, theme.border_focus, buffer);
    let rows = layout::inside(area, 1, 1);
    let areas = model.overlay_areas;
    content(viewer, rows, &areas, model.options.units, theme, buffer);
    let scrolls = matches!(&viewer.state, ReadState::Ready(document) if !document.is_empty());
    if scrolls {
        let rows = below(rows, areas.above);
        frame::scrollbar(rows, viewer.top, viewer.len(), theme.border_focus, buffer);
    }
    if let Some(line) = &viewer.typing {
        let below = Rect {
            y: area.bottom().saturating_sub(1),
            height: 1,
            ..area
        };
        input::draw(
            " search  ",
            line,
            "↵ search  esc cancel",
            theme,
            layout::inside(below, 0, 0),
            buffer,
        );
    }
}

/// Draws the content of a viewer without its border.
pub(super) fn content(
    viewer: &Viewer,
    rows: Rect,
    areas: &OverlayAreas,
    units: Units,
    theme: &Theme,
    buffer: &mut Buffer,
) {
    match &viewer.state {
        ReadState::Reading => frame::line(
            rows,
            0,
            &Line::styled(" loading …   esc cancel", theme.faint),
            buffer,
        ),
        ReadState::Failed(why) => {
            let message = text::wrap_lines(
                &why.one_line(),
                usize::from(rows.width),
                usize::from(rows.height),
            );
            for (at, line) in message.into_iter().enumerate() {
                frame::line(rows, at, &Line::styled(line, theme.warning), buffer);
            }
        }
        ReadState::Ready(document) if document.is_empty() => {
            frame::line(
                rows,
                0,
                &Line::styled(" the file is empty", theme.faint),
                buffer,
            );
        }
        ReadState::Ready(document) => {
            if let Some(program) = document.program() {
                let words = format!(" {}", programs::summary(program, units));
                let words = text::clip(&words, usize::from(rows.width)).into_owned();
                frame::line(rows, 0, &Line::styled(words, theme.title), buffer);
            }
            let numbers = Rect {
                width: areas.numbers.min(rows.width),
                ..below(rows, areas.above)
            };
            let rows = Rect {
                x: rows.x + numbers.width,
                width: rows.width - numbers.width,
                ..numbers
            };
            let page = areas.viewport;
            let columns = page.columns;
            for (at, place) in viewer.in_view(page).into_iter().enumerate() {
                let line = if viewer.wrap && !viewer.is_hex() {
                    document.row(place.0, place.1, columns)
                } else {
                    document.line(place.0, viewer.format, viewer.left, columns)
                };
                let line = Line::styled(text::clip(&line, columns).into_owned(), theme.text);
                frame::line(rows, at, &line, buffer);
                if place.1 == 0 && numbers.width > 0 {
                    let number = (place.0 + 1).to_string();
                    let number = text::right(&number, usize::from(numbers.width) - 1);
                    frame::line(numbers, at, &Line::styled(number, theme.faint), buffer);
                }
                if let Some(row) = frame::row(rows, at) {
                    for (columns, role) in viewer.tokens(place, page) {
                        buffer.set_style(text::part(row, &columns), theme.syntax(role));
                    }
                    mark(&viewer.marks(place, page), theme, row, buffer);
                }
            }
        }
    }
}

/// Returns the rows without so many at their top.
fn below(rows: Rect, skipped: u16) -> Rect {
    let skipped = skipped.min(rows.height);
    Rect {
        y: rows.y + skipped,
        height: rows.height - skipped,
        ..rows
    }
}

/// Highlights the hits of a search; the current one is reversed.
fn mark(marks: &[Mark], theme: &Theme, row: Rect, buffer: &mut Buffer) {
    for Mark { columns, last } in marks {
        let area = text::part(row, columns);
        buffer.set_style(area, theme.hit);
        if *last {
            buffer.set_style(area, Modifier::REVERSED);
        }
    }
}

/// The columns that the facts keep beside the longest name.
const FACTS: usize = 20;

/// Returns the path of the file, links included, and its facts; facts give way to the file's own name.
fn titles(viewer: &Viewer, model: &Model, columns: usize) -> (String, String) {
    let path = viewer.way.join(" → ");
    let own = path.rsplit('/').next().unwrap_or_default();
    let columns = columns.saturating_sub(2);
    let own = (text::width(own) + 1).min(columns.saturating_sub(FACTS));
    let least = text::width(&path).min(own);
    let mut facts = facts(viewer, model);
    loop {
        let words: Vec<&str> = facts.iter().map(|(_, words)| words.as_str()).collect();
        let right = match words[..] {
            [] => String::new(),
            _ => format!(" {} ", words.join(" · ")),
        };
        // A space at either end of the path, and some border between the two.
        let room = columns.saturating_sub(text::width(&right) + 3);
        let lowest = facts.iter().map(|(priority, _)| *priority).min();
        let Some(lowest) = lowest.filter(|_| room < least) else {
            return (format!(" {} ", text::clip_start(&path, room)), right);
        };
        facts.retain(|(priority, _)| *priority != lowest);
    }
}

/// The priority of a fact: where not all of them fit, the lowest is left out first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum FactPriority {
    /// Scrolling shows it.
    More,
    /// Wrapping is visible anyway.
    Wrapped,
    /// The tree shows it before the file is opened.
    Layer,
    Size,
    Part,
    Column,
    Hit,
}

/// Returns the facts about the part in view.
fn facts(viewer: &Viewer, model: &Model) -> Vec<(FactPriority, String)> {
    let ReadState::Ready(document) = &viewer.state else {
        return Vec::new();
    };
    let units = model.options.units;
    let mut facts = Vec::new();
    let mut fact = |priority, words| facts.push((priority, words));
    if viewer.file.is_some() {
        fact(FactPriority::Size, human(document.size(), units));
    }
    let here = document.range();
    if !document.is_complete() && here.start == 0 {
        fact(
            FactPriority::Part,
            format!("first {}", human(here.end, units)),
        );
    } else if !document.is_complete() {
        let (start, end) = (human(here.start, units), human(here.end, units));
        fact(FactPriority::Part, format!("{start} to {end}"));
    }
    if !document.is_complete() {
        let more = "the rest loads as you scroll".to_owned();
        fact(FactPriority::More, more);
    }
    if viewer.jump.is_some() {
        fact(FactPriority::Hit, "loading …".to_owned());
    } else if viewer.searching {
        fact(FactPriority::Hit, "searching …".to_owned());
    } else if !viewer.query.is_empty() {
        fact(FactPriority::Hit, viewer.hits.position(viewer.hit));
    }
    if viewer.wrap && !viewer.is_hex() && viewer.file.is_some() {
        fact(FactPriority::Wrapped, "wrapped".to_owned());
    }
    if viewer.left > 0 {
        let from = match viewer.begins_at(model.overlay_areas.viewport) {
            Some(byte) => format!("from byte {}", byte + 1),
            None => format!("from column {}", viewer.left + 1),
        };
        fact(FactPriority::Column, from);
    }
    if let Some(file) = viewer.file {
        fact(FactPriority::Layer, format!("layer {}", file.layer.0 + 1));
    }
    facts
}
