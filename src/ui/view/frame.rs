//! Borders, titles, selection bars and scroll bars of panes. Panes above each other share a border line.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Widget};

use crate::ui::layout::{self, views::ViewLabel};
use crate::ui::theme::Theme;

use crate::ui::view::text;

/// Which sides of a pane adjoin another pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stacked {
    /// There is a pane above.
    pub(super) above: bool,
    /// There is a pane below, which draws the line between.
    pub(super) below: bool,
}

impl Stacked {
    /// Alone.
    pub(super) const NOT: Self = Self {
        above: false,
        below: false,
    };
}

/// Draws a pane's border with a title at the left and one at the right.
pub(super) fn draw(
    area: Rect,
    stacked: Stacked,
    titles: (Line<'_>, Line<'_>),
    style: Style,
    buffer: &mut Buffer,
) {
    if area.is_empty() {
        return;
    }
    let mut set = border::PLAIN;
    if stacked.above {
        set.top_left = "├";
        set.top_right = "┤";
    }
    let mut borders = Borders::ALL;
    if stacked.below {
        borders.remove(Borders::BOTTOM);
    }
    // Nothing of the border shines through a text at the right that has no colour of its own.
    let mut right = titles.1;
    right.style = Style::reset().patch(right.style);
    Block::new()
        .borders(borders)
        .border_set(set)
        .border_style(style)
        .title_top(titles.0)
        .title_top(right.right_aligned())
        .render(area, buffer);
}

/// Draws the border of a pane with the titles of its views, the one in front marked, and a text at the right where it has room.
pub(super) fn titled(
    area: Rect,
    labels: &[ViewLabel],
    right: &dyn Fn(usize) -> Line<'static>,
    style: Style,
    theme: &Theme,
    buffer: &mut Buffer,
) {
    let end = labels.last().map_or(area.x, |label| label.area.right());
    let room = area.right().saturating_sub(end + 3);
    let right = right(room.into());
    draw(area, Stacked::NOT, (Line::default(), right), style, buffer);
    view_labels(labels, area, theme, buffer);
}

/// Draws the titles of views on a border.
pub(super) fn view_labels(labels: &[ViewLabel], pane: Rect, theme: &Theme, buffer: &mut Buffer) {
    for label in labels {
        let area = label.area.intersection(pane);
        let style = if label.is_front {
            theme.title
        } else {
            theme.faint
        };
        // Nothing of the border shines through a theme that has no colour of its own for it.
        buffer.set_style(area, Style::reset());
        Line::styled(label.text.as_str(), style).render(area, buffer);
        if label.is_front {
            buffer.set_style(area, theme.selected_away);
        }
    }
}

/// Draws a text at the right end of an area. What is at its left keeps its style.
pub(super) fn right(area: Rect, words: String, style: Style, buffer: &mut Buffer) {
    let words = Span::styled(words, style);
    Line::from(words).right_aligned().render(area, buffer);
}

/// Draws the first of some notes that has room at the right of the lower border.
pub(super) fn legend(notes: &[&str], theme: &Theme, pane: Rect, buffer: &mut Buffer) {
    let border = Rect {
        x: pane.x + 1,
        y: pane.bottom().saturating_sub(1),
        width: pane.width.saturating_sub(2),
        height: 1,
    };
    let columns = |note: &str| layout::lines(text::width(note));
    let fits = |note: &&&str| columns(note) <= border.width;
    if let Some(note) = notes.iter().find(fits) {
        let place = Rect {
            x: border.right() - columns(note),
            width: columns(note),
            ..border
        };
        buffer.set_style(place, Style::reset());
        right(border, (*note).to_owned(), theme.faint, buffer);
    }
}

/// Returns the border's style of a pane that is focused or not.
pub(super) const fn style(theme: &Theme, focused: bool) -> Style {
    if focused {
        theme.border_focus
    } else {
        theme.border
    }
}

/// Dims an area behind an overlay: text stays legible, bars almost vanish.
pub(super) fn dim(area: Rect, theme: &Theme, buffer: &mut Buffer) {
    buffer.set_style(area, theme.behind);
    for position in area.positions() {
        if let Some(cell) = buffer.cell_mut(position).filter(|cell| is_block(cell)) {
            cell.set_style(theme.bar_behind);
        }
    }
}

