//! The frame and the titles of the tabs, and the lines of Image, Hidden and Config. `savings` and `packages` draw the lines of the other two.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::bytes::{Units, human, thousands};
use crate::escape;
use crate::ui::loaded::summary::{ConfigLine, HiddenRow};
use crate::ui::model::Model;
use crate::ui::model::explore::Explore;
use crate::ui::pane::{Focus, Tab, View};
use crate::ui::theme::Theme;
use crate::ui::wording::empty;
use crate::ui::wording::facts::{self, FactRow, LABEL, LISTED};

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::{packages, savings, text};

/// Where a bar beside a line begins, and its columns.
const BAR_FROM: usize = LISTED + 44;
const BAR: usize = 8;

/// Draws the tab in front.
pub(super) fn draw(explore: &Explore, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    let areas = &explore.areas;
    if areas.tabs.is_empty() {
        return;
    }
    let focused = explore.focus == Focus::Tabs;
    let style = frame::style(theme, focused);
    if explore.view == View::Tabs {
        right_frame(explore, theme, focused, areas.tabs, buffer);
    } else {
        left_frame(explore, theme, style, buffer);
    }
    let rows = areas.tab_rows();
    let list = areas.tab_list(explore.tab);
    let (columns, height) = (usize::from(list.width), usize::from(list.height));
    let lines = lines(explore, model, theme, columns, height);
    if explore.tab.has_heads() {
        let head = head(explore, model.options.units, columns);
        frame::line(rows, 0, &Line::styled(head, theme.faint), buffer);
    }
    if explore.tab == Tab::Savings && explore.content.ready().is_some() {
        let [scope, short] = &explore.texts.savings.get().scope;
        frame::legend(&[scope, short], theme, areas.tabs, buffer);
    }
    let place = explore.tab_cursor();
    for (at, line) in lines.iter().enumerate() {
        frame::line(list, at, line, buffer);
    }
    if focused && explore.tab_len(explore.tab) > 0 {
        let at = place.at().saturating_sub(place.top());
        frame::select(list, at, true, theme, buffer);
    }
    frame::scrollbar(
        list,
        place.top(),
        explore.tab_len(explore.tab),
        style,
        buffer,
    );
}

/// Draws the border below the layers, with the titles of the tabs.
fn left_frame(explore: &Explore, theme: &Theme, style: Style, buffer: &mut Buffer) {
    let areas = &explore.areas;
    let stacked = Stacked {
        above: !areas.details.is_empty(),
        below: false,
    };
    let none = (Line::default(), Line::default());
    frame::draw(areas.tabs, stacked, none, style, buffer);
    frame::view_labels(&explore.view_labels, areas.tabs, theme, buffer);
}

/// Draws the border of the pane at the right, with the titles of the views.
pub(super) fn right_frame(
    explore: &Explore,
    theme: &Theme,
    focused: bool,
    area: Rect,
    buffer: &mut Buffer,
) {
    let style = frame::style(theme, focused);
    let labels = &explore.view_labels;
    frame::titled(area, labels, &|_| Line::default(), style, theme, buffer);
}

/// Returns the column heads of the tab in front.
fn head(explore: &Explore, units: Units, columns: usize) -> String {
    match explore.tab {
        Tab::Savings => return savings::head(explore, units, columns),
        Tab::Packages => return packages::head(explore, units, columns),
        _ => {}
    }
    let copies = if shows_copies(columns) { "Copies " } else { "" };
    let stored = compressed_columns(explore, columns);
    let words = if stored > SHORT { "Stored in" } else { FROM };
    let (gap, how) = (
        gap(columns),
        text::left("How", how_columns(explore, columns)),
    );
    let (hidden, stored) = (text::right("Hidden", 8), text::left(words, stored));
    format!("{hidden}{gap}{copies}{stored} {how} Path")
}

/// Returns the gap between the bytes and the layer that stores them.
const fn gap(columns: usize) -> &'static str {
    if shows_copies(columns) { "  " } else { " " }
}

/// Returns the columns of the reason why bytes are hidden, with the layer that hides them: a word, or its glyph where paths need the room.
fn how_columns(explore: &Explore, columns: usize) -> usize {
    let word = if columns >= WORDS_FROM {
        "overwritten by L"
    } else {
        "− L"
    };
    text::width(word) + explore.layer_count().to_string().len()
}

/// From how many columns on the reason is a word.
const WORDS_FROM: usize = 60;

/// Returns whether the number of hidden copies fits; paths need the room first.
const fn shows_copies(columns: usize) -> bool {
    columns >= 40
}

