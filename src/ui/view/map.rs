//! The map of one image or of two: rectangles in half cells with names where there is room; below them the selected rectangle in words.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::analysis::Amount;
use crate::bytes::{self, count, thousands};
use crate::escape;
use crate::image::NodeId;
use crate::ui::model::Model;
use crate::ui::model::explore::Explore;
use crate::ui::pane::{Focus, MapPane, PathId, Tile, prose};
use crate::ui::theme::Theme;

use crate::ui::view::{category, frame, query, tabs, text};

/// The least columns of a rectangle whose name may be truncated; a narrower one, down to the second number, has its full name, or its letter alone.
const NAMED: u16 = 6;
const LETTERED: u16 = 3;

/// What a map is drawn from: how a rectangle is filled, the letter that marks it, which fills it without colours, and its lines of text.
pub(super) struct MapStyle<'a, I> {
    pub(super) map: &'a MapPane<I>,
    pub(super) fill: &'a dyn Fn(&Tile<I>) -> Style,
    pub(super) letter: &'a dyn Fn(&Tile<I>) -> &'static str,
    pub(super) words: &'a dyn Fn(&Tile<I>) -> [String; 2],
    pub(super) has_colours: bool,
}

/// Draws the pane of one image.
pub(super) fn draw(explore: &Explore, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    let areas = &explore.areas;
    if areas.view.is_empty() {
        return;
    }
    let focused = explore.focus == Focus::Map;
    tabs::right_frame(explore, theme, focused, areas.view, buffer);
    if explore.query().is_some() {
        query::draw(explore, theme, areas.query, buffer);
    }
    let categories = explore.content.ready();
    let categories = categories.map(|content| &content.content_analysis.categories);
    let look = |tile: &Tile<NodeId>| {
        let category = categories.map(|categories| categories.category(tile.largest));
        category.map(|category| *theme.category(category))
    };
    let look = MapStyle {
        map: &explore.map,
        fill: &|tile| look(tile).map_or(theme.selected_away, |look| look.fill),
        letter: &|tile| look(tile).map_or(" ", |look| look.letter),
        words: &|tile| {
            let name = escape::name(explore.image.tree.name(tile.node));
            [
                label(tile, &name),
                amount(explore, tile).bytes(model.options.units),
            ]
        },
        has_colours: theme.has_colours,
    };
    rectangles(&look, areas.map_cells(), buffer);
    let words = match (explore.map.tiles().is_empty(), explore.map_files()) {
        (true, None) => Line::styled("loading …", theme.faint),
        (true, Some(_)) => Line::styled("no bytes to show", theme.faint),
        (false, _) => status(
            explore,
            model,
            theme,
            usize::from(areas.view_status().width),
        ),
    };
    frame::line(areas.view_status(), 0, &words, buffer);
    let words: &[&str] = match (explore.content.ready(), theme.has_colours) {
        (None, _) => &[" area: bytes of a path "],
        (Some(_), true) => &[
            " area: bytes of a path · colour and letter: category ",
            " area: bytes · colour, letter: category ",
        ],
        (Some(_), false) => &[" area: bytes of a path · letter: category "],
    };
    frame::legend(words, theme, areas.view, buffer);
}

/// Draws the rectangles of a map and their names.
pub(super) fn rectangles<I: PathId>(look: &MapStyle<'_, I>, cells: Rect, buffer: &mut Buffer) {
    for y in 0..cells.height {
        for x in 0..cells.width {
            draw_cell(look, cells, (x, y), buffer);
        }
    }
    for (at, tile) in look.map.tiles().iter().enumerate() {
        name(look, (at, tile), cells, buffer);
    }
}

/// Returns the first line of a rectangle: its name, or how many entries it stands for.
pub(super) fn label<I>(tile: &Tile<I>, name: &str) -> String {
    match tile.rest {
        0 => name.to_owned(),
        rest => format!("+ {} more", thousands(rest as u64)),
    }
}

/// Returns how a rectangle is filled: in its colour, reversed when it is selected.
fn fill<I: PathId>(look: &MapStyle<'_, I>, at: usize) -> Style {
    let style = (look.fill)(&look.map.tiles()[at]);
    let style = if look.has_colours {
        style
    } else {
        Style::new()
    };
    if at == look.map.selected_at() {
        style.add_modifier(Modifier::REVERSED | Modifier::BOLD)
    } else {
        style
    }
}