/// Returns whether a cell is a part of a bar.
fn is_block(cell: &Cell) -> bool {
    let symbol = cell.symbol().chars().next();
    symbol.is_some_and(|symbol| matches!(symbol, '▀'..='▟'))
}

/// Draws one line of text in a style, if the area has that line.
pub(super) fn line(area: Rect, at: usize, line: &Line<'_>, buffer: &mut Buffer) {
    if let Some(row) = row(area, at) {
        line.render(row, buffer);
    }
}

/// Returns a line of an area.
pub(super) fn row(area: Rect, at: usize) -> Option<Rect> {
    let at = u16::try_from(at).ok().filter(|&at| at < area.height)?;
    Some(Rect {
        y: area.y + at,
        height: 1,
        ..area
    })
}

/// Draws the selection bar of a line, around what has a colour of its own behind it. A reversed selection leaves bars as they are: reversed they would be
/// holes. Without colours it leaves out the blanks beside them too, which would look like bars, and marks what is reversed in every line by not reversing it.
pub(super) fn select(rows: Rect, at: usize, focused: bool, theme: &Theme, buffer: &mut Buffer) {
    let Some(row) = row(rows, at) else { return };
    let style = if focused {
        theme.selected
    } else {
        theme.selected_away
    };
    let is_reversed = style.add_modifier.contains(Modifier::REVERSED);
    let bars = match (is_reversed, theme.has_colours) {
        (false, _) => Vec::new(),
        (true, true) => bars(row, buffer),
        (true, false) => with_blanks(row, &bars(row, buffer), buffer),
    };
    for (x, at) in (row.left()..row.right()).zip(0..) {
        let is_bar = bars.get(at).copied().unwrap_or_default();
        let cell = buffer.cell_mut((x, row.y));
        let Some(cell) = cell.filter(|cell| cell.bg == Color::Reset && !is_bar) else {
            continue;
        };
        if is_reversed && cell.modifier.contains(Modifier::REVERSED) {
            cell.modifier.remove(Modifier::REVERSED);
        } else {
            cell.set_style(style);
        }
    }
}

/// Returns which cells of a line are parts of bars.
fn bars(row: Rect, buffer: &Buffer) -> Vec<bool> {
    let cells = row.positions().map(|at| buffer.cell(at));
    cells.map(|cell| cell.is_some_and(is_block)).collect()
}

/// Returns the bars with the blanks beside them, but for those beside a text.
fn with_blanks(row: Rect, bars: &[bool], buffer: &Buffer) -> Vec<bool> {
    let cells = row.positions().map(|at| buffer.cell(at));
    let is_blank = cells.map(|cell| cell.is_some_and(|cell| cell.symbol() == " "));
    let is_blank: Vec<bool> = is_blank.collect();
    let mut wider = bars.to_vec();
    let mut start = 0;
    for run in is_blank.chunk_by(|one, next| one == next) {
        let end = start + run.len();
        let before = start.checked_sub(1).map(|at| bars[at]);
        let after = bars.get(end).copied();
        if run[0] && (before == Some(true) || after == Some(true)) {
            let from = start + usize::from(before == Some(false));
            let to = end - usize::from(after == Some(false));
            if from < to {
                wider[from..to].fill(true);
            }
        }
        start = end;
    }
    wider
}

/// Draws the column heads in the line above the rows of a list.
pub(super) fn heads(rows: Rect, words: &str, theme: &Theme, buffer: &mut Buffer) {
    if rows.height > 0 && rows.y > 0 {
        let above = Rect {
            y: rows.y - 1,
            height: 1,
            ..rows
        };
        Line::styled(words, theme.faint).render(above, buffer);
    }
}

/// Draws how far a list is scrolled, at the right border.
pub(super) fn scrollbar(rows: Rect, top: usize, len: usize, style: Style, buffer: &mut Buffer) {
    let height = usize::from(rows.height);
    if len <= height || height < 3 {
        return;
    }
    let thumb = (height * height / len).max(1);
    let start = top * (height - thumb) / (len - height);
    for at in start..(start + thumb).min(height) {
        let y = rows.y + u16::try_from(at).unwrap_or(0);
        if let Some(cell) = buffer.cell_mut((rows.right(), y)) {
            cell.set_symbol("┃").set_style(style);
        }
    }
}