/// The columns of a layer as `L2`, for images with fewer than ten thousand layers.
const SHORT: usize = 5;
/// The head above it: the layer that stores the bytes, not the one that hides them.
const FROM: &str = "From";

/// Returns the columns of the layer that stores a path.
fn compressed_columns(explore: &Explore, columns: usize) -> usize {
    let digits = explore.layer_count().to_string().len();
    if columns >= 50 {
        (digits + "layer ".len()).max("stored in".len())
    } else {
        (digits + "L".len()).clamp(FROM.len(), SHORT)
    }
}

/// Returns the lines in view.
fn lines<'a>(
    explore: &Explore,
    model: &Model,
    theme: &Theme,
    columns: usize,
    height: usize,
) -> Vec<Line<'a>> {
    if let Some(why) = empty::why(explore, explore.tab) {
        return text::empty_state(&why, columns, height, theme);
    }
    let top = explore.tab_cursor().top();
    let units = model.options.units;
    match explore.tab {
        Tab::Image => {
            let rows = explore.facts.rows().iter().skip(top).take(height);
            rows.map(|row| fact(row, theme, columns)).collect()
        }
        Tab::Config => {
            let lines = explore.summary.config.iter().skip(top).take(height);
            let line = |line: &ConfigLine| {
                let style = if line.faint { theme.faint } else { theme.text };
                let text = (line.label, line.text.as_str());
                Line::from(labelled(text, line.listed, (theme, style), columns))
            };
            lines.map(line).collect()
        }
        Tab::Savings => savings::lines(explore, units, theme, columns, height),
        Tab::Packages => packages::lines(explore, units, theme, columns, height),
        Tab::Hidden => {
            let rows = explore.summary.hidden.iter().skip(top).take(height);
            rows.map(|row| hidden(explore, row, units, theme, columns))
                .collect()
        }
    }
}

/// Returns a label and a text, cut where they do not fit.
fn labelled<'a>(
    (label, text): (&str, &str),
    listed: bool,
    (theme, style): (&Theme, Style),
    columns: usize,
) -> Vec<Span<'a>> {
    let label_columns = if listed { LISTED } else { LABEL };
    let room = columns.saturating_sub(label_columns);
    vec![
        Span::styled(text::left(label, label_columns), theme.faint),
        Span::styled(text::clip(text, room).into_owned(), style),
    ]
}

/// Returns a fact of the image, with its bar.
fn fact<'a>(row: &FactRow, theme: &Theme, columns: usize) -> Line<'a> {
    let fact = &row.shown;
    let style = if fact.warning {
        theme.warning
    } else {
        theme.text
    };
    let text = (fact.label, fact.text.as_str());
    let mut spans = labelled(text, fact.listed, (theme, style), columns);
    if let Some((part, total)) = fact.bar.filter(|_| columns >= BAR_FROM + BAR) {
        let used: usize = spans.iter().map(Span::width).sum();
        spans.push(Span::raw(" ".repeat(BAR_FROM.saturating_sub(used))));
        spans.push(Span::styled(text::bar(part, total, BAR), theme.bar));
    }
    Line::from(spans)
}

/// Returns a hidden path: bytes, copies, the layer that stores it, why and by which layer it is hidden, the path.
fn hidden<'a>(
    explore: &Explore,
    row: &HiddenRow,
    units: Units,
    theme: &Theme,
    columns: usize,
) -> Line<'a> {
    let (glyph, word) = facts::hidden_kind(row.how);
    let by = row.hidden_by.0 + 1;
    let how = if columns >= WORDS_FROM {
        format!("{word} by L{by}")
    } else {
        format!("{glyph} L{by}")
    };
    let path = escape::name(&explore.image.tree.path(row.node)).into_owned();
    let bytes = text::right(&human(row.bytes, units), 8);
    let mut line = vec![Span::styled(bytes, theme.warning)];
    if shows_copies(columns) {
        let times = text::right(&thousands(row.times.into()), 7);
        line.push(Span::raw(times));
    }
    let stored = compressed_columns(explore, columns);
    let word = if stored > SHORT { "layer " } else { "L" };
    let layer = format!("{word}{}", row.stored_in.0 + 1);
    let layer = text::left(&layer, stored);
    line.push(Span::raw(format!("{}{layer} ", gap(columns))));
    let how = text::left(&how, how_columns(explore, columns));
    line.push(Span::styled(how, theme.faint));
    let used: usize = line.iter().map(Span::width).sum();
    let path = text::clip_middle(&path, columns.saturating_sub(used + 1));
    line.push(Span::raw(format!(" {path}")));
    Line::from(line)
}