/// Draws a cell: its two halves in their rectangles' colours, a thin line at the left and upper edges of a rectangle.
fn draw_cell<I: PathId>(
    look: &MapStyle<'_, I>,
    cells: Rect,
    (x, y): (u16, u16),
    buffer: &mut Buffer,
) {
    let map = look.map;
    let halves = map.tile_at(x, 2 * y).zip(map.tile_at(x, 2 * y + 1));
    let (Some((upper, lower)), Some(cell)) = (halves, buffer.cell_mut((cells.x + x, cells.y + y)))
    else {
        return;
    };
    let style = fill(look, upper);
    if upper == lower {
        let tile = &map.tiles()[upper];
        let is_left = x == tile.area.x && tile.area.width > 1 && x > 0;
        let is_top = 2 * y == tile.area.y && tile.area.height > 2 && y > 0;
        let symbol = match (is_left, is_top) {
            (true, _) => "▏",
            (_, true) => "▔",
            _ if !look.has_colours => (look.letter)(tile),
            _ => " ",
        };
        cell.set_symbol(symbol).set_style(style);
        return;
    }
    // The background of either half as it is drawn, reversed or not.
    let ground = |at: usize| {
        let style = fill(look, at);
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

/// Draws the name of a rectangle from its first full line on, in as many lines as it takes if there is room, and its size below it.
fn name<I: PathId>(
    look: &MapStyle<'_, I>,
    (at, tile): (usize, &Tile<I>),
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
    let width = tile.area.width;
    let letter = |x: u16, line: u16, buffer: &mut Buffer| {
        // Without colours it fills the rectangle.
        let letter = (look.letter)(tile);
        if look.has_colours && letter != " " && line < lines {
            let (x, y) = (cells.x + tile.area.x + x, cells.y + first + line);
            buffer.set_string(x, y, letter, fill(look, at));
        }
    };
    if width < LETTERED {
        return;
    }
    let columns = usize::from(width) - 2;
    let [label, bytes] = (look.words)(tile);
    let more = thousands(tile.rest as u64);
    let shorter = [label.clone(), format!("{more} more"), format!("+{more}")];
    let mut shorter = shorter.into_iter().filter(|_| tile.rest > 0);
    let label = shorter
        .find(|words| text::width(words) <= columns)
        .unwrap_or(label);
    // A short name fits where a truncated one would be unreadable.
    if width < NAMED && text::width(&label) > columns {
        return letter(width / 2, 0, buffer);
    }
    // The size and the letter keep a line each.
    let most = if tile.rest == 0 {
        lines.saturating_sub(2)
    } else {
        1
    };
    let has_room = text::width(&label) + 2 <= columns;
    let names = folded(&label, columns, most.into());
    let below = u16::try_from(names.len()).unwrap_or(lines);
    // At the right of the name, or below it where it takes all columns.
    if has_room {
        letter(width - 2, 0, buffer);
    } else {
        letter(1, below + 1, buffer);
    }
    // A number is shown in full or not at all.
    let is_number = |at: u16| at == below || tile.rest > 0;
    for (word, line) in names.into_iter().chain([bytes]).zip(0..lines) {
        if is_number(line) && text::width(&word) > columns {
            continue;
        }
        let word = text::clip(&word, columns).into_owned();
        let (x, y) = (cells.x + tile.area.x, cells.y + first + line);
        if look.has_colours {
            let area = Rect::new(x + 1, y, width - 2, 1);
            Line::styled(word, fill(look, at)).render(area, buffer);
            continue;
        }
        // Gaps between the name and the letters that fill the rectangle.
        let is_left = tile.area.x > 0;
        let word = format!("{}{word} ", if is_left { "" } else { " " });
        let area = Rect::new(x + u16::from(is_left), y, width - u16::from(is_left), 1);
        Line::styled(word, fill(look, at)).render(area, buffer);
    }
}

/// Returns a name in at most `most` lines of so many columns, at least one; the last one is truncated.
fn folded(name: &str, columns: usize, most: usize) -> Vec<String> {
    let (mut lines, mut rest) = (Vec::new(), name);
    while lines.len() + 1 < most
        && let Some(end) = prose::full(rest, columns)
    {
        let (line, below) = rest.split_at(end);
        lines.push(line.to_owned());
        rest = below;
    }
    lines.push(text::clip(rest, columns).into_owned());
    lines
}

/// Returns the bytes of a rectangle; a folder may contain more in a missing layer.
fn amount(explore: &Explore, tile: &Tile<NodeId>) -> Amount {
    let visible = explore.image.visible_entry(tile.node);
    let is_dir = visible.is_none_or(|(_, entry)| explore.image.entry(entry).is_dir());
    if is_dir {
        sum(explore, tile.bytes)
    } else {
        Amount::Known(tile.bytes)
    }
}

/// Returns bytes of many files: those that a query selects, else the visible ones.
fn sum(explore: &Explore, bytes: u64) -> Amount {
    let analysis = &explore.summary.analysis;
    let selection = explore.tree.selection();
    selection.map_or_else(
        || analysis.amount(bytes),
        |selection| selection.amount(analysis, bytes),
    )
}

/// Returns the selected rectangle in words: bytes, share, category and path.
fn status<'a>(explore: &Explore, model: &Model, theme: &Theme, columns: usize) -> Line<'a> {
    let Some(tile) = explore.map.selected() else {
        return Line::default();
    };
    let root = explore.map.root();
    let files = explore.map_files();
    let total = files.map_or(0, |files| files.bytes_below(root));
    let bytes = amount(explore, tile).bytes(model.options.units);
    // A share of an unknown total is unknown.
    let share = if sum(explore, total).is_known() {
        let share = bytes::share(tile.bytes, total);
        let whole = if explore.map.is_zoomed() {
            escape::name(&explore.image.tree.path(root)).into_owned()
        } else {
            "the map".to_owned()
        };
        format!(", {share} of {whole}")
    } else {
        String::new()
    };
    let amount = format!("{bytes}{share}  ");
    let path = escape::name(&explore.image.tree.path(tile.node)).into_owned();
    let path = match tile.rest {
        0 => path,
        rest => format!(
            "{path}: {}",
            count(rest as u64, "small entry", "small entries")
        ),
    };
    let mut spans = Vec::new();
    if let Some(content) = explore.content.ready() {
        let category = content.content_analysis.categories.category(tile.largest);
        let name = format!("{}  ", category.name());
        spans.extend([category::of(explore, theme, tile.largest), Span::raw(" ")]);
        // The path comes before the name of the category, whose letter stays.
        if 2 + text::width(&name) + text::width(&amount) + text::width(&path) <= columns {
            spans.push(Span::raw(name));
        }
    }
    spans.push(Span::raw(amount));
    let used: usize = spans.iter().map(Span::width).sum();
    let path = text::clip_start(&path, columns.saturating_sub(used)).into_owned();
    spans.push(Span::styled(path, theme.title));
    Line::from(spans)
}
