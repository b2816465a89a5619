//! The map: rectangles in half cells, coloured by category, with names where there is room; below them the selected rectangle in words.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::bytes::{count, human, thousands};
use crate::escape;
use crate::ui::layout::ExploreAreas;
use crate::ui::model::Model;
use crate::ui::model::explore::Explore;
use crate::ui::pane::{Focus, Tile};
use crate::ui::theme::Theme;
use crate::ui::theme::categories::CategoryStyle;
use crate::ui::wording::facts;

use crate::ui::view::{frame, query, tabs, text};

/// The least columns of a rectangle that has a name.
const NAMED: u16 = 6;

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
    let focused = explore.focus == Focus::Map;
    tabs::right_frame(explore, theme, focused, areas.view, buffer);
    if let Some(selection) = explore.tree.selection() {
        query::draw(explore, selection, model, theme, areas.query, buffer);
    }
    let cells = areas.map_cells();
    for y in 0..cells.height {
        for x in 0..cells.width {
            draw_cell(explore, theme, cells, (x, y), buffer);
        }
    }
    for (at, tile) in explore.map.tiles().iter().enumerate() {
        name(explore, model, theme, (at, tile), cells, buffer);
    }
    let words = if explore.map.tiles().is_empty() {
        Line::styled("no bytes to show", theme.faint)
    } else {
        status(explore, model, theme, usize::from(cells.width))
    };
    frame::line(areas.view_status(), 0, &words, buffer);
}

/// Returns how a rectangle is filled: its category's colour, reversed when it is selected.
fn fill(explore: &Explore, theme: &Theme, at: usize) -> Style {
    let tile = &explore.map.tiles()[at];
    let look = tile.category.map(|category| *theme.category(category));
    let style = look.map_or(theme.selected_away, |look: CategoryStyle| look.fill);
    let style = if theme.has_colours {
        style
    } else {
        Style::new()
    };
    if at == explore.map.selected_at() {
        style.add_modifier(Modifier::REVERSED | Modifier::BOLD)
    } else {
        style
    }
}

/// Draws a cell: its two halves in their rectangles' colours, a thin line at the left and upper edges of a rectangle.
fn draw_cell(
    explore: &Explore,
    theme: &Theme,
    cells: Rect,
    (x, y): (u16, u16),
    buffer: &mut Buffer,
) {
    let map = &explore.map;
    let halves = map.tile_at(x, 2 * y).zip(map.tile_at(x, 2 * y + 1));
    let (Some((upper, lower)), Some(cell)) = (halves, buffer.cell_mut((cells.x + x, cells.y + y)))
    else {
        return;
    };
    let style = fill(explore, theme, upper);
    if upper == lower {
        let tile = &map.tiles()[upper];
        let is_left = x == tile.area.x && tile.area.width > 1 && x > 0;
        let is_top = 2 * y == tile.area.y && tile.area.height > 2 && y > 0;
        let letter = tile
            .category
            .map(|category| theme.category(category).letter);
        let symbol = match (is_left, is_top, letter) {
            (true, ..) => "▏",
            (_, true, _) => "▔",
            (_, _, Some(letter)) if !theme.has_colours => letter,
            _ => " ",
        };
        cell.set_symbol(symbol).set_style(style);
        return;
    }
    // The background of either half as it is drawn, reversed or not.
    let ground = |at: usize| {
        let style = fill(explore, theme, at);
        if style.add_modifier.contains(Modifier::REVERSED) {
            style.fg
        } else {
            style.bg
        }
    };
    let mut halves = Style::new();
    (halves.fg, halves.bg) = (ground(upper), ground(lower));
    let symbol = if halves.fg == halves.bg { "─" } else { "▀" };
    if halves.fg == halves.bg {
        halves = style.remove_modifier(Modifier::REVERSED);
    }
    cell.set_symbol(symbol).set_style(halves);
}

/// Draws the name of a rectangle in its first full line, and its size in the next one.
fn name(
    explore: &Explore,
    model: &Model,
    theme: &Theme,
    (at, tile): (usize, &Tile),
    cells: Rect,
    buffer: &mut Buffer,
) {
    let first = tile.area.y.div_ceil(2);
    let lines = (tile.area.bottom() / 2).saturating_sub(first);
    // Below the line at the upper edge, where there is room.
    let (first, lines) = if tile.area.y > 0 && tile.area.y.is_multiple_of(2) && lines > 2 {
        (first + 1, lines - 1)
    } else {
        (first, lines)
    };
    if tile.area.width < NAMED || lines == 0 {
        return;
    }
    let columns = usize::from(tile.area.width) - 2;
    let size = human(tile.bytes, model.options.units);
    let words = [label(explore, tile), size];
    for (word, line) in words.into_iter().zip(0..lines) {
        let area = Rect::new(
            cells.x + tile.area.x + 1,
            cells.y + first + line,
            tile.area.width - 2,
            1,
        );
        let word = text::clip(&word, columns).into_owned();
        Line::styled(word, fill(explore, theme, at)).render(area, buffer);
    }
}

/// Returns the name of a rectangle.
fn label(explore: &Explore, tile: &Tile) -> String {
    if tile.rest > 0 {
        return format!("+ {} more", thousands(tile.rest as u64));
    }
    escape::name(explore.image.tree.name(tile.node)).into_owned()
}

/// Returns the selected rectangle in words: bytes, share, category and path.
fn status<'a>(explore: &Explore, model: &Model, theme: &Theme, columns: usize) -> Line<'a> {
    let Some(tile) = explore.map.selected() else {
        return Line::default();
    };
    let total = explore.map.bytes(explore.map.root());
    let mut spans = Vec::new();
    if let Some(category) = tile.category {
        let look = theme.category(category);
        spans.push(Span::styled(look.letter, look.fill));
        spans.push(Span::raw(format!(" {}  ", category.name())));
    }
    let bytes = human(tile.bytes, model.options.units);
    spans.push(Span::raw(format!("{bytes} {}  ", share(tile.bytes, total))));
    let path = escape::name(&explore.image.tree.path(tile.node)).into_owned();
    let path = match tile.rest {
        0 => path,
        rest => format!(
            "{path}: {}",
            count(rest as u64, "small entry", "small entries")
        ),
    };
    let used: usize = spans.iter().map(Span::width).sum();
    let path = text::clip_start(&path, columns.saturating_sub(used)).into_owned();
    spans.push(Span::styled(path, theme.title));
    Line::from(spans)
}

#[expect(clippy::cast_precision_loss, reason = "shown to one decimal")]
fn share(part: u64, total: u64) -> String {
    facts::percent(part as f64 / total.max(1) as f64)
}
